"""Subscriptions in handy stretches, as a send to many reads them: one query each, no names, no list of all ids.

Each function works inside the read of its caller.

Runs on: any
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Connection

from webpush_admin.push.subscription import Subscription
from webpush_admin.store.schema import from_ms

BEFORE_ALL: Final = -(2**63)
"""Somebody else may have written rows with numbers below 1."""
AFTER_ALL: Final = 2**63 - 1

# In the order of the fields of `Subscription`.
_SELECT: Final = """
    SELECT endpoint, p256dh, auth, id, user_id, user_agent, created_at, last_status, last_success_at, first_404_at,
        vapid_key_id
    FROM subscriptions
"""
_GIVEN: Final = "(SELECT value FROM json_each(?))"
_AFTER: Final = f"{_SELECT} WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"
_OF_IDS: Final = f"{_SELECT} WHERE id IN {_GIVEN} ORDER BY id"


def extent(connection: Connection) -> tuple[int, int]:
    """Return how many subscriptions there are, and the largest id."""
    count, newest = _raw(connection).execute("SELECT count(*), max(id) FROM subscriptions").fetchone()
    return count, BEFORE_ALL if newest is None else newest


def after(connection: Connection, last: int, until: int, limit: int) -> list[Subscription]:
    """Return the next subscriptions in the order of their ids, none of which is larger than `until`."""
    return [_record(row) for row in _raw(connection).execute(_AFTER, (last, until, limit))]


def of_ids(connection: Connection, ids: Sequence[int]) -> list[Subscription]:
    """Return the subscriptions with these ids, in the order of the ids; ids without a row are left out."""
    found = {row[3]: row for row in _raw(connection).execute(_OF_IDS, (json.dumps(list(ids)),))}
    return [_record(found[number]) for number in ids if number in found]


def _raw(connection: Connection) -> sqlite3.Connection:
    # Past SQLAlchemy, which would take longer than the query itself.
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def _record(row: Sequence[Any]) -> Subscription:
    endpoint, p256dh, auth, number, user_id, agent, created, status, success, missing, key = row
    return Subscription(
        endpoint,
        p256dh,
        auth,
        number,
        _user_id(user_id),
        agent,
        from_ms(created),
        status,
        None if success is None else from_ms(success),
        None if missing is None else from_ms(missing),
        key,
    )


def _user_id(stored: str) -> UUID | None:
    try:
        return UUID(stored)
    except ValueError:
        return None  # written by somebody else: nobody's cache holds such a user
