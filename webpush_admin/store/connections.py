"""How a connection to an SQLite file is made: one that gives up reading in time, one that writes.

Runs on: any
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool, StaticPool

from webpush_admin.store.cancel import Cancel
from webpush_admin.store.faults import is_damage, sentence, shown_name
from webpush_admin.store.opening import BUSY_TIMEOUT_MS, reading_mode, state_beside, uri_of
from webpush_admin.store.scrubbing import scrub

READERS: Final = 24
"""As many as the dispatcher's 8 threads, 8 that read for a window, 8 of long work: none waits for another's."""

LISTERS: Final = 12
"""Long lists that are looked at, or exported, at a time."""

FAULTS: Final = (SQLAlchemyError, sqlite3.Error, UnicodeEncodeError, OverflowError)
"""What reading and writing may raise; everything else is a mistake of ours."""

_STEPS_BETWEEN_CHECKS: Final = 20_000

Kind = TypeVar("Kind", bound=sqlite3.Connection)


class Reading(sqlite3.Connection):
    """A connection that gives up its statement at a deadline, or when nobody wants it any more.

    Attributes:
        give_up_at_s: Monotonic seconds.
        cancel: Of who waits for it, None where nobody can cancel it.
        findings: The file of the audit's findings is attached.
    """

    give_up_at_s: float = float("inf")
    cancel: Cancel | None = None
    findings: bool = False

    def is_in_vain(self) -> bool:
        """Whether to stop; asked by SQLite every some thousand steps."""
        return (self.cancel is not None and self.cancel.raised) or time.monotonic() > self.give_up_at_s


class Pools:
    """The connections to one file: many that read, some that also have temporary tables, one that writes.

    Args:
        path: The file.
        read_only: None of them may write.
        keep_journal: Leave the journal mode as it is: the file is another program's.
        check_place: Raises where the path leads to another file by now, or to none.
        source: A database that is only read, whose tables are seen too where the file has none of that name.

    Attributes:
        readers: Each used for one read at a time.
        listers: Each used by one long list while somebody looks at it.
        writer: One connection, that whoever writes takes turns with.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool,
        keep_journal: bool,
        check_place: Callable[[], None],
        source: Path | None = None,
    ) -> None:
        self._path = path
        self._source = source
        self._check_place = check_place
        self._read_only = read_only
        self._keep_journal = keep_journal
        # "rw" also for reading: a connection with mode=ro could neither recover nor remove a write-ahead log.
        self._mode = reading_mode(path) if read_only else "rw"
        self._state = state_beside(path)
        # Nothing to roll back: a reading connection never begins a transaction.
        usual: dict[str, Any] = {"max_overflow": 0, "pool_timeout": 10, "pool_reset_on_return": None}
        self.readers = _engine(self._connect_reader, QueuePool, pool_size=READERS, **usual)
        # Asked for again and again, by somebody who may give up.
        patient = {**usual, "pool_timeout": 0.1}
        self.listers = _engine(self._connect_lister, QueuePool, pool_size=LISTERS, **patient)
        self.writer = _engine(self._connect_writer, StaticPool)
        event.listen(self.writer, "begin", _begin_immediate)

    def data_version(self) -> int:
        """Return the `PRAGMA data_version` of the connection that writes; nobody else uses it meanwhile."""
        return int(self.raw_writer().execute("PRAGMA data_version").fetchone()[0])

    def separate(self, told: Callable[[], None] | None) -> Reading:
        """Return a connection of the caller's own, who closes it; `told` is called while its statements run."""
        raw = self._reading(self._mode)

        def go_on() -> bool:
            if told is not None:
                told()
            return raw.is_in_vain()

        raw.set_progress_handler(go_on, _STEPS_BETWEEN_CHECKS)
        return raw

    def raw_writer(self) -> Reading:
        """Return the connection that writes, past SQLAlchemy, which would begin a transaction for every statement."""
        with self.writer.connect() as connection:
            # There is one, which goes back to where it came from open as it is.
            return cast(Reading, connection.connection.dbapi_connection)

    def scrub(self) -> bool:
        """Scrub the file and its log, see `scrubbing`; nobody else uses the connection that writes meanwhile."""
        return scrub(self.raw_writer())

    def end_reading(self) -> None:
        """Close the connections that only read."""
        self.readers.dispose()
        self.listers.dispose()

    def end_writing(self) -> None:
        """Close the connection that writes: last of all, since it moves the write-ahead log into the file."""
        self.writer.dispose()

    @property
    def immutable(self) -> bool:
        """Nobody was thought to write to the file: connections do not notice who does."""
        return "immutable" in self._mode

    def renewed(self) -> bool:
        """Make the next connections see the file as it is now, where somebody has written to it all the same."""
        state = state_beside(self._path)
        if state == self._state:
            return False
        self._state = state
        self._mode = reading_mode(self._path)
        self.readers.dispose()
        self.listers.dispose()
        self.writer.dispose()
        return True

    def _connect_reader(self) -> sqlite3.Connection:
        raw = self._reading(self._mode)
        raw.execute("PRAGMA query_only=ON")
        return raw

    def _connect_lister(self) -> sqlite3.Connection:
        # mode=ro instead of query_only, which would refuse temporary tables too. Others have recovered the log by now.
        return self._reading(self._mode if self._read_only else "ro")

    def _reading(self, mode: str) -> Reading:
        # The pool makes connections when they are needed: the file may have been replaced since the others were made.
        self._check_place()
        raw = connect(self._path, mode, Reading)
        try:
            self._check_place()
            self._attach(raw)
        except BaseException:
            raw.close()
            raise
        raw.set_progress_handler(raw.is_in_vain, _STEPS_BETWEEN_CHECKS)
        return raw

    def _connect_writer(self) -> sqlite3.Connection:
        raw = connect(self._path, self._mode, Reading)
        raw.set_progress_handler(raw.is_in_vain, _STEPS_BETWEEN_CHECKS)
        if not (self._read_only or self._keep_journal):
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA synchronous=NORMAL")
        # Only now: the journal mode would be that of all databases.
        self._attach(raw)
        return raw

    def _attach(self, raw: sqlite3.Connection) -> None:
        if self._source is not None:
            raw.execute("ATTACH ? AS source", (uri_of(self._source, reading_mode(self._source)),))


def connect(path: Path, mode: str, kind: type[Kind]) -> Kind:
    """Return a connection with our settings; `mode` is one of SQLite's, see `uri_of`."""
    raw = sqlite3.connect(
        uri_of(path, mode),
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        # None: no transaction is begun behind our back; the writer begins its own.
        isolation_level=None,
        # SQLite is built to be shared by threads; the pool and the lock see to it that one at a time does.
        check_same_thread=False,
        factory=kind,
    )
    raw.text_factory = _text
    for pragma in (
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "trusted_schema=OFF",
        "cell_size_check=ON",
    ):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def is_whole(connection: Connection) -> bool:
    """Return whether the pages of the file hang together."""
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    try:
        return bool(raw.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return False


def in_words(error: BaseException, path: Path) -> str:
    """Return what SQLAlchemy or SQLite refuses, as a sentence."""
    if isinstance(error, PoolTimeout):
        return f"{shown_name(path)} is busy: too many reads are under way."
    # SQLAlchemy's own errors wrap what SQLite said.
    return sentence((error.orig if isinstance(error, StatementError) else None) or error, path)


def _engine(connector: Callable[[], sqlite3.Connection], poolclass: type, **options: object) -> Engine:
    # Errors quote no parameters: keys and endpoints are among them.
    return create_engine("sqlite://", creator=connector, poolclass=poolclass, hide_parameters=True, **options)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _text(raw: bytes) -> str:
    # Undecodable text is shown, not fatal.
    return raw.decode("utf-8", "replace")
