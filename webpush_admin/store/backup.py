"""A copy of the whole database in a new file, which counts only when it has been read again.

Runs on: any
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from webpush_admin.push.errors import StoreError
from webpush_admin.store.engine import Database
from webpush_admin.store.faults import sentence, shown_name
from webpush_admin.store.opening import Found, look, uri_of
from webpush_admin.store.schema import COLUMNS


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


def check(path: Path) -> None:
    """Read a copy again, page by page, and have it on the disk.

    Raises:
        StoreError: It is no whole database of ours.
    """
    problem = ""
    try:
        with closing(sqlite3.connect(uri_of(path, "ro"), uri=True)) as connection:
            problem = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        problem = sentence(error, path)
    if problem != "ok" or look(path, COLUMNS) is not Found.OURS:
        raise StoreError(f"The backup {shown_name(path)} could not be read again: it does not count.")
    # No lock is lost by this descriptor: nobody else has the new file open.
    for target in (path, path.absolute().parent):
        _to_disk(target)


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
