"""What the audit found, in a file of its own beside the database: nothing is written to what is being looked at.

Runs on: any
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Integer, LargeBinary, MetaData, Table, case, func, select
from sqlalchemy import cast as cast_in_sql

from webpush_admin.push.endpoint import MAX_ENDPOINT_CHARACTERS, MAX_KEY_CHARACTERS
from webpush_admin.push.errors import StoreError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.collection import FRESH, Collection, transaction
from webpush_admin.store.connections import FAULTS, Reading
from webpush_admin.store.engine import Database
from webpush_admin.store.faults import CLOSED, sentence
from webpush_admin.store.forgotten import Moment, bring_back, keep
from webpush_admin.store.opening import BUSY_TIMEOUT_MS
from webpush_admin.store.people import chunks
from webpush_admin.store.rows import DUPLICATE, Finding
from webpush_admin.store.schema import subscriptions

findings: Final = Table(
    "findings",
    MetaData(schema="side"),
    # A subscription with at least one finding. Rows of subscriptions that were deleted stay: only an undo gives
    # their ids out again, to the same subscriptions.
    Column("id", Integer, primary_key=True),
    # Of `rows.Finding`.
    Column("found", Integer, nullable=False),
    # Place in `checks.GROUPS`.
    Column("service", Integer, nullable=False),
    # Hash of what was judged: as good as the process that the file belongs to. 0 for a finding in the comparison alone.
    Column("judged", Integer, nullable=False),
)
"""As a reading connection sees it after `Findings.attach`; see `Findings.ready`."""


def _short(column: Column[str], characters: int) -> ColumnElement[str]:
    """Return a cell, of a long one no more than it takes to refuse it: strangers write megabytes."""
    # Of a short one nothing is cut: SQLite would end it at a NUL, and what comes behind it would not be seen.
    beginning = func.substr(column, 1, characters + 1)
    return case((func.length(cast_in_sql(column, LargeBinary)) <= 4 * characters, column), else_=beginning)


JUDGED: Final = (
    _short(subscriptions.c.endpoint, MAX_ENDPOINT_CHARACTERS),
    _short(subscriptions.c.p256dh, MAX_KEY_CHARACTERS),
    _short(subscriptions.c.auth, MAX_KEY_CHARACTERS),
)
"""What a row is judged by, besides its times."""

FILE: Final = "findings.db"

COMPARING_S: Final = 120.0
"""A million subscriptions with findings take some seconds to be compared with what was judged."""

_REVIVED: Final = int(Finding.IDLE | Finding.SAME_BROWSER)

_STEPS_BETWEEN_CHECKS: Final = 20_000


class Findings:
    """The findings of one open database; they end with it. Safe to be used by several threads.

    Attributes:
        ready: An audit has ended, and `findings` may be read.
        changes: The number of the newest commit to subscriptions that was made here and not taken back.
    """

    def __init__(self, database: Database) -> None:
        self.ready = False
        self.changes = 0
        self._newest_change = 0
        self._audits = 0
        self._database = database
        self._lock = threading.Lock()
        self._collecting = threading.Lock()

    @property
    def path(self) -> Path:
        """The file; it is there once an audit has begun."""
        return self._database.side.file(FILE)

    @contextmanager
    def collecting(self, cancel: Cancel) -> Iterator[Collection]:
        """Yield where one audit keeps what it finds; what is not published is forgotten. One at a time: others wait.

        Raises:
            StoreError: Closed, cancelled, or the disk refuses.
        """
        with self._collecting, self._open(cancel) as raw:
            raw.executescript(FRESH)
            collection = Collection(raw, self._lock)
            try:
                yield collection
                self._audits += collection.published
                self.ready = True
            finally:
                raw.set_progress_handler(None, 0)
                raw.executescript("DROP TABLE IF EXISTS fresh; DROP TABLE IF EXISTS seen;")

    def forget_users(self, user_ids: Sequence[UUID]) -> None:
        """Forget what is true no more of these users' subscriptions: some are others now, or gone.

        Which one is the newest may be another in each of them, and what was edited has to be judged again.

        Args:
            user_ids: Nobody named means that it may be anybody: every subscription with a finding is compared.
        """
        with self._lock:
            # Never the same one twice, also where an undo has gone back.
            self._newest_change += 1
            self.changes = change = self._newest_change
        if not self.ready:
            return

        def read(connection: Connection) -> list[tuple[int, int]]:
            self.attach(connection)
            return list(_outdated(connection, user_ids))

        try:
            outdated = self._database.read(read, deadline_s=COMPARING_S)
            with self._open(Cancel()) as raw, self._lock, transaction(raw):
                keep(raw, change, [number for _, number in outdated] if user_ids else None)
                _take(raw, outdated)
                if not user_ids:
                    raw.execute("UPDATE findings SET found = found & ~?1 WHERE found & ?1", (int(DUPLICATE),))
                    raw.execute("DELETE FROM findings WHERE found = 0")
        except StoreError:
            # The commit itself was well. What may be wrong is not shown.
            self.ready = False

    @property
    def moment(self) -> Moment:
        """What has been found by now."""
        return Moment(self._audits, self.changes)

    def go_back(self, before: Moment, after: Moment) -> bool:
        """Find again what was forgotten when rows were deleted, now that the same ones are back.

        Args:
            before: The moment before they went.
            after: The moment after they had gone.

        Returns:
            Whether that could be: no audit has ended since, and nothing else has changed that is not taken back too.
        """
        try:
            with self._open(Cancel()) as raw, self._lock:
                if self.moment != after or after.change != before.change + 1 or before.audit != after.audit:
                    return False
                if self.ready:
                    with transaction(raw):
                        bring_back(raw, after.change)
                self.changes = before.change
                return True
        except StoreError:
            return False

    def forget_idle(self, subscription_ids: Sequence[int]) -> None:
        """Forget what is true no more of subscriptions that have just accepted a push.

        They are not idle, nor is one that is in use the older one of its browser.
        """
        if not (self.ready and subscription_ids):
            return
        try:
            with self._open(Cancel()) as raw, self._lock, transaction(raw):
                for table in ("findings", "forgotten"):
                    _take(raw, [(_REVIVED, number) for number in subscription_ids], table)
        except StoreError:
            # The answers were kept. What may be wrong is not shown.
            self.ready = False

    def counts(self) -> list[tuple[int, int, int]]:
        """Return how many subscriptions there are by place in `checks.GROUPS` and by what was found in them."""

        def read(connection: Connection) -> list[tuple[int, int, int]]:
            self.attach(connection)
            statement = (
                select(findings.c.service, findings.c.found, func.count())
                .select_from(findings.join(subscriptions, subscriptions.c.id == findings.c.id))
                .group_by(findings.c.service, findings.c.found)
            )
            return [(row[0], row[1], row[2]) for row in connection.execute(statement)]

        return self._database.read(read) if self.ready else []

    def attach(self, connection: Connection) -> None:
        """Let one of the reading connections see the tables of the file, as `side`."""
        raw = cast(Reading, connection.connection.dbapi_connection)
        if not raw.findings:
            raw.execute("ATTACH ? AS side", (self.path.as_uri() + "?mode=ro",))
            raw.findings = True

    @contextmanager
    def _open(self, cancel: Cancel) -> Iterator[sqlite3.Connection]:
        path = self.path
        try:
            _make_private(path)
            with closing(_connect(path)) as raw:
                raw.execute("PRAGMA journal_mode=WAL")
                # What is lost with the machine is found again by the next audit.
                raw.execute("PRAGMA synchronous=OFF")
                raw.set_progress_handler(lambda: cancel.raised, _STEPS_BETWEEN_CHECKS)
                yield raw
                return
        except FileNotFoundError:
            refusal = CLOSED
        except (*FAULTS, OSError) as error:
            refusal = sentence(error, path)
        # Raised out here, so that the database's own error is not even the context.
        raise StoreError(refusal)


def _outdated(connection: Connection, user_ids: Sequence[UUID]) -> Iterator[tuple[int, int]]:
    """Yield which findings are to be taken from which subscription; of nobody named, not `DUPLICATE` by itself."""
    statement = select(findings.c.id, findings.c.found, findings.c.judged, *JUDGED).select_from(
        findings.join(subscriptions, findings.c.id == subscriptions.c.id)
    )
    whose = [statement.where(subscriptions.c.user_id.in_(stretch)) for stretch in chunks(user_ids)] or [statement]
    known = int(DUPLICATE) if user_ids else 0
    for their in whose:
        for number, found, judged, *cells in connection.execute(their):
            gone = known if hash(tuple(cells)) == judged else -1
            if found & gone:
                yield gone, number


def _take(raw: sqlite3.Connection, gone: Sequence[tuple[int, int]], table: str = "findings") -> None:
    """Take findings from subscriptions, inside a transaction."""
    # The names of the tables are ours.
    raw.executemany(f"UPDATE {table} SET found = found & ~? WHERE id = ?", gone)  # noqa: S608 -- as said above
    ids = ((number,) for _, number in gone)
    raw.executemany(f"DELETE FROM {table} WHERE id = ? AND found = 0", ids)  # noqa: S608 -- as said above


def _connect(path: Path) -> sqlite3.Connection:
    # None: no transaction is begun behind our back.
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)


def _make_private(path: Path) -> None:
    """Make the file for its owner alone, if it is missing.

    One that is there is left alone: closing a descriptor of it would drop the locks of every connection to it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
