"""A field to search with: an icon, a button that clears it, and a signal that waits until typing pauses.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from webpush_admin.gui.icons import tinted_icon

PAUSE_MS: Final = 150


class SearchField(QLineEdit):
    """Tells what is looked for.

    Attributes:
        changed: The text, stripped, 150 ms after the last key; at once on Return or when cleared. Never the same twice.
        left_down: The down arrow was pressed: the operator wants to go to the rows.
    """

    changed = Signal(str)
    left_down = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None, *, name: str = "search") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setMaxLength(2048)
        self._told = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self._magnifier = QAction(self)
        self.addAction(self._magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(self.tr("Clear"), self, visible=False)
        self._clear.setObjectName("clear_search")
        self._clear.triggered.connect(self.clear_now)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(self._on_text_changed)
        self.returnPressed.connect(self._tell)
        self._paint_icons()

    @property
    def query(self) -> str:
        """What is looked for, stripped."""
        return self.text().strip()

    def clear_now(self) -> None:
        """Empty the field and tell it at once."""
        self.clear()
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears, the down arrow leaves for the rows."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear_now()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Tint the icons anew when the colours change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_clear"):
            self._paint_icons()

    def _paint_icons(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        self._magnifier.setIcon(tinted_icon("search", colour))
        self._clear.setIcon(tinted_icon("x", colour))

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        if self.query != self._told:
            self._told = self.query
            self.changed.emit(self._told)
