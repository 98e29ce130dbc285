"""What a view shows while there is nothing to show: what this place is for, and what to do now.

Runs on: GUI thread
"""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from webpush_admin.gui.icons import tinted_pixmap
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import PlainLabel

_ICON_PIXELS = 40
_TEXT_WIDTH = 420
_SIDES = 24


class EmptyState(QWidget):
    """An icon, a title, a sentence or two, and buttons; the first button carries the accent.

    Attributes:
        buttons: Their row, with room to stretch at both ends.
    """

    def __init__(
        self, icon: str, title: str, text: str, *actions: QAction, parent: QWidget | None = None, name: str = "empty"
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._icon = icon
        self.picture = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setObjectName("picture")
        self.title = PlainLabel(title, self, name="title", tone="title")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text = PlainLabel(text, self, name="text", tone="muted")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setWordWrap(True)
        self.buttons = row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for number, action in enumerate(actions):
            row.addWidget(ActionButton(action, self, kind="" if number else "accent"))
        row.addStretch()
        self._below = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self.picture)
        layout.addSpacing(8)
        layout.addWidget(self.title)
        layout.addSpacing(4)
        layout.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(12)
        layout.addLayout(row)
        layout.addLayout(self._below)
        layout.addStretch(3)
        self._painted = ""

    def add_below(self, layout: QLayout) -> None:
        """Put something below the buttons."""
        self._below.addLayout(layout)

    def show_text(self, title: str, text: str, *, icon: str = "") -> None:
        """Say something else; `icon` "" leaves the icon."""
        if icon and icon != self._icon:
            self._icon = icon
            self._painted = ""
            if self.isVisible():
                self._paint_icon()
        self.title.show_text(title)
        self.text.show_text(text)
        self._fit_text()
        self.setAccessibleName(title)

    def showEvent(self, event: QShowEvent) -> None:
        """Paint the icon when it is first seen."""
        super().showEvent(event)
        self._fit_text()
        self._paint_icon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the text where the place is narrow."""
        super().resizeEvent(event)
        self._fit_text()

    def changeEvent(self, event: QEvent) -> None:
        """Paint the icon anew when the colours change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._paint_icon()

    def _fit_text(self) -> None:
        # A centred label is not asked for its height at this width.
        width = max(1, min(_TEXT_WIDTH, self.width() - _SIDES))
        # Its height would never be told smaller than it had to be before, for instance while the place was narrow.
        self.text.setMinimumSize(0, 0)
        self.text.setFixedSize(width, max(0, self.text.heightForWidth(width)))

    def _paint_icon(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        if colour != self._painted:
            self._painted = colour
            self.picture.setPixmap(tinted_pixmap(self._icon, colour, _ICON_PIXELS, self.devicePixelRatioF()))
