"""The newest events of the open database, as they came: what a log shows, and what is known of one user.

Runs on: GUI thread
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from webpush_admin.backend.records import BackendEvent, DatabaseChanged, EventsLost
from webpush_admin.push.events import (
    CacheCleared,
    CacheHit,
    DispatchFinished,
    DispatchStarted,
    EntryEvicted,
    EntryPruned,
    Event,
    PushFinished,
    ReadCached,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    StaleReadDiscarded,
    SubscriptionsPruned,
    UserInvalidated,
)

if TYPE_CHECKING:
    from webpush_admin.backend.records import DatabaseInfo

AnyEvent = Event | BackendEvent


@dataclass(frozen=True, slots=True)
class EventsPassed:
    """So many events had left the ring before somebody looked at them who looks for something in particular."""

    count: int
    at: datetime


LoggedEvent = AnyEvent | EventsPassed

KEPT_EVENTS: Final = 20_000
"""At ten thousand a second the last two seconds, at one a second the last five hours."""


class EventRing(QObject):
    """Takes batches at the speed of C: nothing is looked at until somebody wants to see it.

    Events are numbered from 0 in the order in which they came.

    Attributes:
        grown: There are more events; told once for each batch.
        emptied: They belonged to a database that is not open any more.
        kept: How many are kept at most.
        first: Number of the oldest event that is kept.
        end: Number that the next event gets, and so how many there have been.
    """

    grown = Signal()
    emptied = Signal()

    def __init__(self, parent: QObject | None = None, *, kept: int = KEPT_EVENTS) -> None:
        super().__init__(parent)
        self._events: deque[AnyEvent] = deque(maxlen=kept)
        self._location = ""
        self.kept = kept
        self.end = 0

    def __len__(self) -> int:
        return len(self._events)

    @property
    def first(self) -> int:
        return self.end - len(self._events)

    def add(self, batch: Sequence[AnyEvent]) -> None:
        """Keep a batch; the oldest events leave where there are too many."""
        self._events.extend(batch)
        self.end += len(batch)
        self.grown.emit()

    def read(self, number: int) -> list[AnyEvent]:
        """Return the events from this number on, as far as they are still kept."""
        return list(islice(self._events, max(0, number - self.first), None))

    def of_user(self, user_id: UUID) -> list[AnyEvent]:
        """Return what is still known of a user, the oldest first; what concerns everybody is among it."""
        wanted = concerning(user_id)
        return [event for event in self._events if wanted(event)]

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        self._location = ""
        self._events.clear()
        self.emptied.emit()

    def begin(self, info: "DatabaseInfo") -> None:
        """Forget the events of another database than this one, which is open now."""
        # It is told again when its subject or keys changed: that is no other database.
        if self._location not in ("", info.location):
            self.clear()
        self._location = info.location


def concerning(user_id: UUID) -> Callable[[LoggedEvent], bool]:
    """Return what tells whether an event concerns this user: it names them, or everybody, as a loss may."""
    number = user_id.int

    def names_user(event: LoggedEvent) -> bool:
        kind = type(event)
        if kind in _BY_USER:
            return bool(_user_number(event) == number)
        if kind is PushFinished:
            owner = event.delivery.subscription.user_id  # type: ignore[union-attr]  # its type was compared: this is hot
            return owner is not None and bool(owner.int == number)
        if kind is DatabaseChanged:
            return user_id in event.user_ids  # type: ignore[union-attr]  # as above
        return kind in _OF_EVERYBODY

    return names_user


# An UUID compares its number in Python: taken out by C it is compared three times as fast.
_user_number: Final[Callable[[Any], int]] = attrgetter("user_id.int")

_BY_USER: Final = frozenset(
    {
        CacheHit,
        ReadStarted,
        ReadJoined,
        ReadCached,
        ReadFailed,
        StaleReadDiscarded,
        UserInvalidated,
        EntryPruned,
        EntryEvicted,
        DispatchStarted,
        DispatchFinished,
        SubscriptionsPruned,
    }
)
_OF_EVERYBODY: Final = frozenset({CacheCleared, EventsLost, EventsPassed})
