"""What an answer means for one push, in words, with secrets struck from what the service wrote.

Runs on: worker loop
"""

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Final

from webpush_admin.push.answer import (
    ACCEPTED_STATUSES,
    SHOWN_BODY_CHARACTERS,
    SHOWN_HEADERS,
    Answer,
    Delivery,
    Diagnosis,
    DiagnosisAction,
    Outcome,
    SentRequest,
)
from webpush_admin.push.diagnosis import diagnose
from webpush_admin.push.diagnosis.said import said
from webpush_admin.push.subscription import Subscription

STRUCK: Final = "[struck]"
SHOWN_HEADER_CHARACTERS: Final = 300
LEAST_SECRET: Final = 8
"""Characters: what is shorter stands in texts by chance."""

PLAIN_CHARACTERS: Final = 48
"""Of a header that needs no closer look, unless it quotes the end of the endpoint."""

# A JSON Web Token, or the `k` or `t` parameter of RFC 8292, however the service quotes it.
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){1,2}|\b[kt]=[A-Za-z0-9_-]{20,}[A-Za-z0-9_.-]*")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
# Between these a path and a query are in pieces that no way of quoting changes.
_BETWEEN_PIECES = re.compile(r"[/?&=:;,%]")


def judge(
    subscription: Subscription, answer: Answer, *, attempts: int = 1, request: SentRequest | None = None
) -> Delivery:
    """Return what became of a push. The status line is the verdict, body and headers tell why.

    Args:
        subscription: The row that was sent to.
        answer: Of the newest attempt.
        attempts: Requests that were made.
        request: What went out.
    """
    diagnosis = diagnose(subscription.host, answer, first_404_at=subscription.first_404_at)
    headers = _shown(answer.headers, subscription)
    if diagnosis is None and not answer.body:
        return Delivery(
            subscription,
            Outcome.ACCEPTED,
            answer.status,
            "",
            "",
            answer.elapsed_s,
            None,
            headers,
            attempts,
            None,
            request,
        )
    body = struck(answer.body.decode("utf-8", "replace").strip(), subscription)
    return Delivery(
        subscription,
        _outcome(answer, diagnosis),
        answer.status,
        struck(_reason(answer, diagnosis, body), subscription),
        body[:SHOWN_BODY_CHARACTERS],
        answer.elapsed_s,
        diagnosis,
        headers,
        attempts,
        request=request,
    )


def struck(text: str, subscription: Subscription) -> str:
    """Return a text without the endpoint, its path, the receiver's keys and any token that it may quote."""
    if len(text) < LEAST_SECRET:
        return text
    for secret in _secrets(subscription):
        text = text.replace(secret, STRUCK)
    return _TOKEN.sub(STRUCK, text)


def _secrets(subscription: Subscription) -> Iterator[str]:
    """Yield what must not be shown, the longest first.

    A service may quote an endpoint in JSON with its slashes escaped, in HTML or percent-encoded: the pieces of its path
    stay the same.
    """
    path = subscription.endpoint.partition("://")[2].partition("/")[2]
    for secret in (subscription.endpoint, path, path.rpartition("/")[2], subscription.auth, subscription.p256dh):
        if len(secret) >= LEAST_SECRET:
            yield secret
    for piece in _BETWEEN_PIECES.split(path):
        # A plain word such as "subscription" is no secret, and may be what the service speaks of.
        if len(piece) >= LEAST_SECRET and not (piece.isalpha() and piece.islower()):
            yield piece


def _shown(headers: Sequence[tuple[str, str]], subscription: Subscription) -> tuple[tuple[str, str], ...]:
    """Return the headers that tell something, without secrets."""
    tail = subscription.endpoint[-LEAST_SECRET:]
    kept = []
    plain = True
    for name, value in headers:
        if name in SHOWN_HEADERS:
            told = _without_path(value) if name == "location" else value
            # What is as short as this holds no token; nearly every header of nearly every answer is.
            plain = plain and len(told) <= PLAIN_CHARACTERS and tail not in told and "eyJ" not in told
            kept.append((name, told))
    if plain:
        return tuple(kept)
    # All at once: a service may send many of them. No header holds a line break.
    values = struck("\n".join([value for _, value in kept]), subscription).split("\n")
    return tuple((name, value[:SHOWN_HEADER_CHARACTERS]) for (name, _), value in zip(kept, values, strict=False))


def _without_path(location: str) -> str:
    """Return where a Location leads without the token of the message that it names."""
    scheme, mark, rest = location.partition("://")
    host = rest.partition("/")[0]
    if not mark or not _HOST.fullmatch(host):
        return STRUCK
    return f"{scheme}://{host}/{STRUCK}"


def _outcome(answer: Answer, diagnosis: Diagnosis | None) -> Outcome:
    if diagnosis is not None and diagnosis.action is DiagnosisAction.PRUNE:
        return Outcome.GONE
    if answer.status is None:
        return Outcome.BLOCKED if answer.blocked else Outcome.UNREACHABLE
    return Outcome.ACCEPTED if answer.status in ACCEPTED_STATUSES else Outcome.REJECTED


def _reason(answer: Answer, diagnosis: Diagnosis | None, body: str) -> str:
    """Return one sentence: what it means, and then what the service said; "" where there is nothing to say."""
    if diagnosis is None:
        return ""
    if answer.status is None:
        return answer.reason
    meaning = diagnosis.meaning[:1].upper() + diagnosis.meaning[1:]
    phrase = _phrase(answer.status)
    told = said(body, answer.headers)
    quoted = f', "{told}"' if told and told.casefold() != phrase.casefold() else ""
    return f"{meaning}: the push service answered {f'{answer.status} {phrase}'.rstrip()}{quoted}."


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
