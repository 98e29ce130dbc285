"""Where the history of a database is: in it, or in a file of its own where the database is not written to.

Runs on: any
"""

import hashlib
import os
import threading
from pathlib import Path
from typing import Final

from platformdirs import user_data_path
from sqlalchemy import Connection

from webpush_admin.push.errors import StoreError
from webpush_admin.store.engine import Database
from webpush_admin.store.faults import shown_name
from webpush_admin.store.identity import HISTORY, HISTORY_ENDING, HISTORY_SINCE
from webpush_admin.store.making import make_tables, version_of
from webpush_admin.store.opening import Access, Found, look, make_file
from webpush_admin.store.schema import COLUMNS

_COPIED: Final = ("sends", "requests", "deliveries")


class Place:
    """Finds the history when it is read, and makes a file for it when it is first written to.

    In such a file's connections the database's own tables are seen too, so that both are asked in the same words.

    Args:
        database: Whose history it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file: Database | None = None
        self._lock = threading.Lock()
        self._closed = False

    def to_read(self) -> Database | None:
        """Return where it is read, None where there is none yet.

        Raises:
            StoreError: Closed, or the file cannot be used.
        """
        if self._database.read_only:
            with self._lock:
                if self._file is None and not self._closed and self._path().is_file():
                    self._file = self._open(self._path())
                if self._file is not None:
                    return self._file
        return self._database if self._database.read(version_of) >= HISTORY_SINCE else None

    def to_write(self) -> Database:
        """Return where it is written.

        Raises:
            StoreError: Closed, or the file cannot be made or used.
        """
        # Until the check is through nobody knows whether the database may be written to.
        self._database.standing.wait()
        if not self._database.read_only:
            return self._database
        with self._lock:
            if self._file is None and not self._closed:
                self._file = self._open(self._path())
        return self._file or self._database

    def close(self) -> None:
        """Close the file of its own. Idempotent."""
        with self._lock:
            self._closed = True
            file, self._file = self._file, None
        if file is not None:
            file.close()

    def _path(self) -> Path:
        path = self._database.path
        beside = path.with_name(path.name + HISTORY_ENDING)
        if os.access(path.parent, os.W_OK) and (os.access(beside, os.W_OK) or not beside.exists()):
            return beside
        named = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]
        return (
            user_data_path("webpush-admin", appauthor=False) / "history" / f"{path.name[:100]}-{named}{HISTORY_ENDING}"
        )

    def _open(self, path: Path) -> Database:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise StoreError(f"The folder for {shown_name(path)} cannot be made: check its permissions.") from None
        found = look(path, COLUMNS, HISTORY)
        made = found is Found.NOTHING and make_file(path)
        file = Database(path, Found.OURS, Access(), source=self._database.path)
        try:
            if found in (Found.NOTHING, Found.EMPTY):
                file.write(_make)
                found = look(path, COLUMNS, HISTORY)
            if found is not Found.OURS:
                raise StoreError(f"{shown_name(path)} is not the history of a database.")
        except StoreError:
            file.close()
            if made and path.stat().st_size == 0:
                path.unlink()
            raise
        return file


def _make(connection: Connection) -> None:
    """Make the tables, with what the database itself has of its history."""
    there = connection.exec_driver_sql("SELECT count(*) FROM main.sqlite_schema").scalar_one()
    make_tables(connection, HISTORY)
    source = connection.exec_driver_sql("SELECT version FROM source.schema_version").scalar_one()
    if not there and source >= HISTORY_SINCE:
        for table in _COPIED:
            columns = ", ".join(COLUMNS[table])
            # The names are the schema's.
            connection.exec_driver_sql(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}")
