"""Rotations as tests make them, and what a database and its backup hold, past the code that makes them.

Runs on: any
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from tests.store.undo_rows import fill
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.rotation import Rotated, Rotation, rotate
from webpush_admin.store.rotation_undo import RotatedBack, undo_rotation

MANY: Final = 400


def go_on(_done: int, _total: int) -> None:
    """Nothing ends it."""


def rotated(store: Store, expected: int, backup: Path, **how: Any) -> Rotated:
    return rotate(store, Rotation(expected, backup, **how), go_on, Cancel())


def rotated_back(store: Store, backup: Path) -> RotatedBack:
    return undo_rotation(store, backup, go_on, Cancel())


def pairs(path: Path) -> list[tuple[Any, ...]]:
    """Return (number, private key, active, home, place) of all pairs."""
    statement = """
        SELECT id, private_key, active, coalesce(home, 'database'), coalesce(place, '')
        FROM vapid_keys LEFT JOIN key_places ON id = key_id ORDER BY id
    """
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(statement).fetchall()


def active(path: Path) -> VapidKeys:
    """Return the active pair as the file has it."""
    with closing(sqlite3.connect(path)) as raw:
        return VapidKeys(*raw.execute("SELECT public_key, private_key FROM vapid_keys WHERE active").fetchone())


def bound(path: Path) -> dict[int | None, int]:
    """Return how many subscriptions are bound to each pair."""
    with closing(sqlite3.connect(path)) as raw:
        return dict(raw.execute("SELECT vapid_key_id, count(*) FROM subscriptions GROUP BY 1").fetchall())


def fill_bound(store: Store, unbound: int) -> Store:
    """Add 400 subscriptions of 20 users, some of which do not say what pair they were made with."""
    store.vapid_keys()
    fill(store, users=20, each=20)
    store.database.write(lambda connection: connection.exec_driver_sql("UPDATE subscriptions SET vapid_key_id = 1"))
    unbind(store.path, unbound)
    return store


def unbind(path: Path, last_id: int) -> None:
    """Have rows say of no pair that they were made with it, as imported ones do."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE subscriptions SET vapid_key_id = NULL WHERE id <= ?", (last_id,))
        raw.commit()
