"""Reads the rows of an export in batches: a page of the database at a time, however many there are.

Runs on: any
"""

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from webpush_admin.push.subscription import Subscription, endpoint_host
from webpush_admin.store.engine import Database
from webpush_admin.store.people import CHUNK, chunks
from webpush_admin.store.schema import from_ms, to_ms
from webpush_admin.store.watched import Watched

_COLUMNS: Final = """
    SELECT subscriptions.id, subscriptions.user_id, users.name, endpoint, p256dh, auth, user_agent,
        subscriptions.created_at, last_status, last_success_at, first_404_at
    FROM subscriptions LEFT JOIN users ON users.id = subscriptions.user_id
"""
_AFTER: Final = f"{_COLUMNS} WHERE subscriptions.id > ? ORDER BY subscriptions.id LIMIT {CHUNK}"
_COUNT: Final = "SELECT count(*) FROM subscriptions"


@dataclass(frozen=True, slots=True, repr=False)
class Exported:
    """A subscription on its way into a file. Holds secrets: there is no repr.

    Times are as the file has them: ISO 8601 in UTC, or the number itself where no datetime can hold it.
    """

    id: int
    user_id: str
    user_name: str
    endpoint: str
    p256dh: str
    auth: str
    user_agent: str | None
    created_at: str | int | None
    last_status: int | None
    last_success_at: str | int | None
    first_404_at: str | int | None

    @property
    def masked(self) -> str:
        """The endpoint, too little of it to be used."""
        return Subscription(self.endpoint, "", "").masked

    @property
    def host(self) -> str:
        """The push service's host, "" where the endpoint has none."""
        return endpoint_host(self.endpoint)


def everything(database: Database, work: Watched) -> Iterator[list[Exported]]:
    """Yield all subscriptions, in the order they were made.

    Each batch is a read of its own, so that no long read keeps the write-ahead log from shrinking: rows that are added
    meanwhile come in, rows that are deleted meanwhile stay out.
    """
    work.advance(0, _count(database))
    # Somebody else may have written rows with numbers below 1.
    last = -(2**63)
    while found := _rows(database, _AFTER, (last,), work):
        last = found[-1][0]
        yield [_exported(row) for row in found]


def chosen(database: Database, ids: "array[int]", work: Watched) -> Iterator[list[Exported]]:
    """Yield the subscriptions with these ids, in this order; those that were deleted meanwhile stay out."""
    work.advance(0, len(ids))
    for stretch in chunks(ids):
        marks = ", ".join("?" * len(stretch))
        statement = f"{_COLUMNS} WHERE subscriptions.id IN ({marks})"
        found = {row[0]: row for row in _rows(database, statement, tuple(stretch), work)}
        yield [_exported(found[number]) for number in stretch if number in found]


def _rows(database: Database, statement: str, parameters: Sequence[Any], work: Watched) -> list[Any]:
    return database.read(
        lambda connection: _raw(connection).execute(statement, parameters).fetchall(), cancel=work.cancel
    )


def _count(database: Database) -> int:
    return database.read(lambda connection: int(_raw(connection).execute(_COUNT).fetchone()[0]))


def _raw(connection: Any) -> sqlite3.Connection:
    # Past SQLAlchemy, which would make an object of each row before we make ours.
    raw: sqlite3.Connection = connection.connection.dbapi_connection
    return raw


def _exported(row: Sequence[Any]) -> Exported:
    number, user_id, name, endpoint, p256dh, auth, agent, created, status, success, missing = row
    return Exported(
        number, _user_id(user_id), name or "", endpoint, p256dh, auth, agent, _moment(created), status,
        _moment(success), _moment(missing),
    )  # fmt: skip


def _user_id(stored: str) -> str:
    try:
        return str(UUID(stored))
    except ValueError:
        return stored


def _moment(ms: int | None) -> str | int | None:
    if ms is None:
        return None
    moment: datetime = from_ms(ms)
    # What no datetime can hold came back as the earliest or the latest one.
    if to_ms(moment) != ms:
        return ms
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
