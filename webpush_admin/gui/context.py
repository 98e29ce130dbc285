"""What every view gets, and nothing else: the bridge, the theme, the actions and the open database.

Runs on: GUI thread
"""

import time
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QSettings, Signal

from webpush_admin.gui.actions import Actions
from webpush_admin.gui.bridge import Bridge, Job
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.models.trends import Trends
from webpush_admin.gui.recent import RecentDatabases
from webpush_admin.gui.theme import Theme

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.backend.records import DatabaseInfo, Snapshot
    from webpush_admin.gui.secret_clipboard import SecretClipboard

T = TypeVar("T")


class Failure(NamedTuple):
    """Why no database is open.

    Attributes:
        sentence: What is wrong with the one that was to be opened.
        path: Its file, "" where it has none.
    """

    sentence: str
    path: str


class Context(QObject):
    """Hands a view what it needs; views never see each other.

    Attributes:
        database_opened: A `DatabaseInfo`; also when the open one's subject or keys changed.
        database_closed: No database is open any more.
        events: One batch of events per tick, as a list that all listeners share.
        changes: Those of a batch that tell what is another now, not what the dispatcher does: few among very many.
        snapshot: A newer `Snapshot`.
        theme_changed: Colours are others now; what is painted by hand must be painted again.
        notice: Kind ("info", "good" or "bad") and one sentence, for the toast.
        offered: Name of an action that can be done about the last notice.
        failure_changed: `failure` is another.
        failure: Why no database is open although one was to be; None where there is nothing to tell.
        recent: The databases that were opened last.
        target: Whom a send would be for, as the first view has it selected; other views offer it too.
        target_changed: `target` is another.
        trends: What the counters did in the last hour, whichever view is shown; up to date in each `snapshot`.
        secret_clipboard: Where a private key may lie for half a minute.
    """

    database_opened = Signal(object)
    database_closed = Signal()
    events = Signal(object)
    changes = Signal(object)
    snapshot = Signal(object)
    theme_changed = Signal()
    notice = Signal(str, str)
    offered = Signal(str)
    failure_changed = Signal()
    target_changed = Signal()

    def __init__(self, bridge: Bridge, theme: Theme, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.theme = theme
        self.actions = actions
        self.database: DatabaseInfo | None = None
        self.failure: Failure | None = None
        self.target = Target()
        self.trends = Trends()
        self.recent = RecentDatabases(QSettings("webpush-admin", "webpush-admin"), self)
        # The first who hears of a snapshot: for everybody else the trends hold it already.
        self.snapshot.connect(self._on_snapshot)
        bridge.events.connect(self.events)
        self.events.connect(self._on_events)
        bridge.snapshot.connect(self.snapshot)
        theme.changed.connect(self.theme_changed)

    @cached_property
    def secret_clipboard(self) -> "SecretClipboard":
        """Made once somebody needs it; it outlives every dialog."""
        # Imported here: the first paint does not need it.
        from webpush_admin.gui.secret_clipboard import SecretClipboard

        return SecretClipboard(self)

    def ask(
        self,
        make: "Callable[[Backend], Coroutine[Any, Any, T]]",
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> Job[T]:
        """Ask the worker, see `Bridge.ask`; a failure that nobody handles becomes a notice."""
        return self.bridge.ask(make, done, failed or self.notify_failure)

    def notify(self, text: str, kind: str = "info", *, offer: str = "") -> None:
        """Tell the operator one sentence; `kind` is "info", "good" or "bad", `offer` names an action ("undo")."""
        self.notice.emit(kind, text)
        if offer:
            self.offered.emit(offer)

    def notify_failure(self, sentence: str) -> None:
        """Tell what went wrong; what the operator stopped has not."""
        # Imported here: nothing fails before the first paint.
        from webpush_admin.store.faults import STOPPED

        self.notify(sentence, "info" if sentence == STOPPED else "bad")

    def set_database(self, info: "DatabaseInfo | None") -> None:
        """Remember which database is open and tell every view."""
        former, self.database = self.database, info
        if info is None:
            self.trends.clear()
        elif former is None or former.location != info.location:
            # It is told again when its subject or keys changed: that is no other database.
            self.trends.begin()
        self.set_failure(None)
        self.actions.lock(info.read_only if info is not None else "")
        if info is None:
            self.database_closed.emit()
        else:
            self.database_opened.emit(info)

    def set_target(self, target: Target) -> None:
        """Remember what is selected, for whoever sends."""
        if target != self.target:
            self.target = target
            self.target_changed.emit()

    def set_failure(self, failure: Failure | None) -> None:
        """Remember why no database is open: the views say it until one is."""
        if failure != self.failure:
            self.failure = failure
            self.failure_changed.emit()

    def _on_snapshot(self, snapshot: "Snapshot") -> None:
        if self.database is not None:
            self.trends.add(snapshot, time.time(), self.bridge.lost)

    def _on_events(self, batch: "list[Any]") -> None:
        # Imported here: there are no events before the first paint.
        from webpush_admin.backend.records import CHANGES

        changes = [event for event in batch if type(event) in CHANGES]
        if changes:
            self.changes.emit(changes)
