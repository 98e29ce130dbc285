"""The rules of RFC 8030 for the header fields of a push request.

Runs on: child process
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from webpush_admin.sandbox.refusal import RequestRefused

MAX_BODY_BYTES: Final = 4096
"""A push service must take this much and need not take more. Source: RFC 8030, section 7.2; RFC 8291, section 4."""

URGENCIES: Final = ("very-low", "low", "normal", "high")

_DELTA_SECONDS = re.compile(r"[0-9]+")
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
# Ten digits and more mean "as long as you can", thirty years: never parsed, since there may be thousands of digits.
_LARGEST_TTL_S: Final = 999_999_999


class Fields(Protocol):
    """The header fields of a request, by name without regard to case."""

    def getall(self, key: str, default: list[str]) -> Sequence[str]:
        """Return every value of the field, in order."""
        ...


@dataclass(frozen=True, slots=True)
class PushFields:
    """What the header fields of RFC 8030 say.

    Attributes:
        ttl_s: None where missing or malformed.
        urgency: "normal" where absent, and the first 40 characters of what was sent where malformed.
        topic: "" where absent, and the first 40 characters of what was sent where malformed.
        problem: Why the request is refused with 400, "" where it is not.
    """

    ttl_s: int | None
    urgency: str
    topic: str
    problem: str


def read_fields(fields: Fields) -> PushFields:
    """Return the header fields of a push request and the first rule that they break.

    A missing or foreign Content-Encoding is answered 400, as Mozilla's push service does; RFC 9110, section 8.4 would
    also allow 415.

    Source: RFC 8030, sections 5.2 to 5.4; RFC 8291, section 4.
    """
    problems: list[str] = []
    encoding = _single(fields, "Content-Encoding", problems)
    if encoding is None or encoding.strip().lower() != "aes128gcm":
        problems.append("The Content-Encoding is not aes128gcm (RFC 8291, section 4).")
    ttl = _single(fields, "TTL", problems)
    ttl_s = None
    if ttl is None:
        problems.append("The TTL header is missing (RFC 8030, section 5.2).")
    elif not _DELTA_SECONDS.fullmatch(ttl):
        problems.append("The TTL is not a whole number of seconds (RFC 8030, section 5.2).")
    else:
        ttl_s = int(ttl) if len(ttl) <= 9 else _LARGEST_TTL_S
    urgency = _single(fields, "Urgency", problems)
    if urgency is not None and urgency not in URGENCIES:
        problems.append("The Urgency is not very-low, low, normal or high (RFC 8030, section 5.3).")
    topic = _single(fields, "Topic", problems)
    if topic is not None and not _TOPIC.fullmatch(topic):
        problems.append("The Topic is not 1 to 32 characters of base64url (RFC 8030, section 5.4).")
    return PushFields(
        ttl_s=ttl_s,
        urgency="normal" if urgency is None else urgency[:40],
        topic="" if topic is None else topic[:40],
        problem=problems[0] if problems else "",
    )


def check_length(body_bytes: int) -> None:
    """Refuse a body that a push service need not take.

    Raises:
        RequestRefused: 413.
    """
    if body_bytes > MAX_BODY_BYTES:
        raise RequestRefused(413, "The body is longer than 4096 bytes (RFC 8030, section 7.2; RFC 8291, section 4).")


def _single(fields: Fields, name: str, problems: list[str]) -> str | None:
    """Return the only value of a field, None where it is absent; several are a problem."""
    values = fields.getall(name, [])
    if len(values) > 1:
        problems.append(f"The {name} header stands there more than once (RFC 9110, section 5.3).")
    return values[0] if values else None
