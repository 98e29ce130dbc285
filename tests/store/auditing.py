"""An audit of a store, what it found, and rows for it.

Runs on: any
"""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection

from tests.store.conftest import P256DH
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store
from webpush_admin.store.audit import Sources
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.checks import Checks
from webpush_admin.store.findings import findings
from webpush_admin.store.rows import Finding
from webpush_admin.store.schema import subscriptions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
OFF_CURVE = P256DH[:-1] + ("A" if P256DH[-1] != "A" else "I")


def fcm(number: int) -> str:
    return f"https://fcm.googleapis.com/fcm/send/{number:04}:APA91b{'A' * 134}"


def sources(store: Store, advance: Callable[[int, int], None] = lambda _done, _total: None) -> Sources:
    checks = Checks(EndpointPolicy(), "", NOW)
    return Sources(store.database, store.findings, checks, Cancel(), advance)


def found(store: Store) -> dict[int, Finding]:
    def read(connection: Connection) -> dict[int, Finding]:
        store.findings.attach(connection)
        return {row.id: Finding(row.found) for row in connection.execute(findings.select())}

    return store.database.read(read)


def dated(store: Store, row: Subscription, **values: object) -> None:
    store.database.write(
        lambda connection: connection.execute(subscriptions.update().where(subscriptions.c.id == row.id).values(values))
    )
