"""What happened to one user, in order: events become rows, and reads become bars beside them.

A read is followed from its start to its end, so that one sees whether the user's generation moved on meanwhile. Reads
may overlap: each has a lane.

Runs on: any
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from webpush_admin.backend.records import DatabaseChanged, EventsLost
from webpush_admin.push.answer import Outcome
from webpush_admin.push.events import (
    CacheCleared,
    CacheHit,
    DispatchFinished,
    DispatchStarted,
    EntryEvicted,
    EntryPruned,
    PushFinished,
    ReadCached,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    StaleReadDiscarded,
    SubscriptionsPruned,
    UserInvalidated,
)


class Kind(Enum):
    """What happened, see `timeline_words`."""

    READ = "read"
    JOINED = "joined"
    KEPT = "kept"
    DISCARDED = "discarded"
    FAILED = "failed"
    HIT = "hit"
    INVALIDATED = "invalidated"
    PRUNED = "pruned"
    EVICTED = "evicted"
    CLEARED = "cleared"
    DISPATCH = "dispatch"
    PUSHES = "pushes"
    FINISHED = "finished"
    DELETED = "deleted"
    CHANGED = "changed"
    LOST = "lost"
    LEFT_OUT = "left out"


class End(Enum):
    """How a read ended."""

    OPEN = "under way"
    KEPT = "kept"
    DISCARDED = "discarded"
    FAILED = "failed"
    UNSEEN = "unseen"
    """Events were lost: it may have ended, and nobody knows how."""


@dataclass(slots=True, eq=False)
class Read:
    """One read; its end is written into it when it is known, for the rows that it has passed already.

    Attributes:
        generation: In which it began.
        stretch: That of the row in which it began.
        lane: Number of the lane in which it is drawn, counted from the left.
        end: See `End`.
    """

    generation: int
    stretch: int
    lane: int
    end: End = End.OPEN


@dataclass(slots=True, eq=False)
class Row:
    """One line of the timeline: an event, or several that follow each other and belong together.

    Attributes:
        kind: See `Kind`.
        event: The first of those it tells of.
        at: When the newest of them was, aware UTC; None where it is not known.
        generation: The user's generation after it happened, None where it is not known.
        before: The generation of the row above, where this one's is another; None where it is the same.
        stretch: Counts the generations that were seen: neighbours are painted in different colours.
        reads: Those under way while it happened, also the one that it begins, and those that it ends.
        begins: The read that it begins, None where it begins none.
        ends: The reads that it ends.
        count: How many events of its kind it tells of.
        outcomes: Of pushes, what became of how many.
        push: The newest of these pushes, None where there is none.
        finished: A dispatch has ended.
        written: The user was invalidated by a commit, not by hand.
    """

    kind: Kind
    event: Any
    at: datetime | None
    generation: int | None
    before: int | None
    stretch: int
    reads: tuple[Read, ...]
    begins: Read | None = None
    ends: tuple[Read, ...] = ()
    count: int = 1
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    push: PushFinished | None = None
    finished: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """More happened at once than anybody could read; so many events were not told, None where nobody has counted."""

    count: int | None


_KINDS: Final[dict[type, Kind]] = {
    ReadStarted: Kind.READ,
    ReadJoined: Kind.JOINED,
    ReadCached: Kind.KEPT,
    StaleReadDiscarded: Kind.DISCARDED,
    ReadFailed: Kind.FAILED,
    CacheHit: Kind.HIT,
    UserInvalidated: Kind.INVALIDATED,
    EntryPruned: Kind.PRUNED,
    EntryEvicted: Kind.EVICTED,
    CacheCleared: Kind.CLEARED,
    DispatchStarted: Kind.DISPATCH,
    PushFinished: Kind.PUSHES,
    DispatchFinished: Kind.FINISHED,
    SubscriptionsPruned: Kind.DELETED,
    DatabaseChanged: Kind.CHANGED,
    EventsLost: Kind.LOST,
    LeftOut: Kind.LEFT_OUT,
}


class Story:
    """Turns the events that concern one user into rows, the oldest first.

    Attributes:
        generation: The user's, as the newest event told it; None before the first one.
    """

    def __init__(self) -> None:
        self.generation: int | None = None
        self._stretch = 0
        self._open: list[Read] = []
        self._dispatches = 0
        self._last: Row | None = None

    def tell(self, events: Iterable[object]) -> list[Row]:
        """Return the rows that these events add; the last row of before may have come to tell more.

        Args:
            events: Of the bridge, and `LeftOut`; other kinds are passed over.
        """
        rows: list[Row] = []
        for event in events:
            kind = _KINDS.get(type(event))
            if kind is None:
                continue
            if kind in _DISPATCHES:
                self._dispatches = max(0, self._dispatches + _DISPATCHES[kind])
            if not self._goes_on(kind, event):
                self._last = row = self._row(kind, event)
                rows.append(row)
        return rows

    def _goes_on(self, kind: Kind, event: Any) -> bool:
        """Take an event into the last row, where they belong together."""
        last = self._last
        if last is None:
            return False
        if kind is Kind.PUSHES:
            taken = self._is_of(last, event)
            if taken:
                _count_push(last, event)
        elif kind is Kind.FINISHED:
            taken = last.finished = last.kind is Kind.DISPATCH and _answered(last) and not self._dispatches
        elif kind is Kind.CHANGED:
            taken = last.kind is Kind.INVALIDATED
            last.written = last.written or taken
        else:
            taken = kind is last.kind and kind in _REPEATED and event.generation == last.generation
            last.count += taken
        if taken:
            last.at = event.at
        return taken

    def _is_of(self, last: Row, push: PushFinished) -> bool:
        """Whether a push is one of those that the last row tells of.

        A push does not tell its dispatch: where several are under way it gets a row of its own.
        """
        if last.kind is Kind.DISPATCH:
            return self._dispatches == 1 and not push.test and not _answered(last)
        return last.push is not None and last.kind is Kind.PUSHES and last.push.test == push.test

    def _row(self, kind: Kind, event: Any) -> Row:
        generation = getattr(event, "generation", self.generation)
        before = self.generation if generation != self.generation else None
        if generation != self.generation:
            self.generation = generation
            self._stretch += 1
        begins = self._begun(event.generation) if kind is Kind.READ else None
        ends = self._ended(kind, event)
        row = Row(
            kind,
            event,
            getattr(event, "at", None),
            generation,
            before,
            self._stretch,
            tuple(self._open),
            begins,
            ends,
        )
        if kind is Kind.PUSHES:
            _count_push(row, event)
        if ends:
            self._open = [read for read in self._open if read not in ends]
        return row

    def _begun(self, generation: int) -> Read:
        """Begin a read in the first lane that is free."""
        taken = {read.lane for read in self._open}
        lane = next(number for number in range(len(taken) + 1) if number not in taken)
        read = Read(generation, self._stretch, lane)
        self._open.append(read)
        return read

    def _ended(self, kind: Kind, event: Any) -> tuple[Read, ...]:
        """Write into reads how they end; they are under way still."""
        if kind in (Kind.LOST, Kind.LEFT_OUT):
            ends, how = tuple(self._open), End.UNSEEN
        elif kind in _ENDS:
            how = _ENDS[kind]
            generation = event.generation if kind is Kind.KEPT else event.read_generation
            # One at most: a second read begins only after the first one has ended, or in another generation.
            ends = tuple(read for read in self._open if read.generation == generation)
        else:
            return ()
        for read in ends:
            read.end = how
        return ends


_ENDS: Final = {Kind.KEPT: End.KEPT, Kind.DISCARDED: End.DISCARDED, Kind.FAILED: End.FAILED}


_DISPATCHES: Final = {Kind.DISPATCH: 1, Kind.FINISHED: -1}
"""How many more are under way after it."""

_REPEATED: Final = frozenset({Kind.HIT, Kind.JOINED})
"""What is one row where it happens several times in a row."""


def _count_push(row: Row, event: PushFinished) -> None:
    outcome = event.delivery.outcome
    row.outcomes[outcome] = row.outcomes.get(outcome, 0) + 1
    row.push = event


def _answered(row: Row) -> bool:
    """Whether each push of a dispatch has its answer."""
    return bool(sum(row.outcomes.values()) >= row.event.targets)
