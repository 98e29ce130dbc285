"""What a send has left to be done: whom it failed for, and who is gone but was held.

Runs on: any
"""

import sqlite3
from array import array
from collections.abc import Iterator
from typing import Any, Final, cast

from sqlalchemy import Connection

from webpush_admin.store.cancel import Cancel
from webpush_admin.store.engine import Database
from webpush_admin.store.history.codes import LAST_WELL

_FAILED: Final = """
    SELECT subscription_id FROM deliveries WHERE send = ? AND outcome > ? AND subscription_id IS NOT NULL ORDER BY id
"""
_HELD: Final = """
    SELECT subscription_id, status FROM deliveries
    WHERE send = ? AND held = 1 AND status IS NOT NULL AND subscription_id IS NOT NULL ORDER BY id
"""
_STRETCH: Final = 10_000


def failed(database: Database, send: int, cancel: Cancel) -> "array[int]":
    """Return the ids of the subscriptions that neither accepted a send nor were gone."""
    found = array("q")

    def read(connection: Connection) -> None:
        for stretch in _stretches(connection, _FAILED, (send, LAST_WELL)):
            found.extend(number for (number,) in stretch)

    database.read(read, cancel=cancel)
    return found


def held(database: Database, send: int, cancel: Cancel) -> tuple["array[int]", "array[int]"]:
    """Return the ids of the subscriptions that a send found gone and held, and the status that each answered."""
    ids, statuses = array("q"), array("q")

    def read(connection: Connection) -> None:
        for stretch in _stretches(connection, _HELD, (send,)):
            ids.extend(number for number, _ in stretch)
            statuses.extend(status for _, status in stretch)

    database.read(read, cancel=cancel)
    return ids, statuses


def _stretches(connection: Connection, statement: str, parameters: tuple[int, ...]) -> Iterator[list[tuple[Any, ...]]]:
    cursor = cast(sqlite3.Connection, connection.connection.dbapi_connection).execute(statement, parameters)
    # In stretches: one call for a million rows would hold up every other thread meanwhile.
    while stretch := cursor.fetchmany(_STRETCH):
        yield stretch
