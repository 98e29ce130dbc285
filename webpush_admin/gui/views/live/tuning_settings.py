"""The settings of the running dispatcher as data: what each is called, does, shows and warns of.

Runs on: GUI thread
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.tuning import Tuned
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.views.live.tuning_effects import (
    Effect,
    State,
    at_once_effect,
    bound_effect,
    lanes_effect,
    rate_effect,
    ttl_effect,
)
from webpush_admin.gui.widgets.figures import duration, grouped
from webpush_admin.push.tuning import Tuning

_LEAST_TTL_S: Final = 5
_FEW_USERS: Final = 100
_FEW_LANES: Final = 8
_MANY_PUSHES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        name: Its attribute in `Tuning`.
        title: What it is called.
        suffix: The unit, "" for a count.
        step: Of the arrow keys.
        meaning: One sentence: what it does and when to change it.
        counts: One sentence: what the number beside it counts.
        effect: What it does now.
        note: What a value would lead to that somebody may not expect, "" for nothing.
        told: Begins the sentence that tells the change, with {now} and {before}.
        at_once: What the change did at once, in words; "" for nothing.
        zero: What 0 means, "" where it is not allowed.
    """

    name: str
    title: str
    suffix: str
    step: int
    meaning: str
    counts: str
    effect: Callable[[State], Effect]
    note: Callable[[Tuning, State], str]
    told: str
    at_once: Callable[[Tuned], str] = lambda _tuned: ""
    zero: str = ""

    @property
    def shown_suffix(self) -> str:
        """The unit in the operator's language."""
        return translate("Tuning", self.suffix) if self.suffix else ""

    def value(self, tuning: Tuning) -> int:
        """Return the whole number that its field shows; a part of one is not the 0 that means no limit."""
        value: float = getattr(tuning, self.name)
        return math.ceil(value)

    def words(self, tuning: Tuning) -> str:
        """Return its value with the unit."""
        value = self.value(tuning)
        if not value and self.zero:
            return translate("Tuning", self.zero)
        return f"{grouped(value)}{self.shown_suffix}"


def changes(tuned: Tuned) -> str:
    """Return what was changed, before and after, and what that did at once."""
    sentences = []
    for setting in SETTINGS:
        before, now = setting.words(tuned.before), setting.words(tuned.after)
        if before == now:
            continue
        sentence = translate("Tuning", setting.told).format(now=now, before=before)
        did = setting.at_once(tuned)
        sentences.append(f"{sentence}: {did}." if did else f"{sentence}.")
    return " ".join(sentences)


def _ttl_note(wanted: Tuning, _state: State) -> str:
    if wanted.ttl_s >= _LEAST_TTL_S:
        return ""
    return translate("Tuning", "So short, nearly every push reads the database.")


def _bound_note(wanted: Tuning, state: State) -> str:
    over = state.cache.entries - wanted.max_entries
    if over > 0:
        users = counted(over, translate("Tuning", "user"), translate("Tuning", "users"))
        return translate("Tuning", "{users} will be dropped at once, the least recently used.").format(users=users)
    if wanted.max_entries < _FEW_USERS:
        return translate("Tuning", "With so few, most pushes read the database.")
    return ""


def _lanes_note(wanted: Tuning, _state: State) -> str:
    if wanted.lanes >= _FEW_LANES:
        return ""
    return translate("Tuning", "With so few, one slow push service holds up the pushes to all others.")


def _at_once_note(wanted: Tuning, _state: State) -> str:
    if wanted.at_once > wanted.lanes:
        words = translate("Tuning", "The lanes allow {lanes} at once in all.")
        return words.format(lanes=grouped(wanted.lanes))
    if wanted.at_once == 1:
        return translate("Tuning", "Each push waits for the answer to the one before.")
    return ""


def _rate_note(wanted: Tuning, _state: State) -> str:
    if not wanted.per_second:
        return ""
    words = translate("Tuning", "{many} pushes to one push service take {time} at least.")
    return words.format(many=grouped(_MANY_PUSHES), time=duration(_MANY_PUSHES / wanted.per_second))


def _expired(tuned: Tuned) -> str:
    if not tuned.expired:
        return ""
    users = counted(tuned.expired, translate("Tuning", "user"), translate("Tuning", "users"))
    return translate("Tuning", "{users} expired at once").format(users=users)


def _evicted(tuned: Tuned) -> str:
    if not tuned.evicted:
        return ""
    users = counted(tuned.evicted, translate("Tuning", "user"), translate("Tuning", "users"))
    return translate("Tuning", "{users} dropped at once").format(users=users)


TTL: Final = Setting(
    "ttl_s",
    str(QT_TRANSLATE_NOOP("Tuning", "Time to live (TTL)")),
    str(QT_TRANSLATE_NOOP("Tuning", " s")),
    10,
    str(
        QT_TRANSLATE_NOOP(
            "Tuning",
            "How long a user's rows are served from memory. Longer saves reads; what changes in the database is "
            "noticed within a second anyway.",
        )
    ),
    str(
        QT_TRANSLATE_NOOP(
            "Tuning", "Fresh users are served from memory; expired ones are read again by the next push to them."
        )
    ),
    ttl_effect,
    _ttl_note,
    str(QT_TRANSLATE_NOOP("Tuning", "The TTL is {now} now (was {before})")),
    _expired,
)
BOUND: Final = Setting(
    "max_entries",
    str(QT_TRANSLATE_NOOP("Tuning", "Users held")),
    "",
    1000,
    str(
        QT_TRANSLATE_NOOP(
            "Tuning",
            "How many users the cache holds; then it drops the least recently used. Raise it where users are dropped, "
            "lower it to save memory.",
        )
    ),
    str(QT_TRANSLATE_NOOP("Tuning", "Users whose rows are in memory now, of as many as there may be.")),
    bound_effect,
    _bound_note,
    str(QT_TRANSLATE_NOOP("Tuning", "Users held: at most {now} now (was {before})")),
    _evicted,
)
LANES: Final = Setting(
    "lanes",
    str(QT_TRANSLATE_NOOP("Tuning", "Lanes")),
    "",
    8,
    str(
        QT_TRANSLATE_NOOP(
            "Tuning",
            "Requests under way at once, to all push services together. Raise it where all are busy, lower it to spare "
            "this computer and its network.",
        )
    ),
    str(QT_TRANSLATE_NOOP("Tuning", "Requests that are under way now, of as many as there may be in all.")),
    lanes_effect,
    _lanes_note,
    str(QT_TRANSLATE_NOOP("Tuning", "Lanes: {now} now (was {before})")),
)
AT_ONCE: Final = Setting(
    "at_once",
    str(QT_TRANSLATE_NOOP("Tuning", "At once to one origin")),
    "",
    10,
    str(
        QT_TRANSLATE_NOOP(
            "Tuning",
            "Requests under way at once to one push service. Lower it where one answers slowly, or with 429.",
        )
    ),
    str(QT_TRANSLATE_NOOP("Tuning", "Requests that are under way now to the push service that has most of them.")),
    at_once_effect,
    _at_once_note,
    str(QT_TRANSLATE_NOOP("Tuning", "At once to one origin: {now} now (was {before})")),
)
PER_SECOND: Final = Setting(
    "per_second",
    str(QT_TRANSLATE_NOOP("Tuning", "Rate to one origin")),
    str(QT_TRANSLATE_NOOP("Tuning", " per second")),
    10,
    str(
        QT_TRANSLATE_NOOP(
            "Tuning",
            "Requests begun in a second to one push service. Set it where one answers 429, or where everybody who "
            "clicks would come to your site at once.",
        )
    ),
    str(QT_TRANSLATE_NOOP("Tuning", "Pushes of the last two seconds to the push service that took most of them.")),
    rate_effect,
    _rate_note,
    str(QT_TRANSLATE_NOOP("Tuning", "The rate to one origin is {now} now (was {before})")),
    zero=str(QT_TRANSLATE_NOOP("Tuning", "no limit")),
)

SETTINGS: Final = (TTL, BOUND, LANES, AT_ONCE, PER_SECOND)
"""In the order in which they stand."""
