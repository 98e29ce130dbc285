"""What can happen to a user in the timeline: each kind's word, its colour, and a sentence that explains it.

Runs on: any
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.timeline import Kind

GENERATION: Final = str(
    QT_TRANSLATE_NOOP(
        "Timeline",
        "A user's generation moves on whenever what was read before may no longer be true. Only a read that ends in "
        "the generation in which it began is kept.",
    )
)
"""What the word means, for somebody who has never heard it."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """How one kind of row is called.

    Attributes:
        word: What happened, in a word or two.
        meaning: One sentence that explains the kind.
        role: Of its colour: "", "ok", "warn", "bad", "accent" or "muted".
    """

    word: str
    meaning: str
    role: str = ""


def _kind(word: object, meaning: object, role: str = "") -> KindWords:
    return KindWords(str(word), str(meaning), role)


KINDS: Final[dict[Kind, KindWords]] = {
    Kind.READ: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Read began"),
        QT_TRANSLATE_NOOP("Timeline", "A miss: nothing fresh was in memory, so the database is asked."),
    ),
    Kind.JOINED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Joined"),
        QT_TRANSLATE_NOOP("Timeline", "Somebody else wanted the same rows meanwhile, and waits for the one read."),
    ),
    Kind.KEPT: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Read kept"),
        QT_TRANSLATE_NOOP(
            "Timeline", "A read ended in the generation in which it began: nothing had changed meanwhile."
        ),
        "ok",
    ),
    Kind.DISCARDED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Discarded"),
        QT_TRANSLATE_NOOP(
            "Timeline", "The guard at work: a read that a change overtook answers who waited for it, and is not kept."
        ),
        "warn",
    ),
    Kind.FAILED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Read failed"),
        QT_TRANSLATE_NOOP("Timeline", "The database refused: nothing is kept, and whoever asks next reads anew."),
        "bad",
    ),
    Kind.HIT: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Hit"),
        QT_TRANSLATE_NOOP("Timeline", "The rows were in memory: the database was not asked."),
        "ok",
    ),
    Kind.INVALIDATED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Invalidated"),
        QT_TRANSLATE_NOOP("Timeline", "What was known of the user was dropped: by a change of the rows, or by hand."),
        "accent",
    ),
    Kind.PRUNED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Shortened"),
        QT_TRANSLATE_NOOP("Timeline", "Rows that have ended were taken out of memory; the others stay there."),
        "accent",
    ),
    Kind.EVICTED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Evicted"),
        QT_TRANSLATE_NOOP("Timeline", "The cache is bounded: who was not asked for for the longest time goes first."),
        "muted",
    ),
    Kind.CLEARED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Cleared"),
        QT_TRANSLATE_NOOP("Timeline", "What was known of everybody was dropped."),
        "accent",
    ),
    Kind.DISPATCH: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Dispatch"),
        QT_TRANSLATE_NOOP("Timeline", "One message for this user: a push for each of their subscriptions."),
    ),
    Kind.PUSHES: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Answered"),
        QT_TRANSLATE_NOOP("Timeline", "What became of pushes, those of one dispatch or of several at once."),
    ),
    Kind.FINISHED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Finished"),
        QT_TRANSLATE_NOOP("Timeline", "Every push of a dispatch has its answer."),
        "muted",
    ),
    Kind.DELETED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Pruned"),
        QT_TRANSLATE_NOOP("Timeline", "Rows of subscriptions that have ended are deleted from the database."),
        "warn",
    ),
    Kind.CHANGED: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Written"),
        QT_TRANSLATE_NOOP("Timeline", "Somebody changed the rows of this user in the database."),
        "muted",
    ),
    Kind.LOST: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Lost"),
        QT_TRANSLATE_NOOP("Timeline", "The window was too busy to take every event; counters miss nothing."),
        "bad",
    ),
    Kind.LEFT_OUT: _kind(
        QT_TRANSLATE_NOOP("Timeline", "Left out"),
        QT_TRANSLATE_NOOP("Timeline", "More happened at once than could be read."),
        "muted",
    ),
}
