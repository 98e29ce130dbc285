"""The answers of Google's Firebase Cloud Messaging, in its own words.

Runs on: any
"""

from typing import Final

from webpush_admin.sandbox.answers.answer import TemperAnswer
from webpush_admin.sandbox.records import Temper


def _sentence(status: int, text: str) -> TemperAnswer:
    return TemperAnswer(status, f"{text}\n", (("Content-Type", "text/plain; charset=utf-8"),), imitates="fcm")


def _page(status: int, title: str) -> TemperAnswer:
    body = (
        f"<HTML>\n<HEAD>\n<TITLE>{title}</TITLE>\n</HEAD>\n"
        '<BODY BGCOLOR="#FFFFFF" TEXT="#000000">\n'
        f"<H1>{title}</H1>\n<H2>Error {status}</H2>\n</BODY>\n</HTML>\n"
    )
    return TemperAnswer(status, body, (("Content-Type", "text/html; charset=UTF-8"),), imitates="fcm")


FCM: Final[dict[Temper, TemperAnswer]] = {
    Temper.FCM_400_UNAUTHORIZED: _page(400, "UnauthorizedRegistration"),
    Temper.FCM_403_SENDER: _page(403, "MismatchSenderId"),
    Temper.FCM_403_SENDER_ID: _sentence(
        403,
        "the key in the authorization header does not correspond to the sender ID used to subscribe this user. "
        "Please ensure you are using the correct sender ID and server Key from the Firebase console.",
    ),
    Temper.FCM_403_KEY: _sentence(
        403,
        "the VAPID credentials in the authorization header do not correspond to the credentials used to create the "
        "subscriptions.",
    ),
    Temper.FCM_403_AUDIENCE: _sentence(403, "aud claim in the token MUST include the origin of the push resource URL"),
    Temper.FCM_401_ENDPOINT: _sentence(401, "invalid push subscription endpoint"),
    Temper.FCM_403_ENDPOINT: _sentence(403, "invalid push subscription endpoint"),
    Temper.FCM_404_STALE: _sentence(
        404,
        "A valid push subscription endpoint should be specified in the URL as such: https://fcm.googleapis.com/wp/dHIoDxE7Hdg:APA91bH1Zj0kNa...",
    ),
    Temper.FCM_410_NOT_REGISTERED: _page(410, "NotRegistered"),
    Temper.FCM_410_EXPIRED: _sentence(410, "push subscription has unsubscribed or expired."),
}
