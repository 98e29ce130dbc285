"""What became of a push, in the words and colours of every view: pills, bars, sentences, and counts of many.

Runs on: GUI thread
"""

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.columns import translate, translated
from webpush_admin.push.answer import Outcome

OUTCOME_ROLES: Final[dict[Outcome, str]] = {
    Outcome.ACCEPTED: "ok",
    Outcome.GONE: "warn",
    Outcome.REJECTED: "bad",
    Outcome.UNREACHABLE: "bad",
    Outcome.BLOCKED: "bad",
    Outcome.NOT_SENT: "muted",
    Outcome.UNKNOWN: "warn",
}

FAILED_OUTCOMES: Final = tuple(outcome for outcome in Outcome if outcome not in (Outcome.ACCEPTED, Outcome.GONE))
"""What a filter for failed ones finds: gone ones are housekeeping."""

_OUTCOME_TIPS: Final[dict[Outcome, str]] = {
    Outcome.ACCEPTED: str(
        QT_TRANSLATE_NOOP("Columns", "The push service took it; that does not mean that somebody has seen it.")
    ),
    Outcome.GONE: str(QT_TRANSLATE_NOOP("Columns", "The subscription has ended.")),
    Outcome.REJECTED: str(QT_TRANSLATE_NOOP("Columns", "The push service answered that it did not take it.")),
    Outcome.UNREACHABLE: str(
        QT_TRANSLATE_NOOP("Columns", "No complete answer came; where the request was under way it may have arrived.")
    ),
    Outcome.BLOCKED: str(QT_TRANSLATE_NOOP("Columns", "It was refused here, before anything went out.")),
    Outcome.NOT_SENT: str(QT_TRANSLATE_NOOP("Columns", "Stopped, or held back, before the request went out.")),
    Outcome.UNKNOWN: str(
        QT_TRANSLATE_NOOP("Columns", "The program ended before the answer was written down: it may have arrived.")
    ),
}

_MARKED: Final = (
    QT_TRANSLATE_NOOP("Columns", "accepted"),
    QT_TRANSLATE_NOOP("Columns", "gone"),
    QT_TRANSLATE_NOOP("Columns", "rejected"),
    QT_TRANSLATE_NOOP("Columns", "unreachable"),
    QT_TRANSLATE_NOOP("Columns", "blocked"),
    QT_TRANSLATE_NOOP("Columns", "not sent"),
    QT_TRANSLATE_NOOP("Columns", "unknown, may have arrived"),
)
"""The words of `Outcome`, where the translator's tools find them."""


def outcome_text(outcome: Outcome | None, *, pruned: bool = False, held: bool = False) -> str:
    """Return the outcome as its pill says it; None is a push that is under way."""
    if outcome is None:
        return translate("Columns", "under way")
    if outcome is Outcome.UNKNOWN:
        # A pill has no room for the rest; the tooltip says it.
        return translate("Columns", "unknown")
    if pruned:
        return translate("Columns", "gone: removed")
    return translate("Columns", "gone: held") if held else translated(outcome.value)


def outcome_role(outcome: Outcome | None) -> str:
    """Return the role of the pill: "ok", "warn", "bad" or "muted"."""
    return "muted" if outcome is None else OUTCOME_ROLES[outcome]


def outcome_tip(outcome: Outcome | None, *, pruned: bool = False, held: bool = False) -> str:
    """Return what the outcome means, in a sentence or two."""
    if outcome is None:
        return translate("Columns", "No answer has come yet.")
    if pruned:
        more = translate("Columns", "Its row was deleted.")
    elif held:
        more = translate("Columns", "Its row was kept until somebody is asked: too many were gone at once.")
    else:
        more = ""
    return " ".join(part for part in (translated(_OUTCOME_TIPS[outcome]), more) if part)


def told(counts: Mapping[Outcome, int]) -> str:
    """Return counts in words: "3 accepted, 1 gone, 2 rejected"."""
    return ", ".join(f"{counts[outcome]:,} {translated(outcome.value)}" for outcome in Outcome if counts.get(outcome))


def shares(counts: Iterable[tuple[Outcome, int]], whole: int = 0) -> list[tuple[str, int]]:
    """Return how much of a bar each role takes, the good first; what is missing to `whole` is muted.

    Args:
        counts: How many have which outcome.
        whole: How many there should be.
    """
    by_role = dict.fromkeys(("ok", "warn", "bad", "muted"), 0)
    for outcome, count in counts:
        by_role[OUTCOME_ROLES[outcome]] += count
    by_role["muted"] += max(0, whole - sum(by_role.values()))
    return [(role, count) for role, count in by_role.items() if count]
