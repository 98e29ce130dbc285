"""The rows that a dispatcher has deleted since they are gone, kept as they were for as long as the database is open.

In memory: deleting them is a part of every send, and must not wait for a second file.

Runs on: any
"""

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Connection

from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import StoreError
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import bulk, keys
from webpush_admin.store import subscriptions as rows
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.engine import Database
from webpush_admin.store.schema import COLUMNS
from webpush_admin.store.suspects import NAMED_USERS

MAX_BYTES: Final = 64 * 1024 * 1024
"""Of the texts of all rows together: most have some 500, but a row may bring a user agent of a megabyte."""

CHUNK: Final = 1000

_ID: Final = COLUMNS["subscriptions"].index("id")
_OWNER: Final = COLUMNS["subscriptions"].index("user_id")
_PAIR: Final = COLUMNS["subscriptions"].index("vapid_key_id")

_NO_PAIR: Final = 0
"""Stands for the pair of a database without one: numbers begin at 1."""

Values = tuple[Any, ...]
"""A row in the order of the columns; texts are bytes, exactly as they were."""

Tell = Callable[[ChangeKind, frozenset[UUID]], None]


@dataclass(frozen=True, slots=True, repr=False)
class _Kept:
    """Holds secrets, and so it shows nothing of itself."""

    values: Values
    pair: int | None
    size: int


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of rows that somebody wanted back, by their ids.

    Attributes:
        restored: They are as they were, with the same ids.
        there_again: Left alone: the user has a subscription with this endpoint again.
        without_user: Left out: their user is gone.
        other_keys: Left out: the VAPID pair that signed for them is gone.
        not_kept: Not known here: forgotten, or restored before.
    """

    restored: tuple[int, ...] = ()
    there_again: tuple[int, ...] = ()
    without_user: tuple[int, ...] = ()
    other_keys: tuple[int, ...] = ()
    not_kept: tuple[int, ...] = ()


class PrunedRows:
    """The newest rows that were deleted, by their ids. Safe to be used by several threads.

    Args:
        database: Where they come back to.
        tell: Told of a commit that brought some back.

    Attributes:
        most: How many are kept; none, unless somebody wants them.
    """

    def __init__(self, database: Database, tell: Tell) -> None:
        self.most = 0
        self._database = database
        self._tell = tell
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __contains__(self, subscription_id: int) -> bool:
        return subscription_id in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, as_they_were: Iterable[Values], pair: int | None) -> None:
        """Take rows that were deleted while this key pair was the active one; the oldest leave where there are many."""
        if not self.most:
            return
        with self._lock:
            for values in as_they_were:
                # Somebody else may have brought it back before it was deleted again.
                self._drop(values[_ID])
                size = sum(len(value) for value in values if isinstance(value, bytes))
                self._kept[values[_ID]] = _Kept(values, pair, size)
                self._bytes += size
            while self._kept and (len(self._kept) > self.most or self._bytes > MAX_BYTES):
                self._drop(next(iter(self._kept)))

    def delete(self, subscriptions: Sequence[Subscription]) -> list[Subscription]:
        """Delete the rows whose id, endpoint and p256dh match, and keep them; return those that there were."""

        def work(connection: Connection) -> tuple[list[Subscription], list[Values], int | None]:
            gone, as_they_were = rows.delete_matching(connection, subscriptions)
            return gone, as_they_were, keys.active_id(connection) if as_they_were and self.most else None

        gone, as_they_were, pair = self._database.write(work)
        self.keep(as_they_were, pair)
        return gone

    def forget(self) -> None:
        """Forget all: the key pair was replaced, and they belonged to the old one."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def forget_lost(self) -> None:
        """Forget what belonged to key pairs that are gone."""
        if not self._kept:
            return
        try:
            can_sign = self._database.read(_signing)
        except StoreError:
            # Whoever wants one of them back finds out.
            return
        with self._lock:
            for number in [number for number, kept in self._kept.items() if _pair_of(kept, can_sign) is None]:
                self._drop(number)

    def restore(self, ids: Sequence[int], told: bulk.Told, cancel: Cancel | None = None) -> Returned:
        """Bring rows back in one transaction: all that can be, or none where the process is killed.

        Args:
            ids: Of the rows.
            told: Told how many are done; what it raises ends it, and nothing has changed.
            cancel: Ends it in the midst of a statement.

        Raises:
            StoreError: The database refuses, or can only be read; nothing has changed.
        """
        with self._lock:
            wanted = {number: kept for number in ids if (kept := self._kept.get(number)) is not None}
        not_kept = tuple(dict.fromkeys(number for number in ids if number not in wanted))
        if not wanted:
            return Returned(not_kept=not_kept)
        returned = self._database.write(lambda connection: _restore(connection, wanted, not_kept, told), cancel=cancel)
        with self._lock:
            for number in (*returned.restored, *returned.other_keys):
                # What came back may have been deleted again by now.
                if self._kept.get(number) is wanted[number]:
                    self._drop(number)
        if returned.restored:
            self._tell(ChangeKind.SUBSCRIPTIONS, _owners(wanted[number].values for number in returned.restored))
        return returned

    def _drop(self, number: int) -> None:
        kept = self._kept.pop(number, None)
        self._bytes -= kept.size if kept is not None else 0


def _restore(connection: Connection, wanted: dict[int, _Kept], not_kept: tuple[int, ...], told: bulk.Told) -> Returned:
    active, can_sign = keys.active_id(connection), _signing(connection)
    fitting = {
        number: _bound(kept.values, pair if pair != active else None)
        for number, kept in wanted.items()
        if (pair := _pair_of(kept, can_sign)) is not None
    }
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    before = _there(raw, "subscriptions", fitting)
    with bulk.many_rows(connection, len(fitting), told):
        bulk.insert_subscriptions(connection, _stretches([*fitting.values()]), told)
    came = _there(raw, "subscriptions", fitting) - before
    left = {number: row[_OWNER].decode("utf-8", "replace") for number, row in fitting.items() if number not in came}
    people = _there(raw, "users", set(left.values()))
    return Returned(
        restored=tuple(number for number in fitting if number in came),
        there_again=tuple(number for number, owner in left.items() if owner in people),
        without_user=tuple(number for number, owner in left.items() if owner not in people),
        other_keys=tuple(number for number in wanted if number not in fitting),
        not_kept=not_kept,
    )


def _signing(connection: Connection) -> frozenset[int]:
    """Return the pairs that can sign; of a database without an active one, also what stands for none."""
    found = keys.signing(connection)
    return found if keys.active_id(connection) is not None else found | {_NO_PAIR}


def _pair_of(kept: _Kept, can_sign: frozenset[int]) -> int | None:
    """Return the pair that signs for a row: the one that it is bound to, or that was active; None for none."""
    candidates = (kept.values[_PAIR], kept.pair if kept.pair is not None else _NO_PAIR)
    return next((pair for pair in candidates if pair in can_sign), None)


def _bound(values: Values, pair: int | None) -> Values:
    """Return a row bound to a pair that is not the active one; None leaves it as it was."""
    return values if pair in (None, _NO_PAIR) else (*values[:_PAIR], pair, *values[_PAIR + 1 :])


def _there(raw: sqlite3.Connection, table: str, ids: Iterable[int] | Iterable[str]) -> set[Any]:
    """Return which of these ids a table has."""
    # As one text: between rows, Python would ask for the GIL as often, and a window stand still.
    found = "SELECT json_group_array(id) FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
    return set(json.loads(raw.execute(found.format(table=table), (json.dumps([*ids]),)).fetchone()[0]))


def _stretches(values: Sequence[Values]) -> Iterator[list[Values]]:
    for start in range(0, len(values), CHUNK):
        yield [*values[start : start + CHUNK]]


def _owners(those: Iterable[Values]) -> frozenset[UUID]:
    """Return whose rows these are; nobody, which means anybody, where there are too many to name."""
    try:
        found = {UUID(values[_OWNER].decode()) for values in those}
    except ValueError:
        return frozenset()
    return frozenset(found if len(found) <= NAMED_USERS else ())
