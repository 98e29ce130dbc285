"""The pane of subscriptions: filter, the accent button, the table, and what to do where there are none.

Runs on: GUI thread
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSettings, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.columns import ColumnsDialog
from webpush_admin.gui.models.filters import NO_FILTERS, Filters
from webpush_admin.gui.models.names import Names
from webpush_admin.gui.models.subscriptions import COMPACT, LEAVES_FIRST, LEAVES_LAST, SUBSCRIPTION_COLUMNS
from webpush_admin.gui.views.subscriptions.filter_bar import FilterBar
from webpush_admin.gui.views.subscriptions.listing import Listing
from webpush_admin.gui.views.subscriptions.places import Places
from webpush_admin.gui.views.subscriptions.selection import HELD_ROWS, Selection, read_chosen, read_selection
from webpush_admin.gui.widgets.busy import BusySign
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import Card
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.still import Still
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.rows import EVERYTHING, Chosen, SubscriptionFilter, User

if TYPE_CHECKING:
    from webpush_admin.backend.audit_records import AuditReport

_ORDERS = {column.key: column.order_by for column in SUBSCRIPTION_COLUMNS}


class TablePane(QWidget):
    """The subscriptions of one user or of all.

    Attributes:
        selection_moved: Other subscriptions are selected, or the selected ones have changed.
        opened: Enter or a double click on one.
        menu_wished: A context menu at this global position.
        loaded: Rows have arrived.
    """

    selection_moved = Signal()
    opened = Signal()
    menu_wished = Signal(QPoint)
    loaded = Signal()

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_pane")
        self._context = context
        self._names = names
        self._user: User | None = None
        self._people = 0
        self._everything: int | None = None
        self._audited: bool | None = None
        self._stopped = False
        self._seen_order = ("id", False)
        self.filter = SearchField(self.tr("Filter by user, endpoint, host or id"), self, name="filter")
        self.send_button = ActionButton(context.actions["send_test"], self, kind="accent", name="send_button")
        self.list = Listing(context, self)
        self.model = self.list.model
        self.table = Table(
            context.theme,
            self.model,
            SUBSCRIPTION_COLUMNS,
            self,
            name="table",
            accessible_name=self.tr("Subscriptions"),
            leaves_first=LEAVES_FIRST,
            leaves_last=LEAVES_LAST,
            compact=COMPACT,
            own_order="id",
        )
        self.table.show_sorting("id", descending=False)
        Still(self.table, self.model)
        self.table.columns.dialog_action = context.actions["choose_columns"]
        self.bar = FilterBar(context, self.filter, self)
        self._lay_out()
        self.bar.changed.connect(self._on_filter_changed)
        self.bar.shown_changed.connect(context.actions["show_filters"].setChecked)
        self.filter.left_down.connect(self.focus_rows)
        self.filter.returnPressed.connect(self.focus_rows)
        self.table.sort_wished.connect(self._on_sort_wished)
        self.table.selection_moved.connect(self.selection_moved)
        self.table.opened.connect(self.opened)
        self.table.menu_wished.connect(self.menu_wished)
        self.model.arrived.connect(self._on_arrived)
        self.model.loaded.connect(self._on_loaded)
        self.model.modelReset.connect(self.selection_moved)
        self.selection_moved.connect(self._show_count)
        self.model.busy_changed.connect(self._on_busy_changed)
        self.busy.stopped.connect(self._on_stopped)
        self.stack.clear_wished.connect(self._on_clear_wished)
        self.stack.anywhere_wished.connect(self._on_anywhere_wished)
        self.stack.audit_wished.connect(self._on_audit_wished)

    def _lay_out(self) -> None:
        self.card = Card(self, name="card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        self.stack = Places(self.table, self._context.actions, self.card)
        self.busy = BusySign(self.card, self)
        inside.addWidget(self.stack)
        filters = self._context.actions["show_filters"]
        filters.setCheckable(True)
        filters.setChecked(self.bar.shown)
        self.filters_button = QToolButton(self)
        self.filters_button.setDefaultAction(filters)
        self.filters_button.setObjectName("filters_button")
        self.filters_button.setAccessibleName(filters.iconText())
        self.filters_button.setProperty("framed", True)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.filter, 1)
        top.addWidget(self.filters_button)
        top.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.bar.line)
        layout.addWidget(self.card, 1)
        stops = (self.filter, self.filters_button, self.send_button, *self.bar.stops)
        for before, after in pairwise((*stops, self.table.horizontalHeader(), self.table, self.busy.stop_button)):
            self.setTabOrder(before, after)

    def restore(self, settings: QSettings) -> None:
        """Be as the operator left it: the bar of filters, and what was saved there."""
        self.bar.restore(settings)

    def show_filter(self, where: SubscriptionFilter) -> None:
        """Show what somebody else found, of all users; each part of it can be taken away in the bar."""
        self.bar.reset(Filters.of(where))
        self._on_filter_changed()

    def focus_filter(self) -> None:
        """Go to the search of the table."""
        self.filter.setFocus()
        self.filter.selectAll()

    def show_filters(self) -> None:
        """Show or hide the bar of filters, as the action is ticked."""
        self.bar.show_bar(self._context.actions["show_filters"].isChecked())

    def choose_columns(self) -> None:
        """Ask which columns to show."""
        ColumnsDialog(self._context, self.window(), self.table.columns).open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the bar of filters out where it is narrow."""
        super().resizeEvent(event)
        self.bar.fit(self.width())

    def show_user(self, user: User | None) -> None:
        """Show one user's subscriptions, or everybody's."""
        if user is not None:
            self._names.learn([(user.id, user.name)])
        # A list that is on its way is as good as one that is there: when a database is opened both panes begin at once.
        same = user == self._user and (self.model.known or self.model.busy)
        self._user = user
        if same:
            return
        self.table.columns.send_away("user", user is not None)
        self._begin(user_id=user.id if user else None)

    def show_everything(self, subscriptions: int) -> None:
        """Tell how many the user has, or all have: of so many the table shows some."""
        self._everything = subscriptions
        self._show_count()

    def show_people(self, people: int) -> None:
        """Tell how many users there are: without any, the place invites to add one."""
        self._people = people
        self._show_page()

    def begin(self) -> None:
        """Show another database from its beginning."""
        self._user = self._everything = None
        self.bar.reset()
        self.bar.forget_hosts()
        self.table.columns.send_away("user", False)
        self._begin(user_id=None, where=EVERYTHING)

    def selection(self) -> Selection[SubscriptionInfo]:
        """Return the selected subscriptions, or why they cannot be acted on."""
        return read_selection(self.table, self.model)

    @property
    def selects_many(self) -> bool:
        """Whether more rows are selected than are kept in memory."""
        return self.table.selected_count() > HELD_ROWS

    def chosen(self) -> Chosen:
        """Return what the operator selected, up to a million rows; nothing selected is nothing chosen."""
        return read_chosen(self.table, self.model, self.list.query)

    def focus_rows(self) -> None:
        """Go from a field into the table; the first row becomes the current one, without being selected."""
        self.table.focus_rows()

    def _begin(self, **changes: Any) -> None:
        self.table.clearSelection()
        self.list.begin(**changes)

    def _on_filter_changed(self) -> None:
        self._audited = None
        self._begin(where=self.bar.where())

    def _on_sort_wished(self, key: str, descending: bool) -> None:
        self._begin(order_by=_ORDERS[key], descending=descending)

    def _on_arrived(self, rows: Sequence[SubscriptionInfo]) -> None:
        self._seen_order = (self.table.sorted_by, self.table.descending)
        self.bar.learn_hosts(self._names.learn_rows(rows))

    def _on_loaded(self) -> None:
        self._show_page()
        self.loaded.emit()
        self.selection_moved.emit()

    def _show_count(self) -> None:
        self.bar.line.show_selected(self.table.selected_count())
        everything = self._everything if self.list.narrowed else None
        self.bar.line.show_rows(self.model.rowCount() if self.list.counted else None, everything)

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
        key, descending = self._seen_order
        if self._stopped and (key, descending) != (self.table.sorted_by, self.table.descending):
            # Another order was too slow: the one before it is the way back.
            self.table.show_sorting(key, descending=descending)
            self._on_sort_wished(key, descending)
        self._show_page()

    def _on_clear_wished(self) -> None:
        self.bar.set_filters(NO_FILTERS)
        self.filter.setFocus()

    def _on_anywhere_wished(self) -> None:
        self.bar.set_filters(replace(self.bar.filters, anywhere=True))

    def _on_audit_wished(self) -> None:
        self._context.ask(lambda backend: backend.audit.run(), self._on_audited)

    def _on_audited(self, report: "AuditReport | None") -> None:
        known, self._audited = self._audited, report is not None
        if self._audited and known is False and self.bar.filters.needs_audit:
            self.model.reset()
        self._show_page()

    def _show_page(self) -> None:
        name = self._user.name if self._user is not None else None
        if self._stopped:
            self.stack.show_stopped()
        elif self.model.rowCount() or not self.model.known:
            self.stack.show_rows()
        elif self.bar.filters.needs_audit and not self._audited:
            self._show_not_audited()
        elif self.list.narrowed:
            self.stack.show_nothing_found(self.bar.filters, name)
        elif self._user is None and not self._people:
            self.stack.show_nobody()
        else:
            self.stack.show_no_subscriptions(name)

    def _show_not_audited(self) -> None:
        if self._audited is None:
            # Nothing matches, or nobody has looked: that is asked once.
            self._context.ask(lambda backend: backend.audit.report(), self._on_audited)
        else:
            self.stack.show_not_audited()
