"""Frozen snapshots of the core's counters, and the rates between two of them.

Totals come from here, never from counting events: a bounded queue may lose events, a counter cannot.

Runs on: any
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final

STEPS_PER_DECADE: Final = 48
"""Bounds of the latency's buckets lie a factor of 1.049 apart: a percentile is within 5 % of the true one."""

LATENCY_BOUNDS_S: Final = tuple(
    10 ** (step / STEPS_PER_DECADE) for step in range(-4 * STEPS_PER_DECADE, 2 * STEPS_PER_DECADE + 1)
)
"""Upper bounds of the buckets, seconds: from 0.1 ms to 100 s; one more bucket takes what was slower."""


@dataclass(frozen=True, slots=True)
class Latency:
    """How long answers took, counted in buckets, so that the difference of two readings is a reading of its own.

    Attributes:
        counts: Answers by bucket, one more than `LATENCY_BOUNDS_S`; empty where there was none yet.
        total_s: The sum of all.
    """

    counts: tuple[int, ...] = ()
    total_s: float = 0.0

    @property
    def count(self) -> int:
        """How many answers were counted."""
        return sum(self.counts)

    def since(self, earlier: "Latency") -> "Latency":
        """Return what was counted since an earlier reading; all of it where the counter began anew meanwhile."""
        if not earlier.counts or not self.counts:
            return self
        counts = tuple(now - before for now, before in zip(self.counts, earlier.counts, strict=True))
        if min(counts) < 0:
            return self
        return Latency(counts, self.total_s - earlier.total_s)

    def percentiles_s(self, shares: Sequence[float]) -> tuple[float | None, ...]:
        """Return the seconds within which these shares (0.0 to 1.0) of the answers came; None where there are none."""
        reached = list(accumulate(self.counts))
        if not reached or not reached[-1]:
            return tuple(None for _ in shares)
        return tuple(self._percentile_s(reached, share * reached[-1]) for share in shares)

    def _percentile_s(self, reached: Sequence[int], wanted: float) -> float:
        bucket = next(number for number, count in enumerate(reached) if count >= wanted and self.counts[number])
        if bucket == len(LATENCY_BOUNDS_S):
            return LATENCY_BOUNDS_S[-1]
        upper = LATENCY_BOUNDS_S[bucket]
        lower = LATENCY_BOUNDS_S[bucket - 1] if bucket else 0.0
        # Within a bucket they are taken to be spread evenly.
        share = (wanted - (reached[bucket] - self.counts[bucket])) / self.counts[bucket]
        return lower + (upper - lower) * min(1.0, max(0.0, share))


@dataclass(frozen=True, slots=True)
class ServiceStats:
    """What became of the pushes to one push service.

    Attributes:
        name: As `push.services` has it, or the host; of very many hosts the later ones are one together.
        in_flight: Requests under way now.
        accepted, gone, rejected, unreachable, blocked, not_sent: As in `PushStats`.
        retries: Attempts that were not the first of their push.
        latency: Of the last attempt of each push that was answered.
    """

    name: str
    in_flight: int = 0
    accepted: int = 0
    gone: int = 0
    rejected: int = 0
    unreachable: int = 0
    blocked: int = 0
    not_sent: int = 0
    retries: int = 0
    latency: Latency = Latency()

    @property
    def finished(self) -> int:
        """Every push that has its outcome."""
        return self.accepted + self.gone + self.rejected + self.unreachable + self.blocked + self.not_sent

    @property
    def failed(self) -> int:
        """Pushes that an operator must look at: neither accepted nor gone."""
        return self.rejected + self.unreachable + self.blocked + self.not_sent


@dataclass(frozen=True, slots=True)
class Rest:
    """A push service that is left alone for a while.

    Attributes:
        origin: Scheme, host and port.
        service: Its name, as in `ServiceStats`.
        until: Aware UTC.
        asked: The service has asked for it, by Retry-After; else it keeps failing.
    """

    origin: str
    service: str
    until: datetime
    asked: bool


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What the cache has done since the dispatcher was made.

    Attributes:
        hits: Callers served from memory.
        misses: Callers for whom a read was started; equal to the reads started.
        joins: Callers who shared a read that was under way.
        reads_failed: Reads that raised.
        stale_discarded: Reads that began in an older generation and were not kept.
        invalidations: Users invalidated by name.
        pruned: Rows taken out of entries without a new read.
        evictions: Entries dropped because the cache was full; the least recently used goes first.
        clears: Times that everything was dropped.
        entries: Users held now.
        generation: The newest generation handed out.
    """

    hits: int = 0
    misses: int = 0
    joins: int = 0
    reads_failed: int = 0
    stale_discarded: int = 0
    invalidations: int = 0
    pruned: int = 0
    evictions: int = 0
    clears: int = 0
    entries: int = 0
    generation: int = 0

    @property
    def hit_rate(self) -> float | None:
        """Share of callers that cost no read of their own, 0.0 to 1.0; None before the first caller."""
        callers = self.hits + self.joins + self.misses
        return (self.hits + self.joins) / callers if callers else None


@dataclass(frozen=True, slots=True)
class PushStats:
    """What became of the pushes since the dispatcher was made.

    Attributes:
        in_flight: Requests under way now.
        accepted: 200, 201, 202.
        gone: 410.
        rejected: Other statuses.
        unreachable: No complete answer.
        blocked: Refused by our validator or policy.
        not_sent: Stopped before they went out.
        pruned: Rows deleted since they have ended.
        retries: Attempts that were not the first of their push.
        retrying: Pushes that have failed for now and are tried again.
        latency: Of the last attempt of each push that was answered.
        services: The same by push service, in the order in which they were first sent to.
        diagnoses: How many pushes got which diagnosis, by its rule, in the order of their first; see `push.diagnosis`.
        resting: Push services that are left alone.
    """

    in_flight: int = 0
    accepted: int = 0
    gone: int = 0
    rejected: int = 0
    unreachable: int = 0
    blocked: int = 0
    not_sent: int = 0
    pruned: int = 0
    retries: int = 0
    retrying: int = 0
    latency: Latency = Latency()
    services: tuple[ServiceStats, ...] = ()
    diagnoses: tuple[tuple[str, int], ...] = ()
    resting: tuple[Rest, ...] = ()

    @property
    def finished(self) -> int:
        """Every push that has its outcome."""
        return self.accepted + self.gone + self.rejected + self.unreachable + self.blocked + self.not_sent

    @property
    def failed(self) -> int:
        """Pushes that an operator must look at: neither accepted nor gone."""
        return self.rejected + self.unreachable + self.blocked + self.not_sent


def per_second(earlier: int, later: int, elapsed_s: float) -> float:
    """Return the rate between two readings of a counter; 0.0 for no time, or for a counter that began anew."""
    return max(0, later - earlier) / elapsed_s if elapsed_s > 0 else 0.0
