"""How fast something goes, and how long it will yet take, from its last few seconds.

Runs on: any
"""

from collections import deque
from typing import Final

READINGS: Final = 50
"""Snapshots: five seconds."""


class Pace:
    """Takes readings as they come."""

    def __init__(self) -> None:
        self._readings: deque[tuple[float, int]] = deque(maxlen=READINGS)

    def begin(self) -> None:
        """Forget what was read: something else runs, or it goes on after a pause."""
        self._readings.clear()

    def read(self, taken_s: float, done: int) -> float:
        """Return how many there are a second, 0.0 where that is not known yet.

        Args:
            taken_s: Monotonic seconds.
            done: How many there are by then.
        """
        if not self._readings or taken_s > self._readings[-1][0]:
            self._readings.append((taken_s, done))
        first_s, first = self._readings[0]
        elapsed_s = self._readings[-1][0] - first_s
        return (self._readings[-1][1] - first) / elapsed_s if elapsed_s > 0 else 0.0


def remaining_s(done: int, total: int, per_s: float) -> float | None:
    """Return how many seconds are left, None where that cannot be said."""
    return (total - done) / per_s if per_s > 0 and total > done else None
