"""What the backend tells of the cache: frozen records.

Runs on: any
"""

from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from webpush_admin.push.places import Place, PlaceState


class CacheOrder(Enum):
    """What the cached users can be sorted by; all but the name are orders of the core."""

    USED = "used"
    NAME = "name"
    STATE = "state"
    GENERATION = "generation"
    AGE = "age"
    ROWS = "rows"
    HITS = "hits"
    MISSES = "misses"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class CacheQuery:
    """Which cached users a view shows, and in what order.

    Attributes:
        search: A part of the user's name, in any case, or the beginning of the id; "" for all.
        states: Only these; empty for all.
        order: See `CacheOrder`.
        descending: Turn the order around.
    """

    search: str = ""
    states: frozenset[PlaceState] = frozenset()
    order: CacheOrder = CacheOrder.USED
    descending: bool = True


@dataclass(frozen=True, slots=True)
class CachedUser:
    """One user's place in the cache.

    Attributes:
        name: Hostile text; "" where the user is not in the database.
        place: As of when it was asked for: age and time left go on from there.
    """

    name: str
    place: Place

    @property
    def user_id(self) -> UUID:
        """Whose place it is."""
        return self.place.user_id


@dataclass(frozen=True, slots=True)
class CachePage:
    """A stretch of the cached users.

    Attributes:
        offset: Position of the first row.
        rows: At most as many as were asked for; None in the place of who has lost it since the order was made.
        total: Users that the query finds.
        taken_s: Monotonic seconds at which the rows were as they say.
    """

    offset: int
    rows: tuple[CachedUser | None, ...]
    total: int
    taken_s: float = field(compare=False, default=0.0)
