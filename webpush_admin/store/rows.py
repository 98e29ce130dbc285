"""Rows as the views show them; free of SQLAlchemy, so that a window can name them before the database is open.

Runs on: any
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webpush_admin.push.subscription import Subscription


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
    """A subscription with the name of its user."""

    subscription: Subscription
    user_name: str


@dataclass(frozen=True, slots=True)
class SubscriptionQuery:
    """Which subscriptions a view shows, and in what order.

    Attributes:
        user_id: Of one user, or of all where None.
        search: Matches the user's name, the start of the endpoint or of its host, or the id; "" for all.
        order_by: One of `ORDERS` of `store.pages`.
        descending: Turn the order around.
    """

    user_id: UUID | None = None
    search: str = ""
    order_by: str = "id"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class UserQuery:
    """Which users a view shows: `search` matches a part of the name or the start of the id; "" for all."""

    search: str = ""
