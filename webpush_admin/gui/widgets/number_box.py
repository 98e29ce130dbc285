"""A field for a whole number, in a form that scrolls.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSpinBox, QWidget

_PADDING_PIXELS: Final = 8


class NumberBox(QSpinBox):
    """Takes no other numbers than its range, and turns with the wheel only while it is typed into."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setGroupSeparatorShown(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setCorrectionMode(QSpinBox.CorrectionMode.CorrectToNearestValue)
        # The style sheet's padding does not reach the field in it.
        self.lineEdit().setTextMargins(_PADDING_PIXELS, 0, _PADDING_PIXELS, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls, or a number would change that nobody looks at."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
