"""Events of the backend that tell what is another now: whoever shows it reads it again.

Runs on: any
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from webpush_admin.push.dispatch_store import ChangeKind


def now_utc() -> datetime:
    """Return when an event happened that is told at once."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class HistoryChanged:
    """Sends or deliveries were written or forgotten; told a few times a second at most.

    Attributes:
        send: The number of the send that moved, 0 for many.
        unknown: How many pushes of sends that broke off may have arrived, as was found on opening.
    """

    send: int
    unknown: int = 0
    at: datetime = field(default_factory=now_utc, compare=False)


@dataclass(frozen=True, slots=True)
class DatabaseChanged:
    """A commit of ours changed rows; views that show them read again.

    Attributes:
        kind: What changed.
        user_ids: Whose rows; empty means all or unknown.
    """

    kind: ChangeKind
    user_ids: frozenset[UUID]
    at: datetime = field(default_factory=now_utc, compare=False)


@dataclass(frozen=True, slots=True)
class ChangedByOthers:
    """Somebody else wrote to the database; the cache has been cleared."""

    at: datetime


@dataclass(frozen=True, slots=True)
class InfoChanged:
    """The `DatabaseInfo` of the open database is another: its keys or subject, or whether it can be written to."""

    at: datetime = field(default_factory=now_utc, compare=False)


@dataclass(frozen=True, slots=True)
class EventsLost:
    """So many events, which came here, were dropped: the window was too busy to take them. Counters miss nothing."""

    count: int
    at: datetime
