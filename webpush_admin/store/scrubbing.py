"""Sees to it that nothing of a private key that has left a database can be read in its file, or beside it.

`PRAGMA secure_delete` zeroes what is deleted from then on. It does not reach what SQLite has left in the free room of a
page before: where rows grew and pages were split, it leaves copies of rows behind (measured: of 26 among 60 pairs).
So the few rows of the table are deleted and written anew: a table that is emptied at a stroke has its pages zeroed.
Then the log is emptied into the file.

Runs on: any
"""

import sqlite3
from typing import Final

_ALL: Final = "SELECT id, public_key, private_key, created_at, retired_at, active FROM vapid_keys"

_ANEW: Final = """
INSERT INTO vapid_keys(id, public_key, private_key, created_at, retired_at, active)
VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?)
"""


def scrub(raw: sqlite3.Connection) -> bool:
    """Write the key pairs anew, and cut the log to nothing; return whether no reader of the log was in the way.

    Args:
        raw: Writes, is in no transaction, and is used by nobody else meanwhile.

    Raises:
        sqlite3.Error: Nothing was changed.
    """
    (secure_delete,) = raw.execute("PRAGMA secure_delete").fetchone()
    # Neither can be set within a transaction. With foreign keys rows would be deleted one by one.
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("PRAGMA secure_delete=ON")
    text_factory, raw.text_factory = raw.text_factory, bytes  # what is no UTF-8 stays as it is
    try:
        raw.execute("BEGIN IMMEDIATE")
        try:
            _write_anew(raw)
            raw.execute("COMMIT")
        except BaseException:
            raw.execute("ROLLBACK")
            raise
        # (busy, pages of the log, of them moved): -1 for the latter where there is no log.
        return not raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.text_factory = text_factory
        raw.execute(f"PRAGMA secure_delete={('OFF', 'ON', 'FAST')[secure_delete]}")
        raw.execute("PRAGMA foreign_keys=ON")


def _write_anew(raw: sqlite3.Connection) -> None:
    rows = raw.execute(_ALL).fetchall()
    # Without WHERE, triggers and foreign keys SQLite clears whole pages.
    # Source: https://www.sqlite.org/lang_delete.html, "The Truncate Optimization"
    raw.execute("DELETE FROM vapid_keys")
    raw.executemany(_ANEW, rows)
