"""What came back from one subscription, as the history has it, in the words of the detail pane.

Runs on: worker loop
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import DeliveryDetail
from webpush_admin.store.store import Store

SHOWN_ANSWERS: Final = 20


@dataclass(frozen=True, slots=True)
class RequestHeaders:
    """What every receiver of one message was sent beside the body. Source: RFC 8030, section 5; RFC 8291, section 4.

    Attributes:
        ttl_s: Seconds.
        urgency: As sent; hostile text, should somebody else have written the history.
        topic: None where none was sent.
        content_length: Bytes of the encrypted body.
    """

    ttl_s: int
    urgency: str
    topic: str | None
    content_length: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one push.

    Attributes:
        at: Aware UTC.
        test: It was a test of this subscription: no cache, no prune.
        outcome: See `Outcome`.
        status: HTTP status, None where there was none.
        reason: One sentence, "" where the push was accepted.
        body: What the service said, at most 300 characters; hostile text.
        elapsed_s: Monotonic seconds, 0.0 where no request was made.
        url: The endpoint that was asked, with its token masked; "" where no request was made.
        headers: What was sent, None where no request was made.
    """

    at: datetime
    test: bool
    outcome: Outcome
    status: int | None
    reason: str
    body: str
    elapsed_s: float
    url: str = ""
    headers: RequestHeaders | None = None


def answers_of(store: Store, subscription_id: int) -> tuple[Answered, ...]:
    """Return the newest answers of one subscription, the newest first; what is under way is left out. Blocks.

    Raises:
        StoreError: The history cannot be read.
    """
    rows = store.history.of_subscription(subscription_id, SHOWN_ANSWERS)
    details = (store.history.detail(row.number) for row in rows)
    return tuple(_answered(found, found.row.outcome) for found in details if found and found.row.outcome)


def _answered(found: DeliveryDetail, outcome: Outcome) -> Answered:
    row, start, request = found.row, found.send.start, found.request
    url, headers = "", None
    if request is not None:
        # What was sent to carries no user name.
        url = f"{request.origin}/…{row.tail}"
        headers = RequestHeaders(start.ttl_s, start.urgency, start.topic, request.body_bytes)
    return Answered(row.at, start.test, outcome, row.status, row.reason, row.body, row.elapsed_s, url, headers)
