"""A menu in which several entries can be ticked one after the other.

Runs on: GUI thread
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu


class StaysOpen(QObject):
    """Keeps a menu open while entries that can be ticked are clicked, or chosen with Space; Return closes it."""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._menu = menu
        menu.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Trigger what would close the menu."""
        clicked = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        typed = (
            isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
        )
        entry = self._menu.activeAction() if clicked or typed else None
        if isinstance(entry, QAction) and entry.isCheckable() and entry.isEnabled():
            entry.trigger()
            return True
        return False
