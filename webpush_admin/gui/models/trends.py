"""What the counters did in the last hour: for each window of it samples of snapshots, and points of a line.

A point is a difference: it says of a moment what happened in it, and nothing where that is not known, since no snapshot
came for a while: the machine slept, or the worker was busy.

Runs on: any
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import Final

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.models.stretches import Sample, Stretch, stretch
from webpush_admin.push.stats import CacheStats, PushStats, per_second

POINTS: Final = 120
"""Of a line, whatever its window."""

LEAST_GAP_S: Final = 3.0
"""An idle worker publishes a snapshot each second: one that is late by so much is missing."""

SLEPT_S: Final = 5.0
"""The clock on the wall has gone on by so much more than the worker's: the machine slept."""

SPELL_S: Final = 60.0
"""Pushes that are further apart belong to different spells of sending."""

_FIRST_S: Final = 0.1
"""So old, or a little older, is a dispatcher when its first snapshot comes."""

_NOW_S: Final = 0.95
"""Pushes per second "now" are those of about the last second."""


class Window(Enum):
    """How much of the past a line shows; the value is in seconds."""

    MINUTE = 60
    FIVE_MINUTES = 300
    QUARTER = 900
    HOUR = 3600

    @property
    def step_s(self) -> float:
        """Seconds between two points."""
        return self.value / POINTS


class Trends:
    """Remembers an hour: for each window 120 points, and as many samples. Costs some microseconds for a snapshot.

    Attributes:
        newest: The newest sample, None before the first.
        spell: The newest spell of sending, from the sample before it to its last; None before the first.
    """

    def __init__(self) -> None:
        self._tracks = {window: _Track(window) for window in Window}
        self._offset_s: float | None = None
        self._slept_s = 0.0
        self._begins = False
        self.newest: Sample | None = None
        self.spell: tuple[Sample, Sample] | None = None

    def clear(self) -> None:
        """Forget everything: another database has counters of its own."""
        for track in self._tracks.values():
            track.clear()
        self.newest = self.spell = None

    def begin(self) -> None:
        """Forget everything, for a dispatcher that was just made: what its first snapshot tells has just happened."""
        self.clear()
        self._begins = True

    def add(self, snapshot: Snapshot, wall_s: float, lost: int = 0) -> None:
        """Take a snapshot.

        Args:
            snapshot: One that is not newer than the last is passed over.
            wall_s: Seconds since the epoch when it came.
            lost: Events that the window has lost so far.
        """
        sample = self._sample(snapshot, wall_s, lost)
        former = self.newest
        if former is not None:
            if _began_anew(former, sample):
                self.clear()
            elif sample.at_s <= former.at_s:
                return
            elif sample.pushes.finished != former.pushes.finished:
                self._follow_spell(former, sample)
        elif self._begins and (sample.cache, sample.pushes.finished) != (CacheStats(), 0):
            self._begin(sample)
        self._begins = False
        self.newest = sample
        now_s = self.per_second() or 0.0
        for track in self._tracks.values():
            track.add(sample, now_s)

    def points(self, window: Window) -> tuple[Stretch, ...]:
        """Return the points of a line, the oldest first; there may be fewer than 120 of them."""
        return tuple(self._tracks[window].points)

    def line(self, window: Window, value: Callable[[Stretch], float | None]) -> tuple[tuple[float, float | None], ...]:
        """Return a line to be painted, see `drawn_s`.

        Args:
            window: Its right end is its newest point.
            value: What is shown of a point; None where there is nothing to show.

        Returns:
            For each point where it is, from 0.0 (the window's beginning) to 1.0 (its newest point), and its value; None
            where there is none, or where it is not known when it happened.
        """
        points = self._tracks[window].points
        if not points:
            return ()
        begins_s = points[-1].at_s - window.value
        return tuple(
            ((point.at_s - begins_s) / window.value, value(point) if point.known else None)
            for point in points
            if point.at_s >= begins_s
        )

    def drawn_s(self, window: Window) -> float | None:
        """Return when the newest point of a line ended, None where there is none: lines change with it only."""
        points = self._tracks[window].points
        return points[-1].at_s if points else None

    def over(self, window: Window) -> Stretch | None:
        """Return what happened in a window until the newest snapshot; None before the first.

        What a gap hides at the window's beginning is not told: it may have been before.
        """
        ends = self.ends(window)
        return None if ends is None else self._tracks[window].until(*ends)

    def ends(self, window: Window) -> tuple[Sample, Sample] | None:
        """Return the samples between which the window lies."""
        return None if self.newest is None else (self._tracks[window].base(self.newest.at_s), self.newest)

    def per_second(self) -> float | None:
        """Return how many pushes got their outcome in about the last second; None where that is not known."""
        newest = self.newest
        for earlier in reversed(self._tracks[Window.MINUTE].samples):
            if newest is not None and newest.at_s - earlier.at_s >= _NOW_S:
                elapsed_s = newest.at_s - earlier.at_s
                if elapsed_s > LEAST_GAP_S:
                    return None
                return per_second(earlier.pushes.finished, newest.pushes.finished, elapsed_s)
        return None

    def _sample(self, snapshot: Snapshot, wall_s: float, lost: int) -> Sample:
        offset_s = wall_s - snapshot.taken_s
        if self._offset_s is not None and offset_s - self._offset_s > SLEPT_S:
            self._slept_s += offset_s - self._offset_s
        self._offset_s = offset_s
        # By push service they would be the most of what is kept, and no line tells them.
        pushes = replace(snapshot.pushes, services=(), resting=())
        return Sample(snapshot.taken_s + self._slept_s, wall_s, snapshot.cache, pushes, lost, pushes.in_flight)

    def _begin(self, sample: Sample) -> None:
        nothing = replace(sample, at_s=sample.at_s - _FIRST_S, cache=CacheStats(), pushes=PushStats(), in_flight=0)
        for track in self._tracks.values():
            track.add(nothing, 0.0)
        if sample.pushes.finished:
            self._follow_spell(nothing, sample)

    def _follow_spell(self, former: Sample, sample: Sample) -> None:
        goes_on = self.spell is not None and sample.at_s - self.spell[1].at_s <= SPELL_S
        self.spell = (self.spell[0] if self.spell is not None and goes_on else former, sample)


class _Track:
    """The samples and points of one window."""

    def __init__(self, window: Window) -> None:
        self._window_s = float(window.value)
        # One stretch of time for all: the newest point stands still while the next one is made.
        self._step_s = window.step_s
        self._gap_s = max(2 * window.step_s, LEAST_GAP_S)
        self.samples: deque[Sample] = deque(maxlen=POINTS + 2)
        self.points: deque[Stretch] = deque(maxlen=POINTS + 1)
        self._in_flight = 0
        self._per_s = 0.0
        self._late = False
        self._last_s = 0.0

    def clear(self) -> None:
        self.samples.clear()
        self.points.clear()
        self._in_flight, self._per_s, self._late = 0, 0.0, False

    def add(self, sample: Sample, per_s: float) -> None:
        """Count a snapshot; where a step has passed it becomes a sample, and a point is made."""
        self._in_flight = max(self._in_flight, sample.in_flight)
        self._per_s = max(self._per_s, per_s)
        if not self.samples:
            self._take(sample)
            return
        # Within a long step snapshots may have been missing, too.
        self._late = self._late or sample.at_s - self._last_s > self._gap_s
        self._last_s = sample.at_s
        if sample.at_s - self.samples[-1].at_s >= self._step_s - 0.02:
            former = self.samples[-1]
            self._take(replace(sample, in_flight=self._in_flight, per_s=self._per_s))
            self.points.append(stretch(former, self.samples[-1], known=not self._late))
            self._in_flight, self._per_s, self._late = 0, 0.0, False

    def base(self, now_s: float) -> Sample:
        """Return the sample with which the window begins; there is one."""
        begins_s = now_s - self._window_s - self._step_s
        return next((sample for sample in self.samples if sample.at_s >= begins_s), self.samples[-1])

    def until(self, base: Sample, newest: Sample) -> Stretch:
        """Return what happened since a sample, with the most that there was at once."""
        later = [sample for sample in self.samples if sample.at_s > base.at_s]
        whole = stretch(base, newest, known=True)
        return replace(
            whole,
            in_flight=max([newest.in_flight, self._in_flight, *(sample.in_flight for sample in later)]),
            # Where snapshots were missing nobody saw the best second, but it was no worse than the average.
            per_s=max([self._per_s, whole.pushes_per_s, *(sample.per_s for sample in later)]),
        )

    def _take(self, sample: Sample) -> None:
        self.samples.append(sample)
        self._last_s = sample.at_s


def _began_anew(former: Sample, sample: Sample) -> bool:
    """Whether these are the counters of another dispatcher: the old ones only rise."""
    return (
        sample.pushes.finished < former.pushes.finished
        or sample.pushes.pruned < former.pushes.pruned
        or sample.cache.generation < former.cache.generation
        or sample.cache.hits < former.cache.hits
        or sample.cache.misses < former.cache.misses
    )
