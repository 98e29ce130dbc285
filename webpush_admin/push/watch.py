"""Notices that the machine slept: wall time and monotonic time drift apart.

Runs on: worker loop
"""

import time
from collections.abc import Callable
from typing import Final

SUSPEND_DRIFT_S: Final = 5.0


class SuspendWatch:
    """Compares the two clocks; the cache's injected clock is never asked.

    Args:
        wall_s: Seconds of wall time.
        monotonic_s: Seconds that stand still while the machine sleeps.
    """

    def __init__(
        self, *, wall_s: Callable[[], float] = time.time, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall_s = wall_s
        self._monotonic_s = monotonic_s
        self._offset_s = wall_s() - monotonic_s()

    def drifted(self) -> bool:
        """Whether the clocks have drifted apart by over five seconds since this last said so."""
        offset_s = self._wall_s() - self._monotonic_s()
        if abs(offset_s - self._offset_s) <= SUSPEND_DRIFT_S:
            return False
        self._offset_s = offset_s
        return True
