"""One list in one order, of any length: its first ids in memory, the others' positions in a temporary table.

A far page of a long list is a range of positions, so that a jump costs as much as a step. Positions are made when
somebody goes there: an operator who stays at the top of a million rows pays for none of them.

The order is that of the moment when it was made. Rows that were deleted since leave a gap, rows that were added are in
the next list: nothing moves under a cursor.

Runs on: any
"""

import itertools
import threading
from array import array
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Column, Connection, Integer, MetaData, Select, Table, insert, select
from sqlalchemy.types import TypeEngine

from webpush_admin.push.errors import StoreError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.engine import Database

Id = TypeVar("Id", bound=Hashable)
Row = TypeVar("Row")

Order = Callable[[Connection, bool], Select[Any]]

HEAD_ROWS: Final = 512
"""So many ids are read with the first page: short lists are whole then, and a long search has not far to go."""

LONG_S: Final = 3600.0
"""Positions of a slow search may take as long as the operator has patience: they are cancelled, not late."""

_STRETCH: Final = 10_000
_PATIENCE_S: Final = 0.05
_CHANGED: Final = "The list has changed meanwhile: refresh it (F5) and select again."
_CANCELLED: Final = "Nobody waits for this list any more."


@dataclass(frozen=True, slots=True)
class Listing(Generic[Id, Row]):
    """What a list is made of.

    Attributes:
        order: Returns, for a connection that it may ask, the statement that yields the ids in order; told whether all
            of them will be read.
        rows: Returns the rows of some ids; ids without a row are left out.
        count: Counts them at once, None where that takes as long as reading them.
        walks: A far page is found quickly by passing over what is before it.
        id_type: SQL type of the ids.
    """

    order: Order
    rows: Callable[[Connection, Sequence[Id]], dict[Id, Row]]
    count: Callable[[Connection], int] | None
    walks: bool
    id_type: type[TypeEngine[Any]]


class RowList(Generic[Id, Row]):
    """A list that is being looked at. Every method may be called from every thread, and blocks."""

    _numbers = itertools.count(1)

    def __init__(self, database: Database, listing: Listing[Id, Row]) -> None:
        self._database = database
        self._listing = listing
        self._head: Sequence[Id] | None = None
        self._total: int | None = None
        self._reading = threading.Lock()
        self._making = threading.Lock()
        self._positions: _Positions[Id] | None = None
        self._same = True
        self._showing = threading.Lock()
        self._walked: dict[int, Sequence[Id]] = {}
        self._closed = False

    @property
    def is_placed(self) -> bool:
        """Whether every row's position is known: no far page costs more than a near one."""
        return self._positions is not None or (self._head is not None and self._total == len(self._head))

    def page(self, offset: int, limit: int, cancel: Cancel) -> tuple[list[Row | None], int | None]:
        """Return rows from a position on, None for those deleted since, and how many there are in all where known.

        Raises:
            StoreError: The database refuses, or it was cancelled.
        """
        head = self._read_head(cancel)
        if self._total == len(head) or offset + limit <= len(head):
            ids = head[offset : offset + limit]
        elif self._positions is not None or not self._listing.walks:
            ids = self._placed(cancel).ids(offset, limit, cancel)
        else:
            ids = self._database.read(
                lambda connection: self._ids(connection, offset, limit),
                cancel=cancel,
            )
            with self._showing:
                walked = not self.is_placed
                if walked:
                    self._walked[offset] = ids
            if not walked:
                ids = self._placed(cancel).ids(offset, limit, cancel)
        found = self._database.read(lambda connection: self._listing.rows(connection, ids), cancel=cancel)
        return [found.get(number) for number in ids], self._total

    def total(self, cancel: Cancel) -> int:
        """Return how many rows there are; a list that cannot be counted at once is placed for it."""
        self._read_head(cancel)
        if self._total is None:
            self.place(cancel)
        assert self._total is not None
        return self._total

    def place(self, cancel: Cancel) -> None:
        """Find every row's position."""
        self._read_head(cancel)
        if not self.is_placed:
            self._placed(cancel)

    def ids(self, stretches: Sequence[tuple[int, int]] | None, cancel: Cancel) -> Iterator[Sequence[Id]]:
        """Yield the ids at positions, in handy pieces.

        Args:
            stretches: First and last position of each; None for the whole list.
            cancel: Ends it.

        Raises:
            StoreError: The rows at these positions may be others than those that were shown.
        """
        total = self.total(cancel)
        self.place(cancel)
        if stretches is not None and not self._same:
            raise StoreError(_CHANGED)
        for first, last in [(0, total - 1)] if stretches is None else stretches:
            for offset in range(first, last + 1, _STRETCH):
                limit = min(_STRETCH, last + 1 - offset)
                if self._positions is None:
                    yield (self._head or ())[offset : offset + limit]
                else:
                    yield self._positions.ids(offset, limit, cancel)

    def close(self) -> None:
        """Forget the positions. Idempotent."""
        self._closed = True
        with self._making:
            positions, self._positions = self._positions, None
        if positions is not None:
            positions.close()

    def _read_head(self, cancel: Cancel) -> Sequence[Id]:
        with _held(self._reading, cancel):
            if self._head is None:
                head, total = self._database.read(self._head_and_count, cancel=cancel)
                self._head, self._total = head, total
            return self._head

    def _head_and_count(self, connection: Connection) -> tuple[Sequence[Id], int | None]:
        head = self._ids(connection, 0, HEAD_ROWS)
        if len(head) < HEAD_ROWS:
            return head, len(head)
        return head, self._listing.count(connection) if self._listing.count else None

    def _ids(self, connection: Connection, offset: int, limit: int) -> Sequence[Id]:
        statement = self._listing.order(connection, False).limit(limit).offset(offset)
        return connection.execute(statement).scalars().all()

    def _placed(self, cancel: Cancel) -> "_Positions[Id]":
        with _held(self._making, cancel):
            if self._positions is None:
                if self._closed:
                    raise StoreError(_CANCELLED)
                made: _Positions[Id] = _Positions(self._database, next(self._numbers), self._listing.id_type, cancel)
                try:
                    made.fill(self._listing.order, cancel)
                    with self._showing:
                        # Somebody may have written since these rows were shown.
                        shown = {0: self._head or (), **self._walked}
                        self._same = all(
                            [*made.ids(offset, len(ids), cancel)] == [*ids] for offset, ids in shown.items() if ids
                        )
                        self._walked.clear()
                        self._total = made.count
                        self._positions = made
                except BaseException:
                    made.close()
                    raise
            return self._positions


class _Positions(Generic[Id]):
    """A temporary table of a connection that is this list's alone while it lives."""

    def __init__(self, database: Database, number: int, id_type: type[TypeEngine[Any]], cancel: Cancel) -> None:
        self.count = 0
        self._database = database
        self._table = Table(
            f"list_{number}",
            MetaData(schema="temp"),
            Column("position", Integer, primary_key=True),
            Column("row_id", id_type),
        )
        self._connection = database.lister(cancel)
        # A connection does one thing at a time.
        self._using = threading.Lock()

    def fill(self, order: Order, cancel: Cancel) -> None:
        """Make the table. Its numbers begin with 1, as SQLite gives them."""

        def work(connection: Connection) -> int:
            self._table.create(connection)
            statement = insert(self._table).from_select(["row_id"], order(connection, True))
            return connection.execute(statement).rowcount

        with self._using:
            self.count = self._database.read(work, cancel=cancel, deadline_s=LONG_S, lister=self._connection)

    def ids(self, offset: int, limit: int, cancel: Cancel) -> Sequence[Id]:
        """Return the ids at a stretch of positions."""
        position = self._table.c.position
        statement = select(self._table.c.row_id).where(position > offset, position <= offset + limit).order_by(position)
        with _held(self._using, cancel):
            return self._database.read(
                lambda connection: connection.execute(statement).scalars().all(),
                cancel=cancel,
                lister=self._connection,
            )

    def close(self) -> None:
        """Give the connection back."""
        with self._using:
            self._database.end_lister(self._connection, self._table)


@contextmanager
def _held(lock: threading.Lock, cancel: Cancel) -> Iterator[None]:
    """Hold a lock; give up waiting for it when nobody waits for the answer any more."""
    while not lock.acquire(timeout=_PATIENCE_S):
        if cancel.raised:
            raise StoreError(_CANCELLED)
    try:
        yield
    finally:
        lock.release()


def all_ids(rows: RowList[int, Any], stretches: Sequence[tuple[int, int]] | None, cancel: Cancel) -> "array[int]":
    """Return the ids at positions of a list of subscriptions: 8 bytes for each."""
    found = array("q")
    for piece in rows.ids(stretches, cancel):
        found.extend(piece)
    return found
