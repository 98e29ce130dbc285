"""Rows as SQLite has them, put in and taken out at once.

Runs on: any
"""

from typing import Any
from uuid import UUID

from webpush_admin.store import Store
from webpush_admin.store.schema import name_key

WHOLE = (
    "SELECT user_id, users.name, endpoint, p256dh, auth, user_agent, subscriptions.created_at, last_status, "
    "last_success_at, first_404_at FROM subscriptions JOIN users ON users.id = user_id ORDER BY subscriptions.id"
)
ADD = (
    "INSERT INTO subscriptions(user_id, endpoint, p256dh, auth, user_agent, created_at, last_status, last_success_at, "
    "first_404_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def fill(store: Store, users: list[tuple[UUID, str]], rows: list[tuple[Any, ...]]) -> None:
    def work(connection: Any) -> None:
        raw = connection.connection.dbapi_connection
        raw.executemany("INSERT INTO users VALUES (?, ?, ?, 0)", ((u.hex, n, name_key(n)) for u, n in users))
        raw.executemany(ADD, rows)

    store.database.write(work)


def whole(store: Store) -> list[tuple[Any, ...]]:
    return store.database.read(lambda connection: [tuple(row) for row in connection.exec_driver_sql(WHOLE)])
