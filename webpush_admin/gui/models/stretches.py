"""The counters at one moment, and what happened between two moments.

Runs on: any
"""

from dataclasses import dataclass
from typing import Final

from webpush_admin.push.stats import CacheStats, Latency, PushStats

_SHARES: Final = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Sample:
    """The counters at one moment.

    Attributes:
        at_s: The worker's monotonic seconds, and those that the machine slept.
        wall_s: Seconds since the epoch.
        cache: As they are.
        pushes: As they are, without what is told by push service.
        lost: Events that the window lost.
        in_flight: The most since the sample before.
        per_s: The most pushes in a second since the sample before.
    """

    at_s: float
    wall_s: float
    cache: CacheStats
    pushes: PushStats
    lost: int = 0
    in_flight: int = 0
    per_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Within which seconds half, 95 % and 99 % of the answers came."""

    p50_s: float
    p95_s: float
    p99_s: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """What happened between two samples.

    Attributes:
        at_s, wall_s: When it ended, as in `Sample`.
        seconds: How long it was.
        known: When in it something happened is known as exactly as the line shows it.
        callers: Of the cache.
        saved: Those of them that cost no read of their own.
        reads_failed, stale, moved: Reads that raised, stale reads discarded, generations moved.
        finished, accepted, failed, pruned: As in `PushStats`.
        answers: Answers that were timed.
        latency: None where there were none.
        in_flight: The most at once.
        per_s: The most pushes in a second.
        lost: Events that the window lost.
    """

    at_s: float
    wall_s: float
    seconds: float
    known: bool
    callers: int
    saved: int
    reads_failed: int
    stale: int
    moved: int
    finished: int
    accepted: int
    failed: int
    pruned: int
    answers: int
    latency: Percentiles | None
    in_flight: int
    per_s: float
    lost: int

    @property
    def hit_rate(self) -> float | None:
        """Share of callers that cost no read of their own; None where nobody asked."""
        return self.saved / self.callers if self.callers else None

    @property
    def pushes_per_s(self) -> float:
        """Pushes that got their outcome, in a second of it."""
        return self.finished / self.seconds if self.seconds > 0 else 0.0


def stretch(earlier: Sample, later: Sample, *, known: bool) -> Stretch:
    """Return what happened between two samples of the same counters."""
    cache, pushes = later.cache, later.pushes
    before, sent = earlier.cache, earlier.pushes
    saved = cache.hits + cache.joins - before.hits - before.joins
    latency = pushes.latency
    answered = latency.since(sent.latency) if latency != sent.latency else Latency()
    return Stretch(
        at_s=later.at_s,
        wall_s=later.wall_s,
        seconds=later.at_s - earlier.at_s,
        known=known,
        callers=saved + cache.misses - before.misses,
        saved=saved,
        reads_failed=cache.reads_failed - before.reads_failed,
        stale=cache.stale_discarded - before.stale_discarded,
        moved=cache.generation - before.generation,
        finished=pushes.finished - sent.finished,
        accepted=pushes.accepted - sent.accepted,
        failed=pushes.failed - sent.failed,
        pruned=pushes.pruned - sent.pruned,
        answers=answered.count,
        latency=_percentiles(answered),
        in_flight=later.in_flight,
        per_s=later.per_s,
        lost=later.lost - earlier.lost,
    )


def _percentiles(latency: Latency) -> Percentiles | None:
    p50_s, p95_s, p99_s = latency.percentiles_s(_SHARES)
    if p50_s is None or p95_s is None or p99_s is None:
        return None
    return Percentiles(p50_s, p95_s, p99_s)
