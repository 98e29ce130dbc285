"""One delivery in words: the request as it went out, its token, the answer and what it means. No secret is in it.

Runs on: any
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.deliveries import service_of, user_of
from webpush_admin.gui.models.outcomes import outcome_text, outcome_tip
from webpush_admin.gui.models.sends import send_name
from webpush_admin.gui.models.words import exact_utc, local_and_utc, milliseconds
from webpush_admin.gui.text import SHOWN_CHARACTERS, display_text
from webpush_admin.push.answer import Diagnosis, DiagnosisAction, Outcome, SentRequest
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.store.history_rows import DeliveryDetail, DeliveryRow

LONGEST_S: Final = 86_400
"""A token may be valid for so long. Source: RFC 8292, section 2."""

_STEPS: Final = ((60, 1, "s"), (3600, 60, "min"), (86_400 * 2, 3600, "h"), (0, 86_400, "d"))
_LINES: Final = 40
"""Of a text that somebody else has written: nobody reads more of it in a pane."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a token.

    Attributes:
        name: "aud", "exp", "sub", or another.
        value: As it stands there.
        words: What that means, "" where there is nothing to say.
        role: "ok" or "bad"; "" where nothing was checked.
    """

    name: str
    value: str
    words: str = ""
    role: str = ""


def status_line(row: DeliveryRow) -> str:
    """Return the status with its name ("410 Gone"), "" where no answer came."""
    if row.status is None:
        return ""
    try:
        return f"{row.status} {HTTPStatus(row.status).phrase}"
    except ValueError:
        return str(row.status)


def headline(row: DeliveryRow) -> str:
    """Return outcome and status in one line: "rejected, 403 Forbidden"."""
    outcome = outcome_text(row.outcome, pruned=row.pruned, held=row.held)
    return ", ".join(part for part in (outcome, status_line(row)) if part)


def masked_url(request: SentRequest, tail: str) -> str:
    """Return where it went, without the token that lets one send there."""
    return f"{request.origin}/…{tail}"


def request_lines(request: SentRequest, tail: str) -> list[str]:
    """Return the request as it went out, body left out: method and URL, then the headers in order."""
    return [f"POST {masked_url(request, tail)}", *header_lines(request.headers)]


def header_lines(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """Return headers as they are written, hostile ones made visible."""
    return [f"{display_text(name, 80)}: {display_text(value, SHOWN_CHARACTERS)}" for name, value in headers]


def sizes(request: SentRequest) -> str:
    """Return how large payload and body were, and what encrypting has added."""
    return translate("Inspector", "{payload} bytes of payload, {body} bytes encrypted (+{added})").format(
        payload=f"{request.payload_bytes:,}",
        body=f"{request.body_bytes:,}",
        added=f"{request.body_bytes - request.payload_bytes:,}",
    )


def pretty_json(text: str) -> str:
    """Return JSON with a line for each member; what is none stays as it is. Hidden characters are made visible."""
    try:
        pretty = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        pretty = text
    return plain_lines(pretty)


def plain_lines(text: str) -> str:
    """Return a text of somebody else's with its lines, every hidden character made visible, long lines broken."""
    lines = text.replace("\r\n", "\n").split("\n")
    pieces = [
        line[at : at + SHOWN_CHARACTERS] for line in lines for at in range(0, max(1, len(line)), SHOWN_CHARACTERS)
    ]
    shown = [display_text(piece) for piece in pieces[:_LINES]]
    return "\n".join([*shown, "…"] if len(pieces) > _LINES else shown)


def claims(request: SentRequest, sent_at: datetime) -> tuple[Claim, ...]:
    """Return the claims of the token, each with what it means; nothing where they cannot be read.

    Source: RFC 8292, section 2.
    """
    try:
        read = json.loads(request.jwt_claims)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(read, dict):
        return ()
    return tuple(_claim(str(name), value, request, sent_at) for name, value in read.items())


def _claim(name: str, value: Any, request: SentRequest, sent_at: datetime) -> Claim:
    shown = display_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    name = display_text(name, 40)
    if name == "aud":
        fits = value == request.origin
        words = translate("Inspector", "the endpoint's origin")
        wrong = translate("Inspector", "not the endpoint's origin, {origin}").format(
            origin=display_text(request.origin)
        )
        return Claim(name, shown, words if fits else wrong, "ok" if fits else "bad")
    if name == "exp":
        return Claim(name, shown, *_expiry(value, sent_at))
    if name == "sub":
        fits = isinstance(value, str) and value.startswith(("mailto:", "https:")) and "mailto:mailto:" not in value
        words = translate("Inspector", "whom the push service may ask")
        wrong = translate("Inspector", "neither a mailto: address nor an https URL")
        return Claim(name, shown, words if fits else wrong, "ok" if fits else "bad")
    return Claim(name, shown)


def _expiry(value: Any, sent_at: datetime) -> tuple[str, str]:
    """Return when a token ends, in words, and whether that is right."""
    if isinstance(value, bool) or not isinstance(value, int):
        return translate("Inspector", "no time in whole seconds"), "bad"
    try:
        ends = datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return translate("Inspector", "no time that there is"), "bad"
    left = ends - sent_at
    if left <= timedelta():
        words = translate("Inspector", "{exact}: it had ended {ago} before it was sent")
        return words.format(exact=exact_utc(ends), ago=_stretch(-left)), "bad"
    words = translate("Inspector", "{exact}: {left} after it was sent")
    if left > timedelta(seconds=LONGEST_S):
        words = translate("Inspector", "{exact}: {left} after it was sent; more than 24 h is refused")
    return words.format(exact=exact_utc(ends), left=_stretch(left)), "bad" if left.total_seconds() > LONGEST_S else "ok"


def _stretch(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return next(f"{seconds // unit:,} {name}" for limit, unit, name in _STEPS if seconds < limit or not limit)


def key_id(request: SentRequest) -> str:
    """Return the fingerprint of the public key, as the keys view shows it; "" where there is none."""
    # Imported here: who inspects a push has sent one, and that has loaded the cryptography already.
    from webpush_admin.push.vapid import fingerprint

    return fingerprint(request.public_key)


def timing(row: DeliveryRow) -> str:
    """Return how long the last request took and how many there were: "38 ms, 2 attempts"."""
    if not row.attempts and row.outcome is Outcome.UNKNOWN:
        # How many there were was not written down any more.
        return translate("Inspector", "no answer is known")
    if not row.attempts:
        return translate("Inspector", "no request was made")
    attempts = translate("Inspector", "1 attempt") if row.attempts == 1 else ""
    attempts = attempts or translate("Inspector", "{n} attempts").format(n=f"{row.attempts:,}")
    return ", ".join(part for part in (milliseconds(row.elapsed_s), attempts) if part)


def action_words(action: DiagnosisAction) -> str:
    """Return what a diagnosis asks to be done, as advice in a few words; "" where nothing is."""
    return {
        DiagnosisAction.NOTHING: "",
        DiagnosisAction.PRUNE: translate("Inspector", "prune the row"),
        DiagnosisAction.RETRY: translate("Inspector", "send again later"),
        DiagnosisAction.RESUBSCRIBE: translate("Inspector", "the user must subscribe again"),
        DiagnosisAction.FIX_KEY: translate("Inspector", "look at the key pair"),
        DiagnosisAction.FIX_CLAIMS: translate("Inspector", "look at key and claims"),
        DiagnosisAction.FIX_HEADER: translate("Inspector", "change the headers of the message"),
        DiagnosisAction.SHRINK: translate("Inspector", "shorten the message"),
        DiagnosisAction.QUARANTINE: translate("Inspector", "watch the row"),
        DiagnosisAction.SHOW: translate("Inspector", "accepted, but look"),
    }[action]


def report(detail: DeliveryDetail) -> str:
    """Return everything that is known of a delivery as text for a ticket: endpoint masked, token struck."""
    row, request = detail.row, detail.request
    parts = [
        f"{send_name(detail.send)}, delivery {row.number}",
        "",
        *_named("User", user_of(row)),
        *_named("Push service", service_of(row)),
        *_named("Endpoint", f"{row.host}/…{row.tail}"),
        *_named("Subscription", "" if row.subscription_id is None else str(row.subscription_id)),
        *_named("Time", exact_utc(row.at)),
        *_named("Outcome", headline(row)),
        *_named("Took", timing(row)),
        *_diagnosis_lines(diagnosis_called(row.rule), row),
    ]
    if request is not None:
        parts += ["", translate("Inspector", "Request"), *request_lines(request, row.tail), sizes(request)]
        token = [
            f"{claim.name}: {claim.value}" + (f" ({claim.words})" if claim.words else "")
            for claim in claims(request, row.at)
        ]
        parts += ["", translate("Inspector", "Token"), *token, *_named("Key", key_id(request))]
    if row.status is not None:
        parts += ["", translate("Inspector", "Answer"), status_line(row), *header_lines(detail.headers)]
        parts += ["", plain_lines(row.body)] if row.body else []
    return "\n".join(display_text(part, 4 * SHOWN_CHARACTERS) for text in parts for part in text.split("\n")) + "\n"


def _named(name: str, text: str) -> list[str]:
    return [f"{name}: {text}"] if text else []


def _diagnosis_lines(diagnosis: Diagnosis | None, row: DeliveryRow) -> list[str]:
    if diagnosis is None:
        return _named("Reason", row.reason)
    told = [f"Diagnosis: {diagnosis.meaning} ({diagnosis.rule})", diagnosis.cause, diagnosis.remedy]
    return [*told, *_named("Source", diagnosis.source), *_named("Reason", row.reason)]


def times(row: DeliveryRow) -> str:
    """Return when the answer came, here and in UTC."""
    return local_and_utc(row.at)


def meaning(row: DeliveryRow) -> str:
    """Return in a sentence what became of it, for the head of the inspector."""
    diagnosis = diagnosis_called(row.rule)
    if diagnosis is not None:
        return diagnosis.meaning
    return row.reason or outcome_tip(row.outcome, pruned=row.pruned, held=row.held)
