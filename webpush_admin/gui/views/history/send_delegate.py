"""Painting of a send in its list: whom and when, the headline, what came of it, and a bar of that.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from webpush_admin.gui.models.sends import LINE_ROLE, SendLine
from webpush_admin.gui.theme import Theme

LINE_PIXELS: Final = 18
ALL_PIXELS: Final = 34
_MARGIN: Final = 12
_TOP: Final = 7
_BAR_PIXELS: Final = 4
_GAP: Final = 5
_LEAST_SHARE: Final = 2
"""Pixels of a bar that even one among a million gets."""

HEIGHT: Final = 2 * _TOP + 2 * LINE_PIXELS + _GAP + _BAR_PIXELS


class SendDelegate(QStyledItemDelegate):
    """Two lines and a bar; the line of all sends is one word."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a line."""
        return QSize(100, ALL_PIXELS if index.row() == 0 else HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the ground as the list does, then the send."""
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        QApplication.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        line = index.data(LINE_ROLE)
        room = option.rect.adjusted(_MARGIN, _TOP, -_MARGIN, -_TOP)
        painter.save()
        painter.setPen(QColor(self._theme.tokens.text))
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        if isinstance(line, SendLine):
            self._paint_send(painter, room, line, option.font, bold)
        else:
            _draw(painter, room, str(index.data() or ""), bold)
        painter.restore()

    def _paint_send(self, painter: QPainter, room: QRect, line: SendLine, font: QFont, bold: QFont) -> None:
        tokens = self._theme.tokens
        first = QRect(room.x(), room.y(), room.width(), LINE_PIXELS)
        when = QFontMetrics(font).horizontalAdvance(line.when)
        painter.setPen(QColor(tokens.muted))
        _draw(painter, first, line.when, font, Qt.AlignmentFlag.AlignRight)
        painter.setPen(QColor(tokens.text))
        names = first.adjusted(0, 0, -when - 8, 0)
        used = _draw(painter, names, line.target, bold)
        if line.title:
            painter.setPen(QColor(tokens.muted))
            _draw(painter, names.adjusted(used + 6, 0, 0, 0), line.title, font)
        painter.setPen(QColor(tokens.role(line.role)))
        _draw(painter, first.translated(0, LINE_PIXELS), line.told, font)
        bar = QRectF(room.x(), first.bottom() + 1 + LINE_PIXELS + _GAP, room.width(), _BAR_PIXELS)
        self._paint_bar(painter, bar, line.shares)

    def _paint_bar(self, painter: QPainter, bar: QRectF, shares: tuple[tuple[str, int], ...]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(bar, _BAR_PIXELS / 2, _BAR_PIXELS / 2)
        painter.setClipPath(path)
        tokens = self._theme.tokens
        painter.fillRect(bar, QColor(tokens.border))
        whole = sum(count for _, count in shares)
        at = bar.x()
        for role, count in shares:
            width = max(_LEAST_SHARE, bar.width() * count / whole)
            # What is still to come, or was never sent, is the ground.
            if role != "muted":
                painter.fillRect(QRectF(at, bar.y(), width, bar.height()), QColor(tokens.role(role)))
            at += width


def _draw(
    painter: QPainter, room: QRect, text: str, font: QFont, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
) -> int:
    """Draw one line of text, elided; return how wide it is."""
    painter.setFont(font)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, room.width()))
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)
    return QFontMetrics(font).horizontalAdvance(shown)
