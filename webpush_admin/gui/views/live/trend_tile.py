"""A tile of the live view: one number, what it is of, and its line over the window.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.stretches import Stretch
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.views.live.trend import Moment, Trend, tip_of
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.gui.widgets.sparkline import Point, Sparkline
from webpush_admin.gui.widgets.tile import NOTHING

_LEFT, _TOP, _BOTTOM, _BETWEEN = 12, 8, 6, 8
_TITLE, _VALUE, _AXIS = 16, 27, 14
_LOW_LEFT, _LOW = 10, 30

_VALUE_PIXELS: Final = 20
"""The size of its letters in theme.qss."""
_LEAST_TITLE: Final = 64
_LEAST_CAPTION: Final = 64
"""Where less was left beside the value, its letters are smaller."""

_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class TrendTile(Card):
    """Title, value, caption, line. The mouse, or the arrow keys, pick a point: its exact value stands beside the title.

    Attributes:
        clicked: The operator asks why.
    """

    clicked = Signal()

    def __init__(self, trend: Trend, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, name=trend.name)
        self._trend = trend
        self._theme = theme
        self._low = False
        self._line_pixels = 0
        self._moment: Moment | None = None
        self._points: tuple[Stretch, ...] = ()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        elide = Qt.TextElideMode.ElideRight
        self.title = PlainLabel(self._called, self, name=f"{trend.name}_title", tone="caption", elide=elide)
        self.picked = PlainLabel("", self, name=f"{trend.name}_picked", tone="caption", elide=elide)
        self.picked.setAlignment(right)
        self.picked.hide()
        self.value = PlainLabel(NOTHING, self, name=f"{trend.name}_value", tone="value")
        self.caption = PlainLabel("", self, name=f"{trend.name}_caption", tone="caption", elide=elide)
        self.caption.setAlignment(right)
        self.begins = PlainLabel("", self, name=f"{trend.name}_begins", tone="axis")
        for label in (self.title, self.picked, self.value, self.caption, self.begins):
            # What they say is the tile's to explain.
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.sparkline = Sparkline(self, name=f"{trend.name}_line", follows=True)
        if trend.ceiling is not None:
            self.sparkline.set_ceiling(trend.ceiling)
        self.sparkline.picked.connect(self._on_picked)
        theme.changed.connect(self._paint)
        self._paint()
        self._tell()

    @property
    def trend(self) -> Trend:
        """What it shows."""
        return self._trend

    def show_moment(self, moment: Moment | None) -> None:
        """Show the newest numbers; None where there are none."""
        self._moment = moment
        trend = self._trend
        value = NOTHING if moment is None else trend.value(moment)
        if self._low and moment is not None and trend.low_value is not None:
            value = trend.low_value(moment)
        alarms = trend.alarming and value not in ("0", NOTHING)
        self.value.set_tone(self._value_tone(value) + ("-bad" if alarms else ""))
        if value != self.value.text():
            self.value.show_text(value)
            self._place()
        self.caption.show_text("" if moment is None else trend.caption(moment))
        self._tell()

    def show_line(self, line: tuple[Point, ...], points: tuple[Stretch, ...], begins: str) -> None:
        """Show the line.

        Args:
            line: To be painted.
            points: What they tell, as many, for whoever picks one.
            begins: Where the left end is, in words.
        """
        self._points = points
        self.begins.show_text(begins)
        self.sparkline.show_points(line)

    def set_low(self, low: bool, line_pixels: int) -> None:
        """Leave line and caption out where the window is low; else the line is so high."""
        if (low, line_pixels) == (self._low, self._line_pixels):
            return
        self._low, self._line_pixels = low, line_pixels
        self.sparkline.pick_point(-1)
        for part in (self.caption, self.sparkline, self.begins):
            part.setHidden(low)
        self.setFixedHeight(_LOW if low else _TOP + _TITLE + _VALUE + line_pixels + _AXIS + _BOTTOM)
        self.title.show_text(self._called)
        self.show_moment(self._moment)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts where they belong."""
        super().resizeEvent(event)
        self.show_moment(self._moment)
        self._place()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick a point with the arrow keys; Return and Space are a click."""
        key = Qt.Key(event.key())
        if key in _STEPS and self._points and not self._low:
            picked = self.sparkline.pick
            last = len(self._points) - 1
            self.sparkline.pick_point(last if picked < 0 else min(last, max(0, picked + _STEPS[key])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go of the point."""
        super().focusOutEvent(event)
        self.sparkline.pick_point(-1)

    @property
    def _called(self) -> str:
        trend = self._trend
        return translate("Trends", trend.low_title if self._low and trend.low_title else trend.title)

    def _value_tone(self, value: str) -> str:
        """Return how large the value is written: all of it must be read, and what it is of beside it."""
        font = QFont(self.value.font())
        font.setPixelSize(_VALUE_PIXELS)
        room = self.width() - 2 * _LEFT - _BETWEEN - _LEAST_CAPTION
        return "low-value" if self._low or QFontMetrics(font).horizontalAdvance(value) > room else "value"

    def _place(self) -> None:
        """Put the parts where they belong: numbers that change all the time would have the whole view laid out anew."""
        value = min(self.value.sizeHint().width(), self.width() - 2 * _LEFT)
        if self._low:
            inner = self.width() - 2 * _LOW_LEFT
            self.title.setGeometry(_LOW_LEFT, 0, inner - value - _BETWEEN, self.height())
            self.value.setGeometry(self.width() - _LOW_LEFT - value, 0, value, self.height())
            return
        inner = self.width() - 2 * _LEFT
        # While a point is picked the title gives it what it needs, if need be everything.
        left = inner if self.picked.isHidden() else inner - self.picked.sizeHint().width() - _BETWEEN
        title = left if left >= min(_LEAST_TITLE, self.title.sizeHint().width()) else -_BETWEEN
        self.title.setGeometry(_LEFT, _TOP, max(0, title), _TITLE)
        self.picked.setGeometry(_LEFT + title + _BETWEEN, _TOP, inner - title - _BETWEEN, _TITLE)
        self.value.setGeometry(_LEFT, _TOP + _TITLE, value, _VALUE)
        # A little less high: the base lines of a large and a small text are then the same.
        caption = _VALUE - 2
        self.caption.setGeometry(_LEFT + value + _BETWEEN, _TOP + _TITLE, inner - value - _BETWEEN, caption)
        line = _TOP + _TITLE + _VALUE
        self.sparkline.setGeometry(_LEFT, line, inner, self._line_pixels)
        self.begins.setGeometry(_LEFT, line + self._line_pixels, inner, _AXIS)

    def _on_picked(self, number: int) -> None:
        told = ""
        if 0 <= number < len(self._points):
            point = self._points[number]
            exact = self._trend.exact(point) if point.known else translate("Trends", "not known")
            told = f"{datetime.fromtimestamp(point.wall_s, UTC):%H:%M:%S}  {exact}"
        if told != self.picked.text():
            self.picked.show_text(told)
            # While there is nothing to tell the title has the room.
            self.picked.setHidden(not told)
            self._place()
        self._tell()

    def _tell(self) -> None:
        """Say for those who do not see it what it shows, and what it is for those who ask."""
        parts = (self.value.text(), self.caption.text(), self.picked.text())
        name = f"{self._called}: {', '.join(part for part in parts if part)}"
        if name != self.accessibleName():
            self.setAccessibleName(name)
        tip = plain_tooltip(tip_of(self._trend, self._moment))
        if tip != self.toolTip():
            self.setToolTip(tip)

    def _paint(self) -> None:
        self.sparkline.set_colour(self._theme.colour(self._trend.colour))
