"""How late a timer on the GUI thread ticks: what stalls a window, as its operator feels it.

Runs on: GUI thread
"""

import time
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
        self._on_tick()
        self._timer.stop()
        late = self._late_ms
        return {
            "p50_ms": rounded(percentile(late, 50)),
            "p99_ms": rounded(percentile(late, 99)),
            "max_ms": rounded(max(late)),
            "ticks": len(late),
            "over_16_ms": sum(value > FRAME_MS for value in late),
        }

    def _on_tick(self) -> None:
        now_s = time.perf_counter()
        self._late_ms.append(max(0.0, (now_s - self._before_s) * 1000 - self._tick_ms))
        self._before_s = now_s
