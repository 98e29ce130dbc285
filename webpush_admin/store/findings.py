"""What the audit found, in a file of its own beside the database: nothing is written to what is being looked at.

Runs on: any
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Integer, LargeBinary, MetaData, Table, case, func, select
from sqlalchemy import cast as cast_in_sql

from webpush_admin.push.endpoint import MAX_ENDPOINT_CHARACTERS, MAX_KEY_CHARACTERS
from webpush_admin.push.errors import StoreError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.connections import FAULTS
from webpush_admin.store.engine import Database
from webpush_admin.store.faults import CLOSED, sentence
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
"""As a reading connection sees it after `Database.attach_findings(connection, Findings.path)`; see `Findings.ready`."""


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

Found = tuple[int, int, int, int]
"""A row of `findings`."""

FILE: Final = "findings.db"

COMPARING_S: Final = 120.0
"""A million subscriptions with findings take some seconds to be compared with what was judged."""

_REVIVED: Final = int(Finding.IDLE | Finding.SAME_BROWSER)

_STEPS_BETWEEN_CHECKS: Final = 20_000
_BATCH_ROWS: Final = 2_000

_FRESH: Final = """
DROP TABLE IF EXISTS fresh;
DROP TABLE IF EXISTS seen;
CREATE TABLE fresh (id INTEGER PRIMARY KEY, found INTEGER NOT NULL, service INTEGER NOT NULL, judged INTEGER NOT NULL);
CREATE TABLE seen (browser BLOB NOT NULL, made INTEGER NOT NULL, id INTEGER NOT NULL, accepted INTEGER NOT NULL,
                   service INTEGER NOT NULL);
"""

_ADD: Final = """
INSERT INTO fresh (id, found, service, judged) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET found = found | excluded.found
"""

_OLDER: Final = f"""
SELECT id, {int(Finding.SAME_BROWSER)}, service, 0 FROM (
    SELECT id, service, accepted, row_number() OVER later AS place, first_value(made) OVER later AS newest
    FROM seen WINDOW later AS (PARTITION BY browser ORDER BY made DESC, id DESC)
) WHERE place > 1 AND accepted < newest
"""  # noqa: S608 -- a number of ours

_AMEND: Final = """
UPDATE findings
SET found = (found & ~:finding)
    | (:finding & coalesce((SELECT again.found FROM fresh again WHERE again.id = findings.id), 0))
WHERE found & :finding
"""


class Collection:
    """What one audit finds, as long as it has not ended: nobody sees it before `publish`."""

    def __init__(self, raw: sqlite3.Connection, lock: threading.Lock) -> None:
        self._raw = raw
        self._lock = lock

    def add(self, found: Iterable[Found], seen: Iterable[tuple[bytes, int, int, int, int]] = ()) -> None:
        """Keep what was found, and what tells one browser from another.

        Args:
            found: Id, `Finding`, place in `checks.GROUPS`, hash of what was judged.
            seen: Digest of user, service and browser; when the row was made and when it accepted a push last, in
                milliseconds; the id between them; place in `checks.GROUPS`.
        """
        with self._lock, _transaction(self._raw):
            self._raw.executemany(_ADD, found)
            self._raw.executemany(
                "INSERT INTO seen (browser, made, id, accepted, service) VALUES (?, ?, ?, ?, ?)", seen
            )

    def mark_older(self) -> None:
        """Find the older ones of each browser among what was seen."""
        # Not in one statement that writes: sorting a million takes seconds, in which nobody could forget anything.
        with closing(self._raw.execute(_OLDER)) as older:
            while batch := older.fetchmany(_BATCH_ROWS):
                self.add(batch)

    def publish(self) -> None:
        """Show it in the place of what was found before."""
        with self._lock, _transaction(self._raw):
            self._raw.execute("DROP TABLE IF EXISTS findings")
            self._raw.execute("ALTER TABLE fresh RENAME TO findings")

    def amend(self, finding: Finding) -> None:
        """Take one finding from all rows in which it was not found again."""
        with self._lock, _transaction(self._raw):
            self._raw.execute(_AMEND, {"finding": int(finding)})
            self._raw.execute("DELETE FROM findings WHERE found = 0")


class Findings:
    """The findings of one open database; they end with it. Safe to be used by several threads.

    Attributes:
        ready: An audit has ended, and `findings` may be read.
        changes: Counts commits to subscriptions that were made here.
    """

    def __init__(self, database: Database) -> None:
        self.ready = False
        self.changes = 0
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
            raw.executescript(_FRESH)
            try:
                yield Collection(raw, self._lock)
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
        self.changes += 1
        if not self.ready:
            return

        def read(connection: Connection) -> list[tuple[int, int]]:
            self.attach(connection)
            return list(_outdated(connection, user_ids))

        try:
            outdated = self._database.read(read, deadline_s=COMPARING_S)
            with self._open(Cancel()) as raw, self._lock, _transaction(raw):
                _take(raw, outdated)
                if not user_ids:
                    raw.execute("UPDATE findings SET found = found & ~?1 WHERE found & ?1", (int(DUPLICATE),))
                    raw.execute("DELETE FROM findings WHERE found = 0")
        except StoreError:
            # The commit itself was well. What may be wrong is not shown.
            self.ready = False

    def forget_idle(self, subscription_ids: Sequence[int]) -> None:
        """Forget what is true no more of subscriptions that have just accepted a push.

        They are not idle, nor is one that is in use the older one of its browser.
        """
        if not (self.ready and subscription_ids):
            return
        try:
            with self._open(Cancel()) as raw, self._lock, _transaction(raw):
                _take(raw, [(_REVIVED, number) for number in subscription_ids])
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
        """Let a reading connection see the tables of the file, as `side`."""
        self._database.attach_findings(connection, self.path)

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


def _take(raw: sqlite3.Connection, gone: Sequence[tuple[int, int]]) -> None:
    """Take findings from subscriptions, inside a transaction."""
    raw.executemany("UPDATE findings SET found = found & ~? WHERE id = ?", gone)
    raw.executemany("DELETE FROM findings WHERE id = ? AND found = 0", ((number,) for _, number in gone))


@contextmanager
def _transaction(raw: sqlite3.Connection) -> Iterator[None]:
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    raw.execute("COMMIT")


def _connect(path: Path) -> sqlite3.Connection:
    # None: no transaction is begun behind our back.
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)


def _make_private(path: Path) -> None:
    """Make the file for its owner alone, if it is missing.

    One that is there is left alone: closing a descriptor of it would drop the locks of every connection to it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
