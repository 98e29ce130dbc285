"""The subscriptions that an operator has marked suspect: few, and none of them for long.

A mark goes when the subscription accepts a push, or gets other keys or another endpoint. Each function works inside the
transaction or read of its caller.

Runs on: any
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Connection, select

from webpush_admin.store.people import chunks
from webpush_admin.store.schema import subscriptions, suspects, to_ms

MARKED: Final = select(suspects.c.subscription_id)

NAMED_USERS: Final = 1000

_MARK: Final = "INSERT OR IGNORE INTO suspects SELECT id, ? FROM subscriptions WHERE id = ?"
_UNMARK: Final = "DELETE FROM suspects WHERE subscription_id = ?"
_SWEEP: Final = (
    "DELETE FROM suspects WHERE NOT EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.id = subscription_id)"
)


def mark(connection: Connection, subscription_ids: Sequence[int]) -> int:
    """Mark those that there are; return how many were not marked before."""
    now_ms = to_ms(datetime.now(UTC))
    return _raw(connection).executemany(_MARK, ((now_ms, number) for number in subscription_ids)).rowcount


def unmark(connection: Connection, subscription_ids: Iterable[int]) -> int:
    """Take the mark from these; return how many had one."""
    if not any_marked(connection):
        return 0
    return _raw(connection).executemany(_UNMARK, ((number,) for number in subscription_ids)).rowcount


def sweep(connection: Connection) -> None:
    """Forget marks of subscriptions that are gone for good."""
    connection.exec_driver_sql(_SWEEP)


def any_marked(connection: Connection) -> bool:
    """Whether there is any; a database of an older version has none."""
    raw = _raw(connection)
    if raw.execute("SELECT 1 FROM main.sqlite_schema WHERE name = 'suspects'").fetchone() is None:
        return False
    return raw.execute("SELECT 1 FROM suspects LIMIT 1").fetchone() is not None


def marked_among(connection: Connection, subscription_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these are marked."""
    if not any_marked(connection):
        return frozenset()
    found: list[int] = []
    for stretch in chunks(subscription_ids):
        found += connection.execute(MARKED.where(suspects.c.subscription_id.in_(stretch))).scalars()
    return frozenset(found)


def owners(connection: Connection, subscription_ids: Sequence[int]) -> frozenset[UUID]:
    """Return whose subscriptions these are; nobody, which means anybody, where there are too many to name."""
    found: set[UUID] = set()
    for stretch in chunks(subscription_ids):
        found.update(
            connection.execute(select(subscriptions.c.user_id).where(subscriptions.c.id.in_(stretch))).scalars()
        )
    return frozenset(found if len(found) <= NAMED_USERS else ())


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
