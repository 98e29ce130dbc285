"""Painting of a row of the timeline: the gutter, what happened, and when.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from webpush_admin.gui.models.timeline import Row
from webpush_admin.gui.models.timeline_model import ROW_ROLE
from webpush_admin.gui.models.timeline_words import brief, role, sentence, word
from webpush_admin.gui.models.words import clock_utc
from webpush_admin.gui.theme import Theme, mono_font
from webpush_admin.gui.views.live.timeline_gutter import Gutter

ROW_PIXELS: Final = 24
TIME_FONT_PIXELS: Final = 11
WIDE_PIXELS: Final = 620
"""From this width on a row tells the whole sentence."""
MILLISECONDS_PIXELS: Final = 440
"""From this width on there is room for them."""
_RIGHT: Final = 8
_GAP: Final = 8
_WORD: Final = 88


class TimelineDelegate(QStyledItemDelegate):
    """One line for each row; the words are plain text."""

    def __init__(self, theme: Theme, gutter: Gutter, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._gutter = gutter
        self._time_font = mono_font(TIME_FONT_PIXELS)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a row."""
        return QSize(100, ROW_PIXELS)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the ground as the list does, then the row."""
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        QApplication.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        tokens = self._theme.tokens
        first = option.rect.top() <= 0
        self._gutter.paint(painter, option.rect, row, tokens, dark=self._theme.dark, first=first)
        painter.save()
        wide = option.rect.width() >= WIDE_PIXELS
        room = option.rect.adjusted(self._gutter.width + 4, 0, -_RIGHT, 0)
        taken = self._paint_time(painter, room, row, exactly=option.rect.width() >= MILLISECONDS_PIXELS)
        room.setRight(room.right() - taken - _GAP)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        kind = role(row)
        painter.setPen(QColor(tokens.role(kind) if kind else tokens.text))
        used = _draw(painter, room, word(row), bold)
        room.setLeft(room.left() + (max(_WORD, used + _GAP) if wide else used + _GAP))
        painter.setPen(QColor(tokens.text))
        _draw(painter, room, sentence(row) if wide else brief(row), option.font)
        painter.restore()

    def _paint_time(self, painter: QPainter, room: QRect, row: Row, *, exactly: bool) -> int:
        if row.at is None:
            return 0
        clock = clock_utc(row.at)
        painter.setPen(QColor(self._theme.tokens.muted))
        return _draw(painter, room, clock if exactly else clock[:8], self._time_font, Qt.AlignmentFlag.AlignRight)


def _draw(
    painter: QPainter, room: QRect, text: str, font: QFont, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
) -> int:
    """Draw one line of text, elided; return how wide it is."""
    painter.setFont(font)
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room.width()))
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)
    return metrics.horizontalAdvance(shown)
