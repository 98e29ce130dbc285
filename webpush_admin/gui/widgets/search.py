"""A field to search with: an icon, a button that clears it, and a signal for each key.

Runs on: GUI thread
"""

import unicodedata
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from webpush_admin.gui.icons import tinted_icon

PAUSE_MS: Final = 15
"""Shorter than the time between two keys, long enough that a key held down or text put in asks once. What was asked
before is cancelled, so that no key has to wait for the one before it."""

_HIDDEN: Final = ("Cc", "Cf", "Zs", "Zl", "Zp")


class SearchField(QLineEdit):
    """Tells what is looked for.

    Attributes:
        changed: What is looked for, a moment after a key; at once on Return or when cleared. Never the same twice.
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
        self._options: QMenu | None = None
        self._magnifier = QAction(self)
        self._magnifier.triggered.connect(self._show_options)
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
        """What is looked for, without what cannot be seen around it."""
        return searched(self.text())

    def clear_now(self) -> None:
        """Empty the field and tell it at once."""
        self.clear()
        self._tell()

    def show_query(self, text: str) -> None:
        """Look for something else, without telling it."""
        if text != self.query:
            self.setText(text)
        self._pause.stop()
        self._told = self.query

    def add_option(self, option: QAction) -> None:
        """Offer an option in the menu of the magnifier, which Alt and the down arrow open too."""
        if self._options is None:
            self._options = QMenu(self)
            self._options.setObjectName("options")
            self._options.setToolTipsVisible(True)
            self._magnifier.setToolTip(self.tr("Options of the search (Alt+Down)"))
        self._options.addAction(option)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears, the down arrow leaves for the rows, with Alt it opens the options."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear_now()
        elif event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._show_options()
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

    def _show_options(self) -> None:
        if self._options is not None:
            self._options.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        if self.query != self._told:
            self._told = self.query
            self.changed.emit(self._told)


def searched(text: str) -> str:
    """Return what is meant by a text that was typed or put in from somewhere.

    Around it goes what cannot be seen; out of a URL all of it, since chats and tickets break those with it.
    """
    if "://" in text:
        return "".join(character for character in text if unicodedata.category(character) not in _HIDDEN)
    first, last = 0, len(text)
    while first < last and unicodedata.category(text[first]) in _HIDDEN:
        first += 1
    while last > first and unicodedata.category(text[last - 1]) in _HIDDEN:
        last -= 1
    return text[first:last]
