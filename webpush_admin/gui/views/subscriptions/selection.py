"""What is selected in a long list: all of it, or nothing and the reason. Never a part of it.

Runs on: GUI thread
"""

from dataclasses import dataclass
from typing import Any, Final, Generic

from PySide6.QtCore import QCoreApplication

from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.gui.models.columns import Row
from webpush_admin.gui.models.paged import HELD_PAGES, PagedModel
from webpush_admin.gui.models.requests import PAGE_ROWS
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.rows import Chosen, SubscriptionQuery

HELD_ROWS: Final = HELD_PAGES * PAGE_ROWS
"""Rows that are acted on one by one; what is more is told as stretches of the list."""


@dataclass(frozen=True, slots=True)
class Selection(Generic[Row]):
    """The selected rows.

    Attributes:
        count: How many the operator sees selected.
        rows: All of them in the order of the table; empty where `problem` says why they are not known.
        problem: One sentence, "" where the rows can be acted on.
    """

    count: int = 0
    rows: tuple[Row, ...] = ()
    problem: str = ""


def read_selection(table: Table, model: PagedModel[Any]) -> Selection[Any]:
    """Return what is selected. Rows that were never looked at are fetched and kept; the model then tells `loaded`."""
    count = table.selected_count()
    # A million rows are not even listed: what is asked of them is refused.
    numbers = table.selected_rows() if count <= HELD_ROWS else []
    if not model.hold(numbers) or len(numbers) < count:
        sentence = QCoreApplication.translate(
            "Selection", "{count} rows are selected, too many to act on one by one: filter, or select fewer."
        )
        return Selection(count, (), sentence.format(count=f"{count:,}"))
    if not all(map(model.is_fetched, numbers)):
        return Selection(count, (), QCoreApplication.translate("Selection", "The selected rows are being read."))
    # What was deleted since the list was made is a gap in it, and not selected.
    rows = tuple(row for number in numbers if (row := model.row(number)) is not None)
    return Selection(len(rows), rows)


def read_chosen(table: Table, model: PagedModel[SubscriptionInfo], query: SubscriptionQuery) -> Chosen:
    """Return the selected subscriptions by their ids where there are few, else as stretches of the list."""
    selection = read_selection(table, model)
    if selection.rows or not selection.count:
        ids = tuple(info.subscription.id for info in selection.rows if info.subscription.id is not None)
        return Chosen(len(ids), ids)
    return Chosen(selection.count, query=query, stamp=model.stamp, stretches=tuple(table.selected_stretches()))
