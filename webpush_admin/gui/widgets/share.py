"""Painting of cells that are a share: a thin bar, and the number beside it.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from webpush_admin.gui.models.columns import PILL_ROLE, SHARE_ROLE
from webpush_admin.gui.theme import Theme

_MARGIN: Final = 8
_TEXT_PIXELS: Final = 52
"""What "100.0 %" takes: bars of all rows begin and end in one place."""

_BAR_PIXELS: Final = 4
_LEAST_PIXELS: Final = 2
"""Of a bar that even one among a million gets."""


class ShareDelegate(QStyledItemDelegate):
    """The bar is in the colour of the cell's role; the number is at the right, as in other columns of numbers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the cell's ground and its number as the table does, then the bar."""
        share = index.data(SHARE_ROLE)
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        QApplication.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        room = QRectF(own.rect).adjusted(_MARGIN, 0, -_TEXT_PIXELS - _MARGIN, 0)
        if share is None or room.width() < _BAR_PIXELS:
            return
        tokens = self._theme.tokens
        bar = QRectF(room.x(), room.center().y() - _BAR_PIXELS / 2 + 0.5, room.width(), _BAR_PIXELS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_bar(painter, bar, tokens.border)
        if share > 0:
            bar.setWidth(max(_LEAST_PIXELS, bar.width() * min(1.0, share)))
            self._paint_bar(painter, bar, tokens.role(str(index.data(PILL_ROLE) or "")))
        painter.restore()

    def _paint_bar(self, painter: QPainter, bar: QRectF, colour: str) -> None:
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(bar, min(bar.width(), _BAR_PIXELS) / 2, _BAR_PIXELS / 2)
