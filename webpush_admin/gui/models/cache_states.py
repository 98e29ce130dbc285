"""The states of a user's place in the cache in words, and the times that go on between two answers of the worker.

Runs on: GUI thread
"""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.cache_records import CachedUser
from webpush_admin.gui.models.columns import translate, translated
from webpush_admin.push.places import Place, PlaceState

NO_TIME: Final = "–"
"""Where nothing is held there is neither age nor time left."""


@dataclass(frozen=True, slots=True)
class StateWords:
    """One state as the operator reads it, in the language of the source; see `state_word` and `state_meaning`.

    Attributes:
        word: In its pill, and in the filter.
        role: The pill's colour.
        meaning: One sentence.
    """

    word: str
    role: str
    meaning: str


STATES: Final[dict[PlaceState, StateWords]] = {
    PlaceState.FRESH: StateWords(
        str(QT_TRANSLATE_NOOP("Columns", "fresh")),
        "ok",
        str(QT_TRANSLATE_NOOP("Columns", "Held in memory: a push to the user reads no database.")),
    ),
    PlaceState.READING: StateWords(
        str(QT_TRANSLATE_NOOP("Columns", "reading")),
        "busy",
        str(QT_TRANSLATE_NOOP("Columns", "The user's subscriptions are being read from the database.")),
    ),
    PlaceState.SHARED: StateWords(
        str(QT_TRANSLATE_NOOP("Columns", "shared")),
        "busy",
        str(QT_TRANSLATE_NOOP("Columns", "Several callers wait for one read of the database.")),
    ),
    PlaceState.EXPIRED: StateWords(
        str(QT_TRANSLATE_NOOP("Columns", "expired")),
        "muted",
        str(QT_TRANSLATE_NOOP("Columns", "The time is up: the next push reads the database again.")),
    ),
    PlaceState.INVALIDATED: StateWords(
        str(QT_TRANSLATE_NOOP("Columns", "invalidated")),
        "warn",
        str(
            QT_TRANSLATE_NOOP(
                "Columns", "What was known must not be believed any more: the next push reads the database."
            )
        ),
    ),
    PlaceState.EMPTIED: StateWords(
        str(QT_TRANSLATE_NOOP("Columns", "emptied")),
        "muted",
        str(
            QT_TRANSLATE_NOOP(
                "Columns", "Every subscription was pruned: the next push looks whether there are new ones."
            )
        ),
    ),
    PlaceState.FAILED: StateWords(
        str(QT_TRANSLATE_NOOP("Columns", "read failed")),
        "bad",
        str(QT_TRANSLATE_NOOP("Columns", "The database refused, and nothing is held: the next push tries again.")),
    ),
}


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One user's place as it was when the worker told it; it ages from there on.

    Attributes:
        user: What was told.
        taken_s: Monotonic seconds at which it was so.
    """

    user: CachedUser
    taken_s: float

    @property
    def place(self) -> Place:
        """The place as it was told."""
        return self.user.place

    def age_s(self, now_s: float) -> float | None:
        """Return how long the rows have been held by now, None where none are."""
        age_s = self.place.age_s
        return None if age_s is None else age_s + max(0.0, now_s - self.taken_s)

    def left_s(self, now_s: float) -> float | None:
        """Return for how much longer they are served, 0.0 where they have expired, None where none are held."""
        left_s = self.place.left_s
        return None if left_s is None else max(0.0, left_s - max(0.0, now_s - self.taken_s))

    def state(self, now_s: float) -> PlaceState:
        """Return the state by now: what was fresh may have expired since."""
        state = self.place.state
        return PlaceState.EXPIRED if state is PlaceState.FRESH and self.left_s(now_s) == 0.0 else state

    def share_left(self, now_s: float) -> float | None:
        """Return how much of its time is left, 0.0 to 1.0; None where nothing is held."""
        age_s, left_s = self.age_s(now_s), self.left_s(now_s)
        if age_s is None or left_s is None:
            return None
        return left_s / (age_s + left_s) if age_s + left_s > 0 else 0.0


def state_word(state: PlaceState) -> str:
    """Return the word of a state."""
    return translated(STATES[state].word)


def state_meaning(state: PlaceState) -> str:
    """Return what a state means, in one sentence."""
    return translated(STATES[state].meaning)


def pill_text(line: PlaceLine, now_s: float) -> str:
    """Return what the pill of a place says: "fresh", "shared by 3"."""
    state = line.state(now_s)
    if state is PlaceState.SHARED:
        return translate("Columns", "shared by {n}").format(n=f"{line.place.waiters:,}")
    return state_word(state)


def clock_words(seconds: float) -> str:
    """Return a time as a clock that runs: "0:07", "2:48", "1:02:48"."""
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"


def age_words(line: PlaceLine, now_s: float) -> str:
    """Return the age as a clock, whole seconds that have passed."""
    age_s = line.age_s(now_s)
    return NO_TIME if age_s is None else clock_words(age_s)


def left_words(line: PlaceLine, now_s: float) -> str:
    """Return the time left as a clock; at zero "expired". Rounded up: together with the age it is the whole time."""
    left_s = line.left_s(now_s)
    if left_s is None:
        return NO_TIME
    return clock_words(math.ceil(left_s)) if left_s > 0 else state_word(PlaceState.EXPIRED)
