"""Asks before a database is closed with which something would be lost.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.text import display_text
from webpush_admin.gui.undoing import Undoing

if TYPE_CHECKING:
    from webpush_admin.backend.records import Snapshot

NAME_CHARACTERS = 40


class Leaving(QObject):
    """Knows what goes with the open database: deletions that could be undone, a send, long work."""

    def __init__(self, context: Context, window: QWidget, undoing: Undoing) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._undoing = undoing
        self._snapshot: Snapshot | None = None
        context.snapshot.connect(self._on_snapshot)
        context.database_opened.connect(self._forget)
        context.database_closed.connect(self._forget)

    def before(self, go: Callable[[], None]) -> None:
        """Call `go`: at once where nothing would be lost, else once the operator agrees."""
        database, lost = self._context.database, self._lost()
        if database is None or not lost:
            go()
            return
        # Imported here: seldom needed, and not before the first paint.
        from webpush_admin.gui.dialogs.confirm import ConfirmDialog

        name = display_text(database.name, NAME_CHARACTERS)
        dialog = ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Close {name}?").format(name=name),
            explanation=" ".join(lost),
            # An ampersand would underline what follows it.
            action=self.tr("Close {name}").format(name=name.replace("&", "&&")),
            confirmed=go,
        )
        dialog.open()

    def _lost(self) -> list[str]:
        from webpush_admin.backend.records import WorkKind
        from webpush_admin.gui.models.words import counted
        from webpush_admin.gui.widgets.strip import work_words

        lost = []
        if self._undoing.undoable is not None:
            deletions = counted(self._undoing.undoable.deletions, self.tr("deletion"), self.tr("deletions"))
            lost.append(self.tr("{deletions} can no longer be undone.").format(deletions=deletions))
        if self._snapshot is not None:
            if self._snapshot.sending is not None:
                lost.append(self.tr("What is being sent is stopped: what has not gone out is told as not sent."))
            for work in self._snapshot.works:
                # Who only looks has changed nothing, and the dialog that waits for it goes too.
                if work.kind not in (WorkKind.IMPORT_PREVIEW, WorkKind.ROTATION_COST):
                    told = self.tr("“{what}” is stopped, and nothing of it is kept.")
                    lost.append(told.format(what=work_words(work.kind)))
        return lost

    def _on_snapshot(self, snapshot: "Snapshot") -> None:
        self._snapshot = snapshot

    def _forget(self, _info: object = None) -> None:
        self._snapshot = None
