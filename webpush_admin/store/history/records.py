"""Makes records of what the tables hold; whatever somebody else has written there, there is a record.

Runs on: any
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Text, select, type_coerce
from sqlalchemy.dialects import sqlite

from webpush_admin.push.answer import Outcome, SentRequest
from webpush_admin.store.history.codes import OUTCOMES, UNKNOWN, outcome_of, state_of
from webpush_admin.store.history.filters import Dead
from webpush_admin.store.history_rows import DeliveryRow, SendRow, SendStart, SendState
from webpush_admin.store.pages import CELL_CHARACTERS, cut
from webpush_admin.store.people import chunks
from webpush_admin.store.schema import COLUMNS, OUTCOME_COLUMNS, deliveries, from_ms, users

_D: Final = deliveries.c

_DELIVERIES: Final = str(
    select(
        _D.id,
        _D.send,
        type_coerce(_D.at, Integer),
        _D.subscription_id,
        type_coerce(_D.user_id, Text),
        cut(users.c.name, CELL_CHARACTERS),
        *(cut(column, CELL_CHARACTERS) for column in (_D.host, _D.tail, _D.rule, _D.reason, _D.body)),
        _D.outcome,
        _D.status,
        _D.elapsed_s,
        _D.attempts,
        _D.pruned,
        _D.held,
    )
    .select_from(deliveries.outerjoin(users, users.c.id == _D.user_id))
    .compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
)
"""Past SQLAlchemy, which would make an object of each row before we make ours."""

_THESE: Final = f"{_DELIVERIES} WHERE deliveries.id IN (SELECT value FROM json_each(?))"

MOST_CHARACTERS: Final = 32_768
"""Of a text that is shown in full: more than we ever write, for who else has written there."""

_CUT: Final = {
    **dict.fromkeys(("target", "title", "urgency", "topic"), CELL_CHARACTERS),
    **dict.fromkeys(("owner", "payload"), MOST_CHARACTERS),
}
_SEND_COLUMNS: Final = ", ".join(
    f"substr({name}, 1, {_CUT[name]})" if name in _CUT else name for name in COLUMNS["sends"]
)
SENDS: Final = f"SELECT {_SEND_COLUMNS} FROM sends"


def delivery_rows(raw: sqlite3.Connection, numbers: Sequence[int], dead: Dead) -> dict[int, DeliveryRow]:
    """Return the deliveries with these numbers; numbers without one are left out."""
    found: dict[int, DeliveryRow] = {}
    for stretch in chunks(numbers):
        for row in raw.execute(_THESE, (json.dumps([*stretch]),)):
            found[row[0]] = _delivery(row, dead)
    return found


def send_row(row: Sequence[Any], dead: Dead) -> SendRow:
    """Return the record of a row of `SENDS`."""
    told = dict(zip(COLUMNS["sends"], row, strict=True))
    broken_off = told["id"] in dead
    counts = [told[column] for column in OUTCOME_COLUMNS]
    if broken_off:
        counts[UNKNOWN] += told["intended"] - sum(counts)
    return SendRow(
        number=told["id"],
        at=from_ms(told["at"]),
        ended_at=from_ms(told["heard_at" if broken_off else "ended_at"])
        if broken_off or told["ended_at"] is not None
        else None,
        state=SendState.BROKEN_OFF if broken_off else state_of(told["state"]),
        start=SendStart(
            target=told["target"],
            test=bool(told["test"]),
            title=told["title"],
            ttl_s=told["ttl_s"],
            urgency=told["urgency"],
            topic=told["topic"],
            payload_bytes=told["payload_bytes"],
            payload=told["payload"],
            targets=told["targets"],
        ),
        counts=tuple((outcome, count) for outcome, count in zip(OUTCOMES, counts, strict=True) if count > 0),
        pruned=told["pruned"],
    )


def sent_request(row: Sequence[Any]) -> SentRequest:
    """Return the record of origin, headers, sizes, JWT header and claims, and key."""
    origin, headers, body_bytes, payload_bytes, jwt_header, jwt_claims, public_key = row
    return SentRequest(origin, pairs(headers), body_bytes, payload_bytes, jwt_header, jwt_claims, public_key)


def pairs(text: str | None) -> tuple[tuple[str, str], ...]:
    """Return headers as they were written down, nothing where somebody else has written something else."""
    try:
        return tuple((str(name), str(value)) for name, value in json.loads(text or "[]"))
    except (ValueError, TypeError, RecursionError):
        return ()


def _delivery(row: Sequence[Any], dead: Dead) -> DeliveryRow:
    number, send, at, subscription_id, user_id, name, host, tail, rule, reason, body, outcome = row[:12]
    told: Outcome | None = None
    if outcome is not None:
        told = outcome_of(outcome)
    elif send in dead:
        told = Outcome.UNKNOWN
    status, elapsed_s, attempts, pruned, held = row[12:]
    return DeliveryRow(
        number, send, from_ms(at), subscription_id, _user_id(user_id), name or "", host, tail, told, status, rule,
        reason, body, elapsed_s, attempts, bool(pruned), bool(held),
    )  # fmt: skip


def _user_id(stored: str | None) -> UUID | None:
    try:
        return None if stored is None else UUID(stored)
    except ValueError:
        return None
