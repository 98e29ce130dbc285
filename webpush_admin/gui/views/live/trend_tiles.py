"""The tiles of the live view, each with its history.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.trends import Window
from webpush_admin.gui.views.live.health import failures_by_diagnosis
from webpush_admin.gui.views.live.trend import TRENDS, Moment
from webpush_admin.gui.views.live.trend_tile import TrendTile

_IN_A_ROW: Final = 4
_LOW_PIXELS: Final = 520
"""Below this height of the view the lines leave: the pages need the room."""
_LEAST_LINE: Final = 18
_MOST_LINE: Final = 64


class TrendTiles(QWidget):
    """Eight numbers with a line of the last minutes. It is told when to show; see `LiveView`.

    Attributes:
        asked: The operator asks why: the `LivePlace` that explains it.
        tiles: By the name of their trend.
    """

    asked = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("trend_tiles")
        self._trends = context.trends
        self._window = Window.FIVE_MINUTES
        self._drawn: tuple[Window, float | None] | None = None
        self.tiles: dict[str, TrendTile] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        for number, trend in enumerate(TRENDS):
            tile = TrendTile(trend, context.theme, self)
            tile.clicked.connect(lambda place=trend.place: self.asked.emit(place))
            self.tiles[trend.name] = tile
            self._grid.addWidget(tile, *divmod(number, _IN_A_ROW))
            self._grid.setColumnStretch(number % _IN_A_ROW, 1)

    def show_window(self, window: Window, snapshot: Snapshot | None) -> None:
        """Count over another window from now on, and draw it."""
        self._window = window
        self.show_snapshot(snapshot)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the newest numbers, and the lines where they have a new point; None where no database is open."""
        moment = self._moment(snapshot) if snapshot is not None else None
        for tile in self.tiles.values():
            tile.show_moment(moment)
        drawn = self._window, self._trends.drawn_s(self._window)
        if drawn != self._drawn:
            self._drawn = drawn
            points = self._trends.points(self._window)
            for tile in self.tiles.values():
                line = self._trends.line(self._window, tile.trend.point)
                tile.show_line(line, points[len(points) - len(line) :], self._begins())

    def fit(self, height: int) -> None:
        """Take what room a view of this height has for tiles."""
        low = height < _LOW_PIXELS
        line = min(_MOST_LINE, max(_LEAST_LINE, _LEAST_LINE + (height - _LOW_PIXELS) // 10))
        self._grid.setSpacing(6 if low else 8)
        for tile in self.tiles.values():
            tile.set_low(low, line)

    def _moment(self, snapshot: Snapshot) -> Moment | None:
        lately, ends = self._trends.over(self._window), self._trends.ends(self._window)
        if lately is None or ends is None:
            return None
        return Moment(snapshot, lately, self._trends.per_second(), failures_by_diagnosis(*ends))

    def _begins(self) -> str:
        return self.tr("{0} min ago").format(self._window.value // 60)
