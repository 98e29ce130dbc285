"""The list of deliveries, of any length, in every order.

Runs on: any
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Integer, Select, false, func, literal, select

from webpush_admin.store.cancel import Cancel
from webpush_admin.store.engine import Database
from webpush_admin.store.history.filters import ORDERS, WALKED, Dead, exact_only, ids_in_order, is_whole
from webpush_admin.store.history.records import delivery_rows
from webpush_admin.store.history_rows import DeliveryQuery, DeliveryRow
from webpush_admin.store.lists import Listing, RowList
from webpush_admin.store.schema import deliveries


def delivery_list(query: DeliveryQuery, dead: Dead) -> Listing[int, DeliveryRow]:
    """Return what a list of deliveries is made of.

    Raises:
        ValueError: The order is none of `ORDERS`.
    """
    if query.order_by not in ORDERS:
        raise ValueError(f"order_by must be one of {', '.join(ORDERS)}")
    exact = exact_only(query.where)

    def rows(connection: Connection, ids: Sequence[int]) -> dict[int, DeliveryRow]:
        return delivery_rows(_raw(connection), ids, dead)

    def count(connection: Connection) -> int:
        counted = select(func.count()).select_from(deliveries).where(*(exact or ()))
        return int(connection.execute(counted).scalar_one())

    return Listing(
        lambda connection, _: ids_in_order(connection, query, dead),
        rows,
        None if exact is None else count,
        is_whole(query) and query.order_by in WALKED,
        Integer,
    )


def no_deliveries() -> Listing[int, DeliveryRow]:
    """Return the list of a database that has no history yet."""

    def order(_connection: Connection, _all: bool) -> Select[Any]:
        return select(literal(0)).where(false())

    return Listing(order, lambda _, __: {}, None, False, Integer)


def batches(
    database: Database, rows: RowList[int, DeliveryRow], dead: Dead, cancel: Cancel
) -> Iterator[list[DeliveryRow]]:
    """Yield the rows of a list, some thousand at a time; each batch is a read of its own."""
    for numbers in rows.ids(None, cancel):
        found = database.read(
            lambda connection, these=numbers: delivery_rows(_raw(connection), these, dead),  # type: ignore[misc]  # bound now
            cancel=cancel,
        )
        yield [found[number] for number in numbers if number in found]


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
