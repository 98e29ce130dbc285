"""What any push service may answer, by the RFCs.

Runs on: any
"""

from typing import Final

from webpush_admin.sandbox.answers.answer import TemperAnswer
from webpush_admin.sandbox.records import Temper

_PLAIN: Final = ("Content-Type", "text/plain; charset=utf-8")

ANY_SERVICE: Final[dict[Temper, TemperAnswer]] = {
    Temper.CREATED: TemperAnswer(201),
    Temper.OK: TemperAnswer(200),
    Temper.ACCEPTED: TemperAnswer(202),
    Temper.GONE: TemperAnswer(410, "push subscription has unsubscribed or expired.\n", (_PLAIN,)),
    Temper.NOT_FOUND: TemperAnswer(404, "push subscription not found.\n", (_PLAIN,)),
    Temper.TOO_LARGE: TemperAnswer(413, "payload too large.\n", (_PLAIN,)),
    Temper.RATE_LIMITED: TemperAnswer(429, "too many requests, slow down.\n", (_PLAIN, ("Retry-After", "1"))),
    Temper.RATE_LIMITED_LONG: TemperAnswer(
        429, "too many requests, come back later.\n", (_PLAIN, ("Retry-After", "120"))
    ),
    Temper.SERVER_ERROR: TemperAnswer(500, "internal server error.\n", (_PLAIN,)),
    Temper.UNAVAILABLE: TemperAnswer(503, "service unavailable.\n", (_PLAIN, ("Retry-After", "1"))),
    Temper.BAD_REQUEST: TemperAnswer(400, "bad request.\n", (_PLAIN,)),
    Temper.UNAUTHORIZED: TemperAnswer(
        401, "authorization is missing or not valid.\n", (_PLAIN, ("WWW-Authenticate", "vapid"))
    ),
    Temper.FORBIDDEN: TemperAnswer(403, "forbidden.\n", (_PLAIN,)),
    Temper.OTHER_KEY: TemperAnswer(
        403, "the subscription is restricted to another application server key.\n", (_PLAIN,)
    ),
    Temper.NOT_ALLOWED: TemperAnswer(405, headers=(("Allow", "GET"),)),
    Temper.TIMED_OUT: TemperAnswer(408, "request timeout.\n", (_PLAIN,)),
    Temper.REFUSED: TemperAnswer(422, "unprocessable.\n", (_PLAIN,)),
    Temper.ELSEWHERE: TemperAnswer(302, headers=(("Location", "https://push.example.net/elsewhere"),)),
    Temper.NO_CONTENT: TemperAnswer(204),
}
