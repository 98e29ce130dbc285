"""The answers of the Windows Notification Service: headers without a body.

Runs on: any
"""

from typing import Final

from webpush_admin.sandbox.answers.answer import TemperAnswer
from webpush_admin.sandbox.records import Temper

_TRACE: Final = (
    ("X-WNS-Msg-ID", "3F1AF2E63C0B5A44"),
    ("X-WNS-Debug-Trace", "DB5SCH101121314"),
    ("MS-CV", "Ko5l3GgVOEqR9a2x.0"),
)


def _headers(status: int, *headers: tuple[str, str]) -> TemperAnswer:
    return TemperAnswer(status, headers=(*headers, *_TRACE), imitates="wns")


WNS: Final[dict[Temper, TemperAnswer]] = {
    Temper.WNS_201_DROPPED: _headers(
        201,
        ("X-WNS-Status", "dropped"),
        ("X-WNS-NotificationStatus", "dropped"),
        ("X-WNS-DeviceConnectionStatus", "disconnected"),
    ),
    Temper.WNS_201_THROTTLED: _headers(
        201, ("X-WNS-Status", "channelthrottled"), ("X-WNS-DeviceConnectionStatus", "connected")
    ),
    Temper.WNS_201_RECEIVED: _headers(201, ("X-WNS-Status", "received"), ("X-WNS-DeviceConnectionStatus", "connected")),
    Temper.WNS_400_TTL: _headers(400, ("X-WNS-Error-Description", "Ttl value conflicts with X-WNS-Cache-Policy")),
    Temper.WNS_400_HEADERS: _headers(
        400, ("X-WNS-Error-Description", "The X-WNS-Type header is missing or not valid.")
    ),
    Temper.WNS_401_CHANNEL: _headers(401),
    Temper.WNS_403_CHANNEL: _headers(403),
    Temper.WNS_406_THROTTLED: _headers(406),
}
