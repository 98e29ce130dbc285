"""What was sent, as everybody else sees it: written down before and after each push, and read again.

Runs on: any
"""

import sqlite3
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar, cast

from sqlalchemy import Connection

from webpush_admin.push.answer import Delivery
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import subscriptions as rows
from webpush_admin.store import suspects
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.engine import Database
from webpush_admin.store.findings import Findings
from webpush_admin.store.history import broken_off, keeping, reading, writing
from webpush_admin.store.history.filters import Dead
from webpush_admin.store.history.lists import batches, delivery_list, no_deliveries
from webpush_admin.store.history.place import Place
from webpush_admin.store.history_rows import (
    DeliveryDetail,
    DeliveryQuery,
    DeliveryRow,
    Keeping,
    SendRow,
    SendStart,
    SendState,
    SendTally,
)
from webpush_admin.store.lists import RowList
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
        self._dead: Dead = frozenset()
        self._lock = threading.Lock()

    def begin(self, start: SendStart) -> int:
        """Write down that a send begins; return its number, to be ended with `end`."""
        # Asked for inside: of a closed database there must be no folder again.
        return self._write(lambda raw: writing.begin(raw, start, self._database.side.owner, to_ms(datetime.now(UTC))))

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
        if not dead:
            return 0
        if place.read_only:
            # It cannot be written down: whoever reads is told so.
            self._dead = frozenset(dead)
            return place.read(lambda connection: broken_off.open_intents(_raw(connection), dead))
        return place.write(lambda connection: broken_off.end(_raw(connection), dead))

    # Reading

    def list(self, query: DeliveryQuery) -> RowList[int, DeliveryRow]:
        """Return the deliveries that a query wants, in its order, to be read page by page; close it in the end.

        Raises:
            ValueError: There is no such order.
        """
        wanted = delivery_list(query, self._dead)
        place = self.place.to_read()
        return RowList(self._database, no_deliveries()) if place is None else RowList(place, wanted)

    def rows_for_export(self, query: DeliveryQuery, cancel: Cancel) -> Iterator[Sequence[DeliveryRow]]:
        """Yield what a query wants, in its order, some thousand rows at a time."""
        place = self.place.to_read()
        if place is None:
            return
        wanted = RowList(place, delivery_list(query, self._dead))
        try:
            yield from batches(place, wanted, self._dead, cancel)
        finally:
            wanted.close()

    def sends(self, limit: int, before: int | None = None) -> tuple[SendRow, ...]:
        """Return sends, the newest first; only those with a number below `before`."""
        return self._read(lambda raw: reading.sends(raw, limit, before, self._dead), ())

    def send(self, number: int) -> SendRow | None:
        """Return one send, None where there is none."""
        return self._read(lambda raw: reading.send(raw, number, self._dead), None)

    def detail(self, number: int) -> DeliveryDetail | None:
        """Return one delivery with everything that is known of it, None where there is none."""
        return self._read(lambda raw: reading.detail(raw, number, self._dead), None)

    def of_subscription(self, subscription_id: int, limit: int) -> tuple[DeliveryRow, ...]:
        """Return what was sent to one subscription, the newest first."""
        return self._read(lambda raw: reading.of_subscription(raw, subscription_id, limit, self._dead), ())

    def newest_of(self, subscription_ids: Sequence[int]) -> dict[int, DeliveryRow]:
        """Return the newest delivery to each of these subscriptions, by their ids; some have none."""
        return self._read(lambda raw: reading.newest_of(raw, subscription_ids, self._dead), {})

    def tallies(self, send: int) -> tuple[tuple[SendTally, ...], tuple[SendTally, ...]]:
        """Return what came of a send by push service and by diagnosis, as far as its deliveries are kept."""
        nothing: tuple[tuple[SendTally, ...], tuple[SendTally, ...]] = ((), ())
        return self._read(lambda raw: reading.tallies(raw, send, self._dead), nothing)

    def failed_ids(self, send: int) -> "array[int]":
        """Return the subscriptions for which a send has failed, and which still exist.

        Without those that it may have reached, see `Outcome.UNKNOWN`.
        """
        return self._read(lambda raw: reading.failed_ids(raw, send), array("q"))

    def held_ids(self, send: int) -> "array[int]":
        """Return the subscriptions that a send found gone and left, and which are as they were then."""
        return self._read(lambda raw: reading.held_ids(raw, send), array("q"))

    # Keeping

    def keeping(self) -> Keeping:
        """Return how much is kept."""
        return (self.place.to_read() or self._database).read(keeping.kept)

    def set_keeping(self, wanted: Keeping) -> None:
        """Keep so much from now on; `forget` forgets the rest."""
        self.place.to_write().write(lambda connection: keeping.keep(connection, wanted))

    def forget(self, wanted: Keeping, cancel: Cancel) -> int:
        """Delete the deliveries that are beyond, a little at a time; return how many. Sends stay with their totals."""
        place = self.place.to_read()
        return 0 if place is None or place.read_only else keeping.forget(place, wanted, cancel)

    def close(self) -> None:
        """Close what is not a part of the database. Idempotent."""
        self.place.close()

    def _read(self, work: Callable[[sqlite3.Connection], Result], nothing: Result) -> Result:
        place = self.place.to_read()
        return nothing if place is None else place.read(lambda connection: work(_raw(connection)))

    def _write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        return self.place.to_write().write(lambda connection: work(_raw(connection)))


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
