"""Introduces the panes of the history to each other, and does what the actions ask.

Runs on: GUI thread
"""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from webpush_admin.backend.records import DatabaseInfo, Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.keeping import KeepingDialog
from webpush_admin.gui.models.delivery_filters import ALL, DeliveryFilters
from webpush_admin.gui.views.history.actions import HistoryActions
from webpush_admin.gui.views.history.availability import tell_availability, tell_own
from webpush_admin.gui.views.history.following import Following
from webpush_admin.gui.views.history.inspector import Inspector
from webpush_admin.gui.views.history.menus import SENDS_MENU, TABLE_MENU, show_menu
from webpush_admin.gui.views.history.panes import Panes
from webpush_admin.gui.views.history.remedies import Remedies
from webpush_admin.gui.views.history.sends_pane import SendsPane
from webpush_admin.gui.views.history.table import TablePane
from webpush_admin.gui.views.history.taking_out import TakingOut
from webpush_admin.gui.widgets.disconnected import DisconnectedState
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.store.history_rows import DeliveryFilter, Keeping, SendRow


class HistoryView(QWidget):
    """Sends, deliveries, and all that is known of one."""

    filter_wished = Signal(object)
    """A `SubscriptionFilter`: somebody wants to see a subscription."""

    retry_wished = Signal(object)
    """A `SendRow`: its failed ones are to be sent to again, with a message that must be written."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("history_view")
        self._context = context
        self._location = ""
        self._active = False
        self._sending = False
        self._dismissed = False
        self.own = HistoryActions(context.theme, self)
        self.sends = SendsPane(context, self.own.forget, self)
        self.table = TablePane(context, self)
        self.inspector = Inspector(context, self.own, self)
        self.remedies = Remedies(context, self.own, self)
        self.taking_out = TakingOut(context, self.sends, self.table, self.inspector, self)
        # What they do by themselves.
        self.copy_report = self.taking_out.copy_report
        self.copy_curl = self.taking_out.copy_curl
        self.export_report = self.taking_out.export_report
        self.choose_columns = self.table.choose_columns
        self.focus_search = self.table.focus_search
        self._lay_out()
        self.following = Following(context, self.sends, self.table, self)
        self.refresh = self.following.refresh
        self._connect()
        if context.database is not None:
            # The view is made when it is first shown: a database may be open long since.
            self._on_database_opened(context.database)

    def _lay_out(self) -> None:
        self.disconnected = DisconnectedState(
            self._context,
            "history",
            self.tr("Open one to see what was sent, and what became of every push."),
            self,
        )
        self.nothing_sent = EmptyState(
            "history",
            self.tr("Nothing has been sent yet"),
            self.tr("Every push is written down here before it goes out, and what became of it after."),
            self._context.actions["compose"],
            parent=self,
            name="nothing_sent",
        )
        self.panes = Panes(self.sends, self.table, self.inspector, self)
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("stack")
        for page in (self.disconnected, self.nothing_sent, self.panes):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _connect(self) -> None:
        self._context.database_opened.connect(self._on_database_opened)
        self._context.database_closed.connect(self._on_database_closed)
        self._context.snapshot.connect(self._on_snapshot)
        self.sends.chosen.connect(self._on_send_chosen)
        self.sends.opened.connect(self.table.table.focus_rows)
        self.sends.read.connect(self._show_page)
        self.sends.menu_wished.connect(self._on_sends_menu)
        self.table.selection_moved.connect(self._on_selection_moved)
        self.table.opened.connect(self._on_opened)
        self.table.menu_wished.connect(self._on_table_menu)
        self.table.narrowed.connect(self._on_narrowed)
        self.inspector.closed.connect(self._on_inspector_closed)
        self.inspector.changed.connect(self._show_state)
        self.remedies.filter_wished.connect(self.filter_wished)
        self.remedies.retry_wished.connect(self.retry_wished)
        own = self.own
        own.show_subscription.triggered.connect(lambda *_: self._on_show_subscription())
        own.only_user.triggered.connect(lambda *_: self._on_only_user())
        own.only_subscription.triggered.connect(lambda *_: self._on_only_subscription())
        own.only_diagnosis.triggered.connect(lambda *_: self._on_only_diagnosis())
        own.copy_rows.triggered.connect(lambda *_: self.taking_out.copy_rows())
        own.forget.triggered.connect(lambda *_: self.ask_keeping())

    def activate(self) -> None:
        """The view is shown: read what has changed meanwhile, and start in the list of sends."""
        if not self._active and self.stack.currentWidget() is self.panes:
            self.sends.list.setFocus()
        self._active = True
        self.following.release()
        self._show_state()

    def deactivate(self) -> None:
        """The view is hidden: wishes to read again are kept for later."""
        self._active = False
        self.following.hold()

    def show_deliveries(self, where: DeliveryFilter) -> None:
        """Show what another view wants to be seen: those of a send, a user or a subscription."""
        filters = DeliveryFilters.of(where)
        self.sends.choose(filters.send)
        self.table.show_filters(filters)

    def retry_failed(self) -> None:
        """Send again to whom the chosen send did not reach."""
        self._with_send(self.remedies.retry_failed)

    def prune_held(self) -> None:
        """Delete what the chosen send found gone and held."""
        self._with_send(self.remedies.prune_held)

    def ask_keeping(self) -> None:
        """Ask how much is kept."""
        self._context.ask(lambda backend: backend.history.keeping(), self._on_keeping)

    def _on_keeping(self, keeping: Keeping) -> None:
        KeepingDialog(self._context, self.window(), keeping).open()

    def _with_send(self, act: Callable[[SendRow], None]) -> None:
        if self.sends.current is not None:
            act(self.sends.current)

    def _on_database_opened(self, info: DatabaseInfo) -> None:
        # It is told again when its subject or keys changed: that is no other database.
        if info.location != self._location:
            self._location = info.location
            self._forget()
            self.table.begin()
            self.following.begin()
        self._show_page()

    def _on_database_closed(self) -> None:
        self._location = ""
        self._forget()
        self._show_page()

    def _forget(self) -> None:
        self._dismissed = False
        self.panes.show_inspector(False)
        self.inspector.show_row(None)
        self.sends.clear()
        self.table.clear()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        sending = snapshot.sending is not None
        if sending != self._sending:
            self._sending = sending
            self._show_state()

    def _on_send_chosen(self, send: SendRow | None) -> None:
        self.table.bar.choose(send=send.number if send is not None else None)

    def _on_narrowed(self) -> None:
        # The chip of the send was taken away, or put there by somebody else.
        self.sends.choose(self.table.bar.filters.send)
        self._show_state()

    def _on_selection_moved(self) -> None:
        row = self.table.current
        if row is not None and self.panes.wide and not self._dismissed:
            self.panes.show_inspector(True)
        if row is not None and self.inspector.isVisibleTo(self.panes):
            self.inspector.show_row(row)
        elif row is None and not self.table.model.busy:
            self.panes.show_inspector(False)
            self.inspector.show_row(None)
        self._show_state()

    def _on_opened(self) -> None:
        index = self.table.table.currentIndex()
        if index.isValid() and self.table.current is None:
            self.table.table.selectRow(index.row())
        if self.table.current is not None:
            self._dismissed = False
            self.panes.show_inspector(True)
            self.inspector.show_row(self.table.current)
            self.table.table.scrollTo(index)
            self.inspector.enter()

    def _on_inspector_closed(self) -> None:
        self._dismissed = True
        self.panes.show_inspector(False)
        self.inspector.show_row(None)
        self.table.table.setFocus()

    def _on_show_subscription(self) -> None:
        if self.table.current is not None:
            self.remedies.show_subscription(self.table.current)

    def _on_only_user(self) -> None:
        row = self.table.current
        if row is not None:
            self.table.bar.set_filters(DeliveryFilters(user_id=row.user_id, user_name=row.user_name))

    def _on_only_subscription(self) -> None:
        row = self.table.current
        if row is not None:
            self.table.bar.set_filters(DeliveryFilters(subscription_id=row.subscription_id))

    def _on_only_diagnosis(self) -> None:
        row = self.table.current
        if row is not None:
            self.table.bar.choose(rule=row.rule)

    def _show_page(self) -> None:
        page: QWidget = self.panes
        if self._context.database is None:
            page = self.disconnected
        elif self.sends.known and not self.sends.model.sends and self.table.bar.filters == ALL:
            page = self.nothing_sent
        if page is not self.stack.currentWidget():
            self.stack.setCurrentWidget(page)
        self._show_state()

    def _show_state(self) -> None:
        detail = self.inspector.detail
        self.remedies.offer(self.inspector.row, detail.send if detail is not None else None, sending=self._sending)
        tell_own(self._context, self.own, self.table)
        self.sends.show_numbers()
        if self._active:
            tell_availability(self._context, self.table, self.sends.current, detail, sending=self._sending)

    def _on_table_menu(self, position: QPoint) -> None:
        show_menu(self._context, self, self.own, TABLE_MENU, position)

    def _on_sends_menu(self, position: QPoint) -> None:
        show_menu(self._context, self, self.own, SENDS_MENU, position)
