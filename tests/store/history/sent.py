"""Sends and deliveries as a dispatcher would tell them, and what a file holds of them.

Runs on: any
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from tests.store.conftest import AUTH, P256DH
from webpush_admin.push.answer import Delivery, Diagnosis, DiagnosisAction, Outcome, SentRequest
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store
from webpush_admin.store.history_rows import SendStart

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=2)

SERVER_FAILS = Diagnosis("any-5xx", DiagnosisAction.RETRY, "the service fails")

ENDPOINTS = (
    "https://fcm.googleapis.com/fcm/send/",
    "https://updates.push.services.mozilla.com/wpush/v2/",
    "https://push.example.org/",
)


def start(target: str = "all", **more: Any) -> SendStart:
    values: dict[str, Any] = {
        "test": False,
        "title": "Hello",
        "ttl_s": 60,
        "urgency": "normal",
        "topic": None,
        "payload_bytes": 20,
        "payload": None,
        "targets": 10,
    }
    return SendStart(target, **{**values, **more})


def request(origin: str = "https://push.example.org") -> SentRequest:
    return SentRequest(
        origin,
        (("ttl", "60"), ("authorization", "vapid t=[struck], k=public")),
        120,
        20,
        '{"typ":"JWT","alg":"ES256"}',
        f'{{"aud":"{origin}"}}',
        "B" * 87,
    )


def delivery(row: Subscription, outcome: Outcome = Outcome.ACCEPTED, status: int | None = 201, **more: Any) -> Delivery:
    return Delivery(row, outcome, status, **{"elapsed_s": 0.25, "request": request(f"https://{row.host}"), **more})


def fill(store: Store, users: int = 2, each: int = 5) -> list[Subscription]:
    """Add users with subscriptions at several services; return the rows."""
    made = [store.add_user(f"user {number}") for number in range(users)]

    def work(connection: Connection) -> None:
        connection.exec_driver_sql(
            "INSERT INTO subscriptions (user_id, endpoint, p256dh, auth, created_at) VALUES (?, ?, ?, ?, 0)",
            [
                (user.id.hex, f"{ENDPOINTS[number % 3]}token-{place}-{number:08d}", P256DH, AUTH)
                for place, user in enumerate(made)
                for number in range(each)
            ],
        )

    store.database.write(work)
    return [row for user in made for row in store.subscriptions_of(user.id)]


def one_user(store: Store, count: int) -> list[Subscription]:
    return fill(store, 1, count)


def owner_of(rows: Sequence[Subscription]) -> UUID:
    assert rows[0].user_id is not None
    return rows[0].user_id


def raw(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """Ask the file itself."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()
