"""Searches and sorts what was pruned: some ten thousand rows in memory, whose users' names are in the database.

Runs on: any
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from webpush_admin.backend.pruned_records import PrunedQuery, PrunedRow, PrunedState
from webpush_admin.store import people
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.filters import MAX_SEARCH_CHARACTERS
from webpush_admin.store.store import Store

_Key = Callable[[PrunedRow], tuple[Any, ...]]


def numbers_of(store: Store, rows: Sequence[PrunedRow], query: PrunedQuery, cancel: Cancel) -> "array[int]":
    """Return the numbers of the rows that a query wants, in its order.

    Args:
        store: Knows the names.
        rows: All there are, by number, without a gap.
        query: See there.
        cancel: Ends a read in its midst.
    """
    if query.up_to is not None and rows:
        rows = rows[: max(0, query.up_to - rows[0].number + 1)]
    wanted = query.search.strip()[:MAX_SEARCH_CHARACTERS]
    if wanted:
        rows = _found(store, rows, wanted, cancel)
    key = _key(store, rows, query.order_by, cancel)
    ordered = rows if key is None else sorted(rows, key=key)
    return array("q", (row.number for row in (reversed(ordered) if query.descending else ordered)))


def with_names(store: Store, rows: Sequence[PrunedRow | None]) -> tuple[PrunedRow | None, ...]:
    """Return rows as they stand now: with the names of their users, and whether they can be restored."""
    names = store.names_of(list({row.user_id for row in rows if row is not None}))
    return tuple(None if row is None else _standing(store, row, names.get(row.user_id)) for row in rows)


def _standing(store: Store, row: PrunedRow, name: str | None) -> PrunedRow:
    state = row.state
    if state is PrunedState.KNOWN and (name is None or row.subscription_id not in store.pruned):
        state = PrunedState.LOST
    return replace(row, user_name=name or "", state=state)


def _found(store: Store, rows: Sequence[PrunedRow], wanted: str, cancel: Cancel) -> list[PrunedRow]:
    called = _names(store, rows, cancel, wanted)
    host = wanted.lower()
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else -1
    send = int(wanted[1:]) if wanted.startswith("#") and wanted[1:].isascii() and wanted[1:].isdigit() else -1
    return [
        row
        for row in rows
        if row.user_id.hex in called
        or host in row.host
        or row.tail == wanted
        or number in (row.status, row.subscription_id)
        or row.send == send
    ]


def _key(store: Store, rows: Sequence[PrunedRow], order_by: str, cancel: Cancel) -> _Key | None:
    """Return what to sort by, None where the rows are in order; sorted() leaves what is equal as it is."""
    if order_by == "number":
        return None
    if order_by == "user":
        names = _names(store, rows, cancel)
        return lambda row: (names.get(row.user_id.hex, ""), row.user_id)
    orders: dict[str, _Key] = {
        "host": lambda row: (row.host,),
        "status": lambda row: (row.status or 0, row.rule),
        "send": lambda row: (row.send,),
    }
    return orders[order_by]


def _names(store: Store, rows: Iterable[PrunedRow], cancel: Cancel, called: str = "") -> dict[str, str]:
    ids = {row.user_id for row in rows}
    return store.database.read(lambda connection: people.name_keys(connection, ids, called), cancel=cancel)
