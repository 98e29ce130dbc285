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
    """The VAPID keys were replaced since, or its user is gone."""


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
class PrunedChanged:
    """Rows were pruned or restored; told a few times a second at most."""

    at: datetime = field(default_factory=now_utc, compare=False)
