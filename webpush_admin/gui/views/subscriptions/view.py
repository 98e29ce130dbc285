"""Introduces the panes of the view to each other, and does what the actions ask.

Runs on: GUI thread
"""

from functools import partial
from uuid import UUID

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from webpush_admin.backend.records import DatabaseInfo, SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.exportable import Exportable
from webpush_admin.gui.models.names import Names
from webpush_admin.gui.models.results import sentence
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.models.users import Person
from webpush_admin.gui.views.subscriptions.availability import tell_availability
from webpush_admin.gui.views.subscriptions.cell_menu import CellMenu
from webpush_admin.gui.views.subscriptions.copying import Copying
from webpush_admin.gui.views.subscriptions.detail import DetailPane
from webpush_admin.gui.views.subscriptions.editing import Editing
from webpush_admin.gui.views.subscriptions.following import Following
from webpush_admin.gui.views.subscriptions.menus import PEOPLE_MENU, RESULTS_MENU, TABLE_MENU, show_menu
from webpush_admin.gui.views.subscriptions.panes import Panes
from webpush_admin.gui.views.subscriptions.people import PeoplePane
from webpush_admin.gui.views.subscriptions.remedying import Remedying
from webpush_admin.gui.views.subscriptions.results import ResultsPanel
from webpush_admin.gui.views.subscriptions.sender import Sender
from webpush_admin.gui.views.subscriptions.table import TablePane
from webpush_admin.gui.views.subscriptions.targeting import read_target
from webpush_admin.gui.widgets.disconnected import DisconnectedState
from webpush_admin.store.rows import SubscriptionFilter, User


class SubscriptionsView(QWidget):
    """People, their subscriptions, the detail of one, and the answers of a send.

    Attributes:
        history_wished: A `DeliveryFilter` that the history should show.
    """

    history_wished = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("subscriptions_view")
        self._context = context
        self._location = ""
        self._active = False
        self.names = Names()
        self.people = PeoplePane(context, self)
        self.table = TablePane(context, self.names, self)
        # What the table does by itself.
        self.restore = self.table.restore
        self.find_subscription = self.table.focus_filter
        self.show_filters = self.table.show_filters
        self.choose_columns = self.table.choose_columns
        self.detail = DetailPane(context, self)
        self.results = ResultsPanel(context, self.names, self)
        self.results.hide()
        self.copying = Copying(context, self.detail, self)
        self.copy_json = self.copying.copy_json
        self.copy_json_secrets = self.copying.copy_json_secrets
        self.copy_curl = self.copying.copy_curl
        self.cell_menu = CellMenu(context, self.table, self)
        self.sending = Sender(context, self)
        self.editing = Editing(context, self)
        self.remedying = Remedying(context, self.editing, self.sending, self.results, self)
        self.disconnected = DisconnectedState(
            context,
            "bell",
            self.tr("Open one to see who is subscribed and to send tests. The demo brings its own push service."),
            self,
        )
        self._lay_out()
        self.following = Following(context, self.people, self.table, self.results, self)
        self._connect()

    def _lay_out(self) -> None:
        self.panes = Panes(self.people, self.table, self.detail, self.results, self)
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("stack")
        self.stack.addWidget(self.disconnected)
        self.stack.addWidget(self.panes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.stack)

    def _connect(self) -> None:
        self._context.database_opened.connect(self._on_database_opened)
        self._context.database_closed.connect(self._on_database_closed)
        self.people.chosen.connect(self._on_person_chosen)
        self.people.loaded.connect(self._on_people_loaded)
        self.people.entered.connect(self.table.focus_rows)
        self.people.opened.connect(self.edit_user)
        self.people.menu_wished.connect(partial(show_menu, self._context, self, PEOPLE_MENU))
        self.table.selection_moved.connect(self._on_selection_moved)
        self.table.opened.connect(self.edit_subscription)
        self.table.menu_wished.connect(self._on_table_menu)
        self.detail.changed.connect(self._show_state)
        self.cell_menu.mark_wished.connect(self.remedying.mark)
        self.cell_menu.unmark_wished.connect(self.remedying.unmark)
        self.detail.history.answer.wished.connect(self.remedying.do)
        self.results.changed.connect(self._show_state)
        self.results.menu_wished.connect(partial(show_menu, self._context, self, RESULTS_MENU))
        self.results.closed.connect(self.results.hide)
        self.results.history_wished.connect(self.history_wished)
        self.results.room_wished.connect(self.panes.make_room)
        self.results.remedy_wished.connect(self.remedying.do)
        self.sending.started.connect(self._on_send_started)
        self.sending.finished.connect(self._on_send_finished)
        self.sending.ended.connect(self.results.end)
        self.sending.ended.connect(self._show_state)
        self.editing.user_saved.connect(self.people.show_saved)

    def activate(self) -> None:
        """The view is shown: read what has changed meanwhile, and start in the search."""
        if not self._active:
            self.people.search.setFocus()
        self._active = True
        self.following.release()
        self._show_state()

    def deactivate(self) -> None:
        """The view is hidden: wishes to read again are kept for later."""
        self._active = False
        self.following.hold()

    def target(self) -> Target:
        """Return whom "Send test" is for: the selected subscriptions, else the current user, else all."""
        return read_target(self.people, self.table)

    def send_test(self) -> None:
        """Send to what the button names."""
        self.sending.send_test(self.target())

    def add_user(self) -> None:
        """Ask for the name of a new user."""
        self.editing.add_user()

    def edit_user(self) -> None:
        """Rename the current user."""
        if self.people.current is not None and self.people.current.user is not None:
            self.editing.edit_user(self.people.current.user)

    def delete_users(self) -> None:
        """Delete the selected users with their subscriptions, after asking."""
        self.editing.delete_users(self.people.selection().rows)

    def add_subscription(self) -> None:
        """Add a subscription to the current user, or to one that the form asks for."""
        self.editing.add_subscription(self.owner())

    def edit_subscription(self) -> None:
        """Edit the selected subscription, or the one that the cursor is on."""
        infos = self.table.selection().rows
        info = infos[0] if infos else self.table.model.row(self.table.table.currentIndex())
        if info is not None:
            self.editing.edit_subscription(info.subscription)

    def delete_subscriptions(self) -> None:
        """Delete the selected subscriptions, after asking."""
        self.editing.delete_subscriptions(self.table.chosen())

    def prune_gone(self) -> None:
        """Delete the rows that a test found gone, after asking."""
        self.editing.prune(self.results.prunable(), self.results.mark_pruned)

    def invalidate_user(self) -> None:
        """Drop the current user from the cache."""
        if self.people.current is not None and self.people.current.user is not None:
            self.editing.invalidate(self.people.current.user)

    def copy_report(self) -> None:
        """Copy the answers as text."""
        self.results.copy_report()

    def show_filter(self, where: SubscriptionFilter) -> None:
        """Show what somebody else found among everybody's subscriptions."""
        self.people.choose(None)
        self.table.show_filter(where)

    def show_user(self, user: tuple[UUID, str]) -> None:
        """Show the subscriptions of somebody whom another view has found, by id and name."""
        self.people.seek(*user)

    def exportable(self) -> Exportable:
        """Return what is selected and shown, for an export."""
        user, query = self.owner(), self.table.list.query
        narrowed = self.table.list.narrowed or user is not None
        name = user.name if user is not None else ""
        return Exportable(self.table.chosen(), query, self.table.model.stamp, narrowed, name)

    def owner(self) -> User | None:
        """Return whose subscriptions are shown, None for everybody's."""
        return self.people.current.user if self.people.current is not None else None

    def focus_search(self) -> None:
        """Go to the search for people."""
        self.people.search.setFocus()
        self.people.search.selectAll()

    def refresh(self) -> None:
        """Read what is shown again."""
        self.following.refresh()

    def _on_database_opened(self, info: DatabaseInfo) -> None:
        # It is told again when its subject or keys changed: that is no other database.
        if info.location != self._location:
            self._location = info.location
            self.names.clear()
            self.results.hide()
            self.results.begin("")
            self.people.begin()
            self.table.begin()
            self.stack.setCurrentWidget(self.panes)
            if self._active:
                self.people.search.setFocus()
        self._show_state()

    def _on_database_closed(self) -> None:
        self._location = ""
        self.people.model.clear()
        self.table.model.clear()
        self.detail.show_info(None)
        self.results.hide()
        self.stack.setCurrentWidget(self.disconnected)
        self._show_state()

    def _on_people_loaded(self) -> None:
        self.table.show_people(self.people.model.rowCount() - 1)
        self._show_state()

    def _on_person_chosen(self, person: Person) -> None:
        self.table.show_user(person.user)
        self.table.show_everything(person.subscriptions)
        self._show_state()

    def _on_selection_moved(self) -> None:
        selection = self.table.selection()
        if len(selection.rows) == 1:
            self.detail.show_info(selection.rows[0])
        else:
            self.detail.show_info(None, selection.count)
        self._show_state()

    def _on_send_started(self, title: str) -> None:
        self.results.begin(title)
        self.panes.show_results()
        self._show_state()

    def _on_send_finished(self, summary: SendSummary, test: bool) -> None:
        self.results.finish(summary, test=test)
        if summary.targets > 1 and not summary.problem:
            kind = "bad" if summary.failed else "good"
            self._context.notify(f"{self.results.title.text()}: {sentence(summary)}", kind, offer="show_history")

    def _show_state(self) -> None:
        target = self.target()
        if self._active or not self._location:
            # Hidden nobody selects here: what another view was told stays.
            self._context.set_target(target if self._location else Target())
        self.table.send_button.set_text(
            self.tr("Sending…")
            if self.sending.running
            else self.tr("Send test to {target}").format(target=target.label())
        )
        if self._active:
            self.copying.tell_availability()
            tell_availability(
                self._context,
                target=target,
                person=self.people.current,
                people=self.people.selection(),
                selected=self.table.table.selected_count(),
                sending=self.sending.running,
                answers=len(self.results.results),
                prunable=len(self.results.prunable()),
            )

    def _on_table_menu(self, position: QPoint) -> None:
        show_menu(self._context, self, TABLE_MENU, position, self.cell_menu.actions())
