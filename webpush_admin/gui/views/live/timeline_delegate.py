"""Painting of a row of the timeline: the gutter, what happened, and when.

Runs on: GUI thread
"""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from webpush_admin.gui.models.timeline import Row
from webpush_admin.gui.models.timeline_model import ROW_ROLE
from webpush_admin.gui.models.timeline_words import brief, role, sentence, word
from webpush_admin.gui.models.words import clock_utc
from webpush_admin.gui.theme import Theme, Tokens, mono_font, text_font
from webpush_admin.gui.views.live.timeline_gutter import Gutter

ROW_PIXELS: Final = 24
TIME_FONT_PIXELS: Final = 11
WIDE_PIXELS: Final = 620
"""From this width on a row tells the whole sentence."""
MILLISECONDS_PIXELS: Final = 440
"""From this width on there is room for them."""
CLOCK_PIXELS: Final = 330
"""From this width on there is room for the time of day; below, the tooltip tells it."""
_RIGHT: Final = 8
_GAP: Final = 8
_WORD: Final = 88

_LEFT: Final = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine)
_SELECTED: Final = int(QStyle.StateFlag.State_Selected.value)
_HOVERED: Final = int(QStyle.StateFlag.State_MouseOver.value)
_FOCUSED: Final = int(QStyle.StateFlag.State_HasFocus.value)


class TimelineDelegate(QStyledItemDelegate):
    """One line for each row; the words are plain text.

    The ground is painted here as well: the style sheet's way of doing it takes longer than all the rest.
    """

    def __init__(self, theme: Theme, gutter: Gutter, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._gutter = gutter
        self._font, self._bold, self._mono = text_font(), text_font(bold=True), mono_font(TIME_FONT_PIXELS)
        self._metrics = QFontMetrics(self._font)
        self._word_width = lru_cache(maxsize=64)(QFontMetrics(self._bold).horizontalAdvance)
        self._digit = QFontMetrics(self._mono).horizontalAdvance("0")

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a row."""
        return QSize(100, ROW_PIXELS)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the ground, the gutter, and the words."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        tokens, place = self._theme.tokens, option.rect
        _paint_ground(painter, place, tokens, option.state.value)
        self._gutter.paint(painter, place, row, tokens, dark=self._theme.dark, first=place.top() <= 0)
        width = place.width()
        left = place.left() + self._gutter.width + 4
        right = place.left() + width - _RIGHT
        if row.at is not None and width >= CLOCK_PIXELS:
            clock = clock_utc(row.at)
            clock = clock if width >= MILLISECONDS_PIXELS else clock[:8]
            right -= self._digit * len(clock)
            painter.setPen(QColor(tokens.muted))
            painter.setFont(self._mono)
            painter.drawText(right, place.top(), width, ROW_PIXELS, _LEFT, clock)
            right -= _GAP
        wide = width >= WIDE_PIXELS
        name, kind = word(row), role(row)
        painter.setPen(QColor(tokens.role(kind) if kind else tokens.text))
        painter.setFont(self._bold)
        painter.drawText(QRect(left, place.top(), right - left, ROW_PIXELS), _LEFT, name)
        used = self._word_width(name) + _GAP
        left += max(_WORD, used) if wide else used
        painter.setPen(QColor(tokens.text))
        painter.setFont(self._font)
        told = sentence(row) if wide else brief(row)
        if self._metrics.horizontalAdvance(told) > right - left:
            told = self._metrics.elidedText(told, Qt.TextElideMode.ElideRight, max(0, right - left))
        painter.drawText(left, place.top(), width, ROW_PIXELS, _LEFT, told)


def _paint_ground(painter: QPainter, place: QRect, tokens: Tokens, state: int) -> None:
    if state & _SELECTED:
        painter.fillRect(place, QColor(tokens.selection))
    elif state & _HOVERED:
        painter.fillRect(place, QColor(tokens.hover))
    if state & _FOCUSED:
        painter.setPen(QColor(tokens.accent))
        painter.drawRect(place.adjusted(0, 0, -1, -1))
