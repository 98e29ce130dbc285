"""Deletes or brings back many rows inside one transaction, in the time that it takes to read them a few times.

Each function works inside the transaction of its caller.

Runs on: any
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, Final, cast

from sqlalchemy import Column, Connection
from sqlalchemy.dialects import sqlite

from webpush_admin.store.schema import COLUMNS, metadata

MANY: Final = 20_000
"""From so many rows on it is asked whether to set the indexes aside."""

SHARE: Final = 5
"""A fifth of the table: from there on, making the indexes again costs less than keeping them up row by row."""

AT_ONCE: Final = 200
"""Rows to a statement: between rows of their own, Python would ask for the GIL as often, and a window stand still."""

_ROOM_KIB: Final = 32 * 1024
_USUAL_KIB: Final = 2000
"""What SQLite gives a connection by itself. Source: https://www.sqlite.org/pragma.html#pragma_cache_size"""

Told = Callable[[int], None]
"""Told how many rows are done; raises where the work is to end."""


@contextmanager
def many_rows(connection: Connection, count: int, told: Told) -> Iterator[None]:
    """Do work on many rows inside: with room in memory, and, where they are a large part of all, without indexes.

    Unique indexes stay: they refuse what must not come in twice.

    Args:
        connection: In a transaction; what fails inside leaves the indexes to its end.
        count: Rows that come or go.
        told: Told all of them before each index is made again, which takes a second or two.
    """
    raw = _raw(connection)
    raw.execute(f"PRAGMA cache_size=-{_ROOM_KIB}")
    try:
        aside = _set_aside(raw, count)
        yield
        for statement in aside:
            told(count)
            raw.execute(statement)
    finally:
        raw.execute(f"PRAGMA cache_size=-{_USUAL_KIB}")


def delete(connection: Connection, table: str, ids: Iterable[str], told: Told) -> int:
    """Delete rows by their ids, given as texts of JSON arrays; return how many there were."""
    raw, gone = _raw(connection), 0
    for stretch in ids:
        told(gone)
        gone += raw.execute(f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (stretch,)).rowcount
    told(gone)
    return gone


def insert_users(connection: Connection, stretches: Iterable[list[tuple[Any, ...]]]) -> int:
    """Bring users back; who is there again is left alone. Return how many came."""
    raw = _raw(connection)
    statement = f"INSERT INTO users ({_names('users')}) VALUES ({_values('users')}) ON CONFLICT DO NOTHING"
    return sum(raw.executemany(statement, rows).rowcount for rows in stretches)


def insert_subscriptions(
    connection: Connection, stretches: Iterable[list[tuple[Any, ...]]], told: Told
) -> tuple[int, int]:
    """Bring subscriptions back; what is there again is left alone.

    Returns:
        How many came, and how many did not for want of their user.
    """
    raw, came, orphans, done = _raw(connection), 0, 0, 0
    position = COLUMNS["subscriptions"].index("user_id")
    is_there = "EXISTS (SELECT 1 FROM users WHERE id = CAST(? AS TEXT))"
    for rows in stretches:
        told(done)
        added = 0
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            added += raw.execute(_insertion(len(some)), [*chain.from_iterable(some)]).rowcount
        if added < len(rows):
            orphans += sum(not raw.execute(f"SELECT {is_there}", (row[position],)).fetchone()[0] for row in rows)
        came, done = came + added, done + len(rows)
    told(done)
    return came, orphans


@lru_cache(maxsize=4)
def _insertion(count: int) -> str:
    """Return the statement that inserts so many subscriptions whose users are there."""
    columns = metadata.tables["subscriptions"].columns
    values = [
        f"CAST(column{number} AS TEXT)" if _is_text(column) else f"column{number}"
        for number, column in enumerate(columns, start=1)
    ]
    owner = values[COLUMNS["subscriptions"].index("user_id")]
    row = f"({', '.join('?' * len(values))})"
    return (
        f"INSERT INTO subscriptions ({_names('subscriptions')}) SELECT {', '.join(values)} "
        f"FROM (VALUES {', '.join([row] * count)}) "
        f"WHERE EXISTS (SELECT 1 FROM users WHERE id = {owner}) ON CONFLICT DO NOTHING"
    )


def _set_aside(raw: sqlite3.Connection, count: int) -> list[str]:
    """Drop the indexes that only make looking faster, where that is worth it; return what makes them again."""
    if count < MANY or count * SHARE < raw.execute("SELECT count(*) FROM subscriptions").fetchone()[0]:
        return []
    found = raw.execute(
        "SELECT item.name, item.sql FROM pragma_index_list('subscriptions') AS listed "
        "JOIN sqlite_schema AS item ON item.name = listed.name "
        """WHERE listed."unique" = 0 AND listed.origin = 'c' AND item.type = 'index'"""
    ).fetchall()
    for name, _ in found:
        quoted = str(name).replace('"', '""')
        raw.execute(f'DROP INDEX "{quoted}"')
    return [statement for _, statement in found]


def _names(table: str) -> str:
    return ", ".join(COLUMNS[table])


def _values(table: str) -> str:
    # Texts come as bytes, so that not one of them is changed on the way.
    return ", ".join("CAST(? AS TEXT)" if _is_text(column) else "?" for column in metadata.tables[table].columns)


def _is_text(column: Column[Any]) -> bool:
    return column.type.compile(sqlite.dialect()) == "TEXT"


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
