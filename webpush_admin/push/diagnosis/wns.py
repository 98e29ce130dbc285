"""What the Windows Notification Service answers (Edge on Windows): headers of its own, hardly ever a body.

Runs on: any
"""

from typing import Final

from webpush_admin.push.answer import DiagnosisAction
from webpush_admin.push.diagnosis.rule import ACCEPTED, Rule, one

_ID: Final = "wns"
_DOCUMENT: Final = "Microsoft, Push notification service request and response headers"

WNS: Final = (
    Rule(
        name="wns-2xx-dropped",
        service=_ID,
        statuses=ACCEPTED,
        headers=(("x-wns-status", ("dropped",)),),
        action=DiagnosisAction.SHOW,
        meaning="accepted and dropped",
        cause="WNS took the push and threw it away: the browser is offline and nothing is kept, or push is off.",
        remedy="Look at X-WNS-DeviceConnectionStatus; send with a TTL of 60 s or more.",
        source=_DOCUMENT,
    ),
    Rule(
        name="wns-2xx-throttled",
        service=_ID,
        statuses=ACCEPTED,
        headers=(("x-wns-status", ("channelthrottled",)),),
        action=DiagnosisAction.SHOW,
        meaning="accepted and not delivered: too many",
        cause="This channel got more pushes than WNS delivers in its time.",
        remedy="Send less often to this subscription.",
        source=_DOCUMENT,
    ),
    Rule(
        name="wns-400-ttl",
        service=_ID,
        statuses=one(400),
        headers=(("x-wns-error-description", ("ttl value conflicts with x-wns-cache-policy",)),),
        action=DiagnosisAction.FIX_HEADER,
        meaning="TTL 0 is not taken",
        cause="WNS reads a TTL of 0 as a conflict with its own policy of keeping messages.",
        remedy="Send with a TTL of 60 s or more; the row is innocent.",
        source="The service's own words",
    ),
    Rule(
        name="wns-400-headers",
        service=_ID,
        statuses=one(400),
        headers=(("x-wns-error-description", ()),),
        action=DiagnosisAction.FIX_HEADER,
        meaning="a header is wrong or conflicts with another",
        cause="X-WNS-Error-Description names the header.",
        remedy="Look at the request as it went out; the row is innocent.",
        source=_DOCUMENT,
    ),
    Rule(
        name="wns-40x-channel",
        service=_ID,
        statuses=one(401, 403),
        action=DiagnosisAction.RESUBSCRIBE,
        meaning="not authorised for this channel",
        cause="The channel was made with another VAPID key, or the token was not accepted for it.",
        remedy="If every push to WNS fails so, look at key and claims; else let the user subscribe again.",
        source=_DOCUMENT,
    ),
    Rule(
        name="wns-406-throttled",
        service=_ID,
        statuses=one(406),
        action=DiagnosisAction.RETRY,
        meaning="throttled",
        cause="WNS takes no more pushes for this channel for a while.",
        remedy="Send again later and less often.",
        source=_DOCUMENT,
    ),
)
