"""What a paged model waits for: pages on their way, and the number of rows. Nothing of a former generation arrives.

Runs on: GUI thread
"""

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, Generic

from webpush_admin.backend.records import Page
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.columns import Row

PAGE_ROWS: Final = 128

AWAITED_PAGES: Final = 4
"""Requests that are not given up while newer ones come: a screen shows two pages at most."""


_STAMPS: Final = itertools.count(1)
"""Of all models: two that look at the same list agree on which reading is the newer one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is asked for.

    Attributes:
        stamp: A higher one wants to see what is there now, see `backend.lists`.
    """

    stamp: int
    offset: int
    limit: int


Failed = Callable[[str], None]
Fetch = Callable[[Stretch, Callable[[Page[Row]], None], Failed], Job[Any]]
Count = Callable[[int, Callable[[int], None], Failed], Job[Any]]


class Requests(Generic[Row]):
    """The jobs of one model.

    Attributes:
        generation: The stamp of the reading; 0 before the first.

    Args:
        fetch: Starts the job of one page.
        count: Starts the job of the number of rows, where pages come without it.
        arrived: Told a page, with its number.
        counted: Told the number of rows.
        failed: Told why nothing came, as a sentence.
        busy_changed: Told whether anything is waited for.
    """

    def __init__(
        self,
        fetch: Fetch[Row],
        count: Count | None,
        *,
        arrived: Callable[[int, Page[Row]], None],
        counted: Callable[[int], None],
        failed: Failed,
        busy_changed: Callable[[bool], None],
    ) -> None:
        self.generation = 0
        self._fetch = fetch
        self._count = count
        self._arrived = arrived
        self._counted = counted
        self._failed = failed
        self._busy_changed = busy_changed
        self._pages: dict[int, Job[Any]] = {}
        self._total: Job[Any] | None = None
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether anything is waited for."""
        return self._busy

    def waits_for(self, page: int) -> bool:
        """Whether a page is on its way."""
        return page in self._pages

    def begin(self) -> None:
        """Give up everything: what is asked for from now on is of another generation."""
        self.cancel()
        self.generation = next(_STAMPS)

    def cancel(self) -> None:
        """Give up everything that is waited for."""
        for job in (*self._pages.values(), *([self._total] if self._total else [])):
            job.cancel()
        self._pages.clear()
        self._total = None
        self._tell_busy()

    def page(self, number: int) -> None:
        """Ask for a page, unless it is on its way."""
        if number in self._pages or number < 0:
            return
        stretch = Stretch(self.generation, number * PAGE_ROWS, PAGE_ROWS)

        def arrived(answer: Page[Row]) -> None:
            if stretch.stamp == self.generation:
                self._pages.pop(number, None)
                self._arrived(number, answer)
                self._tell_busy()

        def failed(sentence: str) -> None:
            if stretch.stamp == self.generation:
                self._pages.pop(number, None)
                self._failed(sentence)
                self._tell_busy()

        self._pages[number] = self._fetch(stretch, arrived, failed)
        self._tell_busy()

    def total(self) -> None:
        """Ask for the number of rows, unless it is being counted."""
        if self._total is not None or self._count is None:
            return
        generation = self.generation

        def counted(total: int) -> None:
            if generation == self.generation:
                self._total = None
                self._counted(total)
                self._tell_busy()

        def failed(sentence: str) -> None:
            if generation == self.generation:
                self._total = None
                self._failed(sentence)
                self._tell_busy()

        self._total = self._count(generation, counted, failed)
        self._tell_busy()

    def drop_passed_by(self, wanted: Collection[int]) -> None:
        """Give up pages that were on the screen only while somebody dragged the scroll bar past them."""
        passed = [number for number in self._pages if number not in wanted]
        for number in passed[:-AWAITED_PAGES]:
            self._pages.pop(number).cancel()

    def _tell_busy(self) -> None:
        busy = bool(self._pages) or self._total is not None
        if busy != self._busy:
            self._busy = busy
            self._busy_changed(busy)
