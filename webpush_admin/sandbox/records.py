"""What the sandbox push service tells about itself: frozen records without aiohttp.

Runs on: any
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Temper(Enum):
    """How an endpoint of the sandbox answers a well-formed push: see `tempers`."""

    CREATED = "201 created"
    OK = "200 ok"
    ACCEPTED = "202 accepted"
    GONE = "410 gone"
    NOT_FOUND = "404 not found"
    TOO_LARGE = "413 too large"
    RATE_LIMITED = "429 rate limited"
    RATE_LIMITED_LONG = "429 for two minutes"
    SERVER_ERROR = "500 server error"
    UNAVAILABLE = "503 unavailable"
    BAD_REQUEST = "400 bad request"
    UNAUTHORIZED = "401 unauthorized"
    FORBIDDEN = "403 forbidden"
    OTHER_KEY = "403 other key"
    NOT_ALLOWED = "405 not allowed"
    TIMED_OUT = "408 timed out"
    REFUSED = "422 refused"
    ELSEWHERE = "302 elsewhere"
    NO_CONTENT = "204 no content"
    SLOW = "slow"
    """201, after two seconds."""
    SILENT = "says nothing"
    """For half a minute, and then drops the connection."""
    DROP = "drops the connection"
    NOT_HTTP = "does not speak HTTP"

    MOZILLA_400_CRYPTO = "Mozilla 400 crypto keys"
    MOZILLA_400_APP = "Mozilla 400 bridge app"
    MOZILLA_400_ROUTER = "Mozilla 400 router type"
    MOZILLA_400_ENCODING = "Mozilla 400 encoding"
    MOZILLA_400_NO_TTL = "Mozilla 400 no TTL"
    MOZILLA_400_BAD_TTL = "Mozilla 400 bad TTL"
    MOZILLA_400_NEGATIVE_TTL = "Mozilla 400 TTL < 0"
    MOZILLA_400_TOPIC = "Mozilla 400 topic"
    MOZILLA_401_KEY = "Mozilla 401 other key"
    MOZILLA_401_AUDIENCE = "Mozilla 401 audience"
    MOZILLA_401_EXPIRY = "Mozilla 401 expiry"
    MOZILLA_401_AUTHORIZATION = "Mozilla 401 no token"
    MOZILLA_404_ENDPOINT = "Mozilla 404 bad token"
    MOZILLA_410_EXPIRED = "Mozilla 410 expired"
    MOZILLA_410_DELETED = "Mozilla 410 deleted"
    MOZILLA_410_UNSUBSCRIBED = "Mozilla 410 withdrawn"
    MOZILLA_413_TOO_LONG = "Mozilla 413 too long"
    MOZILLA_502_BRIDGE = "Mozilla 502 bridge"
    MOZILLA_503_STORAGE = "Mozilla 503 storage"
    MOZILLA_503_BUSY = "Mozilla 503 busy"
    FCM_400_UNAUTHORIZED = "FCM 400 unauthorized"
    FCM_403_SENDER = "FCM 403 other sender"
    FCM_403_SENDER_ID = "FCM 403 sender ID"
    FCM_403_KEY = "FCM 403 other key"
    FCM_403_AUDIENCE = "FCM 403 audience"
    FCM_401_ENDPOINT = "FCM 401 endpoint"
    FCM_403_ENDPOINT = "FCM 403 endpoint"
    FCM_404_STALE = "FCM 404 stale"
    FCM_410_NOT_REGISTERED = "FCM 410 not registered"
    FCM_410_EXPIRED = "FCM 410 expired"
    APPLE_400_TOPIC = "Apple 400 topic"
    APPLE_400_TTL = "Apple 400 TTL"
    APPLE_400_URGENCY = "Apple 400 urgency"
    APPLE_400_REQUEST = "Apple 400 request"
    APPLE_400_KEY = "Apple 400 other key"
    APPLE_403_KEY = "Apple 403 other key"
    APPLE_403_JWT = "Apple 403 token"
    APPLE_403_PUBLIC_KEY = "Apple 403 public key"
    WNS_201_DROPPED = "WNS 201 dropped"
    WNS_201_THROTTLED = "WNS 201 throttled"
    WNS_201_RECEIVED = "WNS 201 received"
    WNS_400_TTL = "WNS 400 TTL 0"
    WNS_400_HEADERS = "WNS 400 headers"
    WNS_401_CHANNEL = "WNS 401 channel"
    WNS_403_CHANNEL = "WNS 403 channel"
    WNS_406_THROTTLED = "WNS 406 throttled"


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
