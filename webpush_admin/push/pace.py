"""How fast a push service may be sent to, when a push is tried again, and when a service is left alone for a while.

Runs on: worker loop
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from webpush_admin.push.answer import Answer
from webpush_admin.push.services import service_name
from webpush_admin.push.stats import Rest
from webpush_admin.push.subscription import endpoint_host

LONGEST_RETRY_AFTER_S: Final = 3600.0
MAX_ORIGINS: Final = 1000
"""Push services are a handful; rows are written by strangers and may name a new one each."""

MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Pace:
    """How pushes are spaced, per origin where nothing else is said.

    Attributes:
        at_once: Requests under way at a time.
        per_second: Requests begun in a second; 0 for no limit.
        tries: Requests for one push, the first among them.
        first_wait_s: The first retry comes at a random moment within this; each further one within three times as much.
        budget_s: All the waiting and trying of one push; a retry that would begin later is not waited for.
        rest_after: So many failures in a row, without an answer that shows the service well, make it rest.
        first_rest_s: For so long. After it one request tries whether the service is well; where it fails, it rests for
            twice as long.
        longest_rest_s: Up to this. What the service asks for by Retry-After may be longer, up to an hour.
    """

    at_once: int = 100
    per_second: float = 0.0
    tries: int = 3
    first_wait_s: float = 0.5
    budget_s: float = 35.0
    rest_after: int = 50
    first_rest_s: float = 10.0
    longest_rest_s: float = 300.0


DEFAULT_PACE: Final = Pace()


class Origin:
    """What is known of one push service.

    Attributes:
        name: Scheme, host and port.
        in_flight: Requests under way.
        resting_until_s: Monotonic; in the past where it does not rest.
        resting_until: The same moment, aware UTC.
        asked: The service has asked for that rest, by Retry-After; else it kept failing.
        pace: How it is sent to from now on.
    """

    __slots__ = (
        "_failures",
        "_next_s",
        "_rest_s",
        "_rested_s",
        "asked",
        "in_flight",
        "name",
        "pace",
        "resting_until",
        "resting_until_s",
    )

    def __init__(self, name: str, pace: Pace) -> None:
        self.name = name
        self.in_flight = 0
        self.resting_until_s = 0.0
        self.resting_until = datetime.fromtimestamp(0, UTC)
        self.asked = False
        self.pace = pace
        self._next_s = 0.0
        self._failures = 0
        self._rest_s = pace.first_rest_s
        # When it was sent to rest since it kept failing; None where it has been well since.
        self._rested_s: float | None = None

    @property
    def full(self) -> bool:
        """Whether as many requests are under way as may be: one after it kept failing, until that has an answer."""
        return self.in_flight >= (self.pace.at_once if self._rested_s is None else 1)

    @property
    def forgettable(self) -> bool:
        """Whether nothing is lost when it is forgotten."""
        return not self.in_flight and not self._failures and self.resting_until_s <= time.monotonic()

    def turn_s(self, now_s: float) -> float:
        """Return when the next request may begin, monotonic, and take that turn."""
        if self.pace.per_second <= 0:
            return now_s
        turn_s = max(self._next_s, now_s)
        self._next_s = turn_s + 1 / self.pace.per_second
        return turn_s

    def change_pace(self, pace: Pace) -> None:
        """Send to it at another pace; turns that were given already stay."""
        if pace.per_second != self.pace.per_second:
            # A slow rate may have given turns away for minutes: whoever comes now is not put behind them.
            self._next_s = 0.0
        self.pace = pace

    def answered(self) -> bool:
        """The service has answered as one that works, whatever it said of the push; return whether that is news."""
        was_tried = self._rested_s is not None
        self._failures = 0
        self._rest_s = self.pace.first_rest_s
        self._rested_s = None
        return was_tried

    def failed(self, now_s: float, retry_after_s: float | None, *, began_s: float) -> bool:
        """The service has failed, or asked for patience; return whether it rests from now on.

        Args:
            now_s: Monotonic.
            retry_after_s: What it asked for.
            began_s: Monotonic, of the request. What was under way when it was sent to rest tells nothing new.
        """
        self._failures += self._rested_s is None
        asked_s = rest_s = min(retry_after_s or 0.0, LONGEST_RETRY_AFTER_S)
        fails = self._failures >= self.pace.rest_after if self._rested_s is None else began_s > self._rested_s
        if fails:
            rest_s = max(rest_s, self._rest_s)
            self._rest_s = min(2 * self._rest_s, self.pace.longest_rest_s)
        until_s = now_s + rest_s
        if rest_s <= 0 or until_s <= self.resting_until_s:
            return False
        begins = self.resting_until_s <= now_s
        self.resting_until_s = until_s
        self.resting_until = wall_time(until_s, now_s)
        self.asked = rest_s == asked_s
        # A service that asks for patience is well: often it means the one row, and the others need not wait in line.
        if fails or self._rested_s is not None:
            self._rested_s = now_s
        return begins


class Origins:
    """The push services that are being sent to.

    Args:
        pace: For each of them.
    """

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._origins: dict[str, Origin] = {}

    def of(self, name: str, before: Origin | None = None) -> Origin:
        """Return what is known of an origin.

        Args:
            name: Scheme, host and port.
            before: What was known of it some time ago; where it was forgotten since then, it is known again.
        """
        origin = self._origins.get(name)
        if origin is None:
            if len(self._origins) >= MAX_ORIGINS:
                self._forget()
            origin = self._origins[name] = before or Origin(name, self.pace)
            origin.change_pace(self.pace)
        return origin

    def _forget(self) -> None:
        """Forget those of whom nothing is lost; where they are few, also failures and the rests that end first."""
        kept = [one for one in self._origins.values() if not one.forgettable]
        if len(kept) > MAX_ORIGINS // 2:
            kept.sort(key=lambda one: (one.in_flight > 0, one.resting_until_s), reverse=True)
            under_way = sum(one.in_flight > 0 for one in kept)
            kept = kept[: max(MAX_ORIGINS // 2, under_way)]
        self._origins = {one.name: one for one in kept}

    def change_pace(self, pace: Pace) -> None:
        """Send to all of them, those that are known already among them, at another pace from now on."""
        self.pace = pace
        for origin in self._origins.values():
            origin.change_pace(pace)

    def __iter__(self) -> Iterator[Origin]:
        """Go through those that are known."""
        return iter(self._origins.values())

    def resting(self) -> tuple[Rest, ...]:
        """Return the origins that rest."""
        now_s = time.monotonic()
        return tuple(
            Rest(
                origin.name,
                service_name(endpoint_host(origin.name)),
                origin.resting_until,
                asked=origin.asked,
            )
            for origin in self._origins.values()
            if origin.resting_until_s > now_s
        )


def wall_time(at_s: float, now_s: float) -> datetime:
    """Return the aware UTC of a monotonic moment."""
    return datetime.fromtimestamp(time.time() + at_s - now_s, UTC)


def jitter_s(pace: Pace, attempts: int) -> float:
    """Return how long to wait before the next attempt: full jitter: what failed together shall not come together.

    Source: Amazon Architecture Blog, "Exponential Backoff And Jitter".
    """
    return random.uniform(0, pace.first_wait_s * 3 ** (attempts - 1))  # noqa: S311 - spreads load, keeps no secret


def retry_after_s(answer: Answer) -> float | None:
    """Return the seconds that an answer asks to wait for, 0 to 3600; None where it says nothing that can be read.

    Source: RFC 9110, section 10.2.3: seconds, or a date.
    """
    value = next((value.strip() for name, value in answer.headers if name == "retry-after"), "")
    if value.isascii() and value.isdigit():
        # More digits are more than an hour, and may be thousands.
        return min(float(value), LONGEST_RETRY_AFTER_S) if len(value) <= MOST_DIGITS else LONGEST_RETRY_AFTER_S
    if not value or len(value) > 64:
        return None
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(0.0, (at - datetime.now(UTC)).total_seconds()), LONGEST_RETRY_AFTER_S)
