"""Rows as the views show them, and what they ask for; free of SQLAlchemy, so that a window can name them early.

Runs on: any
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntFlag
from typing import Final
from uuid import UUID

from webpush_admin.push.subscription import Subscription


class Finding(IntFlag):
    """What the audit found out about a subscription; several may be true of one."""

    ENDPOINT = 1
    """The endpoint cannot be used."""
    UNKNOWN_HOST = 2
    """The endpoint can be used, but its host is no push service that we know."""
    RESERVED_HOST = 4
    """The host ends in `.invalid`, where nothing ever answers (RFC 2606)."""
    P256DH = 8
    """The public key cannot be used: no base64url, of another length, or no point on the curve."""
    AUTH = 16
    """The authentication secret cannot be used."""
    TRUNCATED = 32
    """Endpoint or key look as if a column had been too short for them."""
    SAME_BROWSER = 64
    """The user has a newer subscription of the same browser at the same push service; this one accepted nothing since.

    Never the newest of them, and never one whose browser is not known.
    """
    SHARED_ENDPOINT = 128
    """Another user has a newer subscription with the same endpoint; never the newest of them."""
    IDLE = 256
    """Nothing was accepted for 270 days, after which FCM forgets a subscription."""


NOTHING_FOUND: Final = Finding(0)
UNUSABLE: Final = Finding.ENDPOINT | Finding.P256DH | Finding.AUTH | Finding.TRUNCATED
DUPLICATE: Final = Finding.SAME_BROWSER | Finding.SHARED_ENDPOINT
IDLE_DAYS: Final = 270

MAX_NAME_CHARACTERS: Final = 200
"""Of a user who is added or renamed here; a name that is in the database already may be of any length."""


class Condition(Enum):
    """How subscriptions are doing, as a filter; each is decided by the database, without reading keys."""

    OK = "ok"
    NEW = "no answer yet"
    FAILING = "failing"
    SUSPECT = "suspect"
    INVALID = "invalid"
    """Any of `UNUSABLE`: known once the audit has run."""
    IDLE = "idle"
    DUPLICATE = "duplicate"
    """Any of `DUPLICATE`: known once the audit has run."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with subscriptions. Names need not be unique, and are written by strangers."""

    id: UUID
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user with how many subscriptions there are."""

    user: User
    subscriptions: int


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription with the name of its user.

    Attributes:
        subscription: In a list its texts are cut after some thousand characters: hostile rows may hold megabytes.
        user_name: Hostile text.
        findings: What the audit found, nothing where it has not run.
        suspect: An operator has marked it; the mark goes when it accepts a push, or gets other keys.
    """

    subscription: Subscription
    user_name: str
    findings: Finding = NOTHING_FOUND
    suspect: bool = False


@dataclass(frozen=True, slots=True)
class SubscriptionFilter:
    """Which subscriptions are wanted; every attribute narrows, the default wants all.

    Attributes:
        search: Matches a part of the user's name, the start of the endpoint or of its host, or the id.
        anywhere: `search` also matches any part of an endpoint: every row is read.
        service: A push service's name as `push.services` has it, or a host; "" for all.
        browser: One of `store.browsers.BROWSERS` by name; "" for all.
        condition: See `Condition`; None for all.
        findings: Any of these; none for all.
        created_from, created_to: Aware; from inclusive, to exclusive.
        success_from, success_to: Of the last success, likewise.
        never_succeeded: Nothing was ever accepted.
    """

    search: str = ""
    anywhere: bool = False
    service: str = ""
    browser: str = ""
    condition: Condition | None = None
    findings: Finding = NOTHING_FOUND
    created_from: datetime | None = None
    created_to: datetime | None = None
    success_from: datetime | None = None
    success_to: datetime | None = None
    never_succeeded: bool = False


EVERYTHING: Final = SubscriptionFilter()


@dataclass(frozen=True, slots=True)
class SubscriptionQuery:
    """Which subscriptions a view shows, and in what order.

    Attributes:
        user_id: Of one user, or of all where None.
        where: See `SubscriptionFilter`.
        order_by: One of `ORDERS` of `store.orders`.
        descending: Turn the order around.
    """

    user_id: UUID | None = None
    where: SubscriptionFilter = EVERYTHING
    order_by: str = "id"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class UserQuery:
    """Which users a view shows.

    Attributes:
        search: Matches a part of the name or the start of the id; "" for all.
        order_by: "name", "created_at" or "subscriptions".
        descending: Turn the order around.
    """

    search: str = ""
    order_by: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The subscriptions that an operator has chosen: by their ids, or as stretches of a list that is too long for that.

    Attributes:
        count: How many the operator was told.
        ids: All of them, where `query` is None.
        query: The list; with `stretches` None it is the whole list.
        stamp: Which reading of the list, see `backend.lists`.
        stretches: First and last position of each, both inclusive.
    """

    count: int
    ids: tuple[int, ...] = ()
    query: SubscriptionQuery | None = None
    stamp: int = 0
    stretches: tuple[tuple[int, int], ...] | None = None
