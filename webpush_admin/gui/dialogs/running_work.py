"""Long work that a dialog waits for: found among what runs, and stopped as soon as its number is known.

Runs on: GUI thread
"""

from PySide6.QtCore import QObject

from webpush_admin.backend.records import Snapshot, WorkKind, WorkProgress
from webpush_admin.gui.context import Context


class RunningWork(QObject):
    """One piece of work of a kind at a time; what ran before it was waited for is somebody else's."""

    def __init__(self, context: Context, kind: WorkKind, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._kind = kind
        self._number: int | None = None
        self._stopped = False
        self._newest = self._before = -1
        context.snapshot.connect(self._on_snapshot)

    def begin(self) -> None:
        """Wait for a new piece of work."""
        self._number, self._stopped = None, False
        self._before = self._newest

    def find(self, snapshot: Snapshot) -> WorkProgress | None:
        """Return how far it is, None where nothing is known of it."""
        works = (one for one in snapshot.works if one.kind is self._kind and one.number > self._before)
        work = next(works, None)
        if work is not None and work.number != self._number:
            self._number = work.number
            if self._stopped:
                self._ask()
        return work

    def stop(self) -> bool:
        """Ask it to stop; return whether that is new."""
        if self._stopped:
            return False
        self._stopped = True
        if self._number is not None:
            self._ask()
        return True

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._newest = max((self._newest, *(work.number for work in snapshot.works)))

    def _ask(self) -> None:
        number = self._number or 0
        self._context.ask(lambda backend: backend.works.stop(number), lambda _: None)
