"""What an endpoint answers to a well-formed push, per temper: data in the words of real push services.

Runs on: child process
"""

from dataclasses import dataclass
from typing import Final

from webpush_admin.sandbox.records import Temper


@dataclass(frozen=True, slots=True)
class TemperAnswer:
    """One answer.

    Attributes:
        status: HTTP status, None closes the connection instead.
        body: What a failure says.
        headers: Beside Location and TTL, which every 201 carries.
        delay_s: Seconds before the answer.
    """

    status: int | None
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0


ANSWERS: Final[dict[Temper, TemperAnswer]] = {
    Temper.CREATED: TemperAnswer(201),
    Temper.GONE: TemperAnswer(410, "push subscription has unsubscribed or expired.\n"),
    Temper.NOT_FOUND: TemperAnswer(404, "push subscription not found.\n"),
    Temper.TOO_LARGE: TemperAnswer(413, "payload too large.\n"),
    Temper.RATE_LIMITED: TemperAnswer(429, "too many requests, slow down.\n", (("Retry-After", "30"),)),
    Temper.SERVER_ERROR: TemperAnswer(500, "internal server error.\n"),
    Temper.SLOW: TemperAnswer(201, delay_s=2.0),
    Temper.DROP: TemperAnswer(None),
}
