"""Painting of cells that are pills (a dot and a word in the colour of their role) or quiet text.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from webpush_admin.gui.models.columns import PILL_ROLE
from webpush_admin.gui.theme import ROW_PIXELS, Theme, Tokens

_HEIGHT: Final = 20
_DOT: Final = 6
_PADDING: Final = 7


class PillDelegate(QStyledItemDelegate):
    """Paints the word of a cell on a round ground: colour and word together tell the state."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the cell's ground as the table does, then the pill."""
        role = index.data(PILL_ROLE)
        text = str(index.data() or "")
        if role is None or not text:
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        style = QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        paint_pill(painter, QRectF(own.rect), own.font, text, str(role), self._theme.tokens)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the room that the pill takes."""
        width = option.fontMetrics.horizontalAdvance(str(index.data() or "")) + _DOT + 4 * _PADDING
        return QSize(width, ROW_PIXELS)


class MutedDelegate(QStyledItemDelegate):
    """Paints text in the quiet colour, as long as the row is not selected."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Exchange the colour of the text."""
        super().initStyleOption(option, index)
        option.palette.setColor(QPalette.ColorRole.Text, QColor(self._theme.tokens.muted))


def paint_pill(painter: QPainter, room: QRectF, font: QFont, text: str, role: str, tokens: Tokens) -> None:
    """Paint a dot and a word on a round ground, at the left of a cell."""
    room = room.adjusted(6, 0, -4, 0)
    metrics = QFontMetrics(font)
    words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width() - _DOT - 3 * _PADDING))
    width = metrics.horizontalAdvance(words) + _DOT + 3 * _PADDING - 1
    pill = QRectF(room.x(), room.center().y() - _HEIGHT / 2 + 0.5, width, _HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.fill(role)))
    painter.drawRoundedRect(pill, _HEIGHT / 2, _HEIGHT / 2)
    painter.setBrush(QColor(tokens.role(role)))
    painter.drawEllipse(QPointF(pill.x() + _PADDING + _DOT / 2, pill.center().y()), _DOT / 2, _DOT / 2)
    painter.setPen(QColor(tokens.role(role)))
    painter.setFont(font)
    words_room = pill.adjusted(_DOT + 1.7 * _PADDING, 0, 0, 0)
    painter.drawText(words_room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)
    painter.restore()
