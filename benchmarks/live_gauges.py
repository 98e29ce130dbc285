"""What `benchmarks.live` reads while the window is open: memory, the worker's speed, and the GUI thread's share.

Runs on: GUI thread
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Final

from PySide6.QtCore import QObject, QTimer

from benchmarks.gui_script import memory_mb
from benchmarks.statistics import rounded

MEMORY_EVERY_MS: Final = 250
ENDS: Final = 6
"""The first and the last so many-th parts of a stretch of time are compared."""


class Memory:
    """What this process holds, asked a few times a second."""

    def __init__(self, parent: QObject) -> None:
        self._held_mb: list[float] = []
        self._timer = QTimer(parent, interval=MEMORY_EVERY_MS)
        self._timer.timeout.connect(self._on_tick)

    def begin(self) -> None:
        """Begin to look."""
        self._on_tick()
        self._timer.start()

    def end(self) -> dict[str, float]:
        """Stop; return what was held at first and at last, and what it has grown by."""
        self._on_tick()
        self._timer.stop()
        some = max(1, len(self._held_mb) // ENDS)
        before, after = median(self._held_mb[:some]), median(self._held_mb[-some:])
        return {
            "memory_before_mb": rounded(before),
            "memory_after_mb": rounded(after),
            "grown_mb": round(after - before, 2),
        }

    def _on_tick(self) -> None:
        self._held_mb.append(memory_mb() or 0.0)


class Speed:
    """What the worker and the GUI thread did in a stretch of time."""

    def __init__(self, units: Callable[[], int]) -> None:
        self._ask = units
        self._units = units()
        self._busy_s = time.thread_time()
        self._began_s = time.perf_counter()

    def end(self) -> dict[str, float]:
        """Return units in a second, and the share of a processor that this thread took."""
        took_s = time.perf_counter() - self._began_s
        return {
            "units_per_s": rounded((self._ask() - self._units) / took_s),
            "gui_cpu": rounded((time.thread_time() - self._busy_s) / took_s),
        }
