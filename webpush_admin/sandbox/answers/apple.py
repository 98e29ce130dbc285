"""The answers of Apple's push service, in its own words.

Runs on: any
"""

from typing import Final

from webpush_admin.sandbox.answers.answer import TemperAnswer
from webpush_admin.sandbox.records import Temper

_ID: Final = "5B1CA5C6-7E1C-4D6F-9F3A-2C0E3B6A8D11"


def _reason(status: int, reason: str) -> TemperAnswer:
    headers = (("Content-Type", "application/json"), ("apns-id", _ID))
    return TemperAnswer(status, f'{{"reason":"{reason}"}}', headers, imitates="apple")


APPLE: Final[dict[Temper, TemperAnswer]] = {
    Temper.APPLE_400_TOPIC: _reason(400, "BadWebPushTopic"),
    Temper.APPLE_400_TTL: _reason(400, "BadTtl"),
    Temper.APPLE_400_URGENCY: _reason(400, "BadUrgency"),
    Temper.APPLE_400_REQUEST: _reason(400, "BadWebPushRequest"),
    Temper.APPLE_400_KEY: _reason(400, "VapidPkHashMismatch"),
    Temper.APPLE_403_KEY: _reason(403, "VapidPkHashMismatch"),
    Temper.APPLE_403_JWT: _reason(403, "BadJwtToken"),
    Temper.APPLE_403_PUBLIC_KEY: _reason(403, "BadVapidPublicKey"),
}
