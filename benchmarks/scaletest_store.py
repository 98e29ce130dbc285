"""Subscriptions in PostgreSQL behind a pool of ten connections, as an application keeps them that sends Web Push.

The dispatcher asks for a `DispatchStore` and nothing else: this is one of the length that an application would write.

Runs on: any
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    Integer,
    MetaData,
    QueuePool,
    Table,
    Text,
    Uuid,
    bindparam,
    create_engine,
    delete,
    insert,
    select,
    update,
)

from benchmarks.scaletest_run import Waiting
from benchmarks.statistics import percentile, rounded
from benchmarks.workload import Address
from webpush_admin.push.dispatch_store import AnswerMark, BoundPair, Listener
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.vapid import VapidKeys

CONNECTIONS: Final = 10
"""Of the whole application: its requests and the dispatcher share them."""

metadata = MetaData()
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("user_id", Uuid, nullable=False, index=True),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("last_status", Integer),
    Column("last_success_at", DateTime(timezone=True)),
)
keys = Table("keys", metadata, Column("public_key", Text), Column("private_key", Text))
notifications = Table(
    "notifications",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("user_id", Uuid, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

_OF_USER: Final = (
    select(*(subscriptions.c[name] for name in ("endpoint", "p256dh", "auth", "id", "user_id")))
    .where(subscriptions.c.user_id == bindparam("user_id"))
    .order_by(subscriptions.c.id)
)
_MARK: Final = (
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("row"), subscriptions.c.p256dh == bindparam("key"))
    .values(last_status=bindparam("status"))
)


class Waits:
    """Who asked the pool for a connection, and for how long. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waited_s: list[float] = []
        self._full = 0

    def add(self, waited_s: float, *, full: bool) -> None:
        """Count one; `full` tells that no connection was free."""
        with self._lock:
            self._waited_s.append(waited_s)
            self._full += full

    def begin(self) -> None:
        """Forget what was counted."""
        with self._lock:
            self._waited_s, self._full = [], 0

    def found(self) -> Waiting:
        """Return what was counted."""
        with self._lock:
            waited_s = self._waited_s or [0.0]
            return Waiting(
                asked=len(self._waited_s),
                waits=self._full,
                waited_s=rounded(sum(waited_s)),
                p95_ms=rounded(percentile(waited_s, 95) * 1000),
                longest_ms=rounded(max(waited_s) * 1000),
            )


class PostgresStore:
    """A `DispatchStore`, and the request of an application beside it.

    Args:
        url: As SQLAlchemy takes it.

    Attributes:
        reads: Of users' rows, by the dispatcher.
        requests: By the rest of the application.
    """

    def __init__(self, url: str) -> None:
        self.reads = Waits()
        self.requests = Waits()
        self._others = Waits()
        self._engine = create_engine(url, poolclass=QueuePool, pool_size=CONNECTIONS, max_overflow=0)

    def make(self, addresses: Iterable[Address], pair: VapidKeys) -> None:
        """Make the tables, with one user for each address."""
        metadata.create_all(self._engine)
        rows = [
            {"user_id": uuid4(), "endpoint": one.endpoint, "p256dh": one.p256dh, "auth": one.auth} for one in addresses
        ]
        with self._engine.begin() as connection:
            connection.execute(insert(keys).values(public_key=pair.public_key, private_key=pair.private_key))
            connection.execute(insert(subscriptions), rows)

    def warm_up(self) -> None:
        """Open every connection, and forget who waited."""
        held = [self._engine.connect() for _ in range(CONNECTIONS)]
        for connection in held:
            connection.close()
        self.reads.begin()
        self.requests.begin()

    def user_ids(self) -> list[UUID]:
        """Return every user, in no order that means something."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(subscriptions.c.user_id).order_by(subscriptions.c.user_id)))

    def handle_request(self, user_id: UUID) -> None:
        """Do what an application does before it notifies somebody: one short transaction of its own."""
        with self._connected(self.requests) as connection:
            connection.execute(insert(notifications).values(user_id=user_id, at=datetime.now(UTC)))

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def vapid_keys(self) -> VapidKeys:
        """See `DispatchStore`."""
        with self._connected(self._others) as connection:
            row = connection.execute(select(keys.c.public_key, keys.c.private_key)).one()
        return VapidKeys(row.public_key, row.private_key)

    def bound_pairs(self) -> Mapping[int, BoundPair]:
        """See `DispatchStore`."""
        return {}

    def subscriptions_of(self, user_id: UUID) -> list[Subscription]:
        """See `DispatchStore`."""
        with self._connected(self.reads) as connection:
            return [Subscription(*row) for row in connection.execute(_OF_USER, {"user_id": user_id})]

    def delete_subscriptions(
        self,
        gone: Sequence[Subscription],
        *,
        by: object = None,  # noqa: ARG002 - for listeners, of whom there are none
    ) -> list[Subscription]:
        """See `DispatchStore`."""
        found = []
        with self._connected(self._others) as connection:
            for one in gone:
                is_it = (subscriptions.c.id == one.id) & (subscriptions.c.p256dh == one.p256dh)
                if connection.execute(delete(subscriptions).where(is_it)).rowcount:
                    found.append(one)
        return found

    def record_answers(self, marks: Sequence[AnswerMark]) -> None:
        """See `DispatchStore`."""
        rows = [{"row": mark.subscription.id, "key": mark.subscription.p256dh, "status": mark.status} for mark in marks]
        with self._connected(self._others) as connection:
            connection.execute(_MARK, rows)

    def foreign_version(self) -> int:
        """See `DispatchStore`: nobody else writes to this database."""
        return 0

    def add_listener(self, listener: Listener) -> Callable[[], None]:  # noqa: ARG002 - is never told
        """See `DispatchStore`: nothing changes here but by the dispatcher itself."""
        return lambda: None

    @contextmanager
    def _connected(self, waits: Waits) -> Iterator[Connection]:
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)
        full = pool.checkedout() >= CONNECTIONS
        asked_s = time.perf_counter()
        with self._engine.connect() as connection:
            waits.add(time.perf_counter() - asked_s, full=full)
            with connection.begin():
                yield connection
