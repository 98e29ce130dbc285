"""Whom the other clients of `benchmarks.dispatch` send to: everybody in the database, read before the clock runs.

Runs on: any
"""

from dataclasses import dataclass
from typing import Any

from webpush_admin.store import Store


@dataclass(frozen=True, slots=True, repr=False)
class Receivers:
    """What a client needs to send.

    Attributes:
        subscriptions: As browsers tell them.
        public_key: VAPID, base64url.
        private_key: The same.
    """

    subscriptions: list[dict[str, Any]]
    public_key: str
    private_key: str


def read_receivers(database: str) -> Receivers:
    """Read a SQLite file of ours."""
    store = Store.open(f"sqlite:///{database}")
    try:
        rows = [row for user_id in store.user_ids_after(None, 1_000_000) for row in store.subscriptions_of(user_id)]
        keys = store.vapid_keys()
    finally:
        store.close()
    told = [{"endpoint": row.endpoint, "keys": {"p256dh": row.p256dh, "auth": row.auth}} for row in rows]
    return Receivers(told, keys.public_key, keys.private_key)
