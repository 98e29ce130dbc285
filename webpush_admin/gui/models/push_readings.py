"""Readings of the pushes' counters, for what happened lately: rates, and the difference to some minutes ago.

Runs on: GUI thread
"""

from collections import deque
from enum import Enum
from typing import Final, NamedTuple

from webpush_admin.push.stats import PushStats

RATE_S: Final = 2.0
"""A rate is of about the last so many seconds: shorter it jumps, longer it lags."""

STEP_S: Final = 5.0
"""Between two readings that are kept for looking back."""

KEPT_S: Final = 300.0


class Stretch(Enum):
    """Of which time something is told; the value is in seconds."""

    OPENED = 0.0
    """Since the dispatcher was made."""
    MINUTES = KEPT_S
    MINUTE = 60.0


class Reading(NamedTuple):
    """The counters at one time; `taken_s` is monotonic."""

    taken_s: float
    pushes: PushStats


NOTHING: Final = Reading(0.0, PushStats())


class PushReadings:
    """Takes every snapshot; a reading is the snapshot's own record, so that keeping some dozens costs little."""

    def __init__(self) -> None:
        self._latest: deque[Reading] = deque()
        self._kept: deque[Reading] = deque()

    @property
    def newest(self) -> Reading:
        """The last reading; nothing where there is none."""
        return self._latest[-1] if self._latest else NOTHING

    @property
    def for_rates(self) -> Reading:
        """The reading of about two seconds before the newest, or the oldest."""
        return self._latest[0] if self._latest else NOTHING

    def add(self, taken_s: float, pushes: PushStats) -> None:
        """Take a reading; counters that began anew are another dispatcher's."""
        if self._latest and pushes.finished < self._latest[-1].pushes.finished:
            self.clear()
        reading = Reading(taken_s, pushes)
        self._latest.append(reading)
        while len(self._latest) > 2 and self._latest[1].taken_s <= taken_s - RATE_S:
            self._latest.popleft()
        if not self._kept or taken_s - self._kept[-1].taken_s >= STEP_S:
            self._kept.append(reading)
            while len(self._kept) > 2 and self._kept[1].taken_s <= taken_s - KEPT_S:
                self._kept.popleft()

    def clear(self) -> None:
        """Forget everything: another database."""
        self._latest.clear()
        self._kept.clear()

    def since(self, stretch: Stretch) -> Reading:
        """Return where a stretch begins: the last reading before it, or the oldest that there is."""
        if stretch is Stretch.OPENED:
            return NOTHING
        begins_s = self.newest.taken_s - stretch.value
        found = self._kept[0] if self._kept else NOTHING
        for reading in self._kept:
            if reading.taken_s > begins_s:
                break
            found = reading
        return found
