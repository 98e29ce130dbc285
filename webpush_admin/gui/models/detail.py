"""One subscription in words: the parts of its endpoint, its keys, its browser, its answers.

Runs on: GUI thread
"""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.answers import Answered
from webpush_admin.backend.detail import Agent, EndpointPart, KeyCheck, KeyOrigin, SubscriptionDetail
from webpush_admin.gui.models.columns import Column, translate, translated
from webpush_admin.gui.models.outcomes import outcome_role
from webpush_admin.gui.models.words import ago, exact_utc, milliseconds
from webpush_admin.gui.text import SHOWN_CHARACTERS
from webpush_admin.push.answer import Outcome

_MARKED: Final = (
    QT_TRANSLATE_NOOP("Columns", "Data centre"),
    QT_TRANSLATE_NOOP("Columns", "Interface"),
    QT_TRANSLATE_NOOP("Columns", "Made for one VAPID key"),
    QT_TRANSLATE_NOOP("Columns", "Made for no VAPID key: whoever knows the endpoint can send"),
    QT_TRANSLATE_NOOP("Columns", "Installation"),
    QT_TRANSLATE_NOOP("Columns", "Token"),
    QT_TRANSLATE_NOOP("Columns", "Path"),
    QT_TRANSLATE_NOOP("Columns", "Query"),
    QT_TRANSLATE_NOOP("Columns", "the active one"),
    QT_TRANSLATE_NOOP("Columns", "an older one"),
    QT_TRANSLATE_NOOP("Columns", "not known"),
)
"""The words of `PartKind` and `KeyOrigin`, where the translator's tools find them."""

TIME_PIXELS: Final = 70
OUTCOME_PIXELS: Final = 122


def part_text(part: EndpointPart) -> str:
    """Return one part of an endpoint: "Interface: /wpush/v2/", "Token: …wXyZ, 31 characters"."""
    kind = translated(part.kind.value)
    if not part.text:
        return kind
    if not part.characters:
        return f"{kind}: {part.text}"
    length = translate("Columns", "{n} characters").format(n=f"{part.characters:,}")
    return f"{kind}: …{part.text}, {length}"


def endpoint_verdict(check: KeyCheck) -> str:
    """Return how the endpoint was judged, with its length."""
    length = translate("Columns", "{n} characters").format(n=f"{check.endpoint_characters:,}")
    return check.problems.endpoint or translate("Columns", "Endpoint ok: {length}.").format(length=length)


def p256dh_verdict(check: KeyCheck) -> str:
    """Return how the public key was judged."""
    length = translate("Columns", "{n} bytes").format(n=check.p256dh_bytes)
    return check.problems.p256dh or translate("Columns", "p256dh ok: {length}, on P-256.").format(length=length)


def auth_verdict(check: KeyCheck) -> str:
    """Return how the authentication secret was judged."""
    length = translate("Columns", "{n} bytes").format(n=check.auth_bytes)
    return check.problems.auth or translate("Columns", "auth ok: {length}.").format(length=length)


def key_origin_text(detail: SubscriptionDetail) -> str:
    """Return which VAPID key pair it was made with: "3, the active one"."""
    origin = translated(detail.key_origin.value)
    key_id = detail.info.subscription.vapid_key_id
    return origin if key_id is None or detail.key_origin is KeyOrigin.UNKNOWN else f"{key_id}, {origin}"


def agent_text(agent: Agent) -> str:
    """Return browser, system and device in lines of their own, "" where nothing is known."""
    return "\n".join(part for part in (agent.browser, agent.system, agent.device) if part)


def since(at: datetime | None, never: str) -> str:
    """Return how long ago that was, in words."""
    short = ago(at, never=never)
    if at is None or short == "now" or exact_utc(at).startswith(short):
        return short
    return translate("Columns", "{time} ago").format(time=short)


def answer_in_full(answer: Answered) -> str:
    """Return everything about one answer, in lines."""
    status = str(answer.status) if answer.status is not None else ""
    head = " ".join(part for part in (status, translated(answer.outcome.value), milliseconds(answer.elapsed_s)) if part)
    body = answer.body
    pieces = [body[at : at + SHOWN_CHARACTERS] for at in range(0, len(body), SHOWN_CHARACTERS)]
    return "\n".join(part for part in (exact_utc(answer.at), head, answer.reason, *pieces) if part)


def _what_happened(answer: Answered) -> str:
    return " ".join(part for part in (answer.reason, answer.body) if part)


ANSWER_COLUMNS: Final[tuple[Column[Answered], ...]] = (
    Column(
        "outcome",
        str(QT_TRANSLATE_NOOP("Columns", "Outcome")),
        OUTCOME_PIXELS,
        text=lambda answer: _outcome(answer),
        tip=lambda answer: answer_in_full(answer),
        role=lambda answer: outcome_role(answer.outcome),
    ),
    Column(
        "at",
        str(QT_TRANSLATE_NOOP("Columns", "Time")),
        TIME_PIXELS,
        text=lambda answer: f"{answer.at:%H:%M:%S}",
        tip=lambda answer: exact_utc(answer.at),
        mono=True,
        muted=True,
    ),
    Column(
        "elapsed",
        str(QT_TRANSLATE_NOOP("Columns", "Took")),
        66,
        text=lambda answer: milliseconds(answer.elapsed_s),
        tip=lambda _answer: "",
        right_aligned=True,
        muted=True,
    ),
    Column(
        "reason",
        str(QT_TRANSLATE_NOOP("Columns", "Reason")),
        0,
        text=_what_happened,
        tip=lambda answer: answer_in_full(answer),
        muted=True,
    ),
)


def _outcome(answer: Answered) -> str:
    word = translated(answer.outcome.value)
    # A status says more than that it was rejected.
    return word if answer.status is None else f"{answer.status} {word}"


def nothing_sent(answers: tuple[Answered, ...]) -> str:
    """Return why there is no request to be told, "" where there is one."""
    if any(answer.headers is not None for answer in answers):
        return ""
    if any(answer.outcome is Outcome.BLOCKED for answer in answers):
        return translate("Columns", "Nothing went out: the push was blocked here.")
    return translate("Columns", "Nothing has been sent to it since the database was opened.")
