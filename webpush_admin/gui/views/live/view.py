"""Whether the dispatcher is healthy: counters, users in the cache, what was pruned, and events.

Runs on: GUI thread
"""

from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from webpush_admin.backend.cache_records import CachedUser
from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.live import CACHED_COLUMNS, PrunedEndpoint, cached_user_name, pruned_columns
from webpush_admin.gui.models.names import Names, names_of
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.views.live.counters import CACHE, PUSHES, CountersCard, health
from webpush_admin.gui.views.live.event_log import EventLog
from webpush_admin.gui.views.live.panes import LivePanes
from webpush_admin.gui.views.live.scroller import scroller
from webpush_admin.gui.views.live.table_card import TableCard
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.disconnected import DisconnectedState
from webpush_admin.gui.widgets.figures import grouped
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.gui.widgets.table import Table
from webpush_admin.push.events import SubscriptionsPruned

CACHE_POLL_MS: Final = 1000
SHOWN_CACHED: Final = 500
KEPT_PRUNED: Final = 5000


class LiveView(QWidget):
    """Totals come from snapshots, lists from batches of events; nothing is painted while the view is hidden."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("live_view")
        self.setAccessibleName(self.tr("Live"))
        self._context = context
        self._snapshot = Snapshot()
        self._active = False
        self._names = Names()
        self._cached_job: Job[Any] | None = None
        self._names_job: Job[Any] | None = None
        self._make_health()
        self.cache_card = CountersCard(self.tr("Cache"), CACHE, self, name="cache_card")
        self.pushes_card = CountersCard(self.tr("Pushes"), PUSHES, self, name="pushes_card")
        self._make_tables()
        self.event_log = EventLog(self._names.known, self)
        self.event_log.names_wished.connect(self._ask_names_for_log)
        what = self.tr("Open one to see its dispatcher at work: cache, pushes, what was pruned, event by event.")
        self.disconnected = DisconnectedState(context, "activity", what, self)
        self._lay_out()
        self._poll = QTimer(self, interval=CACHE_POLL_MS)
        self._poll.timeout.connect(self._ask_cached)
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        context.events.connect(self._on_events)
        context.snapshot.connect(self._on_snapshot)
        self._stack.setCurrentWidget(self.scroller if context.database else self.disconnected)

    @property
    def selected_user(self) -> CachedUser | None:
        """The cached user that is selected."""
        rows = self.cached_table.selected_rows()
        return self.cached_model.row(rows[0]) if rows else None

    def invalidate_user(self) -> None:
        """Drop the selected user from the cache."""
        user = self.selected_user
        if user is not None:
            self._context.ask(lambda backend: backend.sending.invalidate(user.user_id), self._on_invalidated)

    def invalidate_all(self) -> None:
        """Drop everybody from the cache."""
        self._context.ask(lambda backend: backend.sending.invalidate_all(), self._on_invalidated)

    def refresh(self) -> None:
        """Read the cached users again."""
        self._ask_cached()

    def activate(self) -> None:
        """The view is shown: say what can be done here."""
        self._active = True
        self.cached_table.setFocus()
        self._show_availability()

    def deactivate(self) -> None:
        """Another view is shown."""
        self._active = False

    def showEvent(self, event: QShowEvent) -> None:
        """Show the newest numbers at once, and follow the cache."""
        super().showEvent(event)
        self._show_numbers()
        if self._context.database is not None:
            self._poll.start()
            self._ask_cached()
            self._ask_names()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask nothing while nobody looks."""
        super().hideEvent(event)
        self._poll.stop()

    def _make_health(self) -> None:
        self.health_dot = PlainLabel("●", self, name="health_dot", tone="muted")
        self.health_text = PlainLabel("", self, name="health_text", tone="heading", elide=Qt.TextElideMode.ElideRight)

    def _make_tables(self) -> None:
        theme, actions = self._context.theme, self._context.actions
        self.cached_model = RowsModel(CACHED_COLUMNS, key=lambda user: user.user_id, kept=SHOWN_CACHED, parent=self)
        self.cached_table = Table(
            theme, self.cached_model, CACHED_COLUMNS, self, name="cached_table", accessible_name=self.tr("Cached users")
        )
        self.cached_table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.cached_table.selection_moved.connect(self._show_availability)
        self.cached_card = TableCard(
            self.tr("Cached users"), self.cached_table, self, name="cached_card", nothing=self.tr("The cache is empty.")
        )
        self.cached_card.add_button(ActionButton(actions["invalidate_user"], self, text=self.tr("Invalidate")))
        self.cached_card.add_button(ActionButton(actions["invalidate_all"], self, text=self.tr("All")))
        columns = pruned_columns(self._names.name_of)
        self.pruned_model = RowsModel(columns, kept=KEPT_PRUNED, parent=self)
        self.pruned_table = Table(
            theme, self.pruned_model, columns, self, name="pruned_table", accessible_name=self.tr("Pruned endpoints")
        )
        # The end of an endpoint tells more than its host's.
        self.pruned_table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.pruned_card = TableCard(
            self.tr("Pruned endpoints"),
            self.pruned_table,
            self,
            name="pruned_card",
            nothing=self.tr("None since the database was opened: a 410 puts its endpoint here."),
        )

    def _lay_out(self) -> None:
        self.content = LivePanes(
            (self.health_dot, self.health_text),
            (self.cache_card, self.pushes_card),
            (self.cached_card, self.pruned_card),
            self.event_log,
            self,
        )
        self._stack = QStackedLayout(self)
        self.scroller = scroller(self.content, self)
        self._stack.addWidget(self.scroller)
        self._stack.addWidget(self.disconnected)

    def _show_availability(self) -> None:
        if not self._active:
            return
        actions = self._context.actions
        closed = "" if self._context.database else self.tr("No database is open.")
        user = "" if self.selected_user is not None else self.tr("Select a cached user first.")
        actions.set_available("invalidate_user", not (closed or user), closed or user)
        actions.set_available("refresh", not closed, closed)

    def _on_database_opened(self, _info: object) -> None:
        self._stack.setCurrentWidget(self.scroller)
        if self.isVisible():
            self._poll.start()
            self._ask_cached()

    def _on_database_closed(self) -> None:
        self._poll.stop()
        self._names.clear()
        self.cached_model.clear()
        self.pruned_model.clear()
        self.event_log.clear()
        self._on_snapshot(Snapshot())
        self._stack.setCurrentWidget(self.disconnected)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        if self.isVisible():
            self._show_numbers()

    def _on_events(self, events: list[Any]) -> None:
        self.event_log.add(events)
        pruned = [
            PrunedEndpoint(event.at, event.user_id, row)
            for event in events
            if type(event) is SubscriptionsPruned
            for row in event.subscriptions
        ]
        if pruned:
            self.pruned_model.append(pruned)
            self._show_counts()
            if self.isVisible():
                self.pruned_table.scrollToBottom()
                self._ask_names()

    def _show_numbers(self) -> None:
        self.cache_card.show_snapshot(self._snapshot)
        self.pushes_card.show_snapshot(self._snapshot)
        role, sentence = health(self._snapshot)
        self.health_dot.set_tone(role)
        self.health_text.show_text(sentence)

    def _show_counts(self) -> None:
        self.cached_card.show_count(self.cached_model.rowCount(), grouped(self._snapshot.cache.entries))
        self.pruned_card.show_count(self.pruned_model.rowCount(), grouped(self.pruned_model.rowCount()))

    def _ask_cached(self) -> None:
        # A slow worker is not asked twice at once.
        if self._cached_job is None and self._context.database is not None:
            self._cached_job = self._context.ask(
                lambda backend: backend.sending.cached_users(SHOWN_CACHED), self._on_cached, self._on_cached_failed
            )

    def _on_cached(self, users: tuple[CachedUser, ...]) -> None:
        self._cached_job = None
        self._names.learn((user.user_id, cached_user_name(user)) for user in users if user.name)
        self.cached_model.replace(users)
        self._show_counts()
        self._show_availability()

    def _on_cached_failed(self, _sentence: str) -> None:
        # It is asked again in a second; the notice would come every second, too.
        self._cached_job = None

    def _on_invalidated(self, _nothing: None) -> None:
        self._context.notify(self.tr("Invalidated: the next push reads the database."), "good")
        self._ask_cached()

    def _ask_names(self) -> None:
        if self._names_job is None:
            for row in self.pruned_model.rows[-50:]:
                self._names.name_of(row.user_id)
            missing = self._names.take_missing()
            if missing:
                self._names_job = self._context.ask(
                    lambda backend: names_of(backend, missing), self._on_names, self._on_names_failed
                )

    def _ask_names_for_log(self, user_ids: tuple[UUID, ...]) -> None:
        self._context.ask(
            lambda backend: names_of(backend, user_ids), self._on_names_for_log, self._on_names_for_log_failed
        )

    def _on_names_for_log(self, names: tuple[Any, ...]) -> None:
        self._names.learn(names)
        self.event_log.write()

    def _on_names_for_log_failed(self, _sentence: str) -> None:
        self.event_log.write()

    def _on_names(self, names: tuple[Any, ...]) -> None:
        self._names_job = None
        self._names.learn(names)
        self.pruned_model.repaint()

    def _on_names_failed(self, _sentence: str) -> None:
        self._names_job = None
