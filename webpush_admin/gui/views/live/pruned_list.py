"""The list of what was pruned: which of it, in what order, and up to which moment, so that nothing moves by itself.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject

from webpush_admin.backend.pruned_records import PrunedChosen, PrunedQuery, PrunedRow, PrunedState
from webpush_admin.backend.records import Page
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.paged import PagedModel
from webpush_admin.gui.models.pruned import PRUNED_COLUMNS
from webpush_admin.gui.models.requests import Stretch

AT_ONCE: Final = 4096
"""Rows that are held in memory while they are selected; more are told to the worker by their positions."""

_ORDERS: Final = {column.key: column.order_by for column in PRUNED_COLUMNS}
_START: Final = PrunedQuery(up_to=0)


class PrunedList(QObject):
    """A query and the model of its rows.

    Attributes:
        model: The rows.
        query: What is shown.
    """

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.query = _START
        self.model = PagedModel(PRUNED_COLUMNS, self._fetch, key=lambda row: row.number, parent=self)
        self.model.failed.connect(lambda sentence: context.notify(sentence, "bad"))

    @property
    def newest_first(self) -> bool:
        """Whether what comes anew comes on top."""
        return self.query.descending and self.query.order_by == "number"

    @property
    def up_to(self) -> int:
        """The highest number that is shown."""
        return self.query.up_to or 0

    def begin(self) -> None:
        """Show nothing yet: another database."""
        self.query = _START
        self.model.clear()

    def search(self, text: str, up_to: int) -> None:
        """Show what matches, of all that there is."""
        self._show(search=text, up_to=up_to)

    def sort(self, key: str, descending: bool, up_to: int) -> None:
        """Show another order, of all that there is."""
        self._show(order_by=_ORDERS[key], descending=descending, up_to=up_to)

    def read_again(self, up_to: int) -> None:
        """Read what is shown again, with everything up to there; scroll and selection stay with their rows."""
        self.query = replace(self.query, up_to=up_to)
        self.model.refresh()

    def rows(self, numbers: list[int]) -> list[PrunedRow]:
        """Return the rows at these positions, as far as they are in memory and kept."""
        return [row for number in numbers if (row := self.model.row(number)) is not None]

    def wanted_back(self, stretches: list[tuple[int, int]]) -> tuple[int, tuple[int, ...] | PrunedChosen]:
        """Return how many of a selection can be restored, as far as it is known, and how the worker is told of them."""
        count = sum(last - first + 1 for first, last in stretches)
        positions = (
            [number for first, last in stretches for number in range(first, last + 1)] if count <= AT_ONCE else []
        )
        if positions and all(self.model.is_fetched(number) for number in positions):
            numbers = tuple(row.number for row in self.rows(positions) if row.state is PrunedState.KNOWN)
            return len(numbers), numbers
        return count, PrunedChosen(self.query, self.model.stamp, tuple(stretches))

    def _show(self, **changes: Any) -> None:
        self.query = replace(self.query, **changes)
        self.model.reset()

    def _fetch(
        self, stretch: Stretch, done: Callable[[Page[PrunedRow]], None], failed: Callable[[str], None]
    ) -> Job[Any]:
        query = self.query
        return self._context.ask(
            lambda backend: backend.pruned.page(query, stretch.stamp, stretch.offset, stretch.limit), done, failed
        )
