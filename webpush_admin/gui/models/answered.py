"""What was answered in a stretch of time: how often each diagnosis was found, and what to do about it.

Runs on: GUI thread
"""

from dataclasses import dataclass
from typing import Final

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.outcomes import outcome_text, outcome_tip
from webpush_admin.push.answer import DiagnosisAction, Outcome
from webpush_admin.push.diagnosis import diagnosis_called, rule_service
from webpush_admin.push.stats import PushStats
from webpush_admin.store.history_rows import DeliveryFilter

BLOCKED_RULE: Final = "no-answer-blocked"
"""The only diagnosis of pushes that were blocked; those that our validator refuses have none."""

_ROLES: Final = {
    DiagnosisAction.NOTHING: "muted",
    DiagnosisAction.PRUNE: "warn",
    DiagnosisAction.SHOW: "warn",
    DiagnosisAction.QUARANTINE: "warn",
}
"""Of the bar, by what is to be done; everything else fails until somebody does something."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One diagnosis, or one outcome that has none.

    Attributes:
        name: The diagnosis's rule, or the outcome's word.
        count: How many pushes got it.
        share: Of all lines, 0.0 to 1.0.
        meaning: In a few words.
        service: Whose rule it is, "" for everybody's.
        cause: One sentence, why.
        remedy: One sentence, what to do; "" where there is nothing to do.
        role: Of the bar.
        deliveries: What shows these pushes in the history.
    """

    name: str
    count: int
    share: float
    meaning: str
    service: str
    cause: str
    remedy: str
    role: str
    deliveries: DeliveryFilter


def answered(now: PushStats, since: PushStats) -> list[Answered]:
    """Return what was answered between two readings, the most frequent first."""
    before = dict(since.diagnoses)
    counts = {rule: count - before.get(rule, 0) for rule, count in now.diagnoses}
    # What was refused here, before anything went out, has no diagnosis; without it the sum would not be that of above.
    refused = now.blocked - since.blocked - counts.get(BLOCKED_RULE, 0)
    by_outcome = {Outcome.BLOCKED: refused, Outcome.NOT_SENT: now.not_sent - since.not_sent}
    whole = sum(counts.values()) + sum(by_outcome.values())
    lines = [_of_rule(rule, count, count / whole) for rule, count in counts.items() if count > 0]
    lines += [_of_outcome(outcome, count, count / whole) for outcome, count in by_outcome.items() if count > 0]
    return sorted(lines, key=lambda line: (-line.count, line.name))


def _of_rule(rule: str, count: int, share: float) -> Answered:
    diagnosis = diagnosis_called(rule)
    service = rule_service(rule)
    where = DeliveryFilter(rule=rule)
    if diagnosis is None:
        return Answered(rule, count, share, rule, service, "", "", "bad", where)
    role = _ROLES.get(diagnosis.action, "bad")
    return Answered(rule, count, share, diagnosis.meaning, service, diagnosis.cause, diagnosis.remedy, role, where)


def _of_outcome(outcome: Outcome, count: int, share: float) -> Answered:
    remedy = {
        Outcome.BLOCKED: translate(
            "Answered", "Its endpoint or its keys are not valid: the view Audit finds such rows."
        ),
        Outcome.NOT_SENT: translate("Answered", "Retry the failed ones of the send, in the view History."),
    }[outcome]
    role = "muted" if outcome is Outcome.NOT_SENT else "bad"
    where = DeliveryFilter(outcome=outcome)
    return Answered(outcome.value, count, share, outcome_text(outcome), "", outcome_tip(outcome), remedy, role, where)
