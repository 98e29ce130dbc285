"""Users: add, rename, delete, and their names.

Each function works inside the transaction or read of its caller.

Runs on: any
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, exists, insert, select, update

from webpush_admin.push.errors import StoreError
from webpush_admin.store.rows import User
from webpush_admin.store.schema import name_key, subscriptions, users

CHUNK: Final = 500
"""Values in one `IN (...)`: well under what every SQLite takes."""

_NAME_KEYS: Final = """
SELECT id, name_key FROM users WHERE id IN (SELECT value FROM json_each(?)) AND instr(name_key, ?) > 0
"""

Value = TypeVar("Value")


def chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """Yield stretches that fit into one `IN (...)`."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def add(connection: Connection, name: str) -> User:
    """Make a user."""
    made = User(uuid4(), name, _now())
    connection.execute(insert(users).values(id=made.id, name=name, name_key=name_key(name), created_at=made.created_at))
    return made


def rename(connection: Connection, user_id: UUID, name: str, seen: str | None = None) -> User:
    """Give a user another name.

    Args:
        connection: Of a transaction.
        user_id: Whom.
        name: The new one.
        seen: The name that somebody saw who wants to change it; None changes it whatever it is.

    Raises:
        StoreError: There is no such user, or the name is not the one that was seen.
    """
    before = find(connection, user_id)
    if before is None:
        raise StoreError("There is no such user any more.")
    if seen is not None and before.name != seen:
        raise StoreError("Somebody renamed this user meanwhile: nothing was saved.")
    connection.execute(update(users).where(users.c.id == user_id).values(name=name, name_key=name_key(name)))
    return User(before.id, name, before.created_at)


def delete_all(connection: Connection, user_ids: Sequence[UUID]) -> int:
    """Delete users with their subscriptions; return how many subscriptions went with them."""
    gone = 0
    for stretch in chunks(user_ids):
        gone += connection.execute(delete(subscriptions).where(subscriptions.c.user_id.in_(stretch))).rowcount
        connection.execute(delete(users).where(users.c.id.in_(stretch)))
    return gone


def find(connection: Connection, user_id: UUID) -> User | None:
    """Return a user, None where there is none."""
    row = connection.execute(
        select(users.c.id, users.c.name, users.c.created_at).where(users.c.id == user_id)
    ).one_or_none()
    return None if row is None else User(row[0], row[1], row[2])


def names_of(connection: Connection, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of those users that there are."""
    names: dict[UUID, str] = {}
    for stretch in chunks(user_ids):
        statement = select(users.c.id, users.c.name).where(users.c.id.in_(stretch))
        names.update({row.id: row.name for row in connection.execute(statement)})
    return names


def name_keys(connection: Connection, user_ids: Iterable[UUID], called: str = "") -> dict[str, str]:
    """Return what those users are sorted by whose names hold a text, by the hexadecimal digits of their ids.

    Of some ten thousand ids: one statement, and no object for each.
    """
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    wanted = json.dumps([user_id.hex for user_id in user_ids])
    return dict(raw.execute(_NAME_KEYS, (wanted, name_key(called))).fetchall())


def ids_after(connection: Connection, last: UUID | None, limit: int) -> list[UUID]:
    """Return the next users who have subscriptions, in the order of their ids."""
    statement = select(users.c.id).where(exists().where(subscriptions.c.user_id == users.c.id))
    if last is not None:
        statement = statement.where(users.c.id > last)
    return list(connection.execute(statement.order_by(users.c.id).limit(limit)).scalars())


def _now() -> datetime:
    # Whole milliseconds, as they come back from the database.
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
