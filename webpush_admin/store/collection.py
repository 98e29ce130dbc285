"""How an audit keeps what it finds until it ends, and how it takes the place of what was found before.

Runs on: any
"""

import sqlite3
import threading
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Final

from webpush_admin.store.forgotten import make_forgotten
from webpush_admin.store.rows import Finding

Found = tuple[int, int, int, int]
"""A row of `findings`."""

_BATCH_ROWS: Final = 2_000

FRESH: Final = """
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
WHERE found & :finding AND id IN (SELECT id FROM looked)
"""


class Collection:
    """What one audit finds, as long as it has not ended: nobody sees it before `publish`.

    Attributes:
        published: It is seen.
    """

    def __init__(self, raw: sqlite3.Connection, lock: threading.Lock) -> None:
        self.published = False
        self._raw = raw
        self._lock = lock

    def add(self, found: Iterable[Found], seen: Iterable[tuple[bytes, int, int, int, int]] = ()) -> None:
        """Keep what was found, and what tells one browser from another.

        Args:
            found: Id, `Finding`, place in `checks.GROUPS`, hash of what was judged.
            seen: Digest of user, service and browser; when the row was made and when it accepted a push last, in
                milliseconds; the id between them; place in `checks.GROUPS`.
        """
        with self._lock, transaction(self._raw):
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
        with self._lock, transaction(self._raw):
            self._raw.execute("DROP TABLE IF EXISTS findings")
            self._raw.execute("ALTER TABLE fresh RENAME TO findings")
            make_forgotten(self._raw)
        self.published = True

    def amend(self, finding: Finding, looked_at: "array[int]") -> None:
        """Take one finding from the rows in which it was not found again, of those that were looked at.

        The others were deleted meanwhile: an undo brings them back as they were.
        """
        self._raw.execute("CREATE TEMP TABLE looked (id INTEGER PRIMARY KEY)")
        with transaction(self._raw):
            self._raw.executemany("INSERT OR IGNORE INTO looked VALUES (?)", ((number,) for number in looked_at))
        with self._lock, transaction(self._raw):
            self._raw.execute(_AMEND, {"finding": int(finding)})
            self._raw.execute("DELETE FROM findings WHERE found = 0")


@contextmanager
def transaction(raw: sqlite3.Connection) -> Iterator[None]:
    """Begin one, and end it: with everything, or with nothing."""
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    raw.execute("COMMIT")
