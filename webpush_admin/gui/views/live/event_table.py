"""The table of the event log, with keys of its own.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from webpush_admin.gui.widgets.painted_table import PaintedTable


class EventTable(PaintedTable):
    """Space, Escape and copying are the log's.

    Attributes:
        pause_wished: Space.
        left_off: Escape: what was selected is not any more.
        copy_wished: The usual key for copying.
    """

    pause_wished = Signal()
    left_off = Signal()
    copy_wished = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take these keys; everything else is the table's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wished.emit()
        elif event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.pause_wished.emit()
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
            self.left_off.emit()
        else:
            super().keyPressEvent(event)
