"""What Apple's push service answers (Safari, web apps on iOS): a JSON object with a `reason`.

Runs on: any
"""

from typing import Final

from webpush_admin.push.answer import DiagnosisAction
from webpush_admin.push.diagnosis.rule import Rule, one

_ID: Final = "apple"
_DOCUMENT: Final = "Apple, Sending web push notifications in web apps and browsers"
_HEARSAY: Final = "Reports of library users"

APPLE: Final = (
    Rule(
        name="apple-400-topic",
        service=_ID,
        statuses=one(400),
        texts=("BadWebPushTopic",),
        action=DiagnosisAction.FIX_HEADER,
        meaning="topic is not valid",
        cause="The Topic is longer than 32 characters, or not base64url: its length cannot be 1, 5, 9 and so on.",
        remedy="Choose a topic of letters, digits, - and _ whose length is 4, 8, 12 and so on up to 32.",
        source=_DOCUMENT,
    ),
    Rule(
        name="apple-400-ttl",
        service=_ID,
        statuses=one(400),
        texts=("BadTtl",),
        action=DiagnosisAction.FIX_HEADER,
        meaning="TTL is not valid",
        cause="This often means that the TTL header is missing, no number, or over 30 days.",
        remedy="Send a TTL from 60 s up to 28 days.",
        source=_HEARSAY,
        second_hand=True,
    ),
    Rule(
        name="apple-400-urgency",
        service=_ID,
        statuses=one(400),
        texts=("BadUrgency",),
        action=DiagnosisAction.FIX_HEADER,
        meaning="urgency is not valid",
        cause="This often means that the Urgency header is none of very-low, low, normal and high.",
        remedy="Choose one of the four.",
        source=_HEARSAY,
        second_hand=True,
    ),
    Rule(
        name="apple-400-request",
        service=_ID,
        statuses=one(400),
        texts=("BadWebPushRequest",),
        action=DiagnosisAction.FIX_HEADER,
        meaning="request is not well formed",
        cause="This often means that a header is missing or wrong, or that the body is not aes128gcm.",
        remedy="Look at the request as it went out; the row is innocent.",
        source=_HEARSAY,
        second_hand=True,
    ),
    Rule(
        name="apple-40x-key",
        service=_ID,
        statuses=one(400, 403),
        texts=("VapidPkHashMismatch",),
        action=DiagnosisAction.RESUBSCRIBE,
        meaning="subscribed with another key",
        cause="The browser subscribed with another VAPID public key than the one that signed this push.",
        remedy="Send with the key pair it was made with, or let the user subscribe again; nothing is pruned.",
        source=_DOCUMENT,
    ),
    Rule(
        name="apple-403-token",
        service=_ID,
        statuses=one(403),
        texts=("BadJwtToken",),
        action=DiagnosisAction.FIX_CLAIMS,
        meaning="token not accepted",
        cause=(
            "The token is missing, signed with the wrong key, or its sub, aud or exp is wrong; nearly always the sub:"
            " with localhost, without mailto:, or with a space or <>."
        ),
        remedy="Set the subject to mailto: and a real address, or to an https URL; the row is innocent.",
        source=f"{_DOCUMENT}; web-push-libs/web-push, issue 947",
    ),
    Rule(
        name="apple-403-public-key",
        service=_ID,
        statuses=one(403),
        texts=("BadVapidPublicKey",),
        action=DiagnosisAction.FIX_KEY,
        meaning="VAPID public key is not valid",
        cause="This often means that the key is not the 65 bytes of a point on P-256, in base64url without padding.",
        remedy="Look at the key pair; the row is innocent.",
        source=_HEARSAY,
        second_hand=True,
    ),
)
