"""Painting of what stands beside a timeline: generations as a band of changing colours, reads as bars.

A bar goes from the row in which a read began to the one in which it ended. Where the band changes its colour beside it,
it is struck, and is broken from there on: what it brings is not going to be kept.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from webpush_admin.gui.models.timeline import End, Read, Row
from webpush_admin.gui.theme import Tokens, mono_font

NUMBER_PIXELS: Final = 10
_LEAST_DIGITS: Final = 3
_MARGIN: Final = 8
_BAND: Final = 4
_LANE: Final = 13
_LEAST_LANES: Final = 2
MOST_LANES: Final = 5
"""Reads of one user that are under way at once; further ones share the last lane."""
_DOT: Final = 3.5
_BAR: Final = 2.0
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

# A generation is neither good nor bad: its colours are none of the roles'. Neighbours differ, and the number stands by.
HUES_DARK: Final = ("#4c8dff", "#b083f0", "#35bfb4")
HUES_LIGHT: Final = ("#1f6feb", "#8250df", "#0b7f78")


class Gutter:
    """Knows where things stand in the gutter, and paints one row of it.

    Attributes:
        width: Pixels that it takes.
    """

    def __init__(self) -> None:
        self._font = mono_font(NUMBER_PIXELS)
        self._digit = QFontMetrics(self._font).horizontalAdvance("0")
        self.reset()

    def reset(self) -> None:
        """Go back to the least room."""
        self._digits, self._lanes = _LEAST_DIGITS, _LEAST_LANES
        self._measure()

    def fit(self, generation: int, lanes: int) -> None:
        """Make room for numbers up to this one, and for so many lanes."""
        self._digits = max(self._digits, len(f"{generation:,}"))
        self._lanes = min(MOST_LANES, max(self._lanes, lanes))
        self._measure()

    def _measure(self) -> None:
        self._number_width = self._digit * self._digits
        self._band_x = _MARGIN + self._number_width + 5
        self.width = self._lane_x(self._lanes) + 2

    def paint(self, painter: QPainter, place: QRect, row: Row, tokens: Tokens, *, dark: bool, first: bool) -> None:
        """Paint one row.

        Args:
            painter: At the coordinates of `place`.
            place: The whole row.
            row: What happened.
            tokens: Colours in force.
            dark: Whether they are the dark ones.
            first: The row is the first one seen: it tells the number of its generation in any case.
        """
        hues = HUES_DARK if dark else HUES_LIGHT
        moved = row.before is not None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.generation is not None:
            self._paint_generation(painter, place, row, QColor(hues[row.stretch % len(hues)]), told=moved or first)
        for read in row.reads:
            self._paint_read(painter, place, row, read, tokens, QColor(hues[read.stretch % len(hues)]))
        painter.restore()

    def _lane_x(self, lane: int) -> int:
        return self._band_x + _BAND + 5 + lane * _LANE

    def _paint_generation(self, painter: QPainter, place: QRect, row: Row, hue: QColor, *, told: bool) -> None:
        band = QRectF(place.x() + self._band_x, place.y(), _BAND, place.height())
        if row.before is not None:
            band.setTop(band.top() + 2)
            line = QColor(hue)
            line.setAlphaF(0.55)
            painter.setPen(QPen(line, 1, Qt.PenStyle.DashLine))
            y = place.y() + 1.5
            painter.drawLine(QPointF(band.left(), y), QPointF(place.right() - _MARGIN, y))
        painter.fillRect(band, hue)
        if told:
            painter.setPen(hue)
            painter.setFont(self._font)
            number = QRectF(place.x() + _MARGIN, place.y(), self._number_width, place.height())
            painter.drawText(number, _RIGHT, _number(row))

    def _paint_read(self, painter: QPainter, place: QRect, row: Row, read: Read, tokens: Tokens, hue: QColor) -> None:
        x = place.x() + self._lane_x(min(read.lane, self._lanes - 1)) + _LANE / 2
        begins, ends = read is row.begins, read in row.ends
        stale = row.generation != read.generation
        middle = place.y() + place.height() / 2
        top = middle if begins else float(place.y())
        bottom = middle if ends else float(place.y() + place.height())
        colour = QColor(tokens.warn) if stale else hue
        pen = QPen(colour, _BAR, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if stale or read.end is End.UNSEEN:
            pen.setDashPattern([1.5, 1.25])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        if stale and row.before == read.generation and not begins:
            _paint_strike(painter, QPointF(x, place.y() + 3.5), QColor(tokens.warn))
        if begins:
            painter.setPen(QPen(hue, _BAR))
            painter.setBrush(QColor(tokens.base))
            painter.drawEllipse(QPointF(x, middle), _DOT, _DOT)
        if ends:
            _paint_end(painter, QPointF(x, middle), read.end, tokens)


def _number(row: Row) -> str:
    return f"{row.generation:,}" if row.generation is not None else ""


def _paint_strike(painter: QPainter, at: QPointF, colour: QColor) -> None:
    """Cut through a bar, where the generation moved on beside it."""
    painter.setPen(QPen(colour, 2))
    painter.drawLine(at + QPointF(-5, 2.5), at + QPointF(5, -2.5))


def _paint_end(painter: QPainter, at: QPointF, end: End, tokens: Tokens) -> None:
    if end is End.KEPT:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.ok))
        painter.drawEllipse(at, _DOT + 1, _DOT + 1)
    elif end in (End.DISCARDED, End.FAILED):
        painter.setPen(QPen(QColor(tokens.warn if end is End.DISCARDED else tokens.bad), 2))
        for slope in (-1, 1):
            arm = QPointF(4, 4 * slope)
            painter.drawLine(at - arm, at + arm)
