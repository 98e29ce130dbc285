"""A day of the dispatcher, hour by hour, with something of everything that the live view tells of.

All of it goes through the real backend: its dispatcher, its database, its sandbox. Only the clock of the cache, the
pace of retries and one read that fails are the day's own.

Runs on: worker loop
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from unittest.mock import Mock, patch
from uuid import UUID

from tests.backend.desk import AUTH, P256DH
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.pruned_records import PrunedQuery, PrunedRow
from webpush_admin.backend.race_records import Race
from webpush_admin.push.errors import StoreError
from webpush_admin.push.message import Message
from webpush_admin.push.places import Place, PlaceOrder
from webpush_admin.push.stats import CacheStats, PushStats
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.tuning import Tuning
from webpush_admin.sandbox.records import SandboxCounts, Temper
from webpush_admin.store import Store

HI: Final = Message(title="Good day", ttl_s=60)
AT_NIGHT_S: Final = 3600.0

FAILING: Final = (
    Temper.NOT_FOUND,
    Temper.TOO_LARGE,
    Temper.SERVER_ERROR,
    Temper.MOZILLA_401_KEY,
    Temper.FCM_403_KEY,
    Temper.APPLE_403_JWT,
    Temper.WNS_201_DROPPED,
    Temper.DROP,
)

BLOCKED: Final = (
    "https://fcm.googleapis.com/fcm/send/cut",
    "https://updates.push.services.mozilla.com/wpush/v2/cut",
    "https://push.example.com/cut",
)
"""Of other push services, and with a key that is none: nothing goes out to them."""

GIVEN_UP: Final = "https://permanently-removed.invalid/fcm/send/gone"

TUNED: Final = Tuning(ttl_s=120.0, max_entries=20, lanes=48, at_once=12, per_second=900.0)


@dataclass(frozen=True, slots=True)
class Books:
    """What the core, the backend and the sandbox have counted in the end."""

    cache: CacheStats
    pushes: PushStats
    sandbox: SandboxCounts
    tuning: Tuning
    places: tuple[Place, ...]
    names: dict[UUID, str]
    pruned: tuple[PrunedRow, ...]
    race: Race


class Day:
    """Drives one day.

    Attributes:
        users: Who has subscriptions, in the order in which the day comes to them.
    """

    def __init__(self, backend: Backend) -> None:
        self.users: list[UUID] = []
        self._backend = backend
        self._session = backend._opened().session
        self._dispatcher = self._session.open_dispatcher
        self._race: Race | None = None
        # Far from those of the window: each is another reading of the list.
        self._stamps = 1_000_000

    async def morning(self) -> None:
        """Everybody is well, and is sent to."""
        session = self._session
        endpoints = await self._backend.trying.endpoints()
        await self._temper([one.endpoint for one in endpoints], Temper.CREATED)
        assert self._dispatcher._sends is not None
        sender = self._dispatcher._sends.sender
        sender._schedule.change_pace(replace(sender._origins.pace, first_wait_s=0.01))
        ids = await session.read(lambda store: store.user_ids_after(None, 1000))
        rows = {user_id: len(await self._rows(user_id)) for user_id in ids}
        # Who has most comes first: several things happen to them.
        self.users = sorted(ids, key=lambda user_id: -rows[user_id])
        for user_id in self.users[:3]:
            await self._dispatcher.dispatch(user_id, HI)
        await self._backend.cache.invalidate_all()
        await self._everybody(self.users)
        for _ in range(3):
            await self._backend.sending.to_user(self.users[0], HI)

    async def noon(self) -> None:
        """Several want the same at once, a read is overtaken, everything expires, a read fails."""
        self._dispatcher.invalidate_user(self.users[1])
        await asyncio.gather(*(self._dispatcher.dispatch(self.users[1], HI) for _ in range(5)))
        self._race = await self._backend.trying.race(self.users[2])
        self._dispatcher._cache._clock = lambda: time.monotonic() + AT_NIGHT_S
        await self._everybody(self.users[:12])
        await self._fail_to_read(self.users[11])

    async def afternoon(self) -> None:
        """Subscriptions end and one comes back; others are not well, each in another way; others cannot be sent to."""
        emptied, shortened = self.users[3], self.users[4]
        await self._temper([row.endpoint for row in await self._rows(emptied)], Temper.GONE)
        await self._temper([(await self._rows(shortened))[0].endpoint], Temper.MOZILLA_410_EXPIRED)
        await self._backend.sending.to_user(emptied, HI)
        await self._backend.sending.to_user(shortened, HI)
        await self._backend.pruned.restore([(await self._pruned())[0].number])
        # One attempt each.
        tried = [row for user_id in self.users[5:12] for row in await self._rows(user_id)][: len(FAILING)]
        for row, temper in zip(tried, FAILING, strict=True):
            await self._temper([row.endpoint], temper)
        await self._backend.sending.to_subscriptions([row.id for row in tried if row.id is not None], HI)
        await self._temper([row.endpoint for row in tried], Temper.CREATED)
        await self._try_again(self.users[12])
        await self._elsewhere(self.users[13])

    async def evening(self) -> None:
        """Somebody is forgotten by name, and the push service asks for patience."""
        await self._backend.cache.invalidate(self.users[6])
        row = (await self._rows(self.users[7]))[0]
        await self._temper([row.endpoint], Temper.RATE_LIMITED_LONG)
        await self._backend.sending.to_subscriptions([row.id or 0], HI)
        await self._dispatcher.dispatch(self.users[8], HI)

    async def burst(self, hits: int) -> None:
        """Cause so many events, at once."""
        for _ in range(hits):
            await self._dispatcher._cache.get(self.users[8])

    async def books(self) -> Books:
        """Return what was counted."""
        assert self._race is not None
        dispatcher = self._dispatcher
        cached = dispatcher.cached(PlaceOrder.USED, descending=True, states=frozenset())
        return Books(
            dispatcher.cache_stats(),
            dispatcher.push_stats(),
            await self._backend.trying.counts(),
            await self._backend.cache.tuning(),
            dispatcher.places(cached),
            await self._session.read(lambda store: store.names_of(self.users)),
            await self._pruned(),
            self._race,
        )

    async def _everybody(self, users: Sequence[UUID]) -> None:
        await asyncio.gather(*(self._dispatcher.dispatch(user_id, HI) for user_id in users))

    async def _fail_to_read(self, user_id: UUID) -> None:
        self._dispatcher.invalidate_user(user_id)
        refuse = Mock(side_effect=StoreError("The database is locked."))
        with patch.object(self._session.busy_store, "subscriptions_of", refuse), contextlib.suppress(StoreError):
            await self._dispatcher.dispatch(user_id, HI)
        refuse.assert_called_once()

    async def _try_again(self, user_id: UUID) -> None:
        """Send where the push service is out of order: three attempts are made."""
        row = (await self._rows(user_id))[0]
        await self._temper([row.endpoint], Temper.SERVER_ERROR)
        await self._dispatcher.dispatch(user_id, HI)
        await self._temper([row.endpoint], Temper.CREATED)

    async def _elsewhere(self, user_id: UUID) -> None:
        """Send to other push services: what is wrong with these rows is seen before anything goes out."""

        def add(store: Store) -> None:
            for endpoint in BLOCKED:
                store.add_subscription(user_id, endpoint=endpoint, p256dh=P256DH[:40], auth=AUTH)
            store.add_subscription(user_id, endpoint=GIVEN_UP, p256dh=P256DH, auth=AUTH)

        await self._session.read(add)
        await self._backend.sending.to_user(user_id, HI)

    async def _rows(self, user_id: UUID) -> list[Subscription]:
        return await self._session.read(lambda store: store.subscriptions_of(user_id))

    async def _temper(self, endpoints: Sequence[str], temper: Temper) -> None:
        await self._backend.trying.set_temper(endpoints, temper)

    async def _pruned(self) -> tuple[PrunedRow, ...]:
        self._stamps += 1
        page = await self._backend.pruned.page(PrunedQuery(), self._stamps, 0, 1000)
        return tuple(row for row in page.rows if row is not None)
