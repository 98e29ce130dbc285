"""What an answer means for one push, in words, with secrets struck from what the service wrote.

Runs on: worker loop
"""

import re
from http import HTTPStatus
from typing import Final

from webpush_admin.push.answer import ACCEPTED_STATUSES, SHOWN_BODY_CHARACTERS, Answer, Delivery, Outcome
from webpush_admin.push.subscription import Subscription

GONE_STATUS: Final = 410
STRUCK: Final = "[struck]"

# A JSON Web Token, or the `k` or `t` parameter of RFC 8292, however the service quotes it.
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){1,2}|\b[kt]=[A-Za-z0-9_-]{20,}[A-Za-z0-9_.-]*")


def judge(subscription: Subscription, answer: Answer) -> Delivery:
    """Return what became of a push. The status line is the verdict, the body only tells why."""
    outcome, reason = _verdict(answer)
    return Delivery(
        subscription,
        outcome,
        answer.status,
        struck(reason, subscription),
        struck(answer.body.decode("utf-8", "replace").strip(), subscription)[:SHOWN_BODY_CHARACTERS],
        answer.elapsed_s,
    )


def struck(text: str, subscription: Subscription) -> str:
    """Return a text without the endpoint, its path, the receiver's keys and any token that it may quote."""
    path = subscription.endpoint.partition("://")[2].partition("/")[2]
    for secret in (subscription.endpoint, path, path.rpartition("/")[2], subscription.auth, subscription.p256dh):
        if len(secret) >= 8:
            text = text.replace(secret, STRUCK)
    return _TOKEN.sub(STRUCK, text)


def _verdict(answer: Answer) -> tuple[Outcome, str]:
    if answer.status is None:
        return (Outcome.BLOCKED if answer.blocked else Outcome.UNREACHABLE), answer.reason
    if answer.status in ACCEPTED_STATUSES:
        return Outcome.ACCEPTED, ""
    if answer.status == GONE_STATUS:
        return Outcome.GONE, "The subscription has ended."
    return Outcome.REJECTED, f"The push service answered {answer.status} {_phrase(answer.status)}".rstrip() + "."


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
