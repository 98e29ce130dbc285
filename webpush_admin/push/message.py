"""What is sent: a notification and the headers of RFC 8030 that go with it.

Runs on: any
"""

import json
import re
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, get_args
from urllib.parse import urlsplit

from webpush_admin.push.errors import InvalidMessage

Urgency = Literal["very-low", "low", "normal", "high"]

MAX_PAYLOAD_BYTES: Final = 3993
"""Plaintext that fits into one 4096-byte record. Source: RFC 8291, section 4."""

MAX_TTL_S: Final = 2_419_200
"""Four weeks, the longest that push services keep a message. Source: FCM documentation."""

DECLARATIVE_MARK: Final = 8030
"""Value of the member `web_push`, which tells a declarative message. Source: Push API, declarative push message."""

MAX_DATA_CHARACTERS: Final = 65_536
"""Of `data` as it is written, white space included: what is longer is not even read."""

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
        declarative: In the shape of Declarative Web Push: `{"web_push": 8030, "notification": {...}}`. A browser that
            knows it shows the notification by itself, others hand the JSON to the service worker.
        mutable: Of a declarative message: the service worker gets it too and may show something else.
        raw: Sent as it stands, in place of everything above: JSON, or any text; None where the fields are used.
        ttl_s: Seconds that the push service keeps the message, 0 to 2,419,200.
        urgency: `very-low`, `low`, `normal` or `high`.
        topic: Replaces an undelivered message of the same topic; 1 to 32 characters of base64url.

    Raises:
        InvalidMessage: A header value, the data, what a declarative message needs, or the size of the payload breaks
            a rule.

    Source: RFC 8030, sections 5.2 to 5.4; RFC 8291, section 4; Push API, members of a declarative push message.
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
    mutable: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.ttl_s, bool) or not isinstance(self.ttl_s, int) or not 0 <= self.ttl_s <= MAX_TTL_S:
            raise InvalidMessage(f"The TTL must be a whole number of seconds from 0 to {MAX_TTL_S}.")
        if self.urgency not in get_args(Urgency):
            raise InvalidMessage("The urgency must be very-low, low, normal or high.")
        if self.topic is not None and not _TOPIC.fullmatch(self.topic):
            raise InvalidMessage("The topic must be 1 to 32 of the characters A-Z, a-z, 0-9, - and _.")
        if self.raw is None and self.declarative:
            self._check_declarative()
        size = len(self.payload())
        if size > MAX_PAYLOAD_BYTES:
            raise InvalidMessage(f"The message has {size} bytes; a push carries at most {MAX_PAYLOAD_BYTES}.")

    def payload(self) -> bytes:
        """Return the plaintext: the UTF-8 JSON that the service worker receives, without empty fields, or `raw`."""
        if self.raw is not None:
            return _encoded(self.raw)
        content = self._declarative() if self.declarative else self._fields()
        return _encoded(json.dumps(content, ensure_ascii=False, separators=(",", ":")))

    def _fields(self) -> dict[str, object]:
        # Receivers that know nothing but title, body, icon and actions find them as they always were.
        shown = self._shared()
        if self.url:
            shown["url"] = self.url
        if self.actions:
            shown["actions"] = [{"label": action.label, "url": action.url} for action in self.actions]
        return shown

    def _declarative(self) -> dict[str, object]:
        notification = self._shared()
        notification["navigate"] = self.url
        if self.actions:
            notification["actions"] = [
                {"action": f"action-{number}", "title": action.label, "navigate": action.url}
                for number, action in enumerate(self.actions, 1)
            ]
        content: dict[str, object] = {"web_push": DECLARATIVE_MARK, "notification": notification}
        if self.mutable:
            content["mutable"] = True
        return content

    def _shared(self) -> dict[str, object]:
        """Return what both shapes call by the same names."""
        texts = {
            "title": self.title,
            "body": self.body,
            "icon": self.icon,
            "image": self.image,
            "badge": self.badge,
            "tag": self.tag,
        }
        shown: dict[str, object] = {name: text for name, text in texts.items() if text}
        if self.silent:
            shown["silent"] = True
        if self.data.strip():
            shown["data"] = parsed_json(self.data, "The data")
        return shown

    def _check_declarative(self) -> None:
        if not self.title.strip():
            raise InvalidMessage("A declarative message needs a title: without one no browser takes it as such.")
        if not is_web_url(self.url):
            raise InvalidMessage("A declarative message needs a URL that a click leads to, with https:// before it.")
        for number, action in enumerate(self.actions, 1):
            if not action.label.strip() or not is_web_url(action.url):
                raise InvalidMessage(f"Button {number} of a declarative message needs a label and an https:// URL.")


def is_web_url(text: str) -> bool:
    """Whether it is a whole URL of the web: http or https, with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def parsed_json(text: str, what: str) -> object:
    """Return the value of a JSON text, as a browser would read it.

    Args:
        text: As it was typed.
        what: Begins the sentence of a refusal: "The data".

    Raises:
        InvalidMessage: It is no JSON, or more than a push could ever carry.
    """
    if len(text) > MAX_DATA_CHARACTERS:
        raise InvalidMessage(f"{what} has {len(text):,} characters; a push carries at most {MAX_PAYLOAD_BYTES} bytes.")
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
        # A number such as 1e999 is read, but has no JSON.
        json.dumps(value, allow_nan=False)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidMessage(f"{what} must be JSON: {error.msg[:1].lower()}{error.msg[1:]} at {place}.") from None
    except RecursionError:
        raise InvalidMessage(f"{what} is nested too deeply.") from None
    except ValueError:
        raise InvalidMessage(f"{what} holds a number that JSON does not have.") from None
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidMessage("The message holds half a character (a lone surrogate).") from None
