"""What a connection is made ready with for one transaction, since it cannot be set inside: see `Database.write`.

Runs on: any
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from webpush_admin.store.opening import reading_mode, uri_of


def beside(path: Path) -> Callable[[sqlite3.Connection], AbstractContextManager[None]]:
    """Let a transaction read the tables of another database, which nobody writes to, as those of `beside`."""

    @contextmanager
    def around(raw: sqlite3.Connection) -> Iterator[None]:
        raw.execute("ATTACH ? AS beside", (uri_of(path, reading_mode(path)),))
        try:
            yield
        finally:
            raw.execute("DETACH beside")

    return around


@contextmanager
def at_a_stroke(raw: sqlite3.Connection) -> Iterator[None]:
    """Let a table be emptied in the time that it takes to read it: a million subscriptions in a second, not in 90.

    Where a table refers to another, SQLite looks at its rows one by one; and where what is deleted is zeroed, it writes
    every page of it. Nothing may refer to what is deleted inside.

    Source: https://www.sqlite.org/lang_delete.html, "The Truncate Optimization"
    """
    (secure_delete,) = raw.execute("PRAGMA secure_delete").fetchone()
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("PRAGMA secure_delete=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute(f"PRAGMA secure_delete={('OFF', 'ON', 'FAST')[secure_delete]}")


@contextmanager
def on_disk(raw: sqlite3.Connection) -> Iterator[None]:
    """Have a commit, and every one before it, on the disk when it returns: a machine without power takes none back.

    Otherwise the newest ones may be lost then, though never a part of one.

    Source: https://www.sqlite.org/pragma.html#pragma_synchronous
    """
    (synchronous,) = raw.execute("PRAGMA synchronous").fetchone()
    raw.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA synchronous={synchronous}")
