"""What every view gets, and nothing else: the bridge, the theme, the actions and the open database.

Runs on: GUI thread
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from webpush_admin.gui.actions import Actions
from webpush_admin.gui.bridge import Bridge, Job
from webpush_admin.gui.theme import Theme

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.backend.records import DatabaseInfo

T = TypeVar("T")


class Context(QObject):
    """Hands a view what it needs; views never see each other.

    Attributes:
        database_opened: A `DatabaseInfo`; also when the open one's subject or keys changed.
        database_closed: No database is open any more.
        events: One batch of events per tick, as a list.
        snapshot: A newer `Snapshot`.
        theme_changed: Colours are others now; what is painted by hand must be painted again.
        notice: Kind ("info", "good" or "bad") and one sentence, for the toast.
    """

    database_opened = Signal(object)
    database_closed = Signal()
    events = Signal(list)
    snapshot = Signal(object)
    theme_changed = Signal()
    notice = Signal(str, str)

    def __init__(self, bridge: Bridge, theme: Theme, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.theme = theme
        self.actions = actions
        self.database: DatabaseInfo | None = None
        bridge.events.connect(self.events)
        bridge.snapshot.connect(self.snapshot)
        theme.changed.connect(self.theme_changed)

    def ask(
        self,
        make: "Callable[[Backend], Coroutine[Any, Any, T]]",
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> Job[T]:
        """Ask the worker, see `Bridge.ask`; a failure that nobody handles becomes a notice."""
        return self.bridge.ask(make, done, failed or self._on_failed)

    def notify(self, text: str, kind: str = "info") -> None:
        """Tell the operator one sentence; `kind` is "info", "good" or "bad"."""
        self.notice.emit(kind, text)

    def set_database(self, info: "DatabaseInfo | None") -> None:
        """Remember which database is open and tell every view."""
        self.database = info
        if info is None:
            self.database_closed.emit()
        else:
            self.database_opened.emit(info)

    def _on_failed(self, sentence: str) -> None:
        self.notify(sentence, "bad")
