"""Where pushes come from, and what becomes of one that is not sent.

Runs on: worker loop
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from webpush_admin.push.answer import Answer, Delivery, Outcome
from webpush_admin.push.diagnosis import gone_for_good
from webpush_admin.push.lane import Request
from webpush_admin.push.pace import Origin
from webpush_admin.push.receiver import Receiver

STOPPED: Final = "Stopped before it was sent."


class Push:
    """One push on its way, with all its attempts."""

    __slots__ = ("attempts", "began_s", "feed", "last", "number", "origin", "receiver", "started_s", "turn_s")

    def __init__(self, feed: "Feed", number: int, receiver: Receiver) -> None:
        self.feed = feed
        self.number = number
        self.receiver = receiver
        self.attempts = 0
        self.began_s = 0.0
        """Monotonic: since when it is waiting and trying."""
        self.started_s = 0.0
        """Monotonic: when its newest request began."""
        self.origin: Origin | None = None
        self.turn_s = 0.0
        """When its request may begin, by the rate of its origin; 0.0 where it has not asked."""
        self.last: Delivery | None = None
        """What the newest attempt came to, where it is tried again."""


class Feed(Protocol):
    """Where pushes come from.

    Attributes:
        tries: Requests for one push at most; None for what the pace says.
        parked: Pushes of it that wait, in order; kept by the schedule.
        abandoned: Nothing of it goes out any more.
        paused: Nothing of it goes out for now; whoever ends that adds it to the schedule again.
    """

    tries: int | None
    parked: dict[Push, None]
    abandoned: bool

    @property
    def paused(self) -> bool: ...

    def take(self) -> Push | None:
        """Return the next push, None where there is none now."""
        ...

    def is_current(self, push: Push) -> bool:
        """Whether a push that has waited, and was never sent, shall go out; where not, the feed has taken it back."""
        ...

    def build(self, push: Push) -> Request:
        """Return its request, encrypted now."""
        ...

    def judged(self, push: Push, answer: Answer) -> Delivery:
        """Return what an attempt came to."""
        ...

    def settle(self, push: Push, delivery: Delivery) -> None:
        """Take what became of a push, for good."""
        ...

    def fail(self, push: Push, error: Exception) -> None:
        """A request cannot be built, or its answer not be judged: whoever waits is told."""
        ...


def refused(receiver: Receiver) -> Delivery:
    """Return what became of a push that nobody can take."""
    diagnosis = gone_for_good(receiver.subscription.host)
    return Delivery(
        receiver.subscription,
        Outcome.BLOCKED if diagnosis is None else Outcome.GONE,
        reason=receiver.refusal,
        diagnosis=diagnosis,
        attempts=0,
    )


def stopped(push: Push) -> Delivery:
    """Return what became of a push that was stopped: what it was answered before, if it was."""
    return push.last or Delivery(push.receiver.subscription, Outcome.NOT_SENT, reason=STOPPED, attempts=0)


def rests(push: Push, until: datetime) -> Delivery:
    """Return what became of a push that its service's rest has kept back."""
    when = f"{until:%H:%M:%S} UTC"
    if push.last is not None:
        # What it answered before says more than that it now rests.
        return replace(push.last, resting_until=until)
    return Delivery(
        push.receiver.subscription,
        Outcome.NOT_SENT,
        reason=f"Not sent: the push service has asked for patience, or keeps failing, and is left alone until {when}.",
        attempts=0,
        resting_until=until,
    )
