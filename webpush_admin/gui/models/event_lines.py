"""An event as one line of the log: time, what happened, to whom. No secrets: endpoints are masked.

Runs on: any
"""

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final
from uuid import UUID

from webpush_admin.backend.audit_records import Audited
from webpush_admin.backend.pruned_records import PrunedChanged
from webpush_admin.backend.records import (
    BackendEvent,
    ChangedByOthers,
    DatabaseChanged,
    EventsLost,
    HistoryChanged,
    InfoChanged,
)
from webpush_admin.backend.undo_records import UndoChanged
from webpush_admin.gui.models.words import clock_utc, milliseconds
from webpush_admin.gui.text import display_text
from webpush_admin.push.events import (
    AnswersRecorded,
    CacheCleared,
    CacheHit,
    DispatchFinished,
    DispatchStarted,
    EntryEvicted,
    EntryPruned,
    Event,
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

_WORD: Final = 12
_REASON_CHARACTERS: Final = 160
_NAME_CHARACTERS: Final = 40
_CLOCK_BLANK: Final = " " * 12

NameOf = Callable[[UUID], str]
"""Gives a user's name, "" where it is not known."""


def event_line(event: Event | BackendEvent, name_of: NameOf = lambda _: "") -> str:
    """Return the event as one line of plain text without hidden characters."""
    word, told = _TOLD[type(event)](event, name_of)
    at = getattr(event, "at", None)
    return f"{clock_utc(at) if at else _CLOCK_BLANK}  {word:<{_WORD}} {display_text(told)}"


def user_of(event: Event | BackendEvent) -> UUID | None:
    """Return the user whose name the line tells, None where it tells none."""
    if isinstance(event, PushFinished):
        return event.delivery.subscription.user_id
    user_id: UUID | None = getattr(event, "user_id", None)
    return user_id


def _user(user_id: UUID, name_of: NameOf) -> str:
    # Escaped before it is cut, or a name of hidden characters could push the rest out of the line.
    return display_text(display_text(name_of(user_id)), _NAME_CHARACTERS) or f"user {str(user_id)[:8]}"


def _of_user(more: Callable[[Any], str] = lambda _: "") -> "_Teller":
    return lambda event, name_of: f"{_user(event.user_id, name_of)}  generation {event.generation}{more(event)}"


def _push(event: PushFinished, name_of: NameOf) -> tuple[str, str]:
    delivery = event.delivery
    word = str(delivery.status) if delivery.status is not None else delivery.outcome.value
    user_id = delivery.subscription.user_id
    parts = [
        _user(user_id, name_of) if user_id is not None else "",
        delivery.subscription.masked,
        milliseconds(delivery.elapsed_s),
        f"{delivery.attempts} tries" if delivery.attempts > 1 else "",
        "removed" if delivery.pruned else "kept: too many are gone" if delivery.held else "",
        "test" if event.test else "",
        delivery.diagnosis.meaning if delivery.diagnosis is not None else "",
        display_text(delivery.reason, _REASON_CHARACTERS),
        f"rests until {delivery.resting_until.astimezone(UTC):%H:%M:%S}" if delivery.resting_until is not None else "",
    ]
    return word, "  ".join(part for part in parts if part)


def _changed(event: DatabaseChanged, _name_of: NameOf) -> tuple[str, str]:
    whose = "" if not event.user_ids else f" of {len(event.user_ids):,} user{'s' if len(event.user_ids) > 1 else ''}"
    return "changed", f"{event.kind.value}{whose}"


def _pruned(event: SubscriptionsPruned, name_of: NameOf) -> tuple[str, str]:
    return "pruned", f"{_user(event.user_id, name_of)}  " + ", ".join(row.masked for row in event.subscriptions)


def _recorded(event: AnswersRecorded, _name_of: NameOf) -> tuple[str, str]:
    return "recorded", f"{event.count:,} answer{'' if event.count == 1 else 's'} kept with their subscriptions"


def _rests(event: OriginRests, _name_of: NameOf) -> tuple[str, str]:
    host = event.origin.partition("://")[2] or event.origin
    return "rests", f"{display_text(host, _NAME_CHARACTERS)} is left alone until {event.until.astimezone(UTC):%H:%M:%S}"


def _written(event: HistoryChanged, _name_of: NameOf) -> tuple[str, str]:
    return "history", f"send {event.send} was written down" if event.send else "sends were written down or forgotten"


def _undoable(event: UndoChanged, _name_of: NameOf) -> tuple[str, str]:
    undoable = event.undoable
    count = undoable.subscriptions if undoable else 0
    # A deleted user without subscriptions can be brought back too.
    told = f"{count:,} deleted subscription{'' if count == 1 else 's'} can be brought back"
    return "undo", told if undoable else "nothing can be brought back any more"


_Teller = Callable[[Any, NameOf], str]


def _line(word: str, teller: _Teller) -> Callable[[Any, NameOf], tuple[str, str]]:
    return lambda event, name_of: (word, teller(event, name_of))


_TOLD: Final[dict[type, Callable[[Any, NameOf], tuple[str, str]]]] = {
    CacheHit: _line("hit", _of_user()),
    ReadStarted: _line("miss", _of_user(lambda _: "  reading")),
    ReadJoined: _line("shared", _of_user(lambda _: "  waits for the read under way")),
    ReadCached: _line("cached", _of_user(lambda event: f"  {event.rows} held")),
    ReadFailed: _line("read failed", _of_user(lambda event: f"  {event.reason}")),
    StaleReadDiscarded: _line("stale read", _of_user(lambda event: f"  read in {event.read_generation}, discarded")),
    UserInvalidated: _line("invalidated", _of_user()),
    EntryPruned: _line("shortened", _of_user(lambda event: f"  {event.removed} taken out without a read")),
    EntryEvicted: _line("evicted", _of_user(lambda _: "  the cache is full")),
    CacheCleared: _line("cleared", lambda event, _: f"everybody  generation {event.generation}  {event.reason}"),
    DispatchStarted: _line("dispatch", lambda event, names: f"{_user(event.user_id, names)}  {event.targets} to send"),
    PushFinished: _push,
    OriginRests: _rests,
    SubscriptionsPruned: _pruned,
    DispatchFinished: _line("finished", lambda event, names: _user(event.user_id, names)),
    AnswersRecorded: _recorded,
    KeysLoaded: _line("keys", lambda event, _: f"signing with {event.public_key[:12]}…"),
    DatabaseChanged: _changed,
    ChangedByOthers: _line("changed", lambda _event, _names: "by somebody else; the cache was cleared"),
    HistoryChanged: _written,
    InfoChanged: _line("database", lambda _event, _names: "its keys, its subject or what may be changed is another"),
    UndoChanged: _undoable,
    PrunedChanged: _line("pruned", lambda _event, _names: "the list of pruned endpoints is another"),
    EventsLost: _line("lost", lambda event, _: f"{event.count:,} events: the window was too busy; counters miss nothing"),
    Audited: _line("audit", lambda event, _: f"{event.flagged:,} with findings"),
}
