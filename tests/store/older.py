"""Files as older versions have made them.

Runs on: any
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from webpush_admin.store.identity import DATABASE, VERSION


def make_version_1(path: Path) -> None:
    """Turn a closed database into one of version 1, which had fewer tables and indexes."""
    with closing(sqlite3.connect(path)) as raw:
        for table in DATABASE.tables[VERSION] - DATABASE.tables[1]:
            raw.execute(f"DROP TABLE {table}")
        raw.execute("DROP INDEX subscriptions_by_vapid_key_id")
        raw.execute("UPDATE schema_version SET version = 1")
        raw.commit()
        raw.execute("PRAGMA journal_mode=DELETE")


def make_version_2(path: Path) -> None:
    """Turn a closed database into one of version 2, which kept one request of each send and origin."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TABLE key_places")
        raw.execute("DROP INDEX subscriptions_by_vapid_key_id")
        (made,) = raw.execute("SELECT sql FROM sqlite_schema WHERE name = 'requests'").fetchone()
        older = made.replace(", public_key)", ")")
        assert older != made
        raw.execute("ALTER TABLE requests RENAME TO newer")
        raw.execute(older)
        raw.execute("INSERT INTO requests SELECT * FROM newer")
        raw.execute("DROP TABLE newer")
        raw.execute("UPDATE schema_version SET version = 2")
        raw.commit()
        raw.execute("PRAGMA journal_mode=DELETE")


def version(path: Path) -> int:
    """Return the version of a file; one whose tables are not those of its version fails."""
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (found,) = raw.execute("SELECT version FROM schema_version").fetchone()
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        assert {name for name in tables if not name.startswith("sqlite_")} == DATABASE.tables[found]
        return int(found)
