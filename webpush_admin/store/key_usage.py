"""Which key pairs subscriptions were made with, where they are, and how many have accepted a push: from narrow indexes.

Runs on: any
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection, func, select

from webpush_admin.store import keys
from webpush_admin.store.hosts import AFTER_ALL_TEXT, HTTPS, authorities
from webpush_admin.store.schema import subscriptions
from webpush_admin.store.subscriptions import count_all

_S: Final = subscriptions.c

# Grouped in SQL alone: a host, or a number of a pair, for each row would not fit anywhere.
MOST_PAIRS: Final = 1000

_BY_PAIR: Final = f"""
SELECT vapid_key_id, count(*) FROM subscriptions GROUP BY vapid_key_id ORDER BY vapid_key_id LIMIT {MOST_PAIRS}
"""  # noqa: S608 -- a number of ours


@dataclass(frozen=True, slots=True)
class KeyUsage:
    """What the subscriptions are.

    Attributes:
        total: How many there are.
        by_pair: How many were made with which pair, by its number; None where that is not known.
        by_authority: How many are where: host, and port where there is one, as the endpoints have it; the most first,
            without those that are no URL of https.
        first: The beginning of one endpoint, whatever it is; "" where there is none.
    """

    total: int
    by_pair: tuple[tuple[int | None, int], ...]
    by_authority: tuple[tuple[str, int], ...]
    first: str


def key_usage(connection: Connection) -> KeyUsage:
    """Count, inside a read of the caller; whoever cancels that ends it in the midst of a statement."""
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    by_pair = tuple((number, count) for number, count in raw.execute(_BY_PAIR))
    at = [(authority, _count_at(connection, authority)) for authority in authorities(connection)]
    first = connection.execute(select(func.substr(_S.endpoint, 1, 300)).order_by(_S.endpoint).limit(1)).scalar()
    return KeyUsage(
        total=sum(count for _, count in by_pair),
        by_pair=by_pair,
        by_authority=tuple(sorted(at, key=lambda one: (-one[1], one[0]))),
        first=first or "",
    )


def count_accepted(connection: Connection, since: datetime) -> int:
    """Return how many of the subscriptions that the active pair signs for have accepted a push since then."""
    statement = select(func.count()).select_from(subscriptions).where(_S.last_success_at >= since)
    if keys.count_signed_by_active(connection) < count_all(connection):
        statement = statement.where(keys.signed_by_active())
    return int(connection.execute(statement).scalar_one())


def _count_at(connection: Connection, authority: str) -> int:
    here = [
        (_S.endpoint >= f"{HTTPS}{authority}{after}") & (_S.endpoint < f"{HTTPS}{authority}{after}{AFTER_ALL_TEXT}")
        for after in "/?"
    ]
    counted = (select(func.count()).select_from(subscriptions).where(one) for one in here)
    return sum(int(connection.execute(statement).scalar_one()) for statement in counted)
