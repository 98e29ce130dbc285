"""Counts what a rotation would cost: the subscriptions that the active pair signs for, by push service.

From narrow indexes wherever that is possible: a million rows take a fraction of a second.

Runs on: any
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, distinct, func, select, true

from webpush_admin.store import keys
from webpush_admin.store.hosts import AFTER_ALL_TEXT, HTTPS, authorities
from webpush_admin.store.schema import subscriptions
from webpush_admin.store.subscriptions import count_all

LATELY: Final = timedelta(days=30)

NEWEST: Final = 5_000
"""So many of the newest successes tell which service accepted a push when; only of others more is read."""

DEADLINE_S: Final = 120.0

_S: Final = subscriptions.c


@dataclass(frozen=True, slots=True)
class OriginCost:
    """The subscriptions at one origin.

    Attributes:
        origin: What the endpoints begin with, without a slash; "" for all whose origin cannot be told.
        subscriptions: How many.
        last_success_at: The newest push that one of them accepted, aware UTC; None where there was none.
    """

    origin: str
    subscriptions: int
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What the active pair signs for.

    Attributes:
        subscriptions: How many.
        users: Who have them.
        accepted_lately: Those that accepted a push within `LATELY`.
        last_success_at: The newest push that one of them accepted, aware UTC.
        origins: Where they are.
        elsewhere: Subscriptions that other pairs sign for.
    """

    subscriptions: int
    users: int
    accepted_lately: int
    last_success_at: datetime | None
    origins: tuple[OriginCost, ...]
    elsewhere: int


def count_cost(connection: Connection, now: datetime, sandbox: str = "") -> Cost:
    """Count, inside a read of the caller; whoever cancels that ends it in the midst of a statement.

    Args:
        connection: Reads.
        now: Aware; what lately is measured from.
        sandbox: The origin of the running one, which is no https URL; "" where none runs.
    """
    total, signed = count_all(connection), keys.count_signed_by_active(connection)
    # Without a condition the counts come from indexes alone.
    which = true() if total == signed else keys.signed_by_active()
    lately = _S.last_success_at >= now - LATELY
    return Cost(
        subscriptions=signed,
        users=_one(connection, func.count(distinct(_S.user_id)), which),
        accepted_lately=_one(connection, func.count(), which & lately),
        last_success_at=_last_success(connection, which),
        origins=tuple(_by_origin(connection, which, signed, sandbox)),
        elsewhere=total - signed,
    )


def _by_origin(connection: Connection, which: ColumnElement[bool], signed: int, sandbox: str) -> list[OriginCost]:
    newest = _newest(connection, which)
    found = []
    for origin in [*(HTTPS + authority for authority in authorities(connection)), *([sandbox] if sandbox else [])]:
        here = which & (_S.endpoint >= f"{origin}/") & (_S.endpoint < f"{origin}/{AFTER_ALL_TEXT}")
        count = _one(connection, func.count(), here)
        if count:
            last = newest.get(origin) or _one(connection, func.max(_S.last_success_at), here)
            found.append(OriginCost(origin, count, last))
    others = signed - sum(origin.subscriptions for origin in found)
    return [*found, OriginCost("", others, None)] if others else found


def _newest(connection: Connection, which: ColumnElement[bool]) -> dict[str, datetime]:
    """Return when the origins of the newest successes had their last one."""
    start = func.substr(_S.endpoint, len(HTTPS) + 1, 300)
    authority = func.substr(start, 1, func.instr(start, "/") - 1).label("authority")
    statement = (
        select(authority, _S.last_success_at)
        .where(which, _S.last_success_at.is_not(None), _S.endpoint.startswith(HTTPS))
        .order_by(_S.last_success_at.desc())
        .limit(NEWEST)
        .subquery()
    )
    columns = statement.c
    grouped = select(columns.authority, func.max(columns.last_success_at)).group_by(columns.authority)
    return {HTTPS + row[0]: row[1] for row in connection.execute(grouped)}


def _last_success(connection: Connection, which: ColumnElement[bool]) -> datetime | None:
    statement = select(_S.last_success_at).where(which, _S.last_success_at.is_not(None))
    return connection.execute(statement.order_by(_S.last_success_at.desc()).limit(1)).scalar_one_or_none()


def _one(connection: Connection, what: ColumnElement[Any], which: ColumnElement[bool]) -> Any:
    return connection.execute(select(what).select_from(subscriptions).where(which)).scalar_one()
