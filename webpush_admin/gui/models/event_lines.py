"""An event as one line of the log: time, what happened, to whom. No secrets: endpoints are masked.

Runs on: any
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from webpush_admin.backend.records import BackendEvent, ChangedByOthers, DatabaseChanged
from webpush_admin.gui.models.words import clock_utc, milliseconds
from webpush_admin.gui.text import display_text
from webpush_admin.push.events import (
    CacheCleared,
    CacheHit,
    DispatchFinished,
    DispatchStarted,
    EntryPruned,
    Event,
    KeysLoaded,
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
_CLOCK_BLANK: Final = " " * 12


def event_line(event: Event | BackendEvent) -> str:
    """Return the event as one line of plain text without hidden characters."""
    word, told = _TOLD[type(event)](event)
    at = getattr(event, "at", None)
    return f"{clock_utc(at) if at else _CLOCK_BLANK}  {word:<{_WORD}} {display_text(told)}"


def _user(user_id: UUID) -> str:
    return f"user {str(user_id)[:8]}"


def _of_user(event: Any, more: str = "") -> str:
    return f"{_user(event.user_id)}  generation {event.generation}{more}"


def _push(event: PushFinished) -> tuple[str, str]:
    delivery = event.delivery
    word = str(delivery.status) if delivery.status is not None else delivery.outcome.value
    parts = [delivery.subscription.masked, milliseconds(delivery.elapsed_s)]
    if delivery.pruned:
        parts.append("removed")
    if event.test:
        parts.append("test")
    parts.append(display_text(delivery.reason, _REASON_CHARACTERS))
    return word, "  ".join(part for part in parts if part)


def _changed(event: DatabaseChanged) -> tuple[str, str]:
    whose = "" if not event.user_ids else f" of {len(event.user_ids):,} user{'s' if len(event.user_ids) > 1 else ''}"
    return "changed", f"{event.kind.value}{whose}"


def _pruned(event: SubscriptionsPruned) -> tuple[str, str]:
    return "pruned", f"{_user(event.user_id)}  " + ", ".join(row.masked for row in event.subscriptions)


_TOLD: Final[dict[type, Callable[[Any], tuple[str, str]]]] = {
    CacheHit: lambda event: ("hit", _of_user(event)),
    ReadStarted: lambda event: ("miss", _of_user(event, "  reading")),
    ReadJoined: lambda event: ("shared", _of_user(event, "  waits for the read under way")),
    ReadCached: lambda event: ("cached", _of_user(event, f"  {event.rows} held")),
    ReadFailed: lambda event: ("read failed", _of_user(event, f"  {event.reason}")),
    StaleReadDiscarded: lambda event: ("stale read", _of_user(event, f"  read in {event.read_generation}, discarded")),
    UserInvalidated: lambda event: ("invalidated", _of_user(event)),
    EntryPruned: lambda event: ("shortened", _of_user(event, f"  {event.removed} taken out without a read")),
    CacheCleared: lambda event: ("cleared", f"everybody  generation {event.generation}  {event.reason}"),
    DispatchStarted: lambda event: ("dispatch", f"{_user(event.user_id)}  {event.targets} to send"),
    PushFinished: _push,
    SubscriptionsPruned: _pruned,
    DispatchFinished: lambda event: ("finished", _user(event.user_id)),
    KeysLoaded: lambda event: ("keys", f"signing with {event.public_key[:12]}…"),
    DatabaseChanged: _changed,
    ChangedByOthers: lambda _event: ("changed", "by somebody else; the cache was cleared"),
}
