"""Frozen snapshots of the core's counters, and the rates between two of them.

Totals come from here, never from counting events: a bounded queue may lose events, a counter cannot.

Runs on: any
"""

from dataclasses import dataclass
from uuid import UUID


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
        evictions: Entries dropped because the cache was full.
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

    @property
    def finished(self) -> int:
        """Every push that has its outcome."""
        return self.accepted + self.gone + self.rejected + self.unreachable + self.blocked + self.not_sent

    @property
    def failed(self) -> int:
        """Pushes that an operator must look at: neither accepted nor gone."""
        return self.rejected + self.unreachable + self.blocked + self.not_sent


@dataclass(frozen=True, slots=True)
class Held:
    """One user's place in the cache, for showing it: `fresh_for_s` until the entry expires."""

    user_id: UUID
    generation: int
    rows: int
    fresh_for_s: float


def per_second(earlier: int, later: int, elapsed_s: float) -> float:
    """Return the rate between two readings of a counter; 0.0 for no time, or for a counter that began anew."""
    return max(0, later - earlier) / elapsed_s if elapsed_s > 0 else 0.0
