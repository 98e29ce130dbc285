"""Valid key material, rows made of it, and a user in a real store whose receivers live in a real sandbox.

Runs on: any
"""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from webpush_admin.push.answer import Answer
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import Event
from webpush_admin.push.lane import Request
from webpush_admin.push.message import Message
from webpush_admin.push.pace import Pace
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.receiver import Receiver, prepare
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.transport import Transport
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import InboxEntry, Temper
from webpush_admin.store import Store

P256DH: Final = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
AUTH: Final = "tBHItJI5svbpez7KI4CCXg"
SUBJECT: Final = "mailto:ops@example.org"
LOOPBACK: Final = EndpointPolicy(allow_loopback=True)
ONCE: Final = Pace(tries=1)
HI: Final = Message(title="Hi")
DEADLINE_S: Final = 10.0
"""Generous: nothing here waits for time, only for what must happen."""

Kind = TypeVar("Kind")


def row(number: int = 1, **fields: Any) -> Subscription:
    """Return a stored row of a made-up user."""
    known = {"endpoint": f"https://push.example.net/{number}", "p256dh": P256DH, "auth": AUTH, "id": number}
    return Subscription(**{**known, **fields})


def receivers(*numbers: int) -> tuple[Receiver, ...]:
    """Return what the cache holds for rows with these numbers."""
    return tuple(prepare(row(number), EndpointPolicy()) for number in numbers)


class WatchedStore:
    """A real store whose calls are counted and can be held up, or made to fail, from outside."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.reads = 0
        self.marks: list[AnswerMark] = []
        self.hold_reads = False
        self.read_rows = threading.Event()
        self.go_on = threading.Event()
        self.refusal = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def subscriptions_of(self, user_id: UUID) -> list[Subscription]:
        self.reads += 1
        held = self.hold_reads
        if self.refusal:
            raise StoreError(self.refusal)
        rows = self.store.subscriptions_of(user_id)
        self.read_rows.set()
        if held:
            assert self.go_on.wait(DEADLINE_S)
        return rows

    def record_answers(self, marks: Sequence[AnswerMark]) -> None:
        self.marks += marks
        self.store.record_answers(marks)


class EventLog:
    """Every event of a dispatcher, and a way to wait for one."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self._news = asyncio.Event()

    def __call__(self, event: Event) -> None:
        self.told.append(event)
        self._news.set()

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.told if type(event) is kind]

    async def wait_for(self, kind: type[Kind], count: int = 1) -> Kind:
        """Wait until there are this many of a kind; return the last of them."""
        async with asyncio.timeout(DEADLINE_S):
            while len(self.of(kind)) < count:
                self._news.clear()
                await self._news.wait()
        return self.of(kind)[count - 1]


class Bench:
    """A user, the tempers of whose subscriptions a test chooses."""

    def __init__(self, store: Store, sandbox: Sandbox) -> None:
        self.store = store
        self.watched = WatchedStore(store)
        self.sandbox = sandbox
        self.log = EventLog()
        self.user_id = store.add_user("ada").id
        self.came_before = sandbox.counts().received

    def subscribe(self, *tempers: Temper) -> list[Subscription]:
        """Add one subscription per temper, to be sent to with the store's key alone."""
        key = self.store.vapid_keys().public_key
        made = self.sandbox.create_subscriptions(tempers, application_server_key=key)
        return [
            self.store.add_subscription(self.user_id, endpoint=one.endpoint, p256dh=one.p256dh, auth=one.auth)
            for one in made
        ]

    def add(self, endpoint: str) -> Subscription:
        """Add a subscription with an endpoint elsewhere."""
        return self.store.add_subscription(self.user_id, endpoint=endpoint, p256dh=P256DH, auth=AUTH)

    def dispatcher(self, **settings: Any) -> Dispatcher:
        """Return a dispatcher that may send to this machine, and tries each push once."""
        usual: dict[str, Any] = {"subject": SUBJECT, "endpoint_policy": LOOPBACK, "on_event": self.log, "pace": ONCE}
        return Dispatcher(self.watched, **{**usual, **settings})

    @property
    def rows(self) -> list[Subscription]:
        return self.store.subscriptions_of(self.user_id)

    def arrived(self, subscription: Subscription) -> list[InboxEntry]:
        """Return what the sandbox got for a subscription."""
        return [entry for entry in self.sandbox.inbox(limit=10_000) if entry.endpoint == subscription.endpoint]


async def answered(transport: Transport, request: Request) -> Answer:
    """Send one request and wait for what comes back."""
    came: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    transport.start(request, None, came.set_result)
    async with asyncio.timeout(DEADLINE_S):
        return await came


async def in_thread(event: threading.Event) -> None:
    """Wait for something that another thread says."""
    assert await asyncio.to_thread(event.wait, DEADLINE_S)
