"""A copy of the whole database in a new file, which counts only when it has been read again.

Runs on: any
"""

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Connection

from webpush_admin.push.errors import StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.engine import Database
from webpush_admin.store.faults import STOPPED, sentence, shown_name
from webpush_admin.store.key_rows import Home
from webpush_admin.store.opening import Found, look, uri_of
from webpush_admin.store.schema import COLUMNS

_NOT_READ: Final = "The backup {name} could not be read again: it does not count."
_COUNTED: Final = (
    "SELECT count(*) FROM users",
    "SELECT count(*) FROM subscriptions",
    "SELECT count(*) FROM vapid_keys",
)
_ACTIVE: Final = "SELECT public_key, private_key FROM vapid_keys WHERE active = 1"
_STEPS_BETWEEN_CHECKS: Final = 20_000


def write(database: Database, path: Path) -> None:
    """Write everything to a new file (mode 0600) and read it again.

    Raises:
        StoreError: The file exists, cannot be written, or could not be read again; no new file is left then.
    """
    make_target(path)
    try:
        database.copy_to(path)
        check(path)
    except StoreError:
        path.unlink(missing_ok=True)
        raise


def make_target(path: Path) -> None:
    """Make the empty file that the copy goes into, readable by its owner alone.

    Raises:
        StoreError: There is a file already, or it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        refusal = f"The backup file {shown_name(path)} exists already: choose another name."
    except (OSError, ValueError):
        refusal = f"The backup file {shown_name(path)} cannot be made: check its folder and the permissions."
    else:
        return
    raise StoreError(refusal)


def fill(
    database: Database,
    connection: Connection,
    path: Path,
    keys: VapidKeys | None,
    settings: Mapping[str, str],
    *,
    cancel: Cancel,
    told: Callable[[int], None],
) -> None:
    """Write everything that a transaction has found to the empty file of `make_target`, and read it again.

    Args:
        database: The original.
        connection: In a transaction that has changed nothing yet, and keeps everybody else from it.
        path: The file.
        keys: The active pair, whose private key the copy gets wherever the original keeps it; None where there is no
            such pair, or its private key cannot be had.
        settings: What the copy has besides, by name.
        cancel: Ends it early.
        told: Told how many bytes there are; it must not raise.

    Raises:
        StoreError: Cancelled, it cannot be written, or it is not what the original is.
    """
    database.copy_to(path, cancel=cancel, told=lambda: told(path.stat().st_size))
    try:
        with closing(sqlite3.connect(uri_of(path, "rw"), uri=True, isolation_level=None)) as raw:
            # The file does not count before it has been read again: it needs no journal beside it.
            raw.execute("PRAGMA journal_mode=MEMORY")
            raw.execute("BEGIN")
            raw.executemany("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", settings.items())
            if keys is not None:
                raw.execute("UPDATE vapid_keys SET private_key = ? WHERE active = 1", (keys.private_key,))
                raw.execute(
                    "UPDATE key_places SET home = ?, place = '' "
                    "WHERE key_id IN (SELECT id FROM vapid_keys WHERE active = 1)",
                    (Home.DATABASE.value,),
                )
            raw.execute("COMMIT")
        refusal = ""
    except sqlite3.Error as error:
        refusal = sentence(error, path)
    if refusal:
        raise StoreError(refusal)
    check(path, cancel)
    _compare(connection, path, keys)


def check(path: Path, cancel: Cancel | None = None) -> None:
    """Read a copy again, page by page, and have it on the disk.

    Raises:
        StoreError: It is no whole database of ours, or it was cancelled.
    """
    problem = ""
    try:
        with closing(sqlite3.connect(uri_of(path, "ro"), uri=True)) as connection:
            if cancel is not None:
                connection.set_progress_handler(lambda: cancel.raised, _STEPS_BETWEEN_CHECKS)
            problem = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        problem = sentence(error, path)
    if cancel is not None and cancel.raised:
        raise StoreError(STOPPED)
    if problem != "ok" or look(path, COLUMNS) is not Found.OURS:
        raise StoreError(_NOT_READ.format(name=shown_name(path)))
    # No lock is lost by this descriptor: nobody else has the new file open.
    for target in (path, path.absolute().parent):
        _to_disk(target)


def _compare(connection: Connection, path: Path, keys: VapidKeys | None) -> None:
    """Refuse a copy that has other rows, or another active pair, than the original.

    The pair need not be one that can be used: one that is broken is rotated away like every other.
    """
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    with closing(sqlite3.connect(uri_of(path, "ro"), uri=True)) as copy:
        same = all(copy.execute(counted).fetchone() == raw.execute(counted).fetchone() for counted in _COUNTED)
        # The pairs are never locals: a traceback that tells those would tell the private key.
        same = same and copy.execute(_ACTIVE).fetchall() == (
            raw.execute(_ACTIVE).fetchall() if keys is None else [(keys.public_key, keys.private_key)]
        )
    if not same:
        raise StoreError(_NOT_READ.format(name=shown_name(path)))


def _to_disk(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        # Windows opens no folders.
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
