"""An event in columns, and as one line: when, what kind, of whom, what happened. No secrets: endpoints are masked.

Runs on: GUI thread
"""

from collections.abc import Callable
from datetime import UTC
from functools import lru_cache
from typing import Final
from uuid import UUID

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.records import DatabaseChanged
from webpush_admin.gui.models.columns import TIME_PIXELS, Column
from webpush_admin.gui.models.event_kinds import kind_role, kind_tip, kind_word
from webpush_admin.gui.models.event_ring import LoggedEvent
from webpush_admin.gui.models.event_what import translate, what_happened
from webpush_admin.gui.models.words import clock_utc
from webpush_admin.gui.text import display_text
from webpush_admin.push.events import CacheCleared, PushFinished

KIND_PIXELS: Final = 124
USER_PIXELS: Final = 150
NAME_CHARACTERS: Final = 40

NameOf = Callable[[UUID], str]
"""Gives a user's name, "" where it is not known."""


def user_of(event: LoggedEvent) -> UUID | None:
    """Return the user whose name the line tells, None where it tells none."""
    if isinstance(event, PushFinished):
        return event.delivery.subscription.user_id
    if isinstance(event, DatabaseChanged):
        return next(iter(event.user_ids)) if len(event.user_ids) == 1 else None
    user_id: UUID | None = getattr(event, "user_id", None)
    return user_id


def user_text(event: LoggedEvent, name_of: NameOf) -> str:
    """Return the user's name, or the first digits of an id; "" where it is about nobody."""
    user_id = user_of(event)
    if user_id is None:
        return translate("Events", "everybody") if isinstance(event, CacheCleared) else ""
    return _shown_name(name_of(user_id)) or translate("Events", "user {0}").format(str(user_id)[:8])


@lru_cache(maxsize=4096)
def _shown_name(name: str) -> str:
    # Escaped before it is cut, or a name of hidden characters could push the rest out of the line.
    return display_text(display_text(name), NAME_CHARACTERS)


def shown_line(event: LoggedEvent, name_of: NameOf, *, timed: bool = True) -> str:
    """Return what the columns show, as one text in which to search; `timed` with its time, which costs the most."""
    line = f"{kind_word(event)} {user_text(event, name_of)} {what_happened(event)}"
    return f"{clock_utc(event.at)} {line}" if timed else line


def event_line(event: LoggedEvent, name_of: NameOf = lambda _: "") -> str:
    """Return the event for a ticket: one line of plain text without hidden characters, with its date."""
    at = event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    parts = (at, kind_word(event), user_text(event, name_of), what_happened(event))
    return display_text("  ".join(part for part in parts if part), _LINE_CHARACTERS)


def event_columns(name_of: NameOf) -> tuple[Column[LoggedEvent], ...]:
    """Return the columns; `name_of` gives a user's name as far as it is known."""
    return (
        Column(
            "at",
            str(QT_TRANSLATE_NOOP("Columns", "Time")),
            TIME_PIXELS,
            text=lambda event: clock_utc(event.at),
            tip=lambda event: f"{event.at.astimezone(UTC):%Y-%m-%d} {clock_utc(event.at)} UTC",
            mono=True,
            muted=True,
            meaning=str(QT_TRANSLATE_NOOP("Columns", "When it happened, in UTC.")),
        ),
        Column(
            "kind",
            str(QT_TRANSLATE_NOOP("Columns", "Kind")),
            KIND_PIXELS,
            text=kind_word,
            tip=kind_tip,
            role=kind_role,
            meaning=str(
                QT_TRANSLATE_NOOP("Columns", "What sort of event it is; hover one to see what its word means.")
            ),
        ),
        Column(
            "user",
            str(QT_TRANSLATE_NOOP("Columns", "User")),
            USER_PIXELS,
            text=lambda event: user_text(event, name_of),
            tip=lambda event: _user_tip(event, name_of),
            least=80,
            meaning=str(
                QT_TRANSLATE_NOOP("Columns", "Whom it is about, empty where it is about nobody in particular.")
            ),
        ),
        Column(
            "what",
            str(QT_TRANSLATE_NOOP("Columns", "What")),
            0,
            text=what_happened,
            tip=lambda event: what_happened(event).replace("  ", "\n"),
            meaning=str(
                QT_TRANSLATE_NOOP(
                    "Columns",
                    "What happened. A generation is a number of each user: it moves on when the user changes, and no "
                    "read of an older one is kept.",
                )
            ),
        ),
    )


def _user_tip(event: LoggedEvent, name_of: NameOf) -> str:
    user_id = user_of(event)
    return user_text(event, name_of) if user_id is None else f"{user_text(event, name_of)}\n{user_id}"


_LINE_CHARACTERS: Final = 600
