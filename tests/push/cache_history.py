"""What happens to a cache under the machine: who asks within which bounds, its reads, and each user's fate.

Runs on: any
"""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from tests.push.material import row
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.seats import Receivers

USERS = [UUID(int=number) for number in range(5)]
TTL_S = 10.0
MAX_ENTRIES = 3
MAX_GENERATIONS = 2


@dataclass
class Read:
    """One call of the cache's read function."""

    number: int
    user_id: UUID
    began: int
    epoch: int
    answer: "asyncio.Future[Receivers]"
    seen_at: int | None = None
    seen: frozenset[int] = frozenset()
    rows: Receivers = ()
    ended: bool = False
    kept_at_s: float | None = None
    flight: object = None

    def see(self, fate: "Fate", step: int) -> None:
        """Let it see the database, if it has not yet."""
        if self.seen_at is None:
            self.seen_at = step
            self.seen = frozenset(fate.rows)
            self.rows = tuple(
                Receiver(row(number, user_agent=str(self.number)), None, "not sent here")
                for number in sorted(self.seen)
            )


@dataclass
class Caller:
    """One call of `get`, with what had happened to the user when it began."""

    user_id: UUID
    task: "asyncio.Task[Receivers]"
    invalidated: int
    pruned: frozenset[int]
    cancelled: bool = False
    judged: bool = False


@dataclass
class Fate:
    """What the machine did to one user; times are the machine's steps."""

    rows: list[int] = field(default_factory=list)
    invalidated: int = -1
    pruned: frozenset[int] = frozenset()
    epoch: int = 0
