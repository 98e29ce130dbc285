"""What the backend tells of endpoints that were pruned: frozen records without secrets.

Runs on: any
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from webpush_admin.backend.changes import now_utc


class PrunedState(Enum):
    """What can be done about a row that was pruned."""

    KNOWN = "can be restored"
    RESTORED = "restored"
    LOST = "cannot be restored"
    """The VAPID keys were replaced since, its user is gone, or it is too large to be kept."""


@dataclass(frozen=True, slots=True)
class PrunedRow:
    """One subscription that was deleted since it is gone. Kept for as long as the database is open.

    Attributes:
        number: Counts up.
        at: Aware UTC.
        subscription_id: The row's id; it gets the same one when it is restored.
        user_id: Whose it was.
        user_name: Hostile text; "" where the user is gone.
        host: Of the endpoint.
        tail: Four characters of the endpoint.
        status: HTTP status of the answer, None where there was none: a browser that has given the endpoint up.
        rule: Name of the diagnosis, "" where there is none.
        reason: One sentence; hostile text.
        send: Number of the send in the history, 0 where it was none.
        state: See `PrunedState`.
    """

    number: int
    at: datetime
    subscription_id: int
    user_id: UUID
    user_name: str
    host: str
    tail: str
    status: int | None
    rule: str
    reason: str
    send: int
    state: PrunedState = PrunedState.KNOWN


@dataclass(frozen=True, slots=True)
class PrunedQuery:
    """Which of the rows that were pruned a view shows, and in what order.

    Attributes:
        search: Matches a part of the user's name or of the host, the endpoint's tail, the status, the subscription's
            id, or the send as "#12"; "" for all.
        order_by: "number" (as they were pruned), "user", "host", "status" or "send"; what is equal goes by number.
        descending: Turn the order around.
        up_to: The highest number: what was pruned later is not in it, so that nothing moves; None for all.
    """

    search: str = ""
    order_by: str = "number"
    descending: bool = True
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class PrunedChosen:
    """Rows that an operator has chosen in a long list, by their positions.

    Attributes:
        query: The list.
        stamp: Which reading of it, see `backend.lists`.
        stretches: First and last position of each, both inclusive.
    """

    query: PrunedQuery
    stamp: int
    stretches: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PrunedBack:
    """What became of rows that somebody wanted back.

    Attributes:
        restored: They are as they were.
        there_again: Left alone: their user has a subscription with this endpoint again.
        without_user: Left out: their user is gone.
        other_keys: Left out: the VAPID keys were replaced since.
        not_kept: Left out: restored before, or not kept any more.
    """

    restored: int = 0
    there_again: int = 0
    without_user: int = 0
    other_keys: int = 0
    not_kept: int = 0


@dataclass(frozen=True, slots=True)
class PrunedCounts:
    """How many rows were pruned since the database was opened.

    Attributes:
        pruned: As the core counts them.
        kept: The newest of them, which are listed.
    """

    pruned: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class PrunedChanged:
    """Rows were pruned or restored, or can be restored no more; told a few times a second at most.

    Attributes:
        counts: How many there are by now.
    """

    counts: PrunedCounts = PrunedCounts()
    at: datetime = field(default_factory=now_utc, compare=False)
