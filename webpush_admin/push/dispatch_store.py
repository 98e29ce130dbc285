"""What the dispatcher asks of a store, stated as a Protocol: the core never imports one.

Runs on: any
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from webpush_admin.push.subscription import Subscription

if TYPE_CHECKING:
    from webpush_admin.push.vapid import VapidKeys


class ChangeKind(Enum):
    """What a commit of the store changed."""

    USERS = "users"
    SUBSCRIPTIONS = "subscriptions"
    KEYS = "keys"
    """Another key pair is active; subscriptions may have been deleted with the old one."""
    PAIRS = "pairs"
    """A pair was added, removed, named, moved, unlocked or locked; the active one is the same."""


@dataclass(frozen=True, slots=True)
class StoreChange:
    """One commit, told to listeners after it.

    Attributes:
        kind: What changed.
        user_ids: Whose rows changed; empty means all or unknown.
        by: The object that asked, so that it can pass over its own changes.
    """

    kind: ChangeKind
    user_ids: frozenset[UUID] = frozenset()
    by: object = None


@dataclass(frozen=True, slots=True)
class AnswerMark:
    """One answer to be remembered with its row.

    Attributes:
        subscription: The row as it was when the push was sent; a row whose keys were replaced is left alone.
        status: HTTP status, None where none came.
        at: Aware UTC.
    """

    subscription: Subscription
    status: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BoundPair:
    """An older key pair that some subscriptions are still sent to with.

    Attributes:
        keys: The pair, None where its private key cannot be had.
        problem: Why not, as a sentence; "" where it can.
    """

    keys: "VapidKeys | None"
    problem: str = ""


Listener = Callable[[StoreChange], None]


class DispatchStore(Protocol):
    """A store as the dispatcher needs it: called off the event loop, from any of the dispatcher's threads.

    Only `add_listener`, and what it returns, are called on the loop, and must not block. Each raises `StoreError`
    with a sentence where the database refuses, `StoreReadOnly` where nothing may be written: what is gone is then not
    sent to again, and answers are not kept. Whatever else one raises is told as a `StoreError` that names its type.
    """

    def vapid_keys(self) -> "VapidKeys":
        """Return the active key pair, made by the first call while there are no subscriptions.

        Raises:
            InvalidKeys: The private key cannot be had: nothing is sent until `ChangeKind.PAIRS` is told, or anything
                is to be sent, when it is asked for again.
        """
        ...

    def bound_pairs(self) -> Mapping[int, BoundPair]:
        """Return the pairs, by number, that are not active and that rows are bound to: these sign for such rows.

        A row whose pair is neither active nor among these is sent to with the active one. A store that knows of one
        pair alone returns none.
        """
        ...

    def subscriptions_of(self, user_id: UUID) -> list[Subscription]:
        """Return the user's subscriptions in the order they were made, with one query."""
        ...

    def delete_subscriptions(self, subscriptions: Sequence[Subscription], *, by: object = None) -> list[Subscription]:
        """Delete the rows whose id, endpoint and p256dh match, in one transaction; return those that there were."""
        ...

    def record_answers(self, marks: Sequence[AnswerMark]) -> None:
        """Remember the newest answers with their rows, in one transaction. Listeners are not told."""
        ...

    def foreign_version(self) -> int:
        """Return a number that differs whenever somebody else has committed: our own commits do not count."""
        ...

    def add_listener(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each commit, on the thread that committed; return what removes it again."""
        ...
