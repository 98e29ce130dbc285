"""The answers of Mozilla's autopush, in its own words.

Runs on: any
"""

import json
from http import HTTPStatus
from typing import Final

from webpush_admin.sandbox.answers.answer import TemperAnswer
from webpush_admin.sandbox.records import Temper

_MORE: Final = "http://autopush.readthedocs.io/en/latest/http.html#error-codes"


def _error(status: int, errno: int, message: str, **headers: str) -> TemperAnswer:
    """Return the JSON object that autopush answers with."""
    told = {
        "code": status,
        "errno": errno,
        "error": HTTPStatus(status).phrase,
        "message": message,
        "more_info": _MORE,
    }
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    body = json.dumps(told, separators=(",", ":"))
    return TemperAnswer(status, body, (("Content-Type", "application/json"), *named), imitates="mozilla")


MOZILLA: Final[dict[Temper, TemperAnswer]] = {
    Temper.MOZILLA_400_CRYPTO: _error(400, 101, "Missing necessary crypto keys"),
    Temper.MOZILLA_400_APP: _error(400, 106, "Invalid app ID"),
    Temper.MOZILLA_400_ROUTER: _error(400, 108, "Invalid router type"),
    Temper.MOZILLA_400_ENCODING: _error(400, 110, "Unknown Content-Encoding header"),
    Temper.MOZILLA_400_NO_TTL: _error(400, 111, "Missing TTL value"),
    Temper.MOZILLA_400_BAD_TTL: _error(400, 112, "Invalid TTL header value"),
    Temper.MOZILLA_400_NEGATIVE_TTL: _error(400, 114, "ttl: TTL must be greater than 0"),
    Temper.MOZILLA_400_TOPIC: _error(400, 113, "topic: Topic must be no greater than 32 characters"),
    Temper.MOZILLA_401_KEY: _error(401, 109, "VAPID public key mismatch"),
    Temper.MOZILLA_401_AUDIENCE: _error(401, 109, "Invalid VAPID audience"),
    Temper.MOZILLA_401_EXPIRY: _error(401, 109, "The VAPID token expiration is too long"),
    Temper.MOZILLA_401_AUTHORIZATION: _error(401, 109, "Missing VAPID token"),
    Temper.MOZILLA_404_ENDPOINT: _error(404, 102, "Invalid token"),
    Temper.MOZILLA_410_EXPIRED: _error(410, 103, "UAID not found", Cache_Control="max-age=86400"),
    Temper.MOZILLA_410_DELETED: _error(410, 105, "User was deleted during routing", Cache_Control="max-age=86400"),
    Temper.MOZILLA_410_UNSUBSCRIBED: _error(410, 106, "No such subscription", Cache_Control="max-age=86400"),
    Temper.MOZILLA_413_TOO_LONG: _error(
        413,
        104,
        "This message is intended for a constrained device and is limited in size. "
        "Converted buffer is too long by 412 bytes",
    ),
    Temper.MOZILLA_502_BRIDGE: _error(502, 902, "Error while connecting to bridge service"),
    Temper.MOZILLA_503_STORAGE: _error(503, 201, "Database error while saving notification", Retry_After="1"),
    Temper.MOZILLA_503_BUSY: _error(503, 202, "Error communicating with the storage", Retry_After="1"),
}
