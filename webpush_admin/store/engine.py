"""One open SQLite file: a pool of connections that read, one connection that writes, and every refusal in words.

Runs on: any
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from pathlib import Path
from typing import Final, TypeVar, cast

from sqlalchemy import Connection, Table
from sqlalchemy.schema import DropTable

from webpush_admin.push.errors import StoreError
from webpush_admin.store.activity import Activity
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.connections import FAULTS, Pools, Reading, in_words, is_whole
from webpush_admin.store.faults import CLOSED, STOPPED, shown_name
from webpush_admin.store.identity import VERSION
from webpush_admin.store.lending import Lending
from webpush_admin.store.making import make_tables, upgrade, version_of
from webpush_admin.store.opening import Access, Found, access, has_log, look, make_file, path_of, sweep
from webpush_admin.store.own_locks import OwnLocks
from webpush_admin.store.schema import COLUMNS
from webpush_admin.store.side import SideFolder
from webpush_admin.store.standing import Standing

READ_DEADLINE_S: Final = 15.0
CHECK_DEADLINE_S: Final = 3600.0

Result = TypeVar("Result")

Work = Callable[[Connection], Result]
Around = Callable[[sqlite3.Connection], AbstractContextManager[object]]


class Database:
    """An open file. Safe to be used by several threads: WAL lets them read while one of them writes.

    Attributes:
        path: Absolute.
        standing: Whether anything can be written, and why not.
        size_bytes: Of the file when it was opened, without its log.
        side: For files that go when the database is closed.
    """

    def __init__(
        self, path: Path, found: Found, access: Access, *, unchecked: bool = False, source: Path | None = None
    ) -> None:
        self.path = path
        self.size_bytes = path.stat().st_size
        self.standing = Standing(path, access, unchecked=unchecked)
        self.side = SideFolder()
        self._lock = threading.Lock()
        self._activity = Activity()
        self._sweeps = bool(access.reason) and not has_log(path)
        self._foreign_version = 0
        self._upgrades_at_once = not unchecked
        self._whole = False
        self._pools = Pools(
            path,
            read_only=bool(access.reason),
            keep_journal=found is Found.UNMARKED,
            check_place=self.standing.check_place,
            source=source,
        )
        self._lending = Lending(self._pools.listers, self._activity)
        self._own_locks = OwnLocks(path)

    @classmethod
    def open(
        cls, url: str, *, read_only: bool | None = False, create: bool = True, unchecked: bool = False
    ) -> "Database":
        """Open a file, and make the schema where there is none.

        Args:
            url: "sqlite:///" and a path.
            read_only: Take what is there and never write to it; None lets the file decide.
            create: Make the schema in a missing or empty file.
            unchecked: Writing waits until `check` has found the file whole; a new file needs no check. An older
                version is upgraded then, and at once otherwise.

        Raises:
            StoreError: It cannot be used; what was there is as it was.
        """
        path = path_of(url).absolute()
        found = look(path, COLUMNS)
        new = found in (Found.NOTHING, Found.EMPTY)
        if new and (read_only or not create):
            what = "does not exist" if found is Found.NOTHING else "is empty: it holds no database"
            raise StoreError(f"{shown_name(path)} {what}.")
        made = found is Found.NOTHING and make_file(path)
        database = cls(path, found, access(path, found, False if new else read_only), unchecked=unchecked and not new)
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

    @property
    def read_only(self) -> bool:
        """Nothing can be written for as long as it is open."""
        return self.standing.read_only

    def check(self) -> None:
        """Find out whether the pages of the file hang together: seconds for a large one. Until then writing waits.

        Raises:
            StoreError: Closed, or it could not be found out, or not be upgraded, now.
        """
        self._whole = self._whole or self.read(is_whole, deadline_s=CHECK_DEADLINE_S)
        if self._whole:
            self._upgrade()
            self.standing.passed()
        else:
            self.standing.failed()

    def read(
        self,
        work: Work[Result],
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
        self._activity.enter()
        try:
            with nullcontext(lister) if lister is not None else self._pools.readers.connect() as connection:
                raw = cast(Reading, connection.connection.dbapi_connection)
                with self._activity.reading(raw, deadline_s, cancel):
                    return work(connection)
        except FAULTS as error:
            refusal = _refusal(error, self.path, cancel, closed=self._activity.closed)
        finally:
            # The connection is back in the pool by now, where close() finds it.
            self._activity.leave()
        # Raised out here, so that the database's own error, with its parameters, is not even the context.
        raise StoreError(refusal)

    def lister(self, cancel: Cancel) -> Connection:
        """Return a connection that may have temporary tables, until `end_lister`.

        Raises:
            StoreError: Closed, cancelled, or there are too many.
        """
        self._activity.enter()
        try:
            return self._lending.lend(cancel)
        except FAULTS as error:
            refusal = _refusal(error, self.path, cancel, closed=self._activity.closed)
        finally:
            self._activity.leave()
        raise StoreError(refusal)

    def end_lister(self, connection: Connection, table: Table) -> None:
        """Drop the temporary table of a connection of `lister`, and give the connection back."""
        # Not `table.drop(checkfirst=True)`: SQLAlchemy finds no table in the schema "temp", and would leave it there.
        drop = DropTable(table, if_exists=True)
        with suppress(StoreError):
            self.read(lambda lister: lister.execute(drop), lister=connection)
        self._lending.take_back(connection)

    def write(self, work: Work[Result], *, cancel: Cancel | None = None, around: Around = nullcontext) -> Result:
        """Return what `work` returns, in one transaction that nobody else can write beside.

        Args:
            work: Writes.
            cancel: Ends it early, as closing the database does then, also in the midst of a long statement. What
                cannot be cancelled is short, and closing waits for it.
            around: What cannot be set within a transaction: given the connection, before it begins and after its end.

        Raises:
            StoreError: Closed, cancelled, read-only, or the database refuses; nothing changed.
        """
        self.standing.wait()
        return self._write(work, cancel, around)

    def _write(self, work: Work[Result], cancel: Cancel | None, around: Around) -> Result:
        with self._lock:
            self._activity.enter()
            try:
                self.standing.refuse()
                raw = self._pools.raw_writer()
                with around(raw), self._pools.writer.begin() as connection, self._activity.writing(raw, cancel):
                    return work(connection)
            except FAULTS as error:
                refusal = _refusal(error, self.path, cancel, closed=cancel is not None and self._activity.closed)
            finally:
                self._activity.leave()
        raise StoreError(refusal)

    def copy_to(self, path: Path, *, cancel: Cancel | None = None, told: Callable[[], None] | None = None) -> None:
        """Write one state of the database to an empty file, however long it takes, and hold nobody up.

        Now and then `told` is called, to look how much there is by now; it must not raise.

        Raises:
            StoreError: Closed, cancelled, or the database or the disk refuses.
        """
        self._activity.enter()
        try:
            # A connection of its own: the reading ones may write nowhere, not even to another file.
            with closing(self._pools.separate(told)) as raw, self._activity.reading(raw, cancel=cancel):
                raw.execute("VACUUM INTO ?", (os.fspath(path.absolute()),))
                return
        except FAULTS as error:
            refusal = _refusal(error, self.path, cancel, closed=self._activity.closed)
        finally:
            self._activity.leave()
        raise StoreError(refusal)

    def scrub(self) -> bool:
        """Leave nothing of private keys that were taken away, also in the log; False where a reader was in the way."""
        with self._lock, suppress(*FAULTS):
            # Closed meanwhile, a connection that is made anew would be nobody's to close.
            return not self._activity.closed and self._pools.scrub()
        return False

    def foreign_version(self) -> int:
        """Return a number that moves whenever somebody else has committed; the last known one while we write.

        Source: https://www.sqlite.org/pragma.html#pragma_data_version
        """
        if self._lock.acquire(blocking=False):
            try:
                known = self._foreign_version
                self._foreign_version = known + self._pools.renewed() if self._pools.immutable else self._data_version()
            finally:
                self._lock.release()
        return self._foreign_version

    def close(self) -> None:
        """End the reads that are under way, wait for the write, and close every connection. Idempotent."""
        self._activity.end()
        self.standing.end()
        with self._lock:
            self._lending.end()
            self._pools.end_reading()
            self._own_locks.release()
            # Last of all the writer, which moves the write-ahead log into the file and removes it.
            self._pools.end_writing()
            if self._sweeps:
                self._sweeps = False
                # Another file in its place is not ours to tidy up.
                if not self.standing.look():
                    sweep(self.path)
            self._own_locks.close()
        self.side.remove()

    def _data_version(self) -> int:
        if self._activity.closed:
            raise StoreError(CLOSED)
        try:
            return self._pools.data_version()
        except FAULTS as error:
            refusal = in_words(error, self.path)
        raise StoreError(refusal)

    def _prepare(self) -> None:
        """Make both connections show that they can be used."""
        self._foreign_version = self._data_version()
        self._own_locks.take()
        if self.read(version_of) < VERSION and self._upgrades_at_once:
            self._upgrade()

    def _upgrade(self) -> None:
        # No page of a file is touched before it was found whole, and nobody else writes to it before it is upgraded.
        if not self.read_only and self.read(version_of) < VERSION:
            self._write(upgrade, None, nullcontext)


def _refusal(error: BaseException, path: Path, cancel: Cancel | None, *, closed: bool) -> str:
    """Return why a read or a write has ended, as a sentence."""
    if closed:
        return CLOSED
    return STOPPED if cancel is not None and cancel.raised else in_words(error, path)
