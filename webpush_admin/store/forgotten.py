"""The findings that a change took from subscriptions, kept for an undo that takes the change back.

Which one of a user's subscriptions is the older one has to be found out again when any of them goes; when the same
comes back, and nothing else has changed, it is as it was.

Runs on: any
"""

import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

from webpush_admin.store.rows import DUPLICATE

_MAKE: Final = """
CREATE TABLE forgotten (id INTEGER NOT NULL, change INTEGER NOT NULL, found INTEGER NOT NULL, service INTEGER NOT NULL,
                        judged INTEGER NOT NULL, PRIMARY KEY (id, change)) WITHOUT ROWID
"""

_KEEP: Final = """
INSERT OR REPLACE INTO forgotten (id, change, found, service, judged)
SELECT id, :change, found & :duplicate, service, judged FROM findings WHERE found & :duplicate
"""

_BRING_BACK: Final = """
INSERT INTO findings (id, found, service, judged)
SELECT id, found, service, judged FROM forgotten WHERE change = ?
ON CONFLICT (id) DO UPDATE SET found = found | excluded.found
"""


class Moment(NamedTuple):
    """What had been found by then.

    Attributes:
        audit: The number of the newest audit.
        change: The number of the newest commit to subscriptions that was made here.
    """

    audit: int
    change: int


def make_forgotten(raw: sqlite3.Connection) -> None:
    """Begin with nothing: an audit has ended, and what was forgotten before is of no use."""
    raw.execute("DROP TABLE IF EXISTS forgotten")
    raw.execute(_MAKE)


def keep(raw: sqlite3.Connection, change: int, ids: "Iterable[int] | None") -> None:
    """Keep which of these subscriptions, or of all, are duplicates: that is about to be forgotten."""
    values = {"change": change, "duplicate": int(DUPLICATE)}
    if ids is None:
        raw.execute(_KEEP, values)
    else:
        raw.executemany(f"{_KEEP} AND id = :id", ({**values, "id": number} for number in ids))


def bring_back(raw: sqlite3.Connection, change: int) -> None:
    """Find again what was forgotten because of a change."""
    raw.execute(_BRING_BACK, (change,))
    raw.execute("DELETE FROM forgotten WHERE change >= ?", (change,))
