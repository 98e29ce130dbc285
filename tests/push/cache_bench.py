"""A cache whose reads end when a test says so.

Runs on: any
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.push.material import receivers
from webpush_admin.push.cache import SubscriptionCache
from webpush_admin.push.events import (
    CacheCleared,
    CacheEvent,
)
from webpush_admin.push.places import Place
from webpush_admin.push.seats import Receivers

ADA, BOB, EVE = (UUID(int=number) for number in (1, 2, 3))


@dataclass
class Bench:
    """A cache whose reads end when the test says so, and whose clock stands still."""

    ttl_s: float = 10.0
    max_entries: int = 100
    max_generations: int = 100
    now: float = 1000.0
    reads: list[tuple[UUID, "asyncio.Future[Receivers]"]] = field(default_factory=list)
    told: list[CacheEvent | CacheCleared] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cache = SubscriptionCache(
            self._read,
            ttl_s=self.ttl_s,
            clock=lambda: self.now,
            emit=self.told.append,
            max_entries=self.max_entries,
            max_generations=self.max_generations,
        )

    async def _read(self, user_id: UUID) -> Receivers:
        answer = asyncio.get_running_loop().create_future()
        self.reads.append((user_id, answer))
        rows: Receivers = await answer
        return rows

    async def ask(self, user_id: UUID = ADA) -> "asyncio.Task[Receivers]":
        """Start a caller and let it come as far as it can."""
        caller = asyncio.create_task(self.cache.get(user_id))
        await settled()
        return caller

    async def fill(self, user_id: UUID = ADA, rows: Receivers | None = None) -> Receivers:
        """Have a user's rows read and kept."""
        caller = await self.ask(user_id)
        self.reads[-1][1].set_result(receivers(1, 2) if rows is None else rows)
        return await caller

    def held(self) -> list[UUID]:
        """For whom something is held, the newest used first."""
        return [place.user_id for place in self.cache.places(self.cache.find()) if place.age_s is not None]

    def place(self, user_id: UUID = ADA) -> Place:
        (place,) = self.cache.places([user_id])
        return place

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.told if type(event) is kind]


async def settled() -> None:
    """Let everything that is ready run."""
    for _ in range(8):
        await asyncio.sleep(0)


Scenario = Callable[[Bench], Coroutine[Any, Any, None]]


def play(scenario: Scenario, bench: Bench | None = None) -> None:
    async def played() -> None:
        used = bench or Bench()
        await scenario(used)
        await used.cache.aclose()

    asyncio.run(played())
