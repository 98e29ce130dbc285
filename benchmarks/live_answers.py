"""What push services answer in `benchmarks.live`: mostly 201, and of everything else what a larger application sees.

Runs on: worker loop
"""

from random import Random
from typing import Final

from webpush_admin.push.answer import Answer, Failure

ANSWERS: Final = 4096
"""So many are made, each with a time of its own; they come in turns."""

_JSON: Final = (("content-type", "application/json"),)

_KINDS: Final = (
    (9400, Answer(201, headers=(("location", "https://push.example.net/m/gAAAAABn"), ("ttl", "2419200")))),
    (25, Answer(410, headers=_JSON, body=b'{"code": 410, "errno": 106, "message": "Subscription expired"}')),
    (40, Answer(404, headers=_JSON, body=b'{"code": 404, "errno": 102, "message": "Endpoint Not Found"}')),
    (130, Answer(429, headers=(("retry-after", "30"),))),
    (90, Answer(403, body=b"the VAPID credentials in the authorization header do not correspond to the credentials")),
    (60, Answer(401, headers=_JSON, body=b'{"code": 401, "errno": 109, "message": "Invalid Authorization"}')),
    (20, Answer(413)),
    (50, Answer(500)),
    (60, Answer(503, headers=(("retry-after", "120"),))),
    (80, Answer(None, "No answer within 10 s; it may have arrived.", failure=Failure.TIMEOUT)),
    (25, Answer(None, "The connection was refused.", failure=Failure.REFUSED)),
    (20, Answer(None, "The name of the push service cannot be resolved.", failure=Failure.DNS)),
)
"""In ten thousand, and what it is; timeouts are told at once, and say that they took their time."""

_TYPICAL_S: Final = 0.08
_SPREAD: Final = 0.7


def mixed_answers(chance: Random) -> list[Answer]:
    """Return answers in a random order, with times as of a network: most alike, some many times as long."""
    kinds = chance.choices([answer for _, answer in _KINDS], [share for share, _ in _KINDS], k=ANSWERS)
    return [
        Answer(
            answer.status,
            answer.reason,
            answer.headers,
            answer.body,
            10.0 if answer.failure is Failure.TIMEOUT else chance.lognormvariate(0, _SPREAD) * _TYPICAL_S,
            answer.failure,
        )
        for answer in kinds
    ]
