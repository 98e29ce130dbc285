"""Rows of the history of sends and deliveries, and what is asked of it: frozen records without SQLAlchemy.

Runs on: any
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

from webpush_admin.push.answer import Outcome, SentRequest


class SendState(Enum):
    """How a send ended."""

    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"
    """By the operator, or since the database was closed."""
    BROKEN_OFF = "broken off"
    """The program ended in the midst of it: open intents may have arrived."""


@dataclass(frozen=True, slots=True)
class SendStart:
    """What is known of a send before its first push.

    Attributes:
        target: Whom it is for, in words: "Ada", "3 subscriptions", "all"; hostile text.
        test: Single subscriptions, past the cache; nothing is pruned.
        title: The notification's headline, or the beginning of a raw payload; "" where the payload is not kept.
        ttl_s, urgency, topic: As sent.
        payload_bytes: Of the plaintext.
        payload: The plaintext, None unless the operator wants it kept.
        targets: Subscriptions that it is meant for.
    """

    target: str
    test: bool
    title: str
    ttl_s: int
    urgency: str
    topic: str | None
    payload_bytes: int
    payload: str | None
    targets: int


@dataclass(frozen=True, slots=True)
class SendRow:
    """One send.

    Attributes:
        number: Counts up, and is never given twice.
        at: Aware UTC, when it began.
        ended_at: Aware UTC, None while it runs.
        start: As it was told.
        counts: How many deliveries have which outcome; an intent without an answer of a send that does not run any more
            counts as `Outcome.UNKNOWN`. Where deliveries were forgotten since, these are still the totals of all.
        pruned: Rows that it deleted.
    """

    number: int
    at: datetime
    ended_at: datetime | None
    state: SendState
    start: SendStart
    counts: tuple[tuple[Outcome, int], ...]
    pruned: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One push to one subscription.

    Attributes:
        number: Counts up, and is never given twice.
        send: Number of its send.
        at: Aware UTC of the answer, of the intent where there is none.
        subscription_id: The row, which may be gone.
        user_id: Whose it was.
        user_name: As it is now, "" where the user is gone; hostile text.
        host: Of the endpoint.
        tail: Four characters of the endpoint.
        outcome: None while it is under way.
        status: HTTP status, None where there was none.
        rule: Name of the diagnosis, "" where there is none; see `push.diagnosis`.
        reason: One sentence, "" where the push was accepted.
        body: What the service said, at most 300 characters, secrets struck; hostile text.
        elapsed_s: Monotonic seconds of the last request.
        attempts: Requests that were made.
        pruned: The row was deleted by it.
        held: Gone, but kept until somebody has been asked.
    """

    number: int
    send: int
    at: datetime
    subscription_id: int | None
    user_id: UUID | None
    user_name: str
    host: str
    tail: str
    outcome: Outcome | None
    status: int | None
    rule: str
    reason: str
    body: str
    elapsed_s: float
    attempts: int
    pruned: bool
    held: bool


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """Everything that is known of one push, for the inspector.

    Attributes:
        row: See `DeliveryRow`.
        send: Its send.
        request: What went out, None where no request was made.
        headers: Of the answer, names in lower case.
    """

    row: DeliveryRow
    send: SendRow
    request: SentRequest | None
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries are wanted; every attribute narrows, the default wants all.

    Attributes:
        search: Matches a part of the user's name, the start of the host, the endpoint's tail, the status, or the
            subscription's id.
        send: Of one send, None for all.
        subscription_id: Of one subscription.
        user_id: Of one user.
        failed: Neither accepted nor gone.
        outcome: With this outcome, None for all.
        service: A push service's name as `push.services` has it, or a host; "" for all.
        rule: With this diagnosis; "" for all.
        at_from, at_to: Aware; from inclusive, to exclusive.
    """

    search: str = ""
    send: int | None = None
    subscription_id: int | None = None
    user_id: UUID | None = None
    failed: bool = False
    outcome: Outcome | None = None
    service: str = ""
    rule: str = ""
    at_from: datetime | None = None
    at_to: datetime | None = None


ALL_DELIVERIES: Final = DeliveryFilter()


@dataclass(frozen=True, slots=True)
class DeliveryQuery:
    """Which deliveries a view shows, and in what order.

    Attributes:
        where: See `DeliveryFilter`.
        order_by: "number" (as they went out), "at", "user", "host", "outcome", "status", "elapsed" or "rule".
        descending: Turn the order around.
    """

    where: DeliveryFilter = ALL_DELIVERIES
    order_by: str = "number"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class SendTally:
    """What came of a part of one send: of a push service, or of those with one diagnosis.

    Attributes:
        name: The service's name, or the diagnosis's rule.
        counts: How many deliveries have which outcome.
    """

    name: str
    counts: tuple[tuple[Outcome, int], ...]


@dataclass(frozen=True, slots=True)
class Keeping:
    """How much of the history is kept; what is beyond is forgotten when a send ends and when a database is opened.

    Attributes:
        days: Deliveries that are older go; 0 for no limit.
        deliveries: The newest so many stay; 0 for no limit.
    """

    days: int = 90
    deliveries: int = 1_000_000
