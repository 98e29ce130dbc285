"""What came back from each subscription since the database was opened, in bounded memory.

Runs on: worker loop
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from webpush_admin.push.answer import Outcome
from webpush_admin.push.events import Event, PushFinished
from webpush_admin.push.message import Message, Urgency
from webpush_admin.push.subscription import endpoint_tail

KEPT_ANSWERS: Final = 20
KEPT_SUBSCRIPTIONS: Final = 10_000

RECORD_OVERHEAD_BYTES: Final = 86 + 1 + 16
"""Around the payload: salt, record size and our key; the delimiter; the tag. Source: RFC 8188, section 2; RFC 8291."""

_WITHOUT_REQUEST: Final = frozenset({Outcome.BLOCKED, Outcome.NOT_SENT})
_ORIGIN: Final = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RequestHeaders:
    """What every receiver of one message was sent beside the body. Source: RFC 8030, section 5; RFC 8291, section 4.

    Attributes:
        ttl_s: Seconds.
        urgency: As sent.
        topic: None where none was sent.
        content_length: Bytes of the encrypted body.
    """

    ttl_s: int
    urgency: Urgency
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


class Answers:
    """The newest 20 answers of each of the 10,000 subscriptions that answered last."""

    def __init__(self) -> None:
        # The order of a dict is the order in which its keys came: who has just answered stands last.
        self._of: dict[int, tuple[Answered, ...]] = {}
        self._headers: RequestHeaders | None = None

    async def of(self, subscription_id: int) -> tuple[Answered, ...]:
        """Return the answers of one subscription, the newest first."""
        return self._of.get(subscription_id, ())

    def begin(self, message: Message) -> None:
        """Remember what is being sent: one send runs at a time."""
        size = len(message.payload()) + RECORD_OVERHEAD_BYTES
        self._headers = RequestHeaders(message.ttl_s, message.urgency, message.topic, size)

    def hear(self, event: Event) -> None:
        """Keep what a push came to; other events are passed over."""
        if not isinstance(event, PushFinished):
            return
        delivery = event.delivery
        subscription_id = delivery.subscription.id
        if subscription_id is None:
            return
        sent = delivery.outcome not in _WITHOUT_REQUEST
        answered = Answered(
            event.at,
            event.test,
            delivery.outcome,
            delivery.status,
            _shared(delivery.reason),
            _shared(delivery.body),
            delivery.elapsed_s,
            _masked_url(delivery.subscription.endpoint) if sent else "",
            self._headers if sent else None,
        )
        before = self._of.pop(subscription_id, ())
        self._of[subscription_id] = (answered, *before[: KEPT_ANSWERS - 1])
        if len(self._of) > KEPT_SUBSCRIPTIONS:
            del self._of[next(iter(self._of))]


_shared: Final = lru_cache(maxsize=1024)(str)
"""One text for all who answered the same: a broadcast gets the same sentence ten thousand times."""


def _masked_url(endpoint: str) -> str:
    """Return scheme, host and port, and the last four characters; what was sent to carries no user name."""
    origin = _ORIGIN.match(endpoint)
    return f"{origin[0] if origin else ''}/…{endpoint_tail(endpoint)}"
