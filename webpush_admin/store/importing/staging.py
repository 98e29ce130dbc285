"""The records of a file between its preview and its import: a small database in the side folder, not memory.

It holds keys and whole endpoints, like the database itself; it lies in a folder that only its owner can enter, and goes
with the preview.

Runs on: any
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from webpush_admin.push.errors import PushError
from webpush_admin.store.importing.fields import Record
from webpush_admin.store.watched import Watched

BATCH: Final = 500

_STEPS_BETWEEN_CHECKS: Final = 20_000

EXISTING: Final = 0
ADDED: Final = 1
ALIAS: Final = 2
"""The same user as another owner who is added: one by id, the other by name."""

_TABLES: Final = """
    CREATE TABLE owners(
        number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, given_id TEXT NOT NULL, name TEXT NOT NULL,
        user_id TEXT, state INTEGER, problem TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX owners_by_name ON owners(name, state);
    CREATE TABLE records(
        number INTEGER PRIMARY KEY, line INTEGER NOT NULL, owner INTEGER NOT NULL, user_id TEXT, counts INTEGER,
        endpoint TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL, user_agent TEXT, created_at INTEGER,
        last_status INTEGER, last_success_at INTEGER, first_404_at INTEGER
    ) STRICT;
"""

_ADD_OWNER: Final = "INSERT OR IGNORE INTO owners(key, given_id, name) VALUES (?, ?, ?)"
_ADD_RECORD: Final = (
    "INSERT INTO records(number, line, owner, endpoint, p256dh, auth, user_agent, created_at, last_status, "
    "last_success_at, first_404_at) VALUES (?, ?, (SELECT number FROM owners WHERE key = ?), ?, ?, ?, ?, ?, ?, ?, ?)"
)
_OWNERS: Final = """
    SELECT number, given_id, name, coalesce(user_id, ''), coalesce(state, 0) FROM owners
    WHERE (? IS NULL OR (given_id != '') = ?) AND problem = '' AND number > ? ORDER BY number LIMIT ?
"""
_COUNTING: Final = """
    SELECT records.number, records.user_id, owners.state > 0, endpoint, p256dh, auth, user_agent, created_at,
        last_status, last_success_at, first_404_at
    FROM records CROSS JOIN owners ON owners.number = records.owner
    WHERE records.number = records.counts AND records.number > ? ORDER BY records.number LIMIT ?
"""
_SHOWN: Final = """
    SELECT records.number, records.line, owners.name, owners.given_id, records.endpoint, owners.problem,
        coalesce(other.number, 0), coalesce(other.line, 0)
    FROM records CROSS JOIN owners ON owners.number = records.owner
    LEFT JOIN records AS other ON other.number = records.counts
    WHERE ? OR owners.problem != '' OR records.counts != records.number ORDER BY records.number LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose records there are, as the file says it."""

    number: int
    given_id: str
    name: str
    user_id: str = ""
    state: int = EXISTING

    @property
    def new_name(self) -> str:
        """What the user is called who is added: the id where the file gives no name."""
        return self.name or str(UUID(self.given_id))


@dataclass(frozen=True, slots=True, repr=False)
class Staged:
    """A record that counts. Holds secrets: there is no repr."""

    number: int
    user_id: str
    added_user: bool
    endpoint: str
    p256dh: str
    auth: str
    user_agent: str | None
    created_at: int | None
    last_status: int | None
    last_success_at: int | None
    first_404_at: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A record as a preview shows it; `counts` and `counts_line` name the one that counts in its place."""

    number: int
    line: int
    name: str
    given_id: str
    endpoint: str
    problem: str
    counts: int
    counts_line: int


class Staging:
    """One open file of records. Used by one thread at a time.

    Args:
        raw: Its connection.
        work: Looked at while SQLite works.
    """

    def __init__(self, raw: sqlite3.Connection, work: Watched) -> None:
        self._raw = raw
        self._work = work
        raw.set_progress_handler(lambda: work.cancel.raised, _STEPS_BETWEEN_CHECKS)

    def add(self, records: Sequence[tuple[int, Record]]) -> None:
        """Keep records under their numbers; each has a user id or a name."""
        self._raw.executemany(
            _ADD_OWNER,
            ((_key(one), one.user_id.hex if one.user_id else "", one.user_name) for _, one in records),
        )
        self._raw.executemany(
            _ADD_RECORD,
            (
                (number, one.line, _key(one), one.endpoint, one.p256dh, one.auth, one.user_agent, one.created_at,
                 one.last_status, one.last_success_at, one.first_404_at)
                for number, one in records
            ),
        )  # fmt: skip

    def owners(self, *, by_id: bool | None = None) -> Iterator[list[Owner]]:
        """Yield the owners in batches: all, or those that the file names by id, or only by name."""
        yield from self._batches(_OWNERS, (by_id, by_id), lambda row: Owner(*row), lambda owner: owner.number)

    def settle(self, owners: Sequence[tuple[int, str, int, str]]) -> None:
        """Remember (number, user id, state, problem) of owners."""
        self._raw.executemany(
            "UPDATE owners SET user_id = ?, state = ?, problem = ? WHERE number = ?",
            (((user_id or None), state, problem, number) for number, user_id, state, problem in owners),
        )

    def added_called(self, name: str) -> list[str]:
        """Return the ids of at most two users that the file adds by id under this name."""
        statement = "SELECT user_id FROM owners WHERE name = ? AND state = ? AND given_id != '' LIMIT 2"
        return [user_id for (user_id,) in self._raw.execute(statement, (name, ADDED))]

    def let_the_last_count(self) -> None:
        """Of records with the same user and endpoint, let the last one count."""
        self._raw.execute(
            "UPDATE records SET user_id = (SELECT user_id FROM owners WHERE owners.number = records.owner)"
        )
        self._raw.execute("CREATE INDEX records_by_subscription ON records(user_id, endpoint, number)")
        self._raw.execute(
            "UPDATE records SET counts = (SELECT max(other.number) FROM records AS other "
            "WHERE other.user_id = records.user_id AND other.endpoint = records.endpoint)"
        )

    def repeated(self) -> int:
        """Return how many records another one takes the place of."""
        return self._count("SELECT count(*) FROM records WHERE counts != number")

    def refused(self) -> int:
        """Return how many records have an owner with a problem."""
        return self._count(
            "SELECT count(*) FROM records CROSS JOIN owners ON owners.number = records.owner WHERE owners.problem != ''"
        )

    def users_added(self) -> int:
        """Return how many users are added."""
        return self._count("SELECT count(*) FROM owners WHERE state = 1")

    def counting(self) -> Iterator[list[Staged]]:
        """Yield, in batches, the records that count."""
        yield from self._batches(_COUNTING, (), lambda row: Staged(*row), lambda staged: staged.number)

    def shown(self, limit: int, *, odd: bool) -> list[Shown]:
        """Return the first records, or the first of those that do not count."""
        return [Shown(*row) for row in self._raw.execute(_SHOWN, (not odd, limit))]

    def _count(self, statement: str) -> int:
        return int(self._raw.execute(statement).fetchone()[0])

    def _batches(
        self,
        statement: str,
        parameters: tuple[object, ...],
        make: Callable[[Any], Any],
        number: Callable[[Any], int],
    ) -> Iterator[list[Any]]:
        last = -1
        while found := [make(row) for row in self._raw.execute(statement, (*parameters, last, BATCH))]:
            self._work.check()
            yield found
            last = number(found[-1])


def new_user_id() -> str:
    """Return the id of a user who is added."""
    return uuid4().hex


@contextmanager
def open_staging(path: Path, work: Watched, *, new: bool) -> Iterator[Staging]:
    """Open the file, or make it.

    Raises:
        PushError: It was stopped, or the disk refuses.
    """
    if new:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError:
            raise PushError("The records cannot be kept: check the room on the disk of the cache folder.") from None
    raw = None
    try:
        raw = sqlite3.connect(path.absolute().as_uri() + "?mode=rw", uri=True, isolation_level=None)
        # Nothing here outlives the process: no journal, no waiting for the disk.
        raw.execute("PRAGMA journal_mode=OFF")
        raw.execute("PRAGMA synchronous=OFF")
        if new:
            raw.executescript(_TABLES)
        raw.execute("BEGIN")
        yield Staging(raw, work)
        raw.execute("COMMIT")
        return
    except sqlite3.Error:
        work.check()
    finally:
        if raw is not None:
            raw.close()
    # Raised out here, so that the database's own error, with its parameters, is not even the context.
    raise PushError("The records cannot be kept: check the room on the disk of the cache folder.")


def _key(record: Record) -> str:
    return record.user_id.hex if record.user_id else f"name {record.user_name}"
