"""What push services have answered about keys, and by their clocks: read from the history.

Each function works inside the read of its caller.

Runs on: any
"""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, cast

from sqlalchemy import Connection

from webpush_admin.push.answer import Outcome
from webpush_admin.store.history.codes import CODE_OF
from webpush_admin.store.history.records import MOST_CHARACTERS, pairs
from webpush_admin.store.schema import DIAGNOSED, from_ms, to_ms

MOST_GROUPS: Final = 1000
"""Hosts of a rule; strangers may name one each."""

DATED: Final = 20
"""So many of the newest answers with a date are enough to compare clocks."""

LOOKED_AT: Final = 2000
"""Among so many of the newest pushes they are looked for."""

MOST_ANSWERS: Final = 20_000
"""Of each rule: after a broadcast with a wrong key there may be a million, and as many rows to be looked up."""

# The newest answer to each subscription counts, and one that was not answered is none. CROSS JOIN says in which order:
# the newest that there is something to say of first, each subscription by its number then.
_ANSWERS: Final = f"""
SELECT substr(newest.host, 1, 255), subscriptions.vapid_key_id, count(*) FROM (
    SELECT id, host, subscription_id FROM deliveries WHERE {DIAGNOSED} AND rule = ? AND at >= ?
    ORDER BY id DESC LIMIT {MOST_ANSWERS}
) AS newest CROSS JOIN subscriptions ON subscriptions.id = newest.subscription_id
WHERE NOT EXISTS (
    SELECT 1 FROM deliveries AS later WHERE later.subscription_id = newest.subscription_id
        AND later.id > newest.id AND later.status IS NOT NULL
)
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT {MOST_GROUPS}
"""  # noqa: S608 -- texts of ours
_MORE: Final = f"""
SELECT 1 FROM deliveries WHERE {DIAGNOSED} AND rule = ? AND at >= ? ORDER BY id DESC LIMIT 1 OFFSET {MOST_ANSWERS}
"""  # noqa: S608 -- texts of ours
_ACCEPTED: Final = f"""
SELECT count(DISTINCT subscription_id) FROM deliveries WHERE outcome = {CODE_OF[Outcome.ACCEPTED]} AND at >= ?
"""  # noqa: S608 -- a number of ours
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
        more: Only the newest `MOST_ANSWERS` of this diagnosis were looked at.
    """

    rule: str
    host: str
    key_id: int | None
    subscriptions: int
    more: bool = False


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
    """Return what subscriptions that still exist were answered last, where a rule speaks of it.

    Args:
        connection: Of where the history is.
        rules: Names of diagnoses.
        since: Aware; what was answered before is passed over.
    """
    raw, since_ms = _raw(connection), to_ms(since)
    found = []
    for rule in rules:
        more = raw.execute(_MORE, (rule, since_ms)).fetchone() is not None
        for host, key_id, count in raw.execute(_ANSWERS, (rule, since_ms)):
            found.append(AnsweredAboutKeys(rule, host, key_id, count, more))
    return tuple(found)


def count_told_accepted(connection: Connection, since: datetime) -> int:
    """Return to how many subscriptions a push was accepted since then, by the history: it is read as a whole."""
    return int(_raw(connection).execute(_ACCEPTED, (to_ms(since),)).fetchone()[0])


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
