"""What Google's Firebase Cloud Messaging answers (Chrome, Brave, Opera, Samsung): a sentence or a page of HTML.

Runs on: any
"""

from typing import Final

from webpush_admin.push.answer import DiagnosisAction
from webpush_admin.push.diagnosis.rule import Rule, one

_ID: Final = "fcm"

FCM: Final = (
    Rule(
        name="fcm-400-unauthorized",
        service=_ID,
        statuses=one(400),
        texts=("UnauthorizedRegistration",),
        action=DiagnosisAction.FIX_CLAIMS,
        meaning="token not accepted",
        cause="The VAPID token is missing, malformed, expired, valid for over 24 hours, or of another key.",
        remedy="Look at the claims and at the clock; if only some rows fail, these were subscribed with another key.",
        source="web-push-libs/web-push, issue 237",
    ),
    Rule(
        name="fcm-403-sender",
        service=_ID,
        statuses=one(403),
        texts=("MismatchSenderId", "sender ID"),
        action=DiagnosisAction.RESUBSCRIBE,
        meaning="subscribed with another key",
        cause="The browser subscribed with another VAPID key, or with an old GCM sender id.",
        remedy="Send with the key pair it was made with, or let the user subscribe again; nothing is pruned.",
        source="web.dev, Push notifications: common issues and reporting bugs",
    ),
    Rule(
        name="fcm-403-key",
        service=_ID,
        statuses=one(403),
        texts=("credentials in the authorization header do not correspond",),
        action=DiagnosisAction.RESUBSCRIBE,
        meaning="subscribed with another key",
        cause="The browser subscribed with another VAPID public key than the one that signed this push.",
        remedy="Send with the key pair it was made with, or let the user subscribe again; nothing is pruned.",
        source="The service's own words",
    ),
    Rule(
        name="fcm-403-audience",
        service=_ID,
        statuses=one(403),
        texts=("aud claim in the token MUST include the origin",),
        action=DiagnosisAction.FIX_CLAIMS,
        meaning="aud is not the endpoint's origin",
        cause="The aud claim of the token names another origin than the endpoint's scheme, host and port.",
        remedy="Sign a token for each origin; the row is innocent.",
        source="web-push-libs/pywebpush, issue 118; RFC 8292, section 2",
    ),
    Rule(
        name="fcm-403-endpoint",
        service=_ID,
        statuses=one(401, 403),
        texts=("invalid push subscription endpoint",),
        action=DiagnosisAction.QUARANTINE,
        meaning="endpoint not known at the moment",
        cause="FCM says this of subscriptions that are gone, and for a day or so of some that are not.",
        remedy="Send again tomorrow; where it stays so, mark it suspect and prune it by hand.",
        source="zaru/webpush, issue 89",
    ),
    Rule(
        name="fcm-404-stale",
        service=_ID,
        statuses=one(404),
        texts=("A valid push subscription endpoint should be specified",),
        action=DiagnosisAction.PRUNE,
        meaning="endpoint is stale",
        cause="FCM does not know the endpoint any more; the URL in its text is only an example.",
        remedy="The row is deleted; the browser subscribes anew at the user's next visit.",
        source="jazzband/django-push-notifications, issue 686; web-push-libs/web-push, issue 940",
    ),
    Rule(
        name="fcm-410-dead",
        service=_ID,
        statuses=one(410),
        texts=("NotRegistered", "unsubscribed or expired"),
        action=DiagnosisAction.PRUNE,
        meaning="unsubscribed or expired",
        cause="The user withdrew the permission, cleared the browser's data or was away for too long.",
        remedy="The row is deleted; the browser subscribes anew at the user's next visit.",
        source="The service's own words",
    ),
)
