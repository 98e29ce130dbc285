"""What the backend tells of the cache: frozen records.

Runs on: any
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CachedUser:
    """One user's place in the cache.

    Attributes:
        name: Hostile text; "" where the user is not in the database.
        generation: The user's generation.
        rows: Subscriptions held.
        fresh_for_s: Seconds until the entry expires.
    """

    user_id: UUID
    name: str
    generation: int
    rows: int
    fresh_for_s: float
