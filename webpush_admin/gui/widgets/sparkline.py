"""A small line of the last minute, painted by hand.

Runs on: GUI thread
"""

from collections import deque
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPainterPath

POINTS: Final = 120


class Sparkline(QWidget):
    """Shows up to 120 values, the newest at the right."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "sparkline") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, True)
        self._values: deque[float] = deque(maxlen=POINTS)
        self._colour = QColor("#808995")
        self._floor: float | None = None
        self._ceiling: float | None = None

    @property
    def values(self) -> tuple[float, ...]:
        """What is shown, the oldest first."""
        return tuple(self._values)

    def set_range(self, floor: float, ceiling: float) -> None:
        """Fix the scale, for shares; without it the line fills the height."""
        self._floor, self._ceiling = floor, ceiling

    def set_colour(self, colour: QColor) -> None:
        """Paint in this colour."""
        self._colour = colour
        self.update()

    def push(self, value: float) -> None:
        """Add a value; nothing is painted while nobody looks."""
        self._values.append(value)
        if self.isVisible():
            self.update()

    def clear(self) -> None:
        """Forget every value."""
        self._values.clear()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a small strip."""
        return QSize(120, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line and a fading ground below it."""
        if len(self._values) < 2:
            return
        # Imported here: there is no line yet at the first paint.
        from PySide6.QtGui import QLinearGradient, QPainterPath, QPen

        room = QRectF(self.rect()).adjusted(0, 2, 0, -1)
        line = self._line(room)
        ground = QPainterPath(line)
        ground.lineTo(room.right(), room.bottom())
        ground.lineTo(line.elementAt(0).x, room.bottom())
        ground.closeSubpath()
        fade = QLinearGradient(room.topLeft(), room.bottomLeft())
        strong, none = QColor(self._colour), QColor(self._colour)
        strong.setAlphaF(0.28)
        none.setAlphaF(0.02)
        fade.setColorAt(0, strong)
        fade.setColorAt(1, none)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(ground, fade)
        painter.setPen(QPen(self._colour, 1.4))
        painter.drawPath(line)

    def _line(self, room: QRectF) -> "QPainterPath":
        from PySide6.QtCore import QPointF
        from PySide6.QtGui import QPainterPath

        low = min(self._values) if self._floor is None else self._floor
        high = max(self._values) if self._ceiling is None else self._ceiling
        span = high - low
        step = room.width() / (POINTS - 1)
        left = room.right() - step * (len(self._values) - 1)
        path = QPainterPath()
        for number, value in enumerate(self._values):
            share = (value - low) / span if span > 0 else 0.0
            point = QPointF(left + step * number, room.bottom() - 1 - share * (room.height() - 2))
            if number:
                path.lineTo(point)
            else:
                path.moveTo(point)
        return path
