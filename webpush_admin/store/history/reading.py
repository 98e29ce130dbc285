"""Reads the history: sends, one delivery with everything, sums, and whom a send has failed for.

Each function works inside the read of its caller.

Runs on: any
"""

import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from webpush_admin.push.answer import Outcome
from webpush_admin.push.services import service_name
from webpush_admin.store.checks import OTHER_HOSTS
from webpush_admin.store.history.codes import LAST_WELL, OUTCOMES, UNKNOWN, outcome_of
from webpush_admin.store.history.filters import Dead
from webpush_admin.store.history.records import MOST_CHARACTERS, SENDS, delivery_rows, pairs, send_row, sent_request
from webpush_admin.store.history_rows import DeliveryDetail, DeliveryRow, SendRow, SendTally

MAX_TALLIES: Final = 50
"""Services that are told of one by one: strangers may name a host each."""


def _whole(column: str) -> str:
    return f"substr({column}, 1, {MOST_CHARACTERS})"


_DETAIL: Final = f"""
SELECT {_whole("deliveries.headers")}, requests.id, {_whole("origin")}, {_whole("requests.headers")}, body_bytes,
    payload_bytes, {_whole("jwt_header")}, {_whole("jwt_claims")}, {_whole("public_key")}
FROM deliveries LEFT JOIN requests ON requests.id = deliveries.request WHERE deliveries.id = ?
"""
_TALLY: Final = "SELECT host, rule, outcome, count(*) FROM deliveries WHERE send = ? GROUP BY 1, 2, 3"

_NEWEST: Final = """
SELECT max(id) FROM deliveries WHERE subscription_id IN (SELECT value FROM json_each(?)) GROUP BY subscription_id
"""

_STILL: Final = """
SELECT DISTINCT deliveries.subscription_id FROM deliveries
JOIN subscriptions ON subscriptions.id = deliveries.subscription_id WHERE deliveries.send = ?
"""
_FAILED: Final = f"{_STILL} AND outcome > {LAST_WELL} AND outcome <> {UNKNOWN} ORDER BY 1"
# Who has other keys, or has accepted a push since, is not what was gone then. Without a status nobody was asked.
_HELD: Final = f"""
{_STILL} AND held = 1 AND (subscriptions.last_status IS deliveries.status OR deliveries.status IS NULL) ORDER BY 1
"""


def sends(raw: sqlite3.Connection, limit: int, before: int | None, dead: Dead) -> tuple[SendRow, ...]:
    """Return sends, the newest first."""
    rows = raw.execute(f"{SENDS} WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2", (before, limit))
    return tuple(send_row(row, dead) for row in rows)


def send(raw: sqlite3.Connection, number: int, dead: Dead) -> SendRow | None:
    """Return one send, None where there is none."""
    row = raw.execute(f"{SENDS} WHERE id = ?", (number,)).fetchone()
    return None if row is None else send_row(row, dead)


def detail(raw: sqlite3.Connection, number: int, dead: Dead) -> DeliveryDetail | None:
    """Return one delivery with everything that is known of it, None where there is none."""
    row = delivery_rows(raw, [number], dead).get(number)
    its_send = None if row is None else send(raw, row.send, dead)
    if row is None or its_send is None:
        return None
    found = raw.execute(_DETAIL, (number,)).fetchone()
    if found is None:
        return None  # forgotten since the row was read
    headers, request, *parts = found
    return DeliveryDetail(row, its_send, None if request is None else sent_request(parts), pairs(headers))


def of_subscription(raw: sqlite3.Connection, subscription_id: int, limit: int, dead: Dead) -> tuple[DeliveryRow, ...]:
    """Return what was sent to one subscription, the newest first."""
    wanted = "SELECT id FROM deliveries WHERE subscription_id = ? ORDER BY id DESC LIMIT ?"
    numbers = [number for (number,) in raw.execute(wanted, (subscription_id, limit))]
    found = delivery_rows(raw, numbers, dead)
    return tuple(found[number] for number in numbers if number in found)


def newest_of(raw: sqlite3.Connection, ids: Sequence[int], dead: Dead) -> dict[int, DeliveryRow]:
    """Return the newest delivery to each of these subscriptions, by their ids; some have none."""
    numbers = [number for (number,) in raw.execute(_NEWEST, (json.dumps([*ids]),))]
    found = delivery_rows(raw, numbers, dead).values()
    return {row.subscription_id: row for row in found if row.subscription_id is not None}


def tallies(raw: sqlite3.Connection, number: int, dead: Dead) -> tuple[tuple[SendTally, ...], tuple[SendTally, ...]]:
    """Return what came of a send by push service and by diagnosis, most frequent first; without open intents."""
    services: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    rules: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    for host, rule, code, count in raw.execute(_TALLY, (number,)):
        if code is None and number not in dead:
            continue
        outcome = Outcome.UNKNOWN if code is None else outcome_of(code)
        services[service_name(host)][outcome] += count
        if rule:
            rules[rule][outcome] += count
    return _most(services.items()), _most(rules.items())


def failed_ids(raw: sqlite3.Connection, number: int) -> "array[int]":
    """Return the subscriptions for which a send has failed, and which still exist.

    Without those that it may have reached: `Outcome.UNKNOWN`.
    """
    return array("q", (found for (found,) in raw.execute(_FAILED, (number,))))


def held_ids(raw: sqlite3.Connection, number: int) -> "array[int]":
    """Return the subscriptions that a send found gone and left, and which are as they were then."""
    return array("q", (found for (found,) in raw.execute(_HELD, (number,))))


def _most(counted: Iterable[tuple[str, "Counter[Outcome]"]]) -> tuple[SendTally, ...]:
    """Return the most frequent, and what is left as one."""
    ordered = sorted(counted, key=lambda one: (-one[1].total(), one[0]))
    most, rest = ordered[:MAX_TALLIES], ordered[MAX_TALLIES:]
    if rest:
        most.append((OTHER_HOSTS, sum((counts for _, counts in rest), Counter())))
    return tuple(
        SendTally(name, tuple((outcome, counts[outcome]) for outcome in OUTCOMES if counts[outcome]))
        for name, counts in most
    )
