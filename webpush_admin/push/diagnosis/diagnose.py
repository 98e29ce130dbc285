"""Finds the rule that speaks of an answer: those of its service first, then those of the RFCs.

Runs on: any
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from webpush_admin.push.answer import ACCEPTED_STATUSES, Answer, Diagnosis
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

READ_BYTES: Final = 4096
"""Of a body: more is never looked at."""

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


class _Looked:
    """One answer, whose body is read when a rule asks for it, and once."""

    __slots__ = ("_answer", "_errno", "_first_404_at", "_now", "_text")

    def __init__(self, answer: Answer, first_404_at: datetime | None, now: datetime | None) -> None:
        self._answer = answer
        self._first_404_at = first_404_at
        self._now = now
        self._text: str | None = None
        self._errno: int | None = None

    def fits(self, rule: Rule) -> bool:
        """Whether everything is there that a rule of this status names."""
        if rule.failures and self._answer.failure not in rule.failures:
            return False
        if rule.headers and not all(self._has(name, words) for name, words in rule.headers):
            return False
        if rule.again_after is not None:
            now = self._now or datetime.now(UTC)
            if self._first_404_at is None or now - self._first_404_at < rule.again_after:
                return False
        if rule.texts:
            text = self._body()
            if not any(wanted in text for wanted in rule.texts):
                return False
        if rule.errnos:
            self._body()
            return self._errno in rule.errnos
        return True

    def _has(self, name: str, words: tuple[str, ...]) -> bool:
        values = [value.casefold() for known, value in self._answer.headers if known == name]
        return any(not words or any(word in value for word in words) for value in values)

    def _body(self) -> str:
        if self._text is None:
            text = self._answer.body[:READ_BYTES].decode("utf-8", "replace")
            self._text = text.casefold()
            self._errno = _errno(text)
        return self._text


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
    looked = _Looked(answer, first_404_at, now)
    service = _service(host, answer)
    if service in _OF_SERVICE:
        found = _narrowest(_OF_SERVICE[service].get(status, ()), looked)
        if found is not None:
            return found.diagnosis
    if status in ACCEPTED_STATUSES:
        return None
    found = _narrowest(_OF_ANYBODY.get(status, _OTHER), looked)
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
        return next((value for name, value in answer.headers if name == IMITATES), ANY_SERVICE)
    known = service_for(host)
    return ANY_SERVICE if known is None else known.id


def _tells_more(headers: Sequence[tuple[str, str]]) -> bool:
    # A plain loop: this is asked once for each push that is accepted.
    for name, _ in headers:  # noqa: SIM110  any() makes a generator, which takes three times as long
        if name == _TELLS_OF_ACCEPTED:
            return True
    return False


def _narrowest(rules: Sequence[Rule], looked: _Looked) -> Rule | None:
    return next((rule for rule in rules if looked.fits(rule)), None)


def _errno(text: str) -> int | None:
    """Return the `errno` of a JSON object, None where the text is anything else."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    number = told.get("errno") if isinstance(told, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
