"""One subscription in words: the parts of its endpoint, its keys, its browser, its answers.

Runs on: GUI thread
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.detail import Agent, EndpointPart, KeyCheck, KeyOrigin, SubscriptionDetail
from webpush_admin.gui.models.answers import answer_text, in_full, meaning_text, of_row, tries_text
from webpush_admin.gui.models.columns import Column, translate, translated
from webpush_admin.gui.models.outcomes import outcome_role
from webpush_admin.gui.models.words import ago, exact_utc, milliseconds
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import DeliveryRow

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

TIME_PIXELS: Final = 84
OUTCOME_PIXELS: Final = 150

_WITHOUT_REQUEST: Final = (None, Outcome.BLOCKED, Outcome.NOT_SENT)


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


def _when(at: datetime) -> str:
    """Return the time of day in UTC, the date where it was another day."""
    here = at.astimezone(UTC)
    return f"{here:%H:%M:%S}" if here.date() == datetime.now(UTC).date() else f"{here:%Y-%m-%d}"


ANSWER_COLUMNS: Final[tuple[Column[DeliveryRow], ...]] = (
    Column(
        "outcome",
        str(QT_TRANSLATE_NOOP("Columns", "Answer")),
        OUTCOME_PIXELS,
        text=lambda row: answer_text(of_row(row)),
        tip=lambda row: in_full(of_row(row)),
        role=lambda row: outcome_role(row.outcome),
    ),
    Column(
        "at",
        str(QT_TRANSLATE_NOOP("Columns", "Time")),
        TIME_PIXELS,
        text=lambda row: _when(row.at),
        tip=lambda row: exact_utc(row.at),
        mono=True,
        muted=True,
    ),
    Column(
        "elapsed",
        str(QT_TRANSLATE_NOOP("Columns", "Took")),
        66,
        text=lambda row: milliseconds(row.elapsed_s),
        tip=lambda row: tries_text(of_row(row)),
        right_aligned=True,
        muted=True,
    ),
    Column(
        "meaning",
        str(QT_TRANSLATE_NOOP("Columns", "Diagnosis")),
        0,
        text=lambda row: meaning_text(of_row(row)),
        tip=lambda row: in_full(of_row(row)),
        muted=True,
    ),
)


def last_request(answers: Sequence[DeliveryRow]) -> DeliveryRow | None:
    """Return the newest push that a request was made for, None where there is none."""
    return next((row for row in answers if row.attempts and row.outcome not in _WITHOUT_REQUEST), None)


def nothing_sent(answers: Sequence[DeliveryRow]) -> str:
    """Return why there is no request to be told, "" where there is one."""
    if last_request(answers) is not None:
        return ""
    if any(row.outcome is Outcome.BLOCKED for row in answers):
        return translate("Columns", "Nothing went out: the push was blocked here.")
    return translate("Columns", "Nothing has been sent to it, as far as the history goes back.")
