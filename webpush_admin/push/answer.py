"""What came back: one service's answer, what became of one push, and the report of a dispatch.

Runs on: any
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from webpush_admin.push.errors import DispatchError
from webpush_admin.push.subscription import Subscription

ACCEPTED_STATUSES: Final = frozenset({200, 201, 202})
"""With these a service says that it took the push; another 2xx, such as 204, says something else."""

SHOWN_BODY_CHARACTERS: Final = 300
SHOWN_FAILURES: Final = 5


class Outcome(Enum):
    """What became of one push."""

    ACCEPTED = "accepted"
    """The service took it (`ACCEPTED_STATUSES`); that is not: shown to a person."""
    GONE = "gone"
    """410: the subscription has ended."""
    REJECTED = "rejected"
    """The service answered with another status."""
    UNREACHABLE = "unreachable"
    """No complete answer came: it may have arrived where the request was under way."""
    BLOCKED = "blocked"
    """Our validator or endpoint policy refused to send."""
    NOT_SENT = "not sent"
    """Stopped before the request went out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer as the transport saw it.

    Attributes:
        status: HTTP status, None where no complete status line came.
        reason: Why there is no status, as a sentence; "" otherwise.
        headers: Names in lower case, in order.
        body: At most the first 4096 bytes, undecoded.
        elapsed_s: Monotonic seconds from the start of the request.
        blocked: The endpoint policy refused the address.
    """

    status: int | None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    elapsed_s: float = 0.0
    blocked: bool = False


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
        pruned: This dispatch deleted the row; False for a 410 whose row was deleted or changed by somebody else, and
            for one whose row stays since the database is read-only, which the reason then says.
        prune_failed: 410, but the row could not be deleted; the reason says why.
    """

    subscription: Subscription
    outcome: Outcome
    status: int | None = None
    reason: str = ""
    body: str = ""
    elapsed_s: float = 0.0
    pruned: bool = False
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
