"""The rows that one deletion takes away, kept in a file of their own until they are wanted back or the database closes.

The file is written and closed before the deletion is committed: SQLite commits several files that have write-ahead logs
one after the other, and a deletion whose rows were not kept must not happen.

Runs on: any
"""

import json
import os
import sqlite3
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from webpush_admin.push.errors import StoreError
from webpush_admin.store.opening import BUSY_TIMEOUT_MS, uri_of
from webpush_admin.store.schema import COLUMNS

GoOn = Callable[[int, int], None]
"""Told how much is done, of how much; raises where the work is to end."""

CHUNK: Final = 5000
"""Rows to a statement: a fraction of a second, after which the work can end."""

NOT_KEPT: Final = "What is deleted is kept for undo, and there was no room for it on the disk: nothing was deleted."

TABLES: Final = ("users", "subscriptions")

_NO_ROOM: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
)


class Kept:
    """A file of rows. It looks at the database only in `keep`, while its caller holds off everybody who would write.

    Args:
        file: Made by `keep`, with mode 0600.
        database: Whose rows these are.

    Attributes:
        counts: How many rows, by table.
    """

    def __init__(self, file: Path, database: Path) -> None:
        self.counts = dict.fromkeys(TABLES, 0)
        self._file = file
        self._database = database

    def keep(self, ids: "array[int]", user_ids: Sequence[UUID], go_on: GoOn) -> None:
        """Copy subscriptions, and users with all of theirs; what is not there is left out.

        Raises:
            StoreError: There is no room for it.
        """
        try:
            os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with self._open() as raw:
                raw.execute("ATTACH ? AS source", (uri_of(self._database, "ro"),))
                for table in TABLES:
                    raw.execute(f"CREATE TABLE {table} AS SELECT {_columns(table)} FROM source.{table} WHERE 0")
                # Sorted and without doubles, in a file that SQLite makes: Python would hold the GIL for a million.
                raw.execute("CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY)")
                _choose(raw, ids)
                _copy_users(raw, user_ids)
                _copy_subscriptions(raw, go_on)
                self.counts = {table: _count(raw, table) for table in TABLES}
            return
        except OSError:
            pass
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NO_ROOM:
                raise
        raise StoreError(NOT_KEPT)

    @contextmanager
    def rows(self, table: str) -> "Iterator[Iterator[list[tuple[Any, ...]]]]":
        """Read a table again, some thousand rows at a time; texts are bytes, exactly as they were."""
        with self._open() as raw:
            raw.text_factory = bytes
            yield (cursor.fetchall() for cursor in self._stretches(raw, table, _columns(table)))

    @contextmanager
    def ids(self, table: str) -> Iterator[Iterator[str]]:
        """Read the ids in a table, some thousand at a time, as the text of a JSON array."""
        with self._open() as raw:
            yield (cursor.fetchone()[0] for cursor in self._stretches(raw, table, "json_group_array(id)"))

    def owners(self, limit: int) -> list[UUID]:
        """Return whose rows these are, at most so many.

        Raises:
            StoreError: An id is no UUID.
        """
        with self._open() as raw:
            owners = "SELECT id FROM users UNION SELECT user_id FROM subscriptions LIMIT ?"
            try:
                return [UUID(owner) for (owner,) in raw.execute(owners, (limit,))]
            except ValueError:
                raise StoreError("The database holds a user whose id is no UUID.") from None

    def remove(self) -> None:
        """Remove the file. Idempotent; where that fails it goes with its folder."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError:
            return

    def _stretches(self, raw: sqlite3.Connection, table: str, what: str) -> Iterator[sqlite3.Cursor]:
        statement = f"SELECT {what} FROM {table} WHERE rowid BETWEEN ? AND ?"
        for start in range(1, self.counts[table] + 1, CHUNK):
            yield raw.execute(statement, (start, start + CHUNK - 1))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        raw = sqlite3.connect(uri_of(self._file, "rw"), uri=True, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
        try:
            # Half a file is thrown away: nothing in it needs a journal, or must survive the machine.
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "trusted_schema=OFF", "cell_size_check=ON"):
                raw.execute(f"PRAGMA {pragma}")
            yield raw
        finally:
            raw.close()


def _choose(raw: sqlite3.Connection, ids: "array[int]") -> None:
    for start in range(0, len(ids), CHUNK):
        wanted = json.dumps(ids[start : start + CHUNK].tolist())
        raw.execute("INSERT OR IGNORE INTO chosen SELECT value FROM json_each(?)", (wanted,))


def _copy_users(raw: sqlite3.Connection, user_ids: Sequence[UUID]) -> None:
    """Copy users, and choose their subscriptions."""
    their = "IN (SELECT value FROM json_each(?))"
    for start in range(0, len(user_ids), CHUNK):
        wanted = (json.dumps([user_id.hex for user_id in user_ids[start : start + CHUNK]]),)
        raw.execute(f"INSERT INTO users SELECT {_columns('users')} FROM source.users WHERE id {their}", wanted)
        raw.execute(f"INSERT OR IGNORE INTO chosen SELECT id FROM source.subscriptions WHERE user_id {their}", wanted)


def _copy_subscriptions(raw: sqlite3.Connection, go_on: GoOn) -> None:
    """Copy what was chosen, in the order of the ids."""
    stretch = "SELECT id FROM chosen WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2"
    copy = (
        f"INSERT INTO subscriptions SELECT {_columns('subscriptions', 'row.')} FROM ({stretch}) AS wanted "
        "CROSS JOIN source.subscriptions AS row ON row.id = wanted.id"
    )
    total, done, last = _count(raw, "chosen"), 0, None
    while True:
        go_on(done, total)
        highest, found = raw.execute(f"SELECT max(id), count(*) FROM ({stretch})", (last, CHUNK)).fetchone()
        if not found:
            return
        raw.execute(copy, (last, CHUNK))
        done, last = done + found, highest


def _columns(table: str, prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in COLUMNS[table])


def _count(raw: sqlite3.Connection, table: str) -> int:
    return int(raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
