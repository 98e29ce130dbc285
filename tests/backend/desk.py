"""A backend as a window holds it, and everything that it tells.

Runs on: any
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from webpush_admin.backend.backend import Backend
from webpush_admin.backend.opening import Opening
from webpush_admin.backend.records import BackendEvent, SubscriptionInfo
from webpush_admin.backend.session import Session
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.events import Event
from webpush_admin.push.message import Message
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import SandboxCounts, SandboxSubscription, Temper
from webpush_admin.store import Store, people, subscriptions
from webpush_admin.store.rows import SubscriptionQuery

P256DH: Final = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
AUTH: Final = "tBHItJI5svbpez7KI4CCXg"
SUBJECT: Final = "mailto:ops@example.org"
HI: Final = Message(title="Hi")
DEADLINE_S: Final = 10.0
"""Generous: nothing here waits for time, only for what must happen."""

Kind = TypeVar("Kind")


class OnLentSandbox(Opening):
    """A database beside a sandbox that outlives it."""

    def discard(self) -> None:
        pass


class Desk:
    """A backend; `async with` closes it."""

    def __init__(self) -> None:
        self.told: list[Event | BackendEvent] = []
        self.backend = Backend(self._hear)
        self._news = asyncio.Event()
        self._acts: dict[tuple[type, int], Callable[[], None]] = {}
        self._stamps = 0

    async def __aenter__(self) -> "Desk":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.backend.close()

    @property
    def session(self) -> Session:
        return self.backend._opened().session

    @property
    def dispatcher(self) -> Dispatcher:
        return self.session.open_dispatcher

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return what was told of one kind."""
        return [event for event in self.told if type(event) is kind]

    async def wait_for(self, kind: type[Kind], count: int = 1) -> Kind:
        """Wait until this many of a kind were told; return the last of them."""
        async with asyncio.timeout(DEADLINE_S):
            while len(self.of(kind)) < count:
                self._news.clear()
                await self._news.wait()
        return self.of(kind)[count - 1]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what events do not tell."""
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.005)

    def on(self, kind: type, count: int, act: Callable[[], None]) -> None:
        """Do something in the very moment in which so many of a kind were told, once."""
        self._acts[kind, count + len(self.of(kind))] = act

    async def rows(self, user_id: UUID | None = None) -> tuple[SubscriptionInfo, ...]:
        """Return the subscriptions as the table shows them."""
        # A new stamp each time: what is there now, not what was there before.
        self._stamps += 1
        page = await self.backend.subscriptions.page(SubscriptionQuery(user_id=user_id), 0, 1000, self._stamps)
        return tuple(row for row in page.rows if row is not None)

    def _hear(self, event: Event | BackendEvent) -> None:
        self.told.append(event)
        self._news.set()
        if self._acts:
            act = self._acts.pop((type(event), len(self.of(type(event)))), None)
            if act is not None:
                act()


class Town:
    """A database file, filled before a backend opens it."""

    def __init__(self, path: Path, sandbox: Sandbox) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self.sandbox = sandbox
        self.before = _counts_at_rest(sandbox)

    def add_user(self, *tempers: Temper) -> UUID:
        """Add a user with a subscription of each temper."""
        return self.add_users([tempers])[0]

    def add_users(self, tempers: Sequence[Sequence[Temper]]) -> list[UUID]:
        """Add users, each with subscriptions of these tempers."""
        store = Store.open(self.url)
        try:
            made = iter(self._made(store, [temper for their in tempers for temper in their]))

            def add(connection: Connection) -> list[UUID]:
                users = [people.add(connection, f"user {number}").id for number, _ in enumerate(tempers)]
                insert = partial(subscriptions.add, connection, user_agent=None)
                for user_id, their in zip(users, tempers, strict=True):
                    for _ in their:
                        one = next(made)
                        insert(user_id=user_id, endpoint=one.endpoint, p256dh=one.p256dh, auth=one.auth)
                return users

            return store.database.write(add)
        finally:
            store.close()

    def add_endpoint(self, user_id: UUID, endpoint: str) -> None:
        """Add a subscription as somebody else's program might: unchecked."""
        store = Store.open(self.url)
        try:
            store.add_subscription(user_id, endpoint=endpoint, p256dh=P256DH, auth=AUTH)
        finally:
            store.close()

    def wait_for(self, condition: Callable[[SandboxCounts], bool]) -> None:
        """Wait until the sandbox has counted so much; blocks."""
        deadline_s = time.monotonic() + DEADLINE_S
        while not condition(self.sandbox.counts()):
            assert time.monotonic() < deadline_s, "it has not happened"

    async def open(self, desk: Desk, **settings: Any) -> None:
        """Open the database beside the sandbox."""
        usual: dict[str, Any] = {"create": True, "subject": SUBJECT, "sandbox": self.sandbox}
        await desk.backend._open_file(OnLentSandbox(self.url, **{**usual, **settings}))

    def arrived(self) -> tuple[int, int, int, int, int]:
        """Return what came to the sandbox since this was made: accepted, gone, refused, dropped, decrypted."""
        now, before = self.sandbox.counts(), self.before
        return (
            now.accepted - before.accepted,
            now.gone - before.gone,
            now.refused - before.refused,
            now.dropped - before.dropped,
            now.decrypted - before.decrypted,
        )

    def _made(self, store: Store, tempers: Sequence[Temper]) -> tuple[SandboxSubscription, ...]:
        key = store.vapid_keys().public_key
        return self.sandbox.create_subscriptions(tempers, application_server_key=key)


def _counts_at_rest(sandbox: Sandbox) -> SandboxCounts:
    """Return its counts once it has done with what the tests before have sent and did not wait for."""
    deadline_s = time.monotonic() + DEADLINE_S
    while True:
        counts = sandbox.counts()
        if counts.received == counts.accepted + counts.gone + counts.refused + counts.dropped:
            return counts
        assert time.monotonic() < deadline_s, f"the sandbox does not come to rest: {counts}"
