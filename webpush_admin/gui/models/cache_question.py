"""What the page of the cached users asks the worker, and the rows that it got for it.

Runs on: GUI thread
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from webpush_admin.backend.cache_records import CachePage, CacheQuery
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.cache_states import PlaceLine
from webpush_admin.gui.models.cells import deleted_cells, ready_cells
from webpush_admin.gui.models.columns import Cells, Column


@dataclass(frozen=True, slots=True)
class Question:
    """What the worker is asked.

    Attributes:
        query: Who, in what order.
        offset: Position of the first row.
        limit: Rows at most.
        stamp: A higher one wants the order as it is now; the same one wants the order of before, with newer numbers.
    """

    query: CacheQuery
    offset: int
    limit: int
    stamp: int

    def covers(self, first: int, last: int) -> bool:
        """Return whether these rows are among what is asked for."""
        return self.offset <= first and last < self.offset + self.limit

    def same_order(self, other: "Question | None") -> bool:
        """Return whether a row's number means the same user in both answers."""
        return other is not None and (self.query, self.stamp) == (other.query, other.stamp)


Fetch = Callable[[Question, Callable[[CachePage], None], Callable[[str], None]], Job[Any]]


class Stretch:
    """Rows that lie beside each other, with their cells; None stands for who has lost the place.

    Attributes:
        first: Number of the first row.
        lines: The rows.
    """

    def __init__(
        self, columns: tuple[Column[PlaceLine], ...], first: int = 0, lines: tuple[PlaceLine | None, ...] = ()
    ) -> None:
        self.first = first
        self.lines = lines
        self._columns = columns
        self._cells: list[Cells | None] = [None] * len(lines)

    def has(self, number: int) -> bool:
        """Return whether a row is here."""
        return 0 <= number - self.first < len(self.lines)

    def line(self, number: int) -> PlaceLine | None:
        """Return a row."""
        return self.lines[number - self.first] if self.has(number) else None

    def here(self) -> Iterator[tuple[int, PlaceLine]]:
        """Yield every row that has a user, with its number."""
        return ((self.first + place, line) for place, line in enumerate(self.lines) if line is not None)

    def cells(self, number: int) -> Cells | None:
        """Return a row's cells, made ready once."""
        if not self.has(number):
            return None
        place = number - self.first
        cells = self._cells[place]
        if cells is None:
            line = self.lines[place]
            cells = deleted_cells(self._columns) if line is None else ready_cells(self._columns, line)
            self._cells[place] = cells
        return cells

    def painted(self, number: int) -> Cells | None:
        """Return a row's cells, None where nobody has needed them yet."""
        return self._cells[number - self.first] if self.has(number) else None

    def outdate(self, first: int, last: int) -> None:
        """Make these cells anew when they are needed next: time has passed."""
        for number in range(first, last + 1):
            self._cells[number - self.first] = None


def narrowed(query: CacheQuery) -> bool:
    """Return whether a query leaves anybody out."""
    return bool(query.search or query.states)


def everybody(query: CacheQuery) -> CacheQuery:
    """Return the same query without what narrows it."""
    return replace(query, search="", states=frozenset())
