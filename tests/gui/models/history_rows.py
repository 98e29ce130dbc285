"""Rows of the history as tests need them.

Runs on: any
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from webpush_admin.push.answer import Outcome, SentRequest
from webpush_admin.store.history_rows import DeliveryDetail, DeliveryRow, SendRow, SendStart, SendState

AT: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ORIGIN: Final = "https://updates.push.services.mozilla.com"
PUBLIC_KEY: Final = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"

START: Final = SendStart("Ada", False, "Hello", 60, "normal", None, 21, '{"title":"Hello"}', 3)
SEND: Final = SendRow(
    7, AT, AT, SendState.ENDED, START, ((Outcome.ACCEPTED, 1), (Outcome.GONE, 1), (Outcome.REJECTED, 1)), 1
)
ROW: Final = DeliveryRow(
    number=70,
    send=7,
    at=AT,
    subscription_id=3,
    user_id=UUID(int=7),
    user_name="Ada",
    host="updates.push.services.mozilla.com",
    tail="wXyZ",
    outcome=Outcome.GONE,
    status=410,
    rule="any-410-gone",
    reason="",
    body='{"errno": 106}',
    elapsed_s=0.038,
    attempts=1,
    pruned=True,
    held=False,
)


def claims(**more: Any) -> str:
    """Return claims as JSON, right ones where nothing else is given."""
    ends = int((AT + timedelta(hours=12)).timestamp())
    return json.dumps({"aud": ORIGIN, "exp": ends, "sub": "mailto:ops@example.org", **more})


REQUEST: Final = SentRequest(
    ORIGIN,
    (
        ("TTL", "60"),
        ("Urgency", "normal"),
        ("Content-Encoding", "aes128gcm"),
        ("Authorization", f"vapid t=[struck], k={PUBLIC_KEY}"),
    ),
    body_bytes=124,
    payload_bytes=21,
    jwt_header='{"typ":"JWT","alg":"ES256"}',
    jwt_claims=claims(),
    public_key=PUBLIC_KEY,
)
DETAIL: Final = DeliveryDetail(ROW, SEND, REQUEST, (("content-type", "application/json"), ("ttl", "60")))


def send(number: int, **more: Any) -> SendRow:
    """Return a send; attributes of its start by their names too."""
    names = set(SendStart.__slots__)
    start = replace(START, **{name: value for name, value in more.items() if name in names})
    return replace(SEND, number=number, start=start, **{k: v for k, v in more.items() if k not in names})
