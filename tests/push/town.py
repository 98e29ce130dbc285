"""Many users with a subscription each, the pages and the journal of a broadcast to them.

Runs on: any
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tests.push.material import DEADLINE_S, HI, Bench
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.control import Control
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import StoreError
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


class Rows:
    """Pages of a real store."""

    def __init__(self, store: Store, rows: Sequence[Subscription], size: int = 10) -> None:
        self.store = store
        self.rows = rows
        self.size = size
        self.read = 0
        self.read_again: list[int] = []
        self.on_page: Callable[[], None] = lambda: None

    async def next_page(self) -> Sequence[Subscription]:
        rows = self.rows[self.read : self.read + self.size]
        self.read += len(rows)
        self.on_page()
        return rows

    async def again(self, subscription_ids: Sequence[int]) -> Sequence[Subscription]:
        self.read_again += subscription_ids
        return [found.subscription for found in self.store.subscriptions(subscription_ids)]


class Diary:
    """A journal in memory."""

    def __init__(self) -> None:
        self.intended: list[int | None] = []
        self.concluded: list[Delivery] = []
        self.refusal = ""
        self.on_intended: Callable[[], None] = lambda: None
        self.before_concluding: Callable[[], Awaitable[object]] | None = None

    async def intend(self, subscriptions: Sequence[Subscription]) -> None:
        if self.refusal:
            raise StoreError(self.refusal)
        self.intended += [row.id for row in subscriptions]
        self.on_intended()

    async def conclude(self, deliveries: Sequence[Delivery]) -> None:
        if self.before_concluding is not None:
            await self.before_concluding()
        self.concluded += deliveries


class Town(Bench):
    """Many users with a subscription each, and what a broadcast to them came to."""

    def settle(self, *tempers: Temper) -> None:
        key = self.store.vapid_keys().public_key
        for number, one in enumerate(self.sandbox.create_subscriptions(tempers, application_server_key=key)):
            user_id = self.store.add_user(f"user {number}").id
            self.store.add_subscription(user_id, endpoint=one.endpoint, p256dh=one.p256dh, auth=one.auth)
        ids = range(1, len(tempers) + 1)
        self.rows_at_first = [found.subscription for found in self.store.subscriptions(ids)]
        self.pages = Rows(self.store, self.rows_at_first)
        self.diary = Diary()
        self.control = Control()
        self.told: list[Delivery] = []

    async def send(self, dispatcher: Dispatcher, **settings: Any) -> Counter[Outcome]:
        usual: dict[str, Any] = {"targets": len(self.rows_at_first), "control": self.control, "journal": self.diary}
        async with asyncio.timeout(DEADLINE_S):
            await dispatcher.broadcast(self.pages, HI, **{"on_deliveries": self.told.extend, **usual, **settings})
        return Counter(delivery.outcome for delivery in self.told)

    def ids_left(self) -> set[int | None]:
        ids = [row.id or 0 for row in self.rows_at_first]
        return {found.subscription.id for found in self.store.subscriptions(ids)}
