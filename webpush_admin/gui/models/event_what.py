"""What happened in an event, in words: beside its kind and its user. No secrets: endpoints are masked.

Runs on: GUI thread
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.audit_records import Audited
from webpush_admin.backend.pruned_records import PrunedChanged
from webpush_admin.backend.records import ChangedByOthers, DatabaseChanged, EventsLost, HistoryChanged, InfoChanged
from webpush_admin.backend.undo_records import UndoChanged
from webpush_admin.gui.models.columns import translate as translate_anew
from webpush_admin.gui.models.event_ring import EventsPassed, LoggedEvent
from webpush_admin.gui.models.words import counted, milliseconds
from webpush_admin.gui.text import display_text
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

_REASON_CHARACTERS: Final = 160
_HOST_CHARACTERS: Final = 60
_KEY_CHARACTERS: Final = 12
_NAMED_ROWS: Final = 4

_What = Callable[[Any], str]


@lru_cache(maxsize=256)
def translate(context: str, text: str) -> str:
    """Translate once: a search reads twenty thousand lines. By this name the translator's tools find the words."""
    return translate_anew(context, text)


def what_happened(event: LoggedEvent) -> str:
    """Return what the column beside the user says: one line of plain text without hidden characters."""
    return _WHAT[type(event)](event)


def _generation(event: Any) -> str:
    return translate("Events", "generation {0}").format(event.generation)


def _generation_and(template: object, attribute: str = "") -> _What:
    """Return what tells the generation and a template, with {0} for an attribute of the event."""

    def what(event: Any) -> str:
        more = translate("Events", str(template))
        if attribute:
            value = getattr(event, attribute)
            more = more.format(display_text(value, _REASON_CHARACTERS) if isinstance(value, str) else f"{value:,}")
        return f"{_generation(event)}  {more}"

    return what


def _fixed(text: object) -> _What:
    return lambda _event: translate("Events", str(text))


def _counted(template: object, attribute: str = "count") -> _What:
    return lambda event: translate("Events", str(template)).format(f"{getattr(event, attribute):,}")


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%H:%M:%S}"


def _push(event: PushFinished) -> str:
    delivery = event.delivery
    parts = [delivery.subscription.masked, milliseconds(delivery.elapsed_s)]
    if delivery.attempts > 1:
        parts.append(translate("Events", "{0} tries").format(delivery.attempts))
    if delivery.pruned:
        parts.append(translate("Events", "removed"))
    elif delivery.held:
        parts.append(translate("Events", "kept: too many are gone"))
    if event.test:
        parts.append(translate("Events", "test"))
    # Most reasons begin with what their diagnosis means.
    meaning = delivery.diagnosis.meaning if delivery.diagnosis is not None else ""
    if not delivery.reason.casefold().startswith(meaning.casefold()):
        parts.append(meaning)
    parts.append(display_text(delivery.reason, _REASON_CHARACTERS))
    if delivery.resting_until is not None:
        parts.append(translate("Events", "rests until {0}").format(_clock(delivery.resting_until)))
    return "  ".join(part for part in parts if part)


def _rests(event: OriginRests) -> str:
    host = display_text(event.origin.partition("://")[2] or event.origin, _HOST_CHARACTERS)
    return translate("Events", "{host} is left alone until {time}").format(host=host, time=_clock(event.until))


def _pruned(event: SubscriptionsPruned) -> str:
    rows = event.subscriptions
    named = [row.masked for row in rows[:_NAMED_ROWS]]
    if len(rows) > _NAMED_ROWS:
        named.append(translate("Events", "and {0} more").format(f"{len(rows) - _NAMED_ROWS:,}"))
    return ", ".join(named)


def _targets(event: DispatchStarted) -> str:
    return counted(
        event.targets,
        translate("Events", "subscription to send to"),
        translate("Events", "subscriptions to send to"),
    )


def _recorded(event: AnswersRecorded) -> str:
    return counted(
        event.count,
        translate("Events", "answer kept with its subscription"),
        translate("Events", "answers kept with their subscriptions"),
    )


def _changed(event: DatabaseChanged) -> str:
    users = len(event.user_ids)
    if not users:
        return event.kind.value
    whose = counted(users, translate("Events", "user"), translate("Events", "users"))
    return translate("Events", "{what} of {whose}").format(what=event.kind.value, whose=whose)


def _written(event: HistoryChanged) -> str:
    if event.send:
        return translate("Events", "send {0} was written down").format(event.send)
    return translate("Events", "sends were written down or forgotten")


def _undoable(event: UndoChanged) -> str:
    if event.undoable is None:
        return translate("Events", "nothing can be brought back any more")
    # A deleted user without subscriptions can be brought back too.
    return counted(
        event.undoable.subscriptions,
        translate("Events", "deleted subscription can be brought back"),
        translate("Events", "deleted subscriptions can be brought back"),
    )


def _keys(event: KeysLoaded) -> str:
    return translate("Events", "signing with {0}…").format(event.public_key[:_KEY_CHARACTERS])


_WHAT: Final[dict[type, _What]] = {
    CacheHit: _generation,
    ReadStarted: _generation_and(QT_TRANSLATE_NOOP("Events", "reading")),
    ReadJoined: _generation_and(QT_TRANSLATE_NOOP("Events", "waits for the read under way")),
    ReadCached: _generation_and(QT_TRANSLATE_NOOP("Events", "{0} held"), "rows"),
    ReadFailed: _generation_and("{0}", "reason"),
    StaleReadDiscarded: _generation_and(QT_TRANSLATE_NOOP("Events", "read in {0}, discarded"), "read_generation"),
    UserInvalidated: _generation,
    EntryPruned: _generation_and(QT_TRANSLATE_NOOP("Events", "{0} taken out without a read"), "removed"),
    EntryEvicted: _generation_and(QT_TRANSLATE_NOOP("Events", "the cache was full")),
    CacheCleared: _generation_and("{0}", "reason"),
    DispatchStarted: _targets,
    PushFinished: _push,
    DispatchFinished: lambda _event: "",
    SubscriptionsPruned: _pruned,
    PrunedChanged: _fixed(QT_TRANSLATE_NOOP("Events", "the list of pruned endpoints is another")),
    OriginRests: _rests,
    AnswersRecorded: _recorded,
    KeysLoaded: _keys,
    DatabaseChanged: _changed,
    ChangedByOthers: _fixed(QT_TRANSLATE_NOOP("Events", "by another program; the cache was cleared")),
    HistoryChanged: _written,
    InfoChanged: _fixed(QT_TRANSLATE_NOOP("Events", "its keys, its subject or what may be changed is another")),
    UndoChanged: _undoable,
    Audited: _counted(QT_TRANSLATE_NOOP("Events", "{0} with findings"), "flagged"),
    EventsLost: _counted(QT_TRANSLATE_NOOP("Events", "{0} events: the window was too busy; counters miss nothing")),
    EventsPassed: _counted(QT_TRANSLATE_NOOP("Events", "{0} events that the filter has not seen")),
}
