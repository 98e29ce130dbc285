"""What came back: one service's answer, what became of one push, and the report of a dispatch.

Runs on: any
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from webpush_admin.push.errors import DispatchError
from webpush_admin.push.subscription import Subscription

ACCEPTED_STATUSES: Final = frozenset({200, 201, 202})
"""With these a service says that it took the push; another 2xx, such as 204, says something else."""

SHOWN_BODY_CHARACTERS: Final = 300
SHOWN_FAILURES: Final = 5

SHOWN_HEADERS: Final = frozenset(
    {
        "retry-after",
        "location",
        "ttl",
        "topic",
        "urgency",
        "www-authenticate",
        "content-type",
        "content-length",
        "date",
        "server",
        "apns-id",
        "ms-cv",
        "x-wns-status",
        "x-wns-deviceconnectionstatus",
        "x-wns-notificationstatus",
        "x-wns-error-description",
        "x-wns-msg-id",
        "x-wns-debug-trace",
    }
)
"""Headers of an answer that tell an operator something; Location without its token."""


class Outcome(Enum):
    """What became of one push."""

    ACCEPTED = "accepted"
    """The service took it (`ACCEPTED_STATUSES`); that is not: shown to a person."""
    GONE = "gone"
    """The subscription has ended: 410, or another answer that the diagnosis prunes for."""
    REJECTED = "rejected"
    """The service answered with another status."""
    UNREACHABLE = "unreachable"
    """No complete answer came: it may have arrived where the request was under way."""
    BLOCKED = "blocked"
    """Our validator or endpoint policy refused to send."""
    NOT_SENT = "not sent"
    """Stopped, or held back, before the request went out."""
    UNKNOWN = "unknown, may have arrived"
    """In the history only: the program ended before the answer was written down."""


class Failure(Enum):
    """Why there is no answer."""

    NONE = "none"
    """There is one."""
    BLOCKED = "blocked"
    """The endpoint policy refused the address."""
    DNS = "name not resolved"
    REFUSED = "connection refused"
    NO_CONNECTION = "no connection in time"
    TLS = "no trusted TLS connection"
    TIMEOUT = "no answer in time"
    BROKEN = "connection broke"
    MALFORMED = "not HTTP"
    INTERRUPTED = "interrupted"
    """Stopped by us while it was under way."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer as the transport saw it.

    Attributes:
        status: HTTP status, None where no complete status line came.
        reason: Why there is no status, as a sentence; "" otherwise.
        headers: Names in lower case, in order.
        body: At most the first 4096 bytes, undecoded.
        elapsed_s: Monotonic seconds from the start of the request.
        failure: Why there is no status, as a kind.
        unprocessed: The service surely did not see the request as a whole: it may be sent again.
    """

    status: int | None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    elapsed_s: float = 0.0
    failure: Failure = Failure.NONE
    unprocessed: bool = False

    @property
    def blocked(self) -> bool:
        """Whether the endpoint policy refused the address."""
        return self.failure is Failure.BLOCKED


class DiagnosisAction(Enum):
    """What an operator, or the dispatcher, should do about an answer."""

    NOTHING = "nothing"
    PRUNE = "prune"
    """The row is dead."""
    RETRY = "retry"
    RESUBSCRIBE = "resubscribe"
    """The row belongs to another VAPID key: the user must subscribe again."""
    FIX_KEY = "fix key"
    FIX_CLAIMS = "fix claims"
    FIX_HEADER = "fix header"
    """Our side is wrong, the row is innocent."""
    SHRINK = "shrink"
    """The payload is too large."""
    QUARANTINE = "quarantine"
    """Perhaps gone: watch it."""
    SHOW = "show"
    """Accepted, but look."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What an answer means, in the words of an operator. Made by `push.diagnosis` from rules that are data.

    Attributes:
        rule: Name that is kept in the history, as in "mozilla-401-key".
        action: What to do about it.
        meaning: A few words: "subscribed with another key".
        cause: One sentence, why a service answers so.
        remedy: One sentence, what to do.
        source: Where this is known from: a document, or the service's code.
    """

    rule: str
    action: DiagnosisAction
    meaning: str
    cause: str = ""
    remedy: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class SentRequest:
    """What went out to one origin in one send, without secrets: the same for each of its receivers.

    Attributes:
        origin: Scheme, host and port; the `aud` of the claims.
        headers: In order; of the Authorization only what is no secret: "vapid t=[struck], k=<public key>".
        body_bytes: Of the encrypted body.
        payload_bytes: Of the plaintext.
        jwt_header: Decoded, as JSON.
        jwt_claims: Decoded, as JSON: aud, exp, sub.
        public_key: The VAPID public key, 87 characters base64url.
    """

    origin: str
    headers: tuple[tuple[str, str], ...]
    body_bytes: int
    payload_bytes: int
    jwt_header: str
    jwt_claims: str
    public_key: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the push to one subscription. A failed push is a value, not an exception.

    Attributes:
        subscription: The row as it was when the push was sent.
        outcome: See `Outcome`.
        status: HTTP status, None where there was none.
        reason: One sentence for an operator, "" where the push was accepted.
        body: The first 300 characters of the service's answer, secrets struck.
        elapsed_s: Monotonic seconds of the request, 0.0 where none was made.
        diagnosis: What the answer means and what to do, None where there is nothing to say: plainly accepted, not sent.
        headers: Of the answer, names in lower case, at most what `SHOWN_HEADERS` names; secrets struck.
        attempts: Requests that were made.
        resting_until: Aware UTC: its origin is left alone until then, and this push is not tried again; None otherwise.
        request: What went out, None where no request was made.
        pruned: This dispatch deleted the row; False for a 410 whose row was deleted or changed by somebody else, and
            for one whose row stays since the database is read-only, which the reason then says.
        held: Gone, but its row stays until somebody has been asked: too many are gone at once.
        prune_failed: 410, but the row could not be deleted; the reason says why.
    """

    subscription: Subscription
    outcome: Outcome
    status: int | None = None
    reason: str = ""
    body: str = ""
    elapsed_s: float = 0.0
    diagnosis: Diagnosis | None = None
    headers: tuple[tuple[str, str], ...] = ()
    attempts: int = 1
    resting_until: datetime | None = None
    request: SentRequest | None = None
    pruned: bool = False
    held: bool = False
    prune_failed: bool = False

    @property
    def failed(self) -> bool:
        """Whether an operator must act: a 410 that was pruned is housekeeping, not a failure."""
        return self.prune_failed or self.outcome not in (Outcome.ACCEPTED, Outcome.GONE)

    def __str__(self) -> str:
        told = f"{self.subscription.masked}: {self.status or self.outcome.value}"
        return " ".join(part for part in (told, self.reason, self.body[:SHOWN_BODY_CHARACTERS]) if part)


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """Every delivery of one dispatch, in the order of the user's subscriptions.

    Attributes:
        deliveries: Empty where the user has no subscriptions.
    """

    deliveries: tuple[Delivery, ...] = ()

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self.deliveries)

    def __len__(self) -> int:
        return len(self.deliveries)

    @property
    def failures(self) -> tuple[Delivery, ...]:
        """The deliveries that failed, in order."""
        return tuple(delivery for delivery in self.deliveries if delivery.failed)

    def count(self, outcome: Outcome) -> int:
        """Return how many deliveries had this outcome."""
        return sum(delivery.outcome is outcome for delivery in self.deliveries)

    def raise_for_failures(self) -> None:
        """Raise where a push failed.

        Raises:
            DispatchError: Names status and the first 300 characters of the body of at most five failures.
        """
        failures = self.failures
        if not failures:
            return
        lines = [str(delivery) for delivery in failures[:SHOWN_FAILURES]]
        if len(failures) > SHOWN_FAILURES:
            lines.append(f"and {len(failures) - SHOWN_FAILURES} more")
        raise DispatchError(f"{len(failures)} of {len(self.deliveries)} pushes failed: " + "; ".join(lines))
