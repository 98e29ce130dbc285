"""The columns of the live view: users held in the cache, and endpoints that were pruned.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.cache_records import CachedUser
from webpush_admin.gui.models.columns import TIME_PIXELS, Column, translate
from webpush_admin.gui.models.words import clock_utc, exact_utc
from webpush_admin.push.subscription import Subscription


@dataclass(frozen=True, slots=True)
class PrunedEndpoint:
    """A subscription that is gone, and when its row was deleted."""

    at: datetime
    user_id: UUID
    subscription: Subscription


def cached_user_name(user: CachedUser) -> str:
    """Return the name, or the id's first digits of one who is not in the database."""
    return user.name or f"user {str(user.user_id)[:8]}"


def _fresh_for(user: CachedUser) -> str:
    return f"{max(0.0, user.fresh_for_s):.0f} s"


CACHED_COLUMNS: Final[tuple[Column[CachedUser], ...]] = (
    Column(
        "name",
        str(QT_TRANSLATE_NOOP("Columns", "User")),
        0,
        text=cached_user_name,
        tip=lambda user: f"{cached_user_name(user)}\n{user.user_id}",
    ),
    Column(
        "generation",
        str(QT_TRANSLATE_NOOP("Columns", "Generation")),
        92,
        text=lambda user: f"{user.generation:,}",
        tip=lambda _user: translate("Columns", "Moves on whenever the user is invalidated or pruned."),
        right_aligned=True,
    ),
    Column(
        "rows",
        str(QT_TRANSLATE_NOOP("Columns", "Held")),
        56,
        text=lambda user: f"{user.rows:,}",
        tip=lambda _user: translate("Columns", "Subscriptions held in memory."),
        right_aligned=True,
    ),
    Column(
        "fresh_for",
        str(QT_TRANSLATE_NOOP("Columns", "Fresh for")),
        84,
        text=_fresh_for,
        tip=lambda _user: translate("Columns", "Then the next push reads the database."),
        right_aligned=True,
        muted=True,
    ),
)


def pruned_columns(name_of: Callable[[UUID | None], str]) -> tuple[Column[PrunedEndpoint], ...]:
    """Return the columns; `name_of` gives a user's name as far as it is known."""
    return (
        Column(
            "at",
            str(QT_TRANSLATE_NOOP("Columns", "Time")),
            TIME_PIXELS,
            text=lambda pruned: clock_utc(pruned.at),
            tip=lambda pruned: exact_utc(pruned.at),
            mono=True,
            muted=True,
        ),
        Column(
            "user",
            str(QT_TRANSLATE_NOOP("Columns", "User")),
            120,
            text=lambda pruned: name_of(pruned.user_id),
            tip=lambda pruned: f"{name_of(pruned.user_id)}\n{pruned.user_id}",
        ),
        Column(
            "endpoint",
            str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
            0,
            text=lambda pruned: pruned.subscription.masked,
            tip=lambda pruned: f"Subscription {pruned.subscription.id}\n{pruned.subscription.masked}",
            mono=True,
        ),
    )
