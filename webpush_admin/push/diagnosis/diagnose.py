"""Finds the rule that speaks of an answer: those of its service first, then those of the RFCs.

Runs on: any
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from webpush_admin.push.answer import ACCEPTED_STATUSES, Answer, Diagnosis
from webpush_admin.push.diagnosis.answered import Answered
from webpush_admin.push.diagnosis.any_service import ANSWERS, INVALID_HOST, NO_ANSWER
from webpush_admin.push.diagnosis.apple import APPLE
from webpush_admin.push.diagnosis.fcm import FCM
from webpush_admin.push.diagnosis.mozilla import MOZILLA
from webpush_admin.push.diagnosis.rule import ANY_SERVICE, GONE_FOR_GOOD, Rule
from webpush_admin.push.diagnosis.wns import WNS
from webpush_admin.push.policy import is_loopback_name
from webpush_admin.push.services import SERVICES_BY_ID, is_gone_for_good, service_for

RULES: Final[tuple[Rule, ...]] = (*MOZILLA, *FCM, *APPLE, *WNS, *ANSWERS, *NO_ANSWER, INVALID_HOST)

IMITATES: Final = "sandbox-imitates"
"""The header with which an answer on loopback says whose it imitates: the id of a service."""

_TELLS_OF_ACCEPTED: Final = "x-wns-status"
"""The only header that says more of an accepted push than its status."""


def _by_status(service: str) -> dict[int | None, tuple[Rule, ...]]:
    """Return a service's rules, the narrowest first, by status; None for answers that never came."""
    found: dict[int | None, list[Rule]] = {}
    for rule in sorted(RULES, key=lambda rule: -rule.narrowness):
        if rule.service == service:
            for status in (*rule.statuses, *([None] if rule.failures else [])):
                found.setdefault(status, []).append(rule)
    return {status: tuple(rules) for status, rules in found.items()}


_OF_SERVICE: Final = {service: _by_status(service) for service in {rule.service for rule in RULES}}
_OF_ANYBODY: Final = _OF_SERVICE[ANY_SERVICE]
_OTHER: Final = tuple(rule for rule in ANSWERS if not rule.statuses)
_BY_NAME: Final = {rule.name: rule for rule in RULES}


def diagnose(
    host: str, answer: Answer, *, first_404_at: datetime | None = None, now: datetime | None = None
) -> Diagnosis | None:
    """Return what an answer means, None for a push that was plainly accepted. Never raises, whatever was answered.

    Args:
        host: Of the endpoint, in lower case.
        answer: What came back; its body and headers are hostile.
        first_404_at: Aware; when the first of the 404s began that the row has had in a row, None where there was none.
        now: Aware; the current time where left out.
    """
    status = answer.status
    if status in ACCEPTED_STATUSES and not _tells_more(answer.headers):
        return None
    answered = Answered(answer, first_404_at, now)
    found = _narrowest(_OF_SERVICE.get(_service(host, answer), {}).get(status, ()), answered)
    if found is None and status not in ACCEPTED_STATUSES:
        found = _narrowest(_OF_ANYBODY.get(status, _OTHER), answered)
    return None if found is None else found.diagnosis


def diagnosis_called(rule_name: str) -> Diagnosis | None:
    """Return what a rule says, by the name that the history has kept; None where there is no such rule any more."""
    rule = _BY_NAME.get(rule_name)
    return None if rule is None else rule.diagnosis


def rule_service(rule_name: str) -> str:
    """Return the name of the service whose rule it is; "" for the rules of the RFCs, and where there is none."""
    rule = _BY_NAME.get(rule_name)
    service = None if rule is None else SERVICES_BY_ID.get(rule.service)
    return "" if service is None else service.name


def gone_for_good(host: str) -> Diagnosis | None:
    """Return the diagnosis of a row that is pruned without being sent to, None for every other host."""
    return INVALID_HOST.diagnosis if is_gone_for_good(host) else None


def _service(host: str, answer: Answer) -> str:
    """Return the id of the service whose rules speak of an answer from this host."""
    if is_gone_for_good(host):
        return GONE_FOR_GOOD
    if is_loopback_name(host):
        imitated = next((value for name, value in answer.headers if name == IMITATES), "")
        return imitated if imitated in SERVICES_BY_ID else ANY_SERVICE
    known = service_for(host)
    return ANY_SERVICE if known is None else known.id


def _tells_more(headers: Sequence[tuple[str, str]]) -> bool:
    # A plain loop: this is asked once for each push that is accepted.
    for name, _ in headers:  # noqa: SIM110  any() makes a generator, which takes three times as long
        if name == _TELLS_OF_ACCEPTED:
            return True
    return False


def _narrowest(rules: Sequence[Rule], answered: Answered) -> Rule | None:
    return next((rule for rule in rules if answered.fulfils(rule)), None)
