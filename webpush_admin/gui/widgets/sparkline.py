"""A small line of the last minutes, painted by hand.

Runs on: GUI thread
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

Point = tuple[float, float | None]
"""Where it is from left (0.0) to right (1.0), and its value; None where there is none: the line has a gap."""

_LINE: Final = 1.4
_DOT: Final = 2.0
_ABOVE: Final = 3.0
"""Pixels above the highest value: half of the line, and of the dot on it."""


class Sparkline(QWidget):
    """Shows points of a line, with gaps; where there is none, a dotted base line.

    What is painted is made once for each new line, of what Qt paints by itself: a run of points is one polygon.
    Nothing is made or painted while nobody looks.

    Args:
        parent: Its widget.
        name: objectName.
        follows: The mouse picks a point.

    Attributes:
        picked: Another point is picked, by its number; -1 for none.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, name: str = "sparkline", follows: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(follows)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not follows)
        self._points: tuple[Point, ...] = ()
        self._pick = -1
        self._under: float | None = None
        self._ceiling: float | None = None
        self._room = QRectF()
        self._runs: list[QPolygonF] = []
        self._grounds: list[QPolygonF] = []
        self._dots = QPolygonF()
        self._stale = True
        self.set_colour(QColor("#808995"))

    @property
    def points(self) -> tuple[Point, ...]:
        """What is shown, the oldest first."""
        return self._points

    @property
    def pick(self) -> int:
        """The number of the point that is picked, -1 for none."""
        return self._pick

    def set_ceiling(self, ceiling: float) -> None:
        """Fix the scale, for shares; without it the highest value is at the top. The base is zero."""
        self._ceiling = ceiling
        self._remake()

    def set_colour(self, colour: QColor) -> None:
        """Paint in this colour."""
        pen = QPen(colour, _LINE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._pen, self._colour = pen, colour
        self._dot_pen = QPen(pen)
        self._dot_pen.setWidthF(2 * _LINE)
        self._remake()

    def show_points(self, points: Sequence[Point]) -> None:
        """Show another line; picked is then the point that has come below the mouse."""
        points = tuple(points)
        if points != self._points:
            self._points = points
            self._remake()
            if self._pick >= 0:
                former = self._pick if self._under is None else self._nearest(self._under)
                self._pick = min(former, len(points) - 1)
                self.picked.emit(self._pick)

    def pick_point(self, number: int) -> None:
        """Mark a point with a hair line, -1 for none."""
        number = min(max(-1, number), len(self._points) - 1)
        if number != self._pick:
            self._pick = number
            self.update()
            self.picked.emit(number)

    def sizeHint(self) -> QSize:
        """Return a small strip."""
        return QSize(120, 30)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the line into the new room."""
        super().resizeEvent(event)
        self._remake()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pick the point below the mouse."""
        if self.width():
            self._under = event.position().x() / self.width()
            self.pick_point(self._nearest(self._under))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Let go of the point."""
        self._under = None
        self.pick_point(-1)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the base line, the line and a fading ground below it, and what is picked."""
        if self._stale:
            self._make()
        painter = QPainter(self)
        painter.setPen(self._base_pen)
        painter.drawLine(self._room.bottomLeft(), self._room.bottomRight())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._fade)
        for ground in self._grounds:
            painter.drawPolygon(ground)
        painter.setPen(self._pen)
        for run in self._runs:
            painter.drawPolyline(run)
        painter.setPen(self._dot_pen)
        painter.drawPoints(self._dots)
        if self._pick >= 0:
            self._paint_pick(painter)

    def _nearest(self, share: float) -> int:
        right = bisect_left(self._points, share, key=lambda point: point[0])
        near = (number for number in (right - 1, right) if 0 <= number < len(self._points))
        return min(near, key=lambda number: abs(self._points[number][0] - share), default=-1)

    def _paint_pick(self, painter: QPainter) -> None:
        share, value = self._points[self._pick]
        at = self._place(share, value or 0.0)
        painter.setPen(self._hair_pen)
        painter.drawLine(QPointF(at.x(), 0), QPointF(at.x(), self._room.bottom()))
        if value is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            painter.drawEllipse(at, _DOT + 0.5, _DOT + 0.5)

    def _remake(self) -> None:
        self._stale = True
        if self.isVisible():
            self.update()

    def _make(self) -> None:
        """Make what is painted: polygons in pixels, and the ground's fade."""
        self._stale = False
        self._room = QRectF(self.rect()).adjusted(_DOT, _ABOVE, -_DOT, -1.5)
        self._highest = max([0.0, *(value for _, value in self._points if value is not None)])
        self._runs, self._grounds, self._dots = [], [], QPolygonF()
        run: list[QPointF] = []
        for share, value in self._points:
            if value is None:
                self._end(run)
                run = []
            else:
                run.append(self._place(share, value))
        self._end(run)
        fade = QLinearGradient(self._room.topLeft(), self._room.bottomLeft())
        for at, opacity in ((0.0, 0.28), (1.0, 0.02)):
            shade = QColor(self._colour)
            shade.setAlphaF(opacity)
            fade.setColorAt(at, shade)
        self._fade = QBrush(fade)
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._hair_pen = QPen(quiet, 1.0)
        quiet.setAlphaF(0.45)
        self._base_pen = QPen(quiet, 1.0, Qt.PenStyle.DotLine)

    def _end(self, run: list[QPointF]) -> None:
        if len(run) == 1:
            self._dots.append(run[0])
        if len(run) < 2:
            return
        self._runs.append(QPolygonF(run))
        base = self._room.bottom()
        self._grounds.append(QPolygonF([QPointF(run[0].x(), base), *run, QPointF(run[-1].x(), base)]))

    def _place(self, share: float, value: float) -> QPointF:
        top = self._ceiling or self._highest
        height = min(1.0, value / top) if top > 0 else 0.0
        return QPointF(
            self._room.left() + share * self._room.width(), self._room.bottom() - height * self._room.height()
        )
