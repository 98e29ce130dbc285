"""The columns of the cached users; their times are as of now, not as of when the worker told them.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.cache_records import CachedUser, CacheOrder
from webpush_admin.gui.models.cache_states import (
    STATES,
    PlaceLine,
    age_words,
    left_words,
    pill_text,
    state_meaning,
)
from webpush_admin.gui.models.columns import Column, translate, translated
from webpush_admin.gui.models.generation import GENERATION_HELP, generation_help
from webpush_admin.gui.models.words import counted

CLOCKED: Final = ("state", "age", "left")
"""Keys of the columns that say something else although nothing has happened: time passes."""

OWN_ORDER: Final = (CacheOrder.USED, True)
"""Without any other wish: who was used last comes first."""

_AGE: Final = "age"
_LEFT: Final = "left"

ORDERS: Final[dict[str, tuple[CacheOrder, bool]]] = {
    "name": (CacheOrder.NAME, False),
    "state": (CacheOrder.STATE, False),
    "generation": (CacheOrder.GENERATION, False),
    "rows": (CacheOrder.ROWS, False),
    _AGE: (CacheOrder.AGE, False),
    # All have the same time: who is older has less of it left.
    _LEFT: (CacheOrder.AGE, True),
    "hits": (CacheOrder.HITS, False),
    "misses": (CacheOrder.MISSES, False),
    "stale": (CacheOrder.STALE, False),
}
"""By a column's key: what to sort by, and whether that is the other way round."""


def order_of(key: str, *, descending: bool) -> tuple[CacheOrder, bool]:
    """Return what to ask for where a table is sorted by this column: the order, and whether it descends."""
    if key not in ORDERS:
        return OWN_ORDER
    order, turned = ORDERS[key]
    return order, descending != turned


def cached_user_name(user: CachedUser) -> str:
    """Return the name, or the id's first digits of one who is not in the database."""
    return user.name or f"user {str(user.user_id)[:8]}"


def cache_columns(clock: Callable[[], float]) -> tuple[Column[PlaceLine], ...]:
    """Return the columns; `clock` gives monotonic seconds, the same that the worker's answers are stamped with."""
    return (
        Column(
            "name",
            str(QT_TRANSLATE_NOOP("Columns", "User")),
            0,
            text=lambda line: cached_user_name(line.user),
            tip=lambda line: f"{cached_user_name(line.user)}\n{line.user.user_id}",
            order_by="name",
            meaning=str(
                QT_TRANSLATE_NOOP("Columns", "Who has a place in the cache: somebody to whom was sent lately.")
            ),
        ),
        Column(
            "state",
            str(QT_TRANSLATE_NOOP("Columns", "State")),
            132,
            text=lambda line: pill_text(line, clock()),
            tip=lambda line: state_meaning(line.state(clock())),
            order_by="state",
            role=lambda line: STATES[line.state(clock())].role,
            least=120,
            meaning=str(
                QT_TRANSLATE_NOOP(
                    "Columns", "Whether the user's subscriptions are held, are being read, or must be read."
                )
            ),
        ),
        Column(
            "generation",
            str(QT_TRANSLATE_NOOP("Columns", "Generation")),
            112,
            text=lambda line: f"{line.place.generation:,}",
            tip=lambda _line: generation_help(),
            order_by="generation",
            right_aligned=True,
            least=108,
            meaning=GENERATION_HELP,
            descends=True,
        ),
        _number(
            "rows",
            str(QT_TRANSLATE_NOOP("Columns", "Held")),
            60,
            lambda line: line.place.rows,
            str(QT_TRANSLATE_NOOP("Columns", "The user's subscriptions that are held in memory.")),
        ),
        Column(
            _AGE,
            str(QT_TRANSLATE_NOOP("Columns", "Age")),
            68,
            text=lambda line: age_words(line, clock()),
            tip=lambda _line: translate("Columns", "Since the subscriptions were read."),
            order_by=_AGE,
            right_aligned=True,
            muted=True,
            least=54,
            meaning=str(
                QT_TRANSLATE_NOOP("Columns", "How long ago the subscriptions were read, in minutes and seconds.")
            ),
            descends=True,
        ),
        Column(
            _LEFT,
            str(QT_TRANSLATE_NOOP("Columns", "Left")),
            78,
            text=lambda line: left_words(line, clock()),
            tip=lambda _line: translate("Columns", "Then the next push to the user reads the database."),
            order_by=_LEFT,
            right_aligned=True,
            least=64,
            meaning=str(
                QT_TRANSLATE_NOOP(
                    "Columns", "For how much longer they are served from memory; then a push reads again."
                )
            ),
        ),
        _number(
            "hits",
            str(QT_TRANSLATE_NOOP("Columns", "Hits")),
            68,
            lambda line: line.place.hits,
            str(QT_TRANSLATE_NOOP("Columns", "Dispatches to the user that were served from memory.")),
        ),
        _number(
            "misses",
            str(QT_TRANSLATE_NOOP("Columns", "Misses")),
            72,
            lambda line: line.place.misses,
            str(QT_TRANSLATE_NOOP("Columns", "Reads of the database that were started for the user.")),
            least=66,
            tip=_misses_tip,
        ),
        _number(
            "stale",
            str(QT_TRANSLATE_NOOP("Columns", "Stale")),
            64,
            lambda line: line.place.stale_discarded,
            str(
                QT_TRANSLATE_NOOP(
                    "Columns",
                    "Reads that were discarded: they began before an invalidation and may hold what is no longer so.",
                )
            ),
        ),
    )


def _number(
    key: str,
    title: str,
    width: int,
    value: Callable[[PlaceLine], int],
    meaning: str,
    *,
    least: int = 56,
    tip: Callable[[PlaceLine], str] | None = None,
) -> Column[PlaceLine]:
    return Column(
        key,
        title,
        width,
        text=lambda line: f"{value(line):,}",
        tip=tip or (lambda _line: translated(meaning)),
        order_by=key,
        right_aligned=True,
        least=least,
        meaning=meaning,
        descends=True,
    )


def _misses_tip(line: PlaceLine) -> str:
    told = [translate("Columns", "Reads of the database that were started for the user.")]
    if line.place.joins:
        callers = counted(line.place.joins, translate("Columns", "caller"), translate("Columns", "callers"))
        told.append(translate("Columns", "{callers} shared one instead of starting another.").format(callers=callers))
    return "\n".join(told)
