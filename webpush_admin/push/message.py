"""What is sent: a notification and the headers of RFC 8030 that go with it.

Runs on: any
"""

import json
import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from webpush_admin.push.errors import InvalidMessage

Urgency = Literal["very-low", "low", "normal", "high"]

MAX_PAYLOAD_BYTES: Final = 3993
"""Plaintext that fits into one 4096-byte record. Source: RFC 8291, section 4."""

MAX_TTL_S: Final = 2_419_200
"""Four weeks, the longest that push services keep a message. Source: FCM documentation."""

_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the notification.

    Attributes:
        label: What the button says.
        url: Where it leads.
    """

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """A notification, and how long and how urgently a push service should try to deliver it.

    Attributes:
        title: The headline; iOS revokes subscriptions whose pushes show nothing.
        body: The text, may be empty.
        icon: URL of a picture, may be empty.
        actions: Buttons, in order.
        image: URL of a large picture.
        badge: URL of a small monochrome picture.
        tag: A shown notification of the same tag is replaced.
        url: Where a click leads; `navigate` of Declarative Web Push, which demands it.
        silent: Neither sound nor vibration.
        data: JSON text that the service worker gets as `data`; "" for none.
        declarative: In the shape of Declarative Web Push: `{"web_push": 8030, "notification": {...}}`.
        raw: Sent as it stands, in place of everything above: JSON, or any text; None where the fields are used.
        ttl_s: Seconds that the push service keeps the message, 0 to 2,419,200.
        urgency: `very-low`, `low`, `normal` or `high`.
        topic: Replaces an undelivered message of the same topic; 1 to 32 characters of base64url.

    Raises:
        InvalidMessage: A header value or the size of the payload breaks a rule.

    Source: RFC 8030, sections 5.2 to 5.4; RFC 8291, section 4.
    """

    title: str
    body: str = ""
    icon: str = ""
    actions: tuple[Action, ...] = ()
    ttl_s: int = 60
    urgency: Urgency = "normal"
    topic: str | None = None
    image: str = ""
    badge: str = ""
    tag: str = ""
    url: str = ""
    silent: bool = False
    data: str = ""
    declarative: bool = False
    raw: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.ttl_s, bool) or not isinstance(self.ttl_s, int) or not 0 <= self.ttl_s <= MAX_TTL_S:
            raise InvalidMessage(f"The TTL must be a whole number of seconds from 0 to {MAX_TTL_S}.")
        if self.urgency not in get_args(Urgency):
            raise InvalidMessage("The urgency must be very-low, low, normal or high.")
        if self.topic is not None and not _TOPIC.fullmatch(self.topic):
            raise InvalidMessage("The topic must be 1 to 32 of the characters A-Z, a-z, 0-9, - and _.")
        size = len(self.payload())
        if size > MAX_PAYLOAD_BYTES:
            raise InvalidMessage(f"The message has {size} bytes; a push carries at most {MAX_PAYLOAD_BYTES}.")

    def payload(self) -> bytes:
        """Return the UTF-8 JSON that the service worker receives; empty fields are absent."""
        fields: dict[str, object] = {
            "title": self.title,
            "body": self.body,
            "icon": self.icon,
        }
        shown = {name: value for name, value in fields.items() if value}
        if self.actions:
            shown["actions"] = [{"label": action.label, "url": action.url} for action in self.actions]
        try:
            return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            raise InvalidMessage("The message holds half a character (a lone surrogate).") from None
