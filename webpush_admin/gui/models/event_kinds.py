"""The kinds of events as data: the word in the pill, its colour, the sentence that explains it, and its group.

Runs on: GUI thread
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.audit_records import Audited
from webpush_admin.backend.pruned_records import PrunedChanged
from webpush_admin.backend.records import ChangedByOthers, DatabaseChanged, EventsLost, HistoryChanged, InfoChanged
from webpush_admin.backend.undo_records import UndoChanged
from webpush_admin.gui.models.event_ring import EventsPassed, LoggedEvent
from webpush_admin.gui.models.event_what import translate
from webpush_admin.gui.models.outcomes import outcome_role, outcome_text, outcome_tip
from webpush_admin.push.events import (
    AnswersRecorded,
    CacheCleared,
    CacheHit,
    DispatchFinished,
    DispatchStarted,
    EntryEvicted,
    EntryPruned,
    KeysLoaded,
    OriginRests,
    PushFinished,
    ReadCached,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    StaleReadDiscarded,
    SubscriptionsPruned,
    UserInvalidated,
)


class EventGroup(Enum):
    """What can be chosen in the filter; the value is what it is called."""

    HITS = "Cache hits"
    READS = "Cache reads"
    GENERATIONS = "Generations"
    PUSHES = "Pushes"
    PRUNES = "Prunes"
    SERVICES = "Push services"
    DATABASE = "Database and keys"
    GAPS = "Gaps"
    """Where events are missing: shown whatever the filter is."""

    @property
    def title(self) -> str:
        """What the choice is called, in the operator's language."""
        return translate("Events", self.value)


_MARKED: Final = (
    QT_TRANSLATE_NOOP("Events", "Cache hits"),
    QT_TRANSLATE_NOOP("Events", "Cache reads"),
    QT_TRANSLATE_NOOP("Events", "Generations"),
    QT_TRANSLATE_NOOP("Events", "Pushes"),
    QT_TRANSLATE_NOOP("Events", "Prunes"),
    QT_TRANSLATE_NOOP("Events", "Push services"),
    QT_TRANSLATE_NOOP("Events", "Database and keys"),
)
"""The words of `EventGroup`, where the translator's tools find them."""


@dataclass(frozen=True, slots=True)
class EventKind:
    """How events of one type are told.

    Attributes:
        group: By which the filter finds it.
        role: Of the pill; "accent" where a generation moves on or is compared, "" where it depends on the event.
        word: In the pill, "" where it depends on the event.
        tip: What the word means, for whoever sees it for the first time.
    """

    group: EventGroup
    role: str
    word: str
    tip: str


def kind_word(event: LoggedEvent) -> str:
    """Return the word of the pill."""
    if isinstance(event, PushFinished):
        status = event.delivery.status
        if status is not None:
            return translate("Events", "push {0}").format(status)
        return outcome_text(event.delivery.outcome)
    return translate("Events", EVENT_KINDS[type(event)].word)


def kind_role(event: LoggedEvent) -> str:
    """Return the role of the pill."""
    if isinstance(event, PushFinished):
        return "bad" if event.delivery.prune_failed else outcome_role(event.delivery.outcome)
    return EVENT_KINDS[type(event)].role


def kind_tip(event: LoggedEvent) -> str:
    """Return what the word means, in a sentence or two."""
    if isinstance(event, PushFinished):
        delivery = event.delivery
        return outcome_tip(delivery.outcome, pruned=delivery.pruned, held=delivery.held)
    return translate("Events", EVENT_KINDS[type(event)].tip)


def is_failure(event: LoggedEvent) -> bool:
    """Return whether somebody may have to act on it."""
    if isinstance(event, PushFinished):
        return event.delivery.failed
    return isinstance(event, ReadFailed)


FAILING_TYPES: Final = frozenset({PushFinished, ReadFailed})
"""Those that `is_failure` can be true of."""


def _kind(group: EventGroup, role: str, word: object, tip: object) -> EventKind:
    return EventKind(group, role, str(word), str(tip))


_HITS, _READS, _GENERATIONS, _PUSHES, _PRUNES, _SERVICES, _DATABASE, _GAPS = EventGroup

EVENT_KINDS: Final[dict[type, EventKind]] = {
    CacheHit: _kind(
        _HITS,
        "muted",
        QT_TRANSLATE_NOOP("Events", "hit"),
        QT_TRANSLATE_NOOP("Events", "The cache held this user's subscriptions: the database was not asked."),
    ),
    ReadStarted: _kind(
        _READS,
        "muted",
        QT_TRANSLATE_NOOP("Events", "miss"),
        QT_TRANSLATE_NOOP("Events", "The cache held nothing of this user: the database is asked."),
    ),
    ReadJoined: _kind(
        _READS,
        "muted",
        QT_TRANSLATE_NOOP("Events", "shared"),
        QT_TRANSLATE_NOOP("Events", "The same user is being read already: both wait for that one read."),
    ),
    ReadCached: _kind(
        _READS,
        "muted",
        QT_TRANSLATE_NOOP("Events", "cached"),
        QT_TRANSLATE_NOOP("Events", "A read ended: its subscriptions are held in the cache until they expire."),
    ),
    ReadFailed: _kind(
        _READS,
        "bad",
        QT_TRANSLATE_NOOP("Events", "read failed"),
        QT_TRANSLATE_NOOP("Events", "The database refused: nothing is held, and the next push asks again."),
    ),
    StaleReadDiscarded: _kind(
        _GENERATIONS,
        "accent",
        QT_TRANSLATE_NOOP("Events", "stale read"),
        QT_TRANSLATE_NOOP(
            "Events",
            "The user was changed while this read was under way: it began in an older generation, and was not kept.",
        ),
    ),
    UserInvalidated: _kind(
        _GENERATIONS,
        "accent",
        QT_TRANSLATE_NOOP("Events", "invalidated"),
        QT_TRANSLATE_NOOP(
            "Events",
            "The user was changed: the cache forgot them, and their generation, a number that only rises, moved on. "
            "No read that began before is kept.",
        ),
    ),
    EntryPruned: _kind(
        _GENERATIONS,
        "accent",
        QT_TRANSLATE_NOOP("Events", "shortened"),
        QT_TRANSLATE_NOOP(
            "Events",
            "Subscriptions that have ended were taken out of the cache without a new read; the generation moved on.",
        ),
    ),
    EntryEvicted: _kind(
        _GENERATIONS,
        "muted",
        QT_TRANSLATE_NOOP("Events", "evicted"),
        QT_TRANSLATE_NOOP("Events", "The cache was full: the user who was used least recently left it."),
    ),
    CacheCleared: _kind(
        _GENERATIONS,
        "accent",
        QT_TRANSLATE_NOOP("Events", "cleared"),
        QT_TRANSLATE_NOOP("Events", "The cache forgot everybody, and every generation moved on."),
    ),
    DispatchStarted: _kind(
        _PUSHES,
        "muted",
        QT_TRANSLATE_NOOP("Events", "dispatch"),
        QT_TRANSLATE_NOOP("Events", "This user's subscriptions are known, and the pushes go out."),
    ),
    PushFinished: _kind(_PUSHES, "", "", ""),
    DispatchFinished: _kind(
        _PUSHES,
        "muted",
        QT_TRANSLATE_NOOP("Events", "finished"),
        QT_TRANSLATE_NOOP("Events", "Every push of this dispatch has its outcome."),
    ),
    SubscriptionsPruned: _kind(
        _PRUNES,
        "warn",
        QT_TRANSLATE_NOOP("Events", "pruned"),
        QT_TRANSLATE_NOOP("Events", "These subscriptions have ended: their rows were deleted."),
    ),
    PrunedChanged: _kind(
        _PRUNES,
        "muted",
        QT_TRANSLATE_NOOP("Events", "pruned list"),
        QT_TRANSLATE_NOOP("Events", "Endpoints were pruned or restored."),
    ),
    OriginRests: _kind(
        _SERVICES,
        "warn",
        QT_TRANSLATE_NOOP("Events", "rests"),
        QT_TRANSLATE_NOOP(
            "Events", "A push service asked for patience or keeps failing: it is left alone for a while."
        ),
    ),
    AnswersRecorded: _kind(
        _DATABASE,
        "muted",
        QT_TRANSLATE_NOOP("Events", "recorded"),
        QT_TRANSLATE_NOOP("Events", "Answers were written to the database, with the rows that they belong to."),
    ),
    KeysLoaded: _kind(
        _DATABASE,
        "muted",
        QT_TRANSLATE_NOOP("Events", "keys"),
        QT_TRANSLATE_NOOP("Events", "From now on the dispatcher signs with this public key's pair."),
    ),
    DatabaseChanged: _kind(
        _DATABASE,
        "muted",
        QT_TRANSLATE_NOOP("Events", "changed"),
        QT_TRANSLATE_NOOP("Events", "Rows of the database were changed here."),
    ),
    ChangedByOthers: _kind(
        _DATABASE,
        "warn",
        QT_TRANSLATE_NOOP("Events", "changed"),
        QT_TRANSLATE_NOOP("Events", "Another program wrote to the database."),
    ),
    HistoryChanged: _kind(
        _DATABASE,
        "muted",
        QT_TRANSLATE_NOOP("Events", "history"),
        QT_TRANSLATE_NOOP("Events", "The history of what was sent has something new."),
    ),
    InfoChanged: _kind(
        _DATABASE,
        "muted",
        QT_TRANSLATE_NOOP("Events", "database"),
        QT_TRANSLATE_NOOP("Events", "What is told of the open database is another."),
    ),
    UndoChanged: _kind(
        _DATABASE,
        "muted",
        QT_TRANSLATE_NOOP("Events", "undo"),
        QT_TRANSLATE_NOOP("Events", "What an undo would bring back is another."),
    ),
    Audited: _kind(
        _DATABASE,
        "muted",
        QT_TRANSLATE_NOOP("Events", "audit"),
        QT_TRANSLATE_NOOP("Events", "What the audit found is another."),
    ),
    EventsLost: _kind(
        _GAPS,
        "warn",
        QT_TRANSLATE_NOOP("Events", "lost"),
        QT_TRANSLATE_NOOP("Events", "The window was too busy to take every event; counters and totals miss nothing."),
    ),
    EventsPassed: _kind(
        _GAPS,
        "warn",
        QT_TRANSLATE_NOOP("Events", "not seen"),
        QT_TRANSLATE_NOOP(
            "Events", "The log was hidden, or more came than the filter could look at: these events have left it."
        ),
    ),
}
"""Every type of event."""
