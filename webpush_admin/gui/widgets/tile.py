"""A tile: one number that matters, with its last minute.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.gui.widgets.sparkline import Sparkline

NOTHING = "–"


class Tile(Card):
    """Title, value, caption and sparkline; a click asks why.

    Attributes:
        clicked: The operator wants to know more.
    """

    clicked = Signal()

    def __init__(self, title: str, parent: QWidget | None = None, *, name: str, tip: str = "") -> None:
        super().__init__(parent, name=name)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.title = PlainLabel(title, self, name="title", tone="caption", elide=Qt.TextElideMode.ElideRight)
        self.value = PlainLabel(NOTHING, self, name=f"{name}_value", tone="value")
        self.caption = PlainLabel("", self, name="caption", tone="caption", elide=Qt.TextElideMode.ElideRight)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self.sparkline = Sparkline(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.value)
        row.addWidget(self.caption, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(1)
        layout.addWidget(self.title)
        layout.addLayout(row)
        layout.addWidget(self.sparkline)
        self.show_value(NOTHING, "")

    @property
    def value_text(self) -> str:
        """The number as it is shown."""
        return self.value.text()

    def show_value(self, value: str, caption: str) -> None:
        """Show a number and what to say about it; cheap where they are the same."""
        if value != self.value.text():
            self.value.show_text(value)
            self.setAccessibleName(f"{self.title.text()}: {value}")
        self.caption.show_text(caption)

    def set_colour(self, colour: QColor) -> None:
        """Paint the line in this colour."""
        self.sparkline.set_colour(colour)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
        super().mouseReleaseEvent(event)
