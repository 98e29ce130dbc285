"""What push services have answered about keys, and by their clocks: read from the history.

Each function works inside the read of its caller.

Runs on: any
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, cast

from sqlalchemy import Connection

from webpush_admin.store.history.records import MOST_CHARACTERS, pairs
from webpush_admin.store.schema import DIAGNOSED, from_ms, to_ms

MOST_GROUPS: Final = 1000
"""Rules times hosts; strangers may name a host each."""

DATED: Final = 20
"""So many of the newest answers with a date are enough to compare clocks."""

LOOKED_AT: Final = 2000
"""Among so many of the newest pushes they are looked for."""

# The newest answer to each subscription counts, and one that was not answered is none. What CROSS JOIN says is the
# order: the few that there is something to say of first, each subscription by its number then.
_ANSWERS: Final = f"""
SELECT rule, substr(host, 1, 255), vapid_key_id, count(*) FROM deliveries
CROSS JOIN subscriptions ON subscriptions.id = deliveries.subscription_id
WHERE {DIAGNOSED} AND rule IN (SELECT value FROM json_each(?)) AND deliveries.at >= ? AND NOT EXISTS (
    SELECT 1 FROM deliveries AS later WHERE later.subscription_id = deliveries.subscription_id
        AND later.id > deliveries.id AND later.status IS NOT NULL
)
GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT {MOST_GROUPS}
"""  # noqa: S608 -- texts of ours
_DATED: Final = f"""
SELECT at, substr(headers, 1, {MOST_CHARACTERS}) FROM deliveries
WHERE id > (SELECT max(id) FROM deliveries) - {LOOKED_AT} AND status IS NOT NULL AND instr(headers, '"date"') > 0
ORDER BY id DESC LIMIT {DATED}
"""  # noqa: S608 -- numbers of ours


@dataclass(frozen=True, slots=True)
class AnsweredAboutKeys:
    """Subscriptions whose newest answer is of one kind.

    Attributes:
        rule: The name of the diagnosis.
        host: Who answered; hostile text.
        key_id: The pair that these are bound to, None for none.
        subscriptions: How many.
    """

    rule: str
    host: str
    key_id: int | None
    subscriptions: int


@dataclass(frozen=True, slots=True)
class Dated:
    """One answer that names the time.

    Attributes:
        at: When it was written down here, aware UTC.
        said: What its Date says, aware.
    """

    at: datetime
    said: datetime


def answered_about_keys(
    connection: Connection, rules: Collection[str], since: datetime
) -> tuple[AnsweredAboutKeys, ...]:
    """Return what subscriptions that still exist were answered last, where a rule speaks of it; the most first.

    Args:
        connection: Of where the history is.
        rules: Names of diagnoses.
        since: Aware; what was answered before is passed over.
    """
    found = _raw(connection).execute(_ANSWERS, (json.dumps([*rules]), to_ms(since)))
    return tuple(AnsweredAboutKeys(*row) for row in found)


def newest_dates(connection: Connection) -> tuple[Dated, ...]:
    """Return the newest answers that name the time, the newest first. Source: RFC 9110, section 6.6.1."""
    found = []
    for at, headers in _raw(connection).execute(_DATED):
        said = _date(next((value for name, value in pairs(headers) if name == "date"), ""))
        if said is not None:
            found.append(Dated(from_ms(at), said))
    return tuple(found)


def _date(text: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # Without a zone it says nothing that could be compared.
    return None if said.tzinfo is None else said


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
