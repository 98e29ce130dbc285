"""The pane of deliveries: search, filters, the table, and what has come since it was read.

Runs on: GUI thread
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.columns import ColumnsDialog
from webpush_admin.gui.models.deliveries import COMPACT, DELIVERY_COLUMNS, LEAVES_FIRST, LEAVES_LAST
from webpush_admin.gui.models.delivery_filters import ALL, DeliveryFilters
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.views.history.filter_bar import FilterBar
from webpush_admin.gui.views.history.listing import Listing
from webpush_admin.gui.views.history.places import Places
from webpush_admin.gui.widgets.banner import Banner
from webpush_admin.gui.widgets.busy import BusySign
from webpush_admin.gui.widgets.plain import Card
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.still import Still
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.history_rows import ALL_DELIVERIES, DeliveryQuery, DeliveryRow

DIAGNOSIS_PIXELS = 130
COPIED_ROWS = 4096
"""Rows that are copied at once at most; an export writes them all."""

_ORDERS = {column.key: column.order_by for column in DELIVERY_COLUMNS}


class TablePane(QWidget):
    """The deliveries of one send or of all.

    Attributes:
        selection_moved: Other deliveries are selected, or the selected one has changed.
        opened: Enter or a double click on one.
        menu_wished: A context menu at this global position.
        narrowed: Filters or search are others.
        loaded: Rows have arrived.
    """

    selection_moved = Signal()
    opened = Signal()
    menu_wished = Signal(QPoint)
    narrowed = Signal()
    loaded = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("table_pane")
        self._context = context
        self._stopped = False
        self.search = SearchField(
            self.tr("Filter by user, host, end of the endpoint, status or id"), self, name="search"
        )
        self.list = Listing(context, self)
        self.model = self.list.model
        self.table = Table(
            context.theme,
            self.model,
            DELIVERY_COLUMNS,
            self,
            name="deliveries_table",
            accessible_name=self.tr("Deliveries"),
            leaves_first=LEAVES_FIRST,
            leaves_last=LEAVES_LAST,
            compact=COMPACT,
            own_order="number",
            own_descending=True,
            stretch_pixels=DIAGNOSIS_PIXELS,
        )
        self.table.show_sorting("number", descending=True)
        Still(self.table, self.model)
        self.table.columns.dialog_action = context.actions["choose_columns"]
        self.bar = FilterBar(context, self.search, self)
        # Below the table: above, its coming would move the row that the operator is about to click.
        self.newer = Banner(context, self, name="newer_banner", action=self.tr("Refresh"))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.card = Card(self, name="card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        self.stack = Places(self.table, self._context.actions, self.card)
        self.busy = BusySign(self.card, self)
        inside.addWidget(self.stack)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.search, 1)
        self.export_button = self._tool("export_button", "export_report")
        self.columns_button = self._tool("columns_button", "choose_columns")
        for tool in (self.export_button, self.columns_button):
            top.addWidget(tool)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.bar.line)
        layout.addWidget(self.card, 1)
        layout.addWidget(self.newer)
        tools = (self.search, self.export_button, self.columns_button, *self.bar.stops)
        for before, after in pairwise((*tools, self.table.horizontalHeader(), self.table, self.busy.stop_button)):
            self.setTabOrder(before, after)

    def _tool(self, name: str, action_name: str) -> QToolButton:
        action = self._context.actions[action_name]
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setObjectName(name)
        button.setAccessibleName(action.iconText())
        button.setProperty("framed", True)
        return button

    def _connect(self) -> None:
        self.bar.changed.connect(self._on_filter_changed)
        self.search.left_down.connect(self.table.focus_rows)
        self.search.returnPressed.connect(self.table.focus_rows)
        self.table.sort_wished.connect(self._on_sort_wished)
        self.table.selection_moved.connect(self._hold)
        self.table.selection_moved.connect(self.selection_moved)
        self.table.opened.connect(self.opened)
        self.table.menu_wished.connect(self.menu_wished)
        self.selection_moved.connect(self._show_count)
        self.model.modelReset.connect(self.selection_moved)
        self.model.arrived.connect(self._on_arrived)
        self.model.loaded.connect(self._on_loaded)
        self.model.busy_changed.connect(self._on_busy_changed)
        self.busy.stopped.connect(self._on_stopped)
        self.stack.clear_wished.connect(lambda: self._clear())

    @property
    def current(self) -> DeliveryRow | None:
        """The one delivery that is selected, None where it is none or several."""
        if self.table.selected_count() != 1:
            return None
        return self.model.row(self.table.selected_rows()[0])

    @property
    def follows(self) -> bool:
        """Whether newer ones may come on top by themselves: nobody reads or points at a row that they would move."""
        return self.at_top and not self.table.underMouse()

    @property
    def at_top(self) -> bool:
        """Whether the newest are seen, and nothing is selected."""
        still = not self.table.selectionModel().hasSelection() and self.list.newest_first
        return still and self.table.verticalScrollBar().value() == 0

    def selected(self) -> tuple[DeliveryRow, ...]:
        """Return the selected rows that are in memory."""
        if self.table.selected_count() > COPIED_ROWS:
            return ()
        return tuple(row for number in self.table.selected_rows() if (row := self.model.row(number)) is not None)

    def begin(self) -> None:
        """Show another database from its beginning."""
        self.bar.reset()
        self.bar.forget()
        self.newer.show_text("")
        self.table.show_sorting("number", descending=True)
        default = DeliveryQuery()
        self._begin(where=ALL_DELIVERIES, order_by=default.order_by, descending=default.descending)

    def clear(self) -> None:
        """Show nothing: no database is open."""
        self.newer.show_text("")
        self.model.clear()

    def show_filters(self, filters: DeliveryFilters) -> None:
        """Show what somebody else found."""
        self.bar.set_filters(filters)

    def show_newer(self, count: int | None) -> None:
        """Tell that newer ones are there; None where their number is not known, 0 for none."""
        if count == 0:
            self.newer.show_text("")
        elif count is None:
            self.newer.show_text(self.tr("There are newer answers."))
        else:
            self.newer.show_text(
                self.tr("{those} since this was read.").format(
                    those=counted(count, self.tr("newer answer"), self.tr("newer answers"))
                )
            )

    def choose_columns(self) -> None:
        """Ask which columns to show."""
        ColumnsDialog(self._context, self.window(), self.table.columns).open()

    def focus_search(self) -> None:
        """Go to the search."""
        self.search.setFocus()
        self.search.selectAll()

    def _begin(self, **changes: Any) -> None:
        self.table.clearSelection()
        self.list.begin(**changes)

    def _clear(self) -> None:
        self.bar.set_filters(ALL)
        self.search.setFocus()

    def _hold(self) -> None:
        """Keep what is selected in memory, however far the operator scrolls."""
        many = self.table.selected_count() > COPIED_ROWS
        self.model.hold([] if many else self.table.selected_rows())

    def _on_filter_changed(self) -> None:
        self._begin(where=self.bar.where())
        self.narrowed.emit()

    def _on_sort_wished(self, key: str, descending: bool) -> None:
        self._begin(order_by=_ORDERS[key], descending=descending)

    def _on_arrived(self, rows: Sequence[DeliveryRow]) -> None:
        self.bar.learn(rows)

    def _on_loaded(self) -> None:
        self._show_page()
        self.loaded.emit()
        self.selection_moved.emit()

    def _on_busy_changed(self, busy: bool) -> None:
        if busy:
            self._stopped = False
            self.busy.begin(self.list.what)
        else:
            self.busy.end()

    def _on_stopped(self) -> None:
        self._stopped = not self.model.rowCount()
        self.model.cancel()
        self.busy.end()
        self._show_page()

    def _show_count(self) -> None:
        self.bar.line.show_selected(self.table.selected_count())
        self.bar.line.show_rows(self.model.rowCount() if self.list.counted else None, None)

    def _show_page(self) -> None:
        if self._stopped:
            self.stack.show_stopped()
        elif self.model.rowCount() or not self.model.known:
            self.stack.show_rows()
        elif self.list.narrowed and self.bar.filters != DeliveryFilters(send=self.bar.filters.send):
            self.stack.show_nothing_found(self.bar.filters)
        else:
            self.stack.show_nothing_kept()
