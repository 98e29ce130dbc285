"""Paints how much of its time a place has left: the clock, and a thin bar below it that runs out.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from webpush_admin.gui.models.cache_places import SHARE_ROLE
from webpush_admin.gui.theme import Theme

_BAR: Final = 2
_BELOW: Final = 4
_LEFT: Final = 10
_RIGHT: Final = 8
_SOON: Final = 0.1
"""Who has less than this left is about to be read again."""


class LeftDelegate(QStyledItemDelegate):
    """The bar repeats what the clock says; it makes a column of clocks readable at one glance."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Write quietly what has no time left."""
        super().initStyleOption(option, index)
        if not index.data(SHARE_ROLE):
            option.palette.setColor(QPalette.ColorRole.Text, QColor(self._theme.tokens.muted))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the clock as the table does, then the bar."""
        super().paint(painter, option, index)
        share = index.data(SHARE_ROLE)
        if not share:
            return
        tokens = self._theme.tokens
        room = QRectF(option.rect).adjusted(_LEFT, 0, -_RIGHT, 0)
        ground = QRectF(room.x(), room.bottom() - _BELOW - _BAR, room.width(), _BAR)
        bar = QRectF(ground)
        # It runs out towards the clock's last digit, which moves.
        bar.setLeft(ground.right() - max(_BAR, ground.width() * min(1.0, float(share))))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for rect, colour in ((ground, tokens.border), (bar, tokens.warn if share < _SOON else tokens.muted)):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(rect, _BAR / 2, _BAR / 2)
        painter.restore()
