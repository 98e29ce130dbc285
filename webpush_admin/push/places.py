"""Users' places in the cache, as they are shown: frozen records, and the orders in which they can be asked for.

Runs on: any
"""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID


class PlaceState(Enum):
    """How a user's place in the cache is, in the word that its pill shows."""

    FRESH = "fresh"
    READING = "reading"
    """One caller waits for a read."""
    SHARED = "shared"
    """Several callers wait for one read."""
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    """Nothing is held: what was known must not be believed any more."""
    EMPTIED = "emptied"
    """Nothing is held: every subscription was pruned."""
    FAILED = "read failed"
    """Nothing is held: the database refused."""


class PlaceOrder(Enum):
    """What places can be sorted by."""

    USED = "used"
    """When somebody last asked for it, or it last changed."""
    STATE = "state"
    GENERATION = "generation"
    AGE = "age"
    """Since when the rows are held; places without rows are the oldest."""
    ROWS = "rows"
    HITS = "hits"
    MISSES = "misses"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Place:
    """One user's place in the cache. Its counters begin when the user gets the place, and end with it.

    Attributes:
        waiters: Callers who wait for the read that is under way; 0 where none is.
        rows: Subscriptions held.
        age_s: Seconds since the rows were read, None where none are held.
        left_s: Seconds until they expire, 0.0 where they have; None where none are held.
        hits: Callers served from memory.
        misses: Reads started.
        joins: Callers who shared a read that was under way.
        stale_discarded: Reads that began in an older generation and were not kept.
    """

    user_id: UUID
    generation: int
    state: PlaceState
    waiters: int = 0
    rows: int = 0
    age_s: float | None = None
    left_s: float | None = None
    hits: int = 0
    misses: int = 0
    joins: int = 0
    stale_discarded: int = 0
