"""The four tiles on top that stay in every view that has none of its own.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from webpush_admin.gui.models.stretches import Stretch
from webpush_admin.gui.models.trends import Trends, Window
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.widgets.figures import compact, grouped, percent, rate
from webpush_admin.gui.widgets.tile import NOTHING, Tile

if TYPE_CHECKING:
    from webpush_admin.backend.records import Snapshot

_SHOWN: Final = Window.MINUTE

_LINES: Final[tuple[Callable[[Stretch], float | None], ...]] = (
    lambda point: point.hit_rate,
    lambda point: point.pushes_per_s,
    lambda point: float(point.moved),
    lambda point: float(point.pruned),
)
"""What the lines show, from left to right."""


class Tiles(QWidget):
    """Hit rate, pushes per second, generations moved, pruned.

    Attributes:
        clicked: The operator asks why.
    """

    clicked = Signal()

    def __init__(self, theme: Theme, trends: Trends, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tiles")
        self._theme = theme
        self._trends = trends
        self._drawn_s: float | None = None
        self.hit_rate_tile = self._tile(
            self.tr("Hit rate"), "hit_rate_tile", self.tr("Share of dispatches that cost no read of the database.")
        )
        self.hit_rate_tile.sparkline.set_ceiling(1.0)
        self.pushes_tile = self._tile(
            self.tr("Pushes/s"), "pushes_tile", self.tr("Pushes that got their outcome, in the last second.")
        )
        self.generations_tile = self._tile(
            self.tr("Generations moved"),
            "generations_tile",
            self.tr("How often a user's rows were invalidated or pruned in the cache."),
        )
        self.pruned_tile = self._tile(
            self.tr("Pruned"), "pruned_tile", self.tr("Subscriptions deleted after the service answered 410 gone.")
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for tile in self.all_tiles:
            layout.addWidget(tile, 1)
            tile.clicked.connect(self.clicked)
        theme.changed.connect(self._paint)
        self._paint()

    @property
    def all_tiles(self) -> tuple[Tile, ...]:
        """The tiles from left to right."""
        return self.hit_rate_tile, self.pushes_tile, self.generations_tile, self.pruned_tile

    def set_low(self, low: bool) -> None:
        """Leave the lines out, where the window is low."""
        for tile in self.all_tiles:
            tile.sparkline.setVisible(not low)

    def clear(self) -> None:
        """Show nothing: no database is open."""
        self._drawn_s = None
        for tile in self.all_tiles:
            tile.show_value(NOTHING, "")
            tile.sparkline.show_points(())

    def show_snapshot(self, snapshot: "Snapshot") -> None:
        """Show the newest totals; the trends hold them already."""
        cache, pushes = snapshot.cache, snapshot.pushes
        served, share = cache.hits + cache.joins, cache.hit_rate
        self.hit_rate_tile.show_value(
            NOTHING if share is None else percent(share),
            "" if share is None else self.tr("{0} of {1}").format(compact(served), compact(served + cache.misses)),
        )
        per_s = self._trends.per_second() or 0.0
        self.pushes_tile.show_value(rate(per_s), self.tr("{0} in all").format(compact(pushes.finished)))
        lately = self._trends.over(_SHOWN)
        moved, gone = (lately.moved, lately.pruned) if lately is not None else (0, 0)
        self.generations_tile.show_value(
            grouped(cache.generation), self.tr("+{0} in 1 min").format(compact(moved)) if moved > 0 else ""
        )
        self.pruned_tile.show_value(
            grouped(pushes.pruned), self.tr("+{0} in 1 min").format(compact(gone)) if gone > 0 else ""
        )
        drawn_s = self._trends.drawn_s(_SHOWN)
        if drawn_s != self._drawn_s and self.isVisible():
            self._drawn_s = drawn_s
            for tile, value in zip(self.all_tiles, _LINES, strict=True):
                tile.sparkline.show_points(self._trends.line(_SHOWN, value))

    def _tile(self, title: str, name: str, tip: str) -> Tile:
        return Tile(title, self, name=name, tip=plain_tooltip(tip))

    def _paint(self) -> None:
        colours = ("accent", "ok", "warn", "bad")
        for tile, role in zip(self.all_tiles, colours, strict=True):
            tile.set_colour(self._theme.colour(role))
