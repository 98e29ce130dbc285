"""The tempers of the sandbox as an operator chooses them: by service, each with the diagnosis to expect.

Runs on: GUI thread
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.inspector import action_words
from webpush_admin.push.answer import Answer, Diagnosis, DiagnosisAction, Failure
from webpush_admin.push.diagnosis import IMITATES, diagnose
from webpush_admin.push.services import SERVICES_BY_ID
from webpush_admin.sandbox.answers.faults import FAULTS
from webpush_admin.sandbox.records import Temper
from webpush_admin.sandbox.tempers import ANSWERS, GROUPS
from webpush_admin.sandbox.wire import HOST

_MARKED: Final = (
    QT_TRANSLATE_NOOP("Tempers", "201 created"),
    QT_TRANSLATE_NOOP("Tempers", "200 ok"),
    QT_TRANSLATE_NOOP("Tempers", "202 accepted"),
    QT_TRANSLATE_NOOP("Tempers", "410 gone"),
    QT_TRANSLATE_NOOP("Tempers", "404 not found"),
    QT_TRANSLATE_NOOP("Tempers", "413 too large"),
    QT_TRANSLATE_NOOP("Tempers", "429 rate limited"),
    QT_TRANSLATE_NOOP("Tempers", "429 for two minutes"),
    QT_TRANSLATE_NOOP("Tempers", "500 server error"),
    QT_TRANSLATE_NOOP("Tempers", "503 unavailable"),
    QT_TRANSLATE_NOOP("Tempers", "400 bad request"),
    QT_TRANSLATE_NOOP("Tempers", "401 unauthorized"),
    QT_TRANSLATE_NOOP("Tempers", "403 forbidden"),
    QT_TRANSLATE_NOOP("Tempers", "403 other key"),
    QT_TRANSLATE_NOOP("Tempers", "405 not allowed"),
    QT_TRANSLATE_NOOP("Tempers", "408 timed out"),
    QT_TRANSLATE_NOOP("Tempers", "422 refused"),
    QT_TRANSLATE_NOOP("Tempers", "302 elsewhere"),
    QT_TRANSLATE_NOOP("Tempers", "204 no content"),
    QT_TRANSLATE_NOOP("Tempers", "slow"),
    QT_TRANSLATE_NOOP("Tempers", "says nothing"),
    QT_TRANSLATE_NOOP("Tempers", "drops the connection"),
    QT_TRANSLATE_NOOP("Tempers", "does not speak HTTP"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 400 crypto keys"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 400 bridge app"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 400 router type"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 400 encoding"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 400 no TTL"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 400 bad TTL"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 400 TTL < 0"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 400 topic"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 401 other key"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 401 audience"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 401 expiry"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 401 no token"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 404 bad token"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 410 expired"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 410 deleted"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 410 withdrawn"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 413 too long"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 502 bridge"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 503 storage"),
    QT_TRANSLATE_NOOP("Tempers", "Mozilla 503 busy"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 400 unauthorized"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 403 other sender"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 403 sender ID"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 403 other key"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 403 audience"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 401 endpoint"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 403 endpoint"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 404 stale"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 410 not registered"),
    QT_TRANSLATE_NOOP("Tempers", "FCM 410 expired"),
    QT_TRANSLATE_NOOP("Tempers", "Apple 400 topic"),
    QT_TRANSLATE_NOOP("Tempers", "Apple 400 TTL"),
    QT_TRANSLATE_NOOP("Tempers", "Apple 400 urgency"),
    QT_TRANSLATE_NOOP("Tempers", "Apple 400 request"),
    QT_TRANSLATE_NOOP("Tempers", "Apple 400 other key"),
    QT_TRANSLATE_NOOP("Tempers", "Apple 403 other key"),
    QT_TRANSLATE_NOOP("Tempers", "Apple 403 token"),
    QT_TRANSLATE_NOOP("Tempers", "Apple 403 public key"),
    QT_TRANSLATE_NOOP("Tempers", "WNS 201 dropped"),
    QT_TRANSLATE_NOOP("Tempers", "WNS 201 throttled"),
    QT_TRANSLATE_NOOP("Tempers", "WNS 201 received"),
    QT_TRANSLATE_NOOP("Tempers", "WNS 400 TTL 0"),
    QT_TRANSLATE_NOOP("Tempers", "WNS 400 headers"),
    QT_TRANSLATE_NOOP("Tempers", "WNS 401 channel"),
    QT_TRANSLATE_NOOP("Tempers", "WNS 403 channel"),
    QT_TRANSLATE_NOOP("Tempers", "WNS 406 throttled"),
)
"""The words of `Temper`, where the translator's tools find them."""

_FAILURES: Final = {Temper.DROP: Failure.BROKEN, Temper.SILENT: Failure.TIMEOUT, Temper.NOT_HTTP: Failure.MALFORMED}
"""How a temper that gives no answer shows on our side."""

_ROLES: Final = {
    DiagnosisAction.NOTHING: "ok",
    DiagnosisAction.SHOW: "warn",
    DiagnosisAction.PRUNE: "warn",
    DiagnosisAction.QUARANTINE: "warn",
}


@dataclass(frozen=True, slots=True)
class TemperGroup:
    """Tempers that belong together.

    Attributes:
        id: For names of widgets.
        title: As a menu shows it, already translated.
        tempers: In the order of their statuses.
    """

    id: str
    title: str
    tempers: tuple[Temper, ...]


def temper_groups() -> tuple[TemperGroup, ...]:
    """Return every temper once: what any service answers, what goes wrong, and each service's own answers."""
    made = []
    for group in GROUPS:
        # By status, as one looks for it; what has none stays as it is.
        tempers = tuple(sorted(group, key=lambda temper: ANSWERS[temper].status or 0))
        service = SERVICES_BY_ID.get(ANSWERS[tempers[0]].imitates)
        if service is not None:
            made.append(TemperGroup(service.id, service.name, tempers))
        elif group is FAULTS:
            made.append(TemperGroup("fault", translate("Tempers", "No answer, or a late one"), tempers))
        else:
            made.append(TemperGroup("any", translate("Tempers", "Any push service"), tempers))
    return tuple(made)


@cache
def expected_diagnosis(temper: Temper) -> Diagnosis | None:
    """Return what an answer of this temper is told as, None for a push that is plainly accepted."""
    answer = ANSWERS[temper]
    headers = tuple((name.lower(), value) for name, value in (*answer.headers, (IMITATES, answer.imitates)))
    failure = _FAILURES.get(temper, Failure.NONE)
    return diagnose(HOST, Answer(answer.status, headers=headers, body=answer.body.encode(), failure=failure))


def temper_name(temper: Temper) -> str:
    """Return how a temper is called in a list of all: "Mozilla 401 other key"."""
    return translate("Tempers", temper.value)


def temper_name_in_group(temper: Temper) -> str:
    """Return how it is called among those of its service: "401 other key"."""
    name = temper_name(temper)
    return name.partition(" ")[2] if ANSWERS[temper].imitates else name


def temper_role(temper: Temper) -> str:
    """Return the role of its pill: what is accepted, what an operator may leave alone, and the rest."""
    diagnosis = expected_diagnosis(temper)
    return "ok" if diagnosis is None else _ROLES.get(diagnosis.action, "bad")


def temper_meaning(temper: Temper) -> str:
    """Return in a few words what its diagnosis says; "" where there is none."""
    diagnosis = expected_diagnosis(temper)
    return "" if diagnosis is None else diagnosis.meaning


def temper_tip(temper: Temper) -> str:
    """Return what the window will say about an answer of this temper."""
    diagnosis = expected_diagnosis(temper)
    if diagnosis is None:
        return translate("Tempers", "Accepted: no diagnosis.")
    told = translate("Tempers", "Expect: {meaning} ({action}).").format(
        meaning=diagnosis.meaning, action=action_words(diagnosis.action)
    )
    return "\n".join((told, diagnosis.cause, diagnosis.remedy))
