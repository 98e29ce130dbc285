"""Facts that the core tells while it works: frozen, in the past tense.

Every event carries `at`, aware UTC. The generation in an event is the user's generation after it happened.

Runs on: any
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webpush_admin.push.answer import Delivery
from webpush_admin.push.subscription import Subscription


@dataclass(frozen=True, slots=True)
class CacheEvent:
    """Something happened to one user's place in the cache."""

    user_id: UUID
    generation: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CacheHit(CacheEvent):
    """The rows were served from memory."""


@dataclass(frozen=True, slots=True)
class ReadStarted(CacheEvent):
    """A miss: the user's rows are being read."""


@dataclass(frozen=True, slots=True)
class ReadJoined(CacheEvent):
    """A miss that waits for a read that is already under way."""


@dataclass(frozen=True, slots=True)
class ReadCached(CacheEvent):
    """A read ended and its rows are kept."""

    rows: int


@dataclass(frozen=True, slots=True)
class ReadFailed(CacheEvent):
    """A read, which began in that generation, failed; nothing is kept."""

    reason: str
    read_generation: int


@dataclass(frozen=True, slots=True)
class StaleReadDiscarded(CacheEvent):
    """A read that began in an older generation ended: it answered who waited for it and was not kept."""

    read_generation: int


@dataclass(frozen=True, slots=True)
class UserInvalidated(CacheEvent):
    """The entry was dropped and the generation moved on."""


@dataclass(frozen=True, slots=True)
class EntryPruned(CacheEvent):
    """Rows were taken out of the entry without a new read."""

    removed: int


@dataclass(frozen=True, slots=True)
class EntryEvicted(CacheEvent):
    """The entry was dropped because the cache was full: the least recently used goes first."""


@dataclass(frozen=True, slots=True)
class CacheCleared:
    """Every entry was dropped and every generation moved on; the reason is one sentence."""

    generation: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DispatchStarted:
    """A user's subscriptions are known and the pushes go out."""

    user_id: UUID
    targets: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PushFinished:
    """One push has its outcome; `test` tells that it was a test of one subscription (no cache, no prune)."""

    delivery: Delivery
    test: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class OriginRests:
    """A push service is left alone until then: it has asked for patience by Retry-After, or keeps failing."""

    origin: str
    until: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionsPruned:
    """These rows, which have ended, were deleted; told where there was at least one."""

    user_id: UUID
    subscriptions: tuple[Subscription, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class DispatchFinished:
    """A dispatch ended; its report follows."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswersRecorded:
    """So many answers are in the database now, with the rows that they belong to."""

    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class KeysLoaded:
    """The dispatcher signs with this public key from now on."""

    public_key: str
    at: datetime


Event = (
    CacheEvent
    | CacheCleared
    | DispatchStarted
    | PushFinished
    | OriginRests
    | SubscriptionsPruned
    | DispatchFinished
    | AnswersRecorded
    | KeysLoaded
)
