"""Two ways to the rows of a condition: looking at each row in passing, or finding them by an index.

Runs on: any
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, literal_column, select

Clause = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Way:
    """One condition.

    Attributes:
        clause: For a row that is there already; uses no index, so that it never turns the order of the walk around.
        hits: Finds its rows by an index, None where there is no such way.
    """

    clause: Clause
    hits: Select[Any] | None = None


def both(ids: Column[int], clause: Callable[[str], Clause]) -> Way:
    """Return a way of which the one half has a plus before its columns, which keeps SQLite from using their index.

    Source: https://www.sqlite.org/optoverview.html, section 6
    """
    return Way(clause("+"), select(ids).where(clause("")))


def prefixed(column: Column[Any], plus: str) -> ColumnElement[Any]:
    """Return a column with a plus, or nothing, before it."""
    return literal_column(f"{plus}{column.table.name}.{column.name}", column.type)


def are_few(connection: Connection, hits: Select[Any], few: int) -> bool:
    """Whether there are at most so many; counts no further."""
    bounded = hits.limit(few + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(bounded)).scalar_one()) <= few
