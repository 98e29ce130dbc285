"""Brings back what was deleted last, and keeps the action true that says what that would be.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from webpush_admin.gui.context import Context

if TYPE_CHECKING:
    from webpush_admin.backend.records import DatabaseInfo
    from webpush_admin.backend.undo_records import Undoable, Undone


class Undoing(QObject):
    """The action `undo`, in every view: it belongs to the database, not to what is selected.

    Attributes:
        undoable: What an undo would bring back, None where there is nothing.
        running: An undo is under way.
    """

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self.undoable: Undoable | None = None
        self.running = False
        self._context = context
        # On a button this is enough: what would come back stands in the menu.
        context.actions["undo"].setIconText(self.tr("Undo"))
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        context.changes.connect(self._on_changes)
        self._show()

    def undo(self) -> None:
        """Bring back what the newest deletion took away."""
        if self.undoable is not None and not self.running:
            self.running = True
            self._show()
            self._context.ask(lambda backend: backend.deleting.undo(), self._on_undone, self._on_failed)

    def _on_database_opened(self, _info: "DatabaseInfo") -> None:
        # Told again for the same one when its keys changed: what it says of itself is asked for, not guessed.
        self._context.ask(lambda backend: backend.deleting.undoable(), self._on_undoable, self._on_unknown)

    def _on_database_closed(self) -> None:
        self._on_undoable(None)

    def _on_changes(self, batch: list[Any]) -> None:
        # Imported here: there are no events before the first paint.
        from webpush_admin.backend.undo_records import UndoChanged

        for event in batch:
            if type(event) is UndoChanged:
                self._on_undoable(event.undoable)

    def _on_undoable(self, undoable: "Undoable | None") -> None:
        self.undoable = undoable
        self._show()

    def _on_unknown(self, _sentence: str) -> None:
        # It was closed before it could answer.
        self._on_undoable(None)

    def _on_undone(self, undone: "Undone") -> None:
        from webpush_admin.gui.models.deletions import undone_sentence

        self.running = False
        self._show()
        whole = not (undone.there_again or undone.without_user)
        self._context.notify(undone_sentence(undone), "good" if whole else "info")

    def _on_failed(self, sentence: str) -> None:
        self.running = False
        self._show()
        self._context.notify_failure(sentence)

    def _show(self) -> None:
        reason = ""
        if self.running:
            reason = self.tr("What was deleted is being restored.")
        elif self._context.database is None:
            reason = self.tr("No database is open.")
        elif self.undoable is None:
            reason = self.tr("Nothing was deleted since the database was opened.")
        if self._context.database is not None:
            from webpush_admin.gui.models.deletions import undo_text

            self._context.actions["undo"].setText(undo_text(self.undoable))
        self._context.actions.set_available("undo", not reason, reason)
