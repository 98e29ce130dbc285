"""Writes sends and deliveries: each function works inside the transaction of its caller.

Past SQLAlchemy, which would take longer over a thousand rows than SQLite.

Runs on: any
"""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from webpush_admin.push.answer import SHOWN_BODY_CHARACTERS, SHOWN_HEADERS, Delivery, Outcome, SentRequest
from webpush_admin.push.subscription import Subscription, endpoint_tail
from webpush_admin.store.history.codes import CODE_OF, OUTCOMES, RUNNING, STATE_CODE_OF, UNKNOWN
from webpush_admin.store.history_rows import SendStart, SendState
from webpush_admin.store.schema import OUTCOME_COLUMNS

Requests = dict[tuple[int, str, str], int]
"""Numbers in `requests`, by send, origin and public key."""

MAX_HEADER_CHARACTERS: Final = 1000
MAX_HOST_CHARACTERS: Final = 255

_BEGIN: Final = """
INSERT INTO sends
    (at, state, owner, heard_at, target, test, title, ttl_s, urgency, topic, payload_bytes, payload, targets)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_INTEND: Final = "INSERT INTO deliveries (send, at, subscription_id, user_id, host, tail) VALUES (?, ?, ?, ?, ?, ?)"

_SET: Final = """
SET at = ?, outcome = ?, status = ?, rule = ?, reason = ?, body = ?, elapsed_s = ?, attempts = ?, pruned = ?, held = ?,
    request = ?, headers = ?
"""
_CONCLUDE: Final = f"""
UPDATE deliveries INDEXED BY open_deliveries {_SET} WHERE send = ? AND subscription_id IS ? AND outcome IS NULL
"""
_CONCLUDE_LATE: Final = f"UPDATE deliveries {_SET} WHERE send = ? AND subscription_id IS ? AND outcome = {UNKNOWN}"

_IS_THERE: Final = "SELECT 1 FROM deliveries WHERE send = ? AND subscription_id IS ?"

_REQUEST: Final = """
INSERT OR IGNORE INTO requests
    (send, origin, headers, body_bytes, payload_bytes, jwt_header, jwt_claims, public_key)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

# A history beside a database that is not written to may be of a version that kept one for each origin.
_KNOWN_REQUEST: Final = """
SELECT id FROM requests WHERE send = ? AND origin = ? ORDER BY public_key = ? DESC LIMIT 1
"""

_COUNT: Final = f"""
UPDATE sends SET heard_at = ?, intended = intended + ?, pruned = pruned + ?,
    {", ".join(f"{column} = {column} + ?" for column in OUTCOME_COLUMNS)}
WHERE id = ?
"""

_LOSE: Final = f"""
UPDATE deliveries INDEXED BY open_deliveries SET outcome = {UNKNOWN} WHERE send = ? AND outcome IS NULL
"""
_END: Final = "UPDATE sends SET state = ?, ended_at = ?, owner = NULL, unknown = unknown + ? WHERE id = ?"


def begin(raw: sqlite3.Connection, start: SendStart, owner: str, at_ms: int) -> int:
    """Write down that a send has begun; return its number."""
    cursor = raw.execute(
        _BEGIN,
        (
            at_ms,
            RUNNING,
            owner,
            at_ms,
            sound(start.target),
            start.test,
            sound(start.title),
            start.ttl_s,
            sound(start.urgency),
            None if start.topic is None else sound(start.topic),
            start.payload_bytes,
            None if start.payload is None else sound(start.payload),
            start.targets,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def intend(raw: sqlite3.Connection, send: int, subscriptions: Sequence[Subscription], at_ms: int) -> None:
    """Write down that these will be sent to."""
    raw.executemany(_INTEND, ((send, at_ms, *_receiver(row)) for row in subscriptions))
    _count(raw, send, intended=len(subscriptions))


def conclude(
    raw: sqlite3.Connection, send: int, deliveries: Sequence[Delivery], at_ms: int, known: Requests
) -> Requests:
    """Write down what became of some that were intended.

    Args:
        raw: Of a transaction.
        send: Whose they are.
        deliveries: Any of its deliveries.
        at_ms: When the answers came.
        known: Requests that are written down already.

    Returns:
        The requests that were written down now.
    """
    fresh: Requests = {}
    rows = []
    for delivery in deliveries:
        request = delivery.request
        number = None
        if request is not None:
            key = send, request.origin, request.public_key
            number = known.get(key) or fresh.get(key)
            if number is None:
                number = fresh[key] = _request(raw, send, request)
        rows.append((*_answer(delivery, at_ms, number), send, delivery.subscription.id))
    written: Sequence[Delivery] = deliveries
    added = healed = 0
    raw.execute("SAVEPOINT all_open")
    if raw.executemany(_CONCLUDE, rows).rowcount != len(rows):
        raw.execute("ROLLBACK TO all_open")
        written, added, healed = _one_by_one(raw, deliveries, rows)
    raw.execute("RELEASE all_open")
    counts = Counter(delivery.outcome for delivery in written)
    counts[Outcome.UNKNOWN] -= healed
    pruned = sum(delivery.pruned for delivery in written)
    _count(raw, send, intended=added, pruned=pruned, counts=counts)
    return fresh


def mark_pruned(raw: sqlite3.Connection, send: int, subscription_ids: Sequence[int]) -> int:
    """Write down that rows which were held are deleted now; return how many there were."""
    done = raw.executemany(
        "UPDATE deliveries SET held = 0, pruned = 1 WHERE send = ? AND subscription_id = ? AND held = 1",
        ((send, number) for number in subscription_ids),
    ).rowcount
    _count(raw, send, pruned=done)
    return done


def end(raw: sqlite3.Connection, send: int, state: SendState, at_ms: int) -> int:
    """Write down that a send runs no more; return how many of its intents nobody will conclude."""
    lost = raw.execute(_LOSE, (send,)).rowcount
    raw.execute(_END, (STATE_CODE_OF[state], at_ms, lost, send))
    return lost


def sound(text: str) -> str:
    """Return a text that can be stored: a half of a character, as JSON may have it, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _receiver(row: Subscription) -> tuple[int | None, str | None, str, str]:
    user = None if row.user_id is None else row.user_id.hex
    return row.id, user, sound(row.host[:MAX_HOST_CHARACTERS]), sound(endpoint_tail(row.endpoint))


def _answer(delivery: Delivery, at_ms: int, request: int | None) -> tuple[Any, ...]:
    """Return the values of `_SET`."""
    return (
        at_ms,
        CODE_OF[delivery.outcome],
        delivery.status,
        delivery.diagnosis.rule if delivery.diagnosis is not None else "",
        sound(delivery.reason),
        sound(delivery.body[:SHOWN_BODY_CHARACTERS]),
        delivery.elapsed_s,
        delivery.attempts,
        delivery.pruned,
        delivery.held,
        request,
        _pairs([pair for pair in delivery.headers if pair[0] in SHOWN_HEADERS]) if delivery.headers else None,
    )


def _request(raw: sqlite3.Connection, send: int, request: SentRequest) -> int:
    values = (
        _pairs(request.headers),
        request.body_bytes,
        request.payload_bytes,
        sound(request.jwt_header),
        sound(request.jwt_claims),
        request.public_key,
    )
    raw.execute(_REQUEST, (send, request.origin, *values))
    found = raw.execute(_KNOWN_REQUEST, (send, request.origin, request.public_key)).fetchone()
    return int(found[0])


def _pairs(headers: Sequence[tuple[str, str]]) -> str:
    # Escaped to ASCII: whatever a service has sent, it can be stored.
    return json.dumps([(name, value[:MAX_HEADER_CHARACTERS]) for name, value in headers], separators=(",", ":"))


def _one_by_one(
    raw: sqlite3.Connection, deliveries: Sequence[Delivery], rows: Sequence[tuple[Any, ...]]
) -> tuple[list[Delivery], int, int]:
    """Write them where some are not open; return those that count, how many were never intended, how many healed."""
    written: list[Delivery] = []
    added = healed = 0
    for delivery, row in zip(deliveries, rows, strict=True):
        if not raw.execute(_CONCLUDE, row).rowcount:
            if raw.execute(_CONCLUDE_LATE, row).rowcount:
                # Whoever took this process for dead was wrong.
                healed += 1
            elif raw.execute(_IS_THERE, row[-2:]).fetchone():
                continue
            else:
                raw.execute(_INTEND, (row[-2], row[0], *_receiver(delivery.subscription)))
                raw.execute(_CONCLUDE, row)
                added += 1
        written.append(delivery)
    return written, added, healed


def _count(
    raw: sqlite3.Connection,
    send: int,
    *,
    intended: int = 0,
    pruned: int = 0,
    counts: "Counter[Outcome] | None" = None,
) -> None:
    more = counts or Counter()
    now_ms = time.time_ns() // 1_000_000
    raw.execute(_COUNT, (now_ms, intended, pruned, *(more[outcome] for outcome in OUTCOMES), send))
