"""The four tiles on top that stay in every view, and what they remember of the last minute.

Runs on: GUI thread
"""

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.widgets.figures import compact, grouped, percent, rate
from webpush_admin.gui.widgets.sparkline import POINTS
from webpush_admin.gui.widgets.tile import NOTHING, Tile

if TYPE_CHECKING:
    from webpush_admin.backend.records import Snapshot

SAMPLE_S: Final = 0.5
"""Between two points of a sparkline: 120 points are a minute."""


class _Sample(NamedTuple):
    taken_s: float
    finished: int
    generation: int
    pruned: int


class Tiles(QWidget):
    """Hit rate, pushes per second, generations moved, pruned.

    Attributes:
        clicked: The operator asks why.
    """

    clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tiles")
        self._theme = theme
        self._samples: deque[_Sample] = deque(maxlen=POINTS + 1)
        self.hit_rate_tile = self._tile(
            self.tr("Hit rate"), "hit_rate_tile", self.tr("Share of dispatches that cost no read of the database.")
        )
        self.hit_rate_tile.sparkline.set_range(0.0, 1.0)
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
        self._samples.clear()
        for tile in self.all_tiles:
            tile.show_value(NOTHING, "")
            tile.sparkline.clear()

    def show_snapshot(self, snapshot: "Snapshot") -> None:
        """Show the newest totals."""
        cache, pushes = snapshot.cache, snapshot.pushes
        now = _Sample(snapshot.taken_s, pushes.finished, cache.generation, pushes.pruned)
        if self._samples and now.finished < self._samples[-1].finished:
            self.clear()
        per_s = self._pushes_per_second(now)
        served, share = cache.hits + cache.joins, cache.hit_rate
        self.hit_rate_tile.show_value(
            NOTHING if share is None else percent(share),
            "" if share is None else self.tr("{0} of {1}").format(compact(served), compact(served + cache.misses)),
        )
        self.pushes_tile.show_value(rate(per_s), self.tr("{0} in all").format(compact(pushes.finished)))
        oldest = self._samples[0] if self._samples else now
        moved, gone = now.generation - oldest.generation, now.pruned - oldest.pruned
        self.generations_tile.show_value(
            grouped(cache.generation), self.tr("+{0} in 1 min").format(compact(moved)) if moved > 0 else ""
        )
        self.pruned_tile.show_value(
            grouped(pushes.pruned), self.tr("+{0} in 1 min").format(compact(gone)) if gone > 0 else ""
        )
        if not self._samples or now.taken_s - self._samples[-1].taken_s >= SAMPLE_S:
            self._samples.append(now)
            if share is not None:
                self.hit_rate_tile.sparkline.push(share)
            self.pushes_tile.sparkline.push(per_s)
            self.generations_tile.sparkline.push(float(now.generation))
            self.pruned_tile.sparkline.push(float(now.pruned))

    def _pushes_per_second(self, now: _Sample) -> float:
        # Imported here: there is nothing to count before the first paint.
        from webpush_admin.push.stats import per_second

        # About the last second: samples are half a second apart.
        earlier = self._samples[-2] if len(self._samples) > 1 else self._samples[0] if self._samples else now
        return per_second(earlier.finished, now.finished, now.taken_s - earlier.taken_s)

    def _tile(self, title: str, name: str, tip: str) -> Tile:
        return Tile(title, self, name=name, tip=plain_tooltip(tip))

    def _paint(self) -> None:
        colours = ("accent", "ok", "warn", "bad")
        for tile, role in zip(self.all_tiles, colours, strict=True):
            tile.set_colour(self._theme.colour(role))
