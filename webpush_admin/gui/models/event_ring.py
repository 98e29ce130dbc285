"""The newest events of the open database, as they came: what a log shows, and what is known of one user.

Runs on: GUI thread
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar
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

Logged = TypeVar("Logged", AnyEvent, LoggedEvent)

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
        # From the end: what came last is asked for, many times a second, and not what lies before it.
        newest = list(islice(reversed(self._events), max(0, self.end - number)))
        newest.reverse()
        return newest

    def of_user(self, user_id: UUID) -> list[AnyEvent]:
        """Return what is still known of a user, the oldest first; what concerns everybody is among it."""
        return about(user_id, self._events)

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


def about(user_id: UUID, events: Iterable[Logged]) -> list[Logged]:
    """Return those of the events that concern a user: they name them, or everybody, as a loss may."""
    number = user_id.int
    # In one expression: a call for each of ten thousand events a second would cost more than all of this.
    return [
        event
        for event in events
        if (kind := type(event)) in _OF_EVERYBODY
        or (kind in _BY_USER and _user_number(event) == number)
        or (kind is PushFinished and _receiver(event) == user_id)
        or (kind is DatabaseChanged and user_id in _changed_users(event))
    ]


# An UUID compares its number in Python: taken out by C it is compared three times as fast.
_user_number: Final[Callable[[Any], int]] = attrgetter("user_id.int")
_receiver: Final[Callable[[Any], UUID | None]] = attrgetter("delivery.subscription.user_id")
_changed_users: Final[Callable[[Any], frozenset[UUID]]] = attrgetter("user_ids")

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
