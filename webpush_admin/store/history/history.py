"""What was sent, as everybody else sees it: written down before and after each push, and read again.

Runs on: any
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar, cast

from sqlalchemy import Connection

from webpush_admin.push.answer import Delivery
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import subscriptions as rows
from webpush_admin.store import suspects
from webpush_admin.store.engine import Database
from webpush_admin.store.findings import Findings
from webpush_admin.store.history import broken_off, writing
from webpush_admin.store.history.place import Place
from webpush_admin.store.history_rows import SendStart, SendState
from webpush_admin.store.schema import to_ms

Result = TypeVar("Result")


class History:
    """The history of one open database. Every method may be called from every thread, and blocks.

    Each raises `StoreError` with one sentence where the disk refuses, or the database is closed.

    Args:
        database: Whose history it is. Where it is read-only the history is kept in a file of its own.
        findings: Of the audit: told who is not idle.
    """

    def __init__(self, database: Database, findings: Findings) -> None:
        self.place = Place(database)
        self._database = database
        self._findings = findings
        self._requests: writing.Requests = {}
        self._lock = threading.Lock()

    def begin(self, start: SendStart) -> int:
        """Write down that a send begins; return its number, to be ended with `end`."""
        owner, at_ms = self._database.side.owner, to_ms(datetime.now(UTC))
        return self._write(lambda raw: writing.begin(raw, start, owner, at_ms))

    def intend(self, send: int, subscriptions: Sequence[Subscription], at: datetime) -> None:
        """Write down, in one transaction, that these will be sent to; each stands in one call for each send."""
        if subscriptions:
            self._write(lambda raw: writing.intend(raw, send, subscriptions, to_ms(at)))

    def conclude(self, send: int, deliveries: Sequence[Delivery], at: datetime) -> None:
        """Write down, in one transaction, what became of some: here, and with their rows as `Store.record_answers`."""
        if not deliveries:
            return
        place = self.place.to_write()
        marks = [AnswerMark(delivery.subscription, delivery.status, at) for delivery in deliveries]

        def work(connection: Connection) -> writing.Requests:
            if place is self._database:
                rows.mark(connection, marks)
            return writing.conclude(_raw(connection), send, deliveries, to_ms(at), self._requests)

        fresh = place.write(work)
        with self._lock:
            # Only now: of a transaction that fails nothing is left.
            self._requests = {**self._requests, **fresh}
        if place is self._database:
            self._findings.forget_idle(rows.accepted(marks))

    def end(self, send: int, state: SendState) -> int:
        """Write down that a send runs no more; return how many of its intents nobody has concluded."""
        with self._lock:
            self._requests = {key: number for key, number in self._requests.items() if key[0] != send}
        return self._write(lambda raw: writing.end(raw, send, state, to_ms(datetime.now(UTC))))

    def mark_pruned(self, send: int, subscription_ids: Sequence[int]) -> int:
        """Write down that rows which a send had held are deleted by now; return how many there were."""
        return self._write(lambda raw: writing.mark_pruned(raw, send, subscription_ids))

    def recover(self) -> int:
        """End the sends whose process did not; return how many of their intents may have arrived.

        To be called when the database was opened and checked. Sends of a process that still has it open go on.
        """
        if not self._database.read_only and self._database.read(suspects.any_marked):
            self._database.write(suspects.sweep)
        place = self.place.to_read()
        if place is None:
            return 0
        dead = broken_off.find(place)
        if not dead or place.read_only:
            return 0
        return place.write(lambda connection: broken_off.end(_raw(connection), dead))

    def close(self) -> None:
        """Close what is not a part of the database. Idempotent."""
        self.place.close()

    def _write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        return self.place.to_write().write(lambda connection: work(_raw(connection)))


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
