"""Rows to delete and to bring back, and everything that is in a database.

Runs on: any
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from tests.store.conftest import AUTH, P256DH
from webpush_admin.store.store import Store


def fill(store: Store, users: int, each: int) -> None:
    """Add users with subscriptions, some of whose texts are odd."""

    def work(connection: Connection) -> None:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO users SELECT printf('%032x', i), 'user ' || i, 'user ' || i, i FROM n",
            (users,),
        )
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO subscriptions (user_id, endpoint, p256dh, auth, user_agent, created_at, last_status) "
            "SELECT users.id, 'https://push.example.net/' || hex(randomblob(8)), ?, ?, "
            # Not UTF-8, with a NUL, nothing at all: it comes back as it was.
            "CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN CAST(x'ff3cfe' AS TEXT) WHEN 2 THEN 'a' || char(0) || 'b' "
            "ELSE 'Firefox' END, i, 201 FROM users, n",
            (each, P256DH, AUTH),
        )

    store.database.write(work)


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return users, subscriptions and schema, to the byte."""
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        raw.text_factory = bytes
        found = {
            table: raw.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in ("users", "subscriptions")
        }
        found["schema"] = sorted(raw.execute("SELECT name, sql FROM sqlite_schema").fetchall())
        return found
