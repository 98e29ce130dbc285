"""How late a timer on the GUI thread ticks: what stalls a window, as its operator feels it.

Runs on: GUI thread
"""

import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

from benchmarks.statistics import percentile, rounded

FRAME_MS: Final = 16


class Lateness:
    """A precise timer, and how much later than its interval each tick came."""

    def __init__(self, parent: QObject, tick_ms: int) -> None:
        self._tick_ms = tick_ms
        self._late_ms: list[float] = []
        self._before_s = 0.0
        self._timer = QTimer(parent, interval=tick_ms, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)

    def begin(self) -> None:
        """Forget what was measured, and measure."""
        self._late_ms = []
        self._before_s = time.perf_counter()
        self._timer.start()

    def end(self) -> dict[str, float]:
        """Stop; return percentiles in milliseconds. A tick that is still to come counts with its lateness so far."""
        return told(self.ticks())

    def ticks(self) -> list[float]:
        """Stop; return by how many milliseconds each tick was late, the one that is still to come among them."""
        self._on_tick()
        self._timer.stop()
        return self._late_ms

    def _on_tick(self) -> None:
        now_s = time.perf_counter()
        self._late_ms.append(max(0.0, (now_s - self._before_s) * 1000 - self._tick_ms))
        self._before_s = now_s


def told(late_ms: Sequence[float]) -> dict[str, float]:
    """Return percentiles, in milliseconds."""
    return {
        "p50_ms": rounded(percentile(late_ms, 50)),
        "p99_ms": rounded(percentile(late_ms, 99)),
        "max_ms": rounded(max(late_ms)),
        "ticks": len(late_ms),
        "over_16_ms": sum(value > FRAME_MS for value in late_ms),
    }
