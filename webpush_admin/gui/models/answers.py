"""One answer of a push service as every list tells it: what came, what it means, what can be done about it.

Runs on: any
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Final

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.inspector import action_words
from webpush_admin.gui.models.outcomes import outcome_role, outcome_text, outcome_tip
from webpush_admin.gui.models.words import exact_utc, milliseconds
from webpush_admin.gui.text import SHOWN_CHARACTERS, display_text
from webpush_admin.push.answer import Delivery, Diagnosis, DiagnosisAction, Outcome
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.subscription import endpoint_tail
from webpush_admin.store.history_rows import DeliveryRow


class Remedy(Enum):
    """What a button does about an answer."""

    PRUNE = "prune"
    RETRY = "retry"
    MARK = "mark"
    UNMARK = "unmark"
    KEYS = "keys"
    SHORTEN = "shorten"
    CHANGE = "change"


_REMEDIES: Final[dict[DiagnosisAction, tuple[Remedy, ...]]] = {
    DiagnosisAction.NOTHING: (),
    DiagnosisAction.PRUNE: (Remedy.PRUNE,),
    DiagnosisAction.RETRY: (Remedy.RETRY,),
    DiagnosisAction.RESUBSCRIBE: (Remedy.KEYS, Remedy.MARK),
    DiagnosisAction.FIX_KEY: (Remedy.KEYS, Remedy.RETRY),
    DiagnosisAction.FIX_CLAIMS: (Remedy.KEYS, Remedy.RETRY),
    DiagnosisAction.FIX_HEADER: (Remedy.CHANGE, Remedy.RETRY),
    DiagnosisAction.SHRINK: (Remedy.SHORTEN,),
    DiagnosisAction.QUARANTINE: (Remedy.MARK, Remedy.RETRY),
    DiagnosisAction.SHOW: (Remedy.RETRY,),
}
"""The buttons of a diagnosis, the first one first."""

WRITES: Final = frozenset({Remedy.PRUNE, Remedy.MARK, Remedy.UNMARK})
"""What cannot be done where the database is read-only."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer, from a send that has just been or from the history.

    Attributes:
        subscription_id: The row, None where it has none.
        host, tail: Of the endpoint.
        at: Aware UTC.
        outcome: None while it is under way.
        gone_left: The service said gone, and nobody is about to delete the row.
        resting_until: Aware UTC, None where its push service does not rest.
    """

    subscription_id: int | None
    host: str
    tail: str
    at: datetime
    outcome: Outcome | None
    status: int | None
    reason: str
    body: str
    elapsed_s: float
    attempts: int
    diagnosis: Diagnosis | None
    pruned: bool
    held: bool
    gone_left: bool
    resting_until: datetime | None = None


def of_delivery(delivery: Delivery, at: datetime, *, gone_left: bool) -> Told:
    """Return what a send that has just been tells."""
    row = delivery.subscription
    return Told(
        row.id,
        row.host,
        endpoint_tail(row.endpoint),
        at,
        delivery.outcome,
        delivery.status,
        delivery.reason,
        delivery.body,
        delivery.elapsed_s,
        delivery.attempts,
        delivery.diagnosis,
        delivery.pruned,
        delivery.held,
        gone_left,
        delivery.resting_until,
    )


def of_row(row: DeliveryRow) -> Told:
    """Return what the history tells of a subscription that is still there."""
    gone_left = row.outcome is Outcome.GONE and not row.pruned and row.subscription_id is not None
    return Told(
        row.subscription_id,
        row.host,
        row.tail,
        row.at,
        row.outcome,
        row.status,
        row.reason,
        row.body,
        row.elapsed_s,
        row.attempts,
        diagnosis_called(row.rule) if row.rule else None,
        row.pruned,
        row.held,
        gone_left,
    )


def answer_text(told: Told) -> str:
    """Return what its pill says: "201 accepted", "410 gone: removed"."""
    word = outcome_text(told.outcome, pruned=told.pruned, held=told.held)
    return word if told.status is None else f"{told.status} {word}"


def answer_role(told: Told) -> str:
    """Return the role of its pill."""
    return outcome_role(told.outcome)


def meaning_text(told: Told) -> str:
    """Return in a few words what it means and what is to be done, "" where it was plainly accepted."""
    diagnosis = told.diagnosis
    if told.resting_until is not None:
        meaning = diagnosis.meaning if diagnosis is not None else ""
        return ": ".join(part for part in (meaning, resting_text(told.resting_until)) if part)
    if diagnosis is None:
        return " ".join(part for part in (told.reason, told.body) if part)
    # What has been done already is not asked for: the pill says it.
    done = told.pruned or (diagnosis.action is DiagnosisAction.PRUNE and not told.gone_left)
    advice = "" if done else action_words(diagnosis.action)
    return ": ".join(part for part in (diagnosis.meaning, advice) if part)


def resting_text(until: datetime) -> str:
    """Return that a push service is left alone, and until when."""
    return translate("Answers", "its push service rests until {time} UTC").format(
        time=f"{until.astimezone(UTC):%H:%M:%S}"
    )


def tries_text(told: Told) -> str:
    """Return how long it took, and how often it was tried where that was more than once: "38 ms, 3 tries"."""
    tries = translate("Answers", "{n} tries").format(n=told.attempts) if told.attempts > 1 else ""
    return ", ".join(part for part in (milliseconds(told.elapsed_s), tries) if part)


def headline(told: Told) -> str:
    """Return answer and meaning in one line: "403 rejected: subscribed with another key"."""
    meaning = told.diagnosis.meaning if told.diagnosis is not None else ""
    return ": ".join(part for part in (answer_text(told), meaning) if part)


def explained(told: Told) -> list[str]:
    """Return cause and remedy, or the reason; a sentence each."""
    resting = resting_text(told.resting_until) if told.resting_until is not None else ""
    resting = f"{resting[:1].upper()}{resting[1:]}." if resting else ""
    diagnosis = told.diagnosis
    if diagnosis is None:
        meant = told.reason or outcome_tip(told.outcome, pruned=told.pruned, held=told.held)
        return [part for part in (meant, resting) if part]
    # A rule speaks of the row as a send leaves it; this one may have been left by a test.
    remedy = _about_row(told) or diagnosis.remedy
    return [part for part in (diagnosis.cause, remedy, resting) if part]


def _about_row(told: Told) -> str:
    if told.held:
        return translate("Answers", "Its row was kept: too many were gone at once.")
    if told.gone_left:
        return translate("Answers", "Its row is still there: prune it.")
    return ""


def said(told: Told) -> list[str]:
    """Return the service's own words, in pieces that are not cut off."""
    return [told.body[at : at + SHOWN_CHARACTERS] for at in range(0, len(told.body), SHOWN_CHARACTERS)]


def in_full(told: Told) -> str:
    """Return everything about it, in lines."""
    head = " ".join(part for part in (answer_text(told), tries_text(told)) if part)
    meaning = told.diagnosis.meaning if told.diagnosis is not None else ""
    reason = told.reason if told.diagnosis is not None else ""
    parts = (exact_utc(told.at), head, meaning, *explained(told), reason, *said(told))
    return "\n".join(part for part in parts if part)


def remedies(told: Told, *, suspect: bool = False) -> tuple[Remedy, ...]:
    """Return what can be done about it with a button.

    Args:
        told: The answer.
        suspect: Somebody has marked the row already.
    """
    if told.pruned or told.outcome is None or told.subscription_id is None:
        return ()
    if told.gone_left:
        return (Remedy.PRUNE,)
    if told.diagnosis is not None:
        wanted: Sequence[Remedy] = _REMEDIES[told.diagnosis.action]
        if told.diagnosis.action is DiagnosisAction.PRUNE:
            # Whoever sent it has deleted the row, or found it to be another by now.
            wanted = ()
    else:
        wanted = () if told.outcome in (Outcome.ACCEPTED, Outcome.GONE) else (Remedy.RETRY,)
    return tuple(Remedy.UNMARK if suspect and one is Remedy.MARK else one for one in wanted)


def remedy_text(remedy: Remedy, told: Told) -> str:
    """Return what the button says; what is lost is named."""
    return {
        Remedy.PRUNE: translate("Answers", "Prune …{tail}").format(tail=display_text(told.tail)),
        Remedy.RETRY: translate("Answers", "Retry now"),
        Remedy.MARK: translate("Answers", "Mark suspect"),
        Remedy.UNMARK: translate("Answers", "Unmark"),
        Remedy.KEYS: translate("Answers", "Open keys"),
        Remedy.SHORTEN: translate("Answers", "Shorten"),
        Remedy.CHANGE: translate("Answers", "Change the message"),
    }[remedy]


def remedy_tip(remedy: Remedy) -> str:
    """Return what a click does, in a sentence."""
    return {
        Remedy.PRUNE: translate("Answers", "Delete this subscription, after asking."),
        Remedy.RETRY: translate("Answers", "Send the test message to this subscription again."),
        Remedy.MARK: translate("Answers", "Mark the subscription as perhaps gone, to be watched."),
        Remedy.UNMARK: translate("Answers", "The subscription is not suspect any more."),
        Remedy.KEYS: translate("Answers", "Show the VAPID key pair and the subject."),
        Remedy.SHORTEN: translate("Answers", "Write a shorter message."),
        Remedy.CHANGE: translate("Answers", "Look at TTL, urgency and topic of the message."),
    }[remedy]
