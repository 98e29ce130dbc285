"""One open SQLite file: a pool of connections that read, one connection that writes, and every refusal in words.

Runs on: any
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import Final, TypeVar, cast

from sqlalchemy import Connection, Table
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webpush_admin.push.errors import StoreError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.connections import Pools, Reading
from webpush_admin.store.faults import CLOSED, READ_ONLY, sentence, shown_name
from webpush_admin.store.opening import Found, has_log, look, make_file, path_of, sweep
from webpush_admin.store.schema import COLUMNS, make_tables
from webpush_admin.store.side import SideFolder

READ_DEADLINE_S: Final = 15.0

FAULTS: Final = (SQLAlchemyError, sqlite3.Error, UnicodeEncodeError, OverflowError)
"""What reading and writing may raise; everything else is a mistake of ours."""

Result = TypeVar("Result")


class Database:
    """An open file. Safe to be used by several threads: WAL lets them read while one of them writes.

    Attributes:
        path: Absolute.
        read_only: Nothing can be written.
        side: For files that go when the database is closed.
    """

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self.side = SideFolder()
        self._lock = threading.Lock()
        self._idle = threading.Condition()
        self._active = 0
        self._reading: set[Reading] = set()
        self._lent: set[Connection] = set()
        self._closed = False
        self._sweeps = read_only and not has_log(path)
        self._foreign_version = 0
        self._pools = Pools(path, read_only=read_only)

    @classmethod
    def open(cls, url: str, *, read_only: bool = False, create: bool = True) -> "Database":
        """Open a file, and make the schema where there is none.

        Args:
            url: "sqlite:///" and a path.
            read_only: Take what is there and never write to it.
            create: Make the schema in a missing or empty file.

        Raises:
            StoreError: It cannot be used; what was there is as it was.
        """
        path = path_of(url).absolute()
        found = look(path, COLUMNS)
        new = found is not Found.OURS
        if new and (read_only or not create):
            what = "does not exist" if found is Found.NOTHING else "is empty: it holds no database"
            raise StoreError(f"{shown_name(path)} {what}.")
        made = found is Found.NOTHING and make_file(path)
        if not read_only and not os.access(path, os.W_OK):
            raise StoreError(f"{shown_name(path)} cannot be written to: its permissions do not allow it.")
        database = cls(path, read_only=read_only)
        try:
            if new:
                database.write(make_tables)
                look(path, COLUMNS)
            database._prepare()
        except StoreError:
            database.close()
            if made and path.stat().st_size == 0:
                path.unlink()
            raise
        return database

    def read(
        self,
        work: Callable[[Connection], Result],
        *,
        cancel: Cancel | None = None,
        deadline_s: float = READ_DEADLINE_S,
        lister: Connection | None = None,
    ) -> Result:
        """Return what `work` returns; each of its statements sees one state of the database.

        Args:
            work: Reads.
            cancel: Ends it early.
            deadline_s: Seconds after which it ends by itself.
            lister: One of `lister()` to read with, which nobody else uses meanwhile; else any connection.

        Raises:
            StoreError: Closed, cancelled, too late, or the database refuses.
        """
        self._enter()
        raw: Reading | None = None
        try:
            with nullcontext(lister) if lister is not None else self._pools.readers.connect() as connection:
                raw = cast(Reading, connection.connection.dbapi_connection)
                raw.give_up_at_s = time.monotonic() + deadline_s
                raw.cancel = cancel
                self._reading.add(raw)
                return work(connection)
        except FAULTS as error:
            refusal = CLOSED if self._closed else _sentence(error, self.path)
        finally:
            # The connection is back in the pool by now, where close() finds it.
            self._leave(raw)
        # Raised out here, so that the database's own error, with its parameters, is not even the context.
        raise StoreError(refusal)

    def lister(self) -> Connection:
        """Return a connection that may have temporary tables, until `end_lister`.

        Raises:
            StoreError: Closed, or there are too many.
        """
        self._enter()
        try:
            lent = self._pools.listers.connect()
            self._lent.add(lent)
            return lent
        except FAULTS as error:
            refusal = CLOSED if self._closed else _sentence(error, self.path)
        finally:
            self._leave(None)
        raise StoreError(refusal)

    def end_lister(self, connection: Connection, table: Table) -> None:
        """Drop the temporary table of a connection of `lister`, and give the connection back."""
        with suppress(StoreError):
            self.read(lambda lister: table.drop(lister, checkfirst=True), lister=connection)
        with self._lock:
            if connection in self._lent:
                self._lent.remove(connection)
                connection.close()

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Return what `work` returns, in one transaction that nobody else can write beside.

        Raises:
            StoreError: Closed, read-only, or the database refuses; nothing changed.
        """
        with self._lock:
            if self._closed:
                raise StoreError(CLOSED)
            if self.read_only:
                raise StoreError(READ_ONLY)
            try:
                with self._pools.writer.begin() as connection:
                    return work(connection)
            except FAULTS as error:
                refusal = _sentence(error, self.path)
        raise StoreError(refusal)

    def copy_to(self, path: Path) -> None:
        """Write one consistent state of the database to an empty file, however long it takes; nobody is held up.

        Raises:
            StoreError: Closed, or the database or the disk refuses.
        """
        self._enter()
        raw: Reading | None = None
        try:
            # A connection of its own: the reading ones may write nowhere, not even to another file.
            with closing(self._pools.separate()) as raw:
                self._reading.add(raw)
                raw.execute("VACUUM INTO ?", (os.fspath(path.absolute()),))
                return
        except FAULTS as error:
            refusal = CLOSED if self._closed else _sentence(error, self.path)
        finally:
            self._leave(raw)
        raise StoreError(refusal)

    def attach_to_writer(self, name: str, path: Path) -> None:
        """Let `write` reach the tables of another file as `name.table`; a file that is missing is made.

        Raises:
            StoreError: Closed, or the file cannot be used.
        """
        with self._lock:
            if self._closed:
                raise StoreError(CLOSED)
            try:
                with self._pools.writer.connect() as connection:
                    # Past SQLAlchemy, which would begin a transaction, in which nothing can be attached.
                    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
                    raw.execute(f"ATTACH ? AS {name}", (path.as_uri() + "?mode=rwc",))
                    return
            except FAULTS as error:
                refusal = _sentence(error, path)
        raise StoreError(refusal)

    def attach_findings(self, connection: Connection, path: Path) -> None:
        """Let one of the reading connections see the findings of the audit, as `side.findings`."""
        raw = cast(Reading, connection.connection.dbapi_connection)
        if not raw.findings:
            raw.execute("ATTACH ? AS side", (path.as_uri() + "?mode=ro",))
            raw.findings = True

    def foreign_version(self) -> int:
        """Return a number that moves whenever somebody else has committed; the last known one while we write.

        Source: https://www.sqlite.org/pragma.html#pragma_data_version
        """
        if self._lock.acquire(blocking=False):
            try:
                self._foreign_version = self._data_version()
            finally:
                self._lock.release()
        return self._foreign_version

    def close(self) -> None:
        """End the reads that are under way, wait for the write, and close every connection. Idempotent."""
        with self._idle:
            self._closed = True
            # Again and again: a read may hold its connection without having begun its statement yet.
            while self._active:
                for raw in tuple(self._reading):
                    raw.interrupt()
                self._idle.wait(0.05)
        with self._lock:
            for lent in self._lent:
                lent.close()
            self._lent.clear()
            self._pools.end_reading()
            # Last of all the writer, which moves the write-ahead log into the file and removes it.
            self._pools.end_writing()
            if self._sweeps:
                self._sweeps = False
                sweep(self.path)
        self.side.remove()

    def _enter(self) -> None:
        with self._idle:
            if self._closed:
                raise StoreError(CLOSED)
            self._active += 1

    def _leave(self, raw: "Reading | None") -> None:
        with self._idle:
            self._active -= 1
            if raw is not None:
                self._reading.discard(raw)
            self._idle.notify_all()

    def _data_version(self) -> int:
        if self._closed:
            raise StoreError(CLOSED)
        try:
            with self._pools.writer.connect() as connection:
                # Past SQLAlchemy, which would begin a transaction for it.
                raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
                return int(raw.execute("PRAGMA data_version").fetchone()[0])
        except FAULTS as error:
            refusal = _sentence(error, self.path)
        raise StoreError(refusal)

    def _prepare(self) -> None:
        """Make both connections show that they can be used."""
        self._foreign_version = self._data_version()
        self.read(lambda connection: connection.exec_driver_sql("SELECT count(*) FROM schema_version").scalar_one())


def _sentence(error: BaseException, path: Path) -> str:
    if isinstance(error, PoolTimeout):
        return f"{shown_name(path)} is busy: too many reads are under way."
    # SQLAlchemy's own errors wrap what SQLite said.
    return sentence((error.orig if isinstance(error, StatementError) else None) or error, path)
