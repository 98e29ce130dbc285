"""A push button that does what an action does, and looks as enabled as the action is.

Runs on: GUI thread
"""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QPushButton, QWidget

from webpush_admin.gui.icons import spaced_size


class ActionButton(QPushButton):
    """Shows an action as a button; `kind` is "", "accent", "danger" or "link", see theme.qss."""

    def __init__(
        self, action: QAction, parent: QWidget | None = None, *, kind: str = "", text: str = "", name: str = ""
    ) -> None:
        super().__init__(parent)
        self._action = action
        self._own_text = text
        self._action_icon = QIcon()
        self._own_icon = QIcon()
        self._recoloured_from: tuple[int, int] | None = None
        self.setObjectName(name or f"{action.objectName()}_button")
        self.setIconSize(spaced_size())
        if kind:
            self.setProperty("kind", kind)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def action(self) -> QAction:
        """What a click triggers."""
        return self._action

    def set_text(self, text: str) -> None:
        """Say something else than the action does ("Send test to 3"); "" goes back to the action's text."""
        if text != self._own_text:
            self._own_text = text
            self._on_changed()

    def changeEvent(self, event: QEvent) -> None:
        """Tint the icon anew when the colours change; the action may be gone by then, at the end of a program."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()

    def _on_changed(self) -> None:
        text = self._own_text or self._action.iconText()
        if self.text() != text:
            self.setText(text)
            self.setAccessibleName(text)
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
        # A copy: an exception in an override that Qt calls ends the process (PySide6 before Python 3.12).
        self._action_icon = self._action.icon()
        self._paint_icon()

    def _paint_icon(self) -> None:
        icon = self._action_icon
        if self.property("kind") == "accent" and not icon.isNull():
            colour = QColor("#ffffff") if self.isEnabled() else self.palette().color(QPalette.ColorRole.PlaceholderText)
            icon = self._recoloured_once(icon, colour)
        if not (icon.isNull() and self.icon().isNull()):
            self.setIcon(icon)

    def _recoloured_once(self, icon: QIcon, colour: QColor) -> QIcon:
        wanted = icon.cacheKey(), colour.rgba()
        if wanted != self._recoloured_from:
            self._recoloured_from, self._own_icon = wanted, _recoloured(icon, colour)
        return self._own_icon


def _recoloured(icon: QIcon, colour: QColor) -> QIcon:
    made = QIcon()
    for scale in (1, 2):
        source = icon.pixmap(spaced_size(), float(scale))
        pixmap = QPixmap(source)
        painter = QPainter(pixmap)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(pixmap.rect(), colour)
        painter.end()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            made.addPixmap(pixmap, mode)
    return made
