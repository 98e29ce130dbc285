"""What the context menu of a row offers beside the actions: copy what is shown, or filter by it.

Runs on: GUI thread
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication

from webpush_admin.backend.records import State, SubscriptionInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.filters import Filters
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text
from webpush_admin.gui.views.subscriptions.table import TablePane
from webpush_admin.push.services import SERVICES
from webpush_admin.store.browsers import browser_name
from webpush_admin.store.rows import Condition

_CONDITIONS: Final = {
    State.NEW: Condition.NEW,
    State.OK: Condition.OK,
    State.FAILING: Condition.FAILING,
    State.SUSPECT: Condition.SUSPECT,
    State.INVALID: Condition.INVALID,
}


class CellMenu(QObject):
    """Acts on the current cell of the table and on the selected rows; endpoints stay masked, as they are shown."""

    mark_wished = Signal(list)
    """Ids of the selected rows, which are to be marked suspect."""

    unmark_wished = Signal(list)
    """Those whose mark is to be taken back."""

    def __init__(self, context: Context, pane: TablePane, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._pane = pane

    def actions(self) -> Sequence[QAction]:
        """Return the actions for the menu that opens now; those that are not possible are disabled."""
        info, key = self._current()
        copied = self._narrowed(info, key)
        rows = self._pane.selection().rows
        database = self._context.database
        writable = database is not None and not database.read_only
        marked = [row for row in rows if row.marked]
        return (
            self._action(
                "mark_suspect",
                self.tr("Mark suspect"),
                lambda: self.mark_wished.emit(_ids(rows)),
                enabled=writable and len(marked) < len(rows),
            ),
            self._action(
                "unmark",
                self.tr("Unmark"),
                lambda: self.unmark_wished.emit(_ids(marked)),
                enabled=writable and bool(marked),
            ),
            self._action("copy_cell", self.tr("Copy cell"), self.copy_cell, enabled=info is not None),
            self._action("copy_rows", self.tr("Copy rows as CSV"), self.copy_rows, enabled=bool(rows)),
            self._action("filter_by_value", self.tr("Filter by this value"), self.filter, enabled=copied is not None),
        )

    def copy_cell(self) -> None:
        """Copy what the current cell shows."""
        info, key = self._current()
        column = next((column for column in self._pane.model.columns if column.key == key), None)
        if info is not None and column is not None:
            QGuiApplication.clipboard().setText(display_text(column.text(info)))
            self._context.notify(self.tr("Copied the cell."), "good")

    def copy_rows(self) -> None:
        """Copy the shown columns of the selected rows as CSV that no spreadsheet runs."""
        # Imported here: nothing of it is needed before the first paint.
        from webpush_admin.gui.models.csv_rows import csv_text

        rows = self._pane.selection().rows
        if rows:
            QGuiApplication.clipboard().setText(csv_text(self._pane.table.columns.shown_in_order, rows))
            told = counted(len(rows), self.tr("row"), self.tr("rows"))
            self._context.notify(self.tr("Copied {0} as CSV; endpoints are masked.").format(told), "good")

    def filter(self) -> None:
        """Narrow the table to the value of the current cell."""
        filters = self._narrowed(*self._current())
        if filters is not None:
            self._pane.bar.set_filters(filters)

    def _current(self) -> tuple[SubscriptionInfo | None, str]:
        table = self._pane.table
        index = table.currentIndex()
        shown = table.columns.shown_in_order
        if not index.isValid() or not shown:
            return None, ""
        key = self._pane.model.columns[index.column()].key
        # The cursor may stand in a column that has left meanwhile.
        return self._pane.model.row(index), key if key in table.columns.shown else shown[0].key

    def _narrowed(self, info: SubscriptionInfo | None, key: str) -> Filters | None:
        filters = self._pane.bar.filters
        if info is None:
            return None
        if key in ("service", "host") and info.subscription.host:
            known = key == "service" and info.service in {service.name for service in SERVICES}
            return replace(filters, service=info.service if known else info.subscription.host)
        if key == "browser":
            return replace(filters, browser=browser_name(info.subscription.user_agent))
        if key == "state":
            return replace(filters, condition=_CONDITIONS[info.state])
        return None

    def _action(self, name: str, text: str, done: Callable[[], None], *, enabled: bool) -> QAction:
        action = QAction(text, self, enabled=enabled)
        action.setObjectName(name)
        action.triggered.connect(lambda *_: done())
        return action


def _ids(rows: Sequence[SubscriptionInfo]) -> list[int]:
    return [row.subscription.id for row in rows if row.subscription.id is not None]
