"""What the sandbox push service tells about itself: frozen records without aiohttp.

Runs on: any
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Temper(Enum):
    """How an endpoint of the sandbox answers a well-formed push."""

    CREATED = "201 created"
    GONE = "410 gone"
    NOT_FOUND = "404 not found"
    TOO_LARGE = "413 too large"
    RATE_LIMITED = "429 rate limited"
    SERVER_ERROR = "500 server error"
    SLOW = "slow"
    """201, after two seconds."""
    DROP = "drops the connection"


@dataclass(frozen=True, slots=True, repr=False)
class SandboxSubscription:
    """A subscription that the sandbox made, with the key material of its imaginary browser's public side."""

    endpoint: str
    p256dh: str
    auth: str
    temper: Temper


@dataclass(frozen=True, slots=True)
class SandboxEndpoint:
    """One endpoint as the sandbox keeps it."""

    endpoint: str = field(repr=False)
    temper: Temper
    received: int


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One request that arrived.

    Attributes:
        number: Counts up from 1.
        at: Aware UTC.
        endpoint: The push resource that it was sent to.
        status: What was answered, None where the connection was dropped.
        payload: What the push said, decrypted and decoded; "" where it could not be read.
        problem: Why the request was refused by the rules of RFC 8030, 8188, 8291 and 8292; "" where it was well-formed.
        ttl_s: The TTL header, None where missing or malformed.
        urgency: The Urgency header, "normal" where absent.
        topic: The Topic header, "" where absent.
        http_version: "1.1" or "2".
    """

    number: int
    at: datetime
    endpoint: str = field(repr=False)
    status: int | None
    payload: str = field(repr=False)
    problem: str
    ttl_s: int | None
    urgency: str
    topic: str
    http_version: str


@dataclass(frozen=True, slots=True)
class SandboxCounts:
    """What the sandbox has seen since it was started.

    Attributes:
        received: Requests.
        decrypted: Requests that were well-formed and could be read, whatever the temper then answered.
        accepted: Answered 2xx.
        gone: Answered 410.
        refused: Answered with another status.
        dropped: Connections closed without an answer.
    """

    received: int = 0
    decrypted: int = 0
    accepted: int = 0
    gone: int = 0
    refused: int = 0
    dropped: int = 0
