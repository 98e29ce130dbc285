"""A message as it is being written: texts that may be wrong still, and what becomes of them.

Runs on: any
"""

import json
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, Final, get_args

from webpush_admin.gui.models.ttl import read_ttl
from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.message import Action, Message, Urgency, parsed_json

MOST_BUTTONS: Final = 2
"""Browsers show no more (Notification.maxActions)."""

URGENCIES: Final[tuple[Urgency, ...]] = get_args(Urgency)


class Shape(Enum):
    """What the payload is made of."""

    FIELDS = "fields"
    """JSON that the service worker of the site reads."""
    DECLARATIVE = "declarative"
    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form.

    Attributes:
        shape: Which of the following is sent.
        title, body, icon, image, badge, tag, url, data, silent, mutable: See `Message`.
        buttons: Label and URL of each.
        raw_json: The payload in the shape JSON.
        raw_text: The payload in the shape TEXT.
        ttl: In words, "60 s".
        urgency: See `Message`.
        topic: "" for none.
    """

    shape: Shape = Shape.FIELDS
    title: str = ""
    body: str = ""
    icon: str = ""
    image: str = ""
    badge: str = ""
    tag: str = ""
    url: str = ""
    data: str = ""
    silent: bool = False
    mutable: bool = False
    buttons: tuple[tuple[str, str], ...] = ()
    raw_json: str = ""
    raw_text: str = ""
    ttl: str = "60 s"
    urgency: Urgency = "normal"
    topic: str = ""

    @property
    def headline(self) -> str:
        """What tells it from others: its title, else how its payload begins."""
        raw = {Shape.JSON: self.raw_json, Shape.TEXT: self.raw_text}.get(self.shape)
        return self.title if raw is None else " ".join(raw[:200].split())


TEST_DRAFT: Final = Draft(title="Test push", body="Sent by webpush-admin to see whether notifications arrive.")


def message_of(draft: Draft) -> Message:
    """Return what would be sent.

    Raises:
        InvalidMessage: A rule is broken; the sentence says which.
    """
    ttl_s = read_ttl(draft.ttl)
    topic = draft.topic.strip() or None
    if draft.shape is Shape.JSON:
        parsed_json(draft.raw_json, "The payload")
        return Message(title="", raw=draft.raw_json, ttl_s=ttl_s, urgency=draft.urgency, topic=topic)
    if draft.shape is Shape.TEXT:
        return Message(title="", raw=draft.raw_text, ttl_s=ttl_s, urgency=draft.urgency, topic=topic)
    declarative = draft.shape is Shape.DECLARATIVE
    return Message(
        title=draft.title,
        body=draft.body,
        icon=draft.icon.strip(),
        image=draft.image.strip(),
        badge=draft.badge.strip(),
        tag=draft.tag,
        url=draft.url.strip(),
        data=draft.data,
        silent=draft.silent,
        actions=tuple(
            Action(label.strip(), url.strip()) for label, url in draft.buttons if label.strip() or url.strip()
        ),
        declarative=declarative,
        mutable=declarative and draft.mutable,
        ttl_s=ttl_s,
        urgency=draft.urgency,
        topic=topic,
    )


def as_json(draft: Draft) -> Draft:
    """Return the same in the shape JSON, written out for reading; unchanged where it cannot be sent."""
    try:
        payload = message_of(replace(draft, ttl="60 s", topic="")).payload()
        written = json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except (InvalidMessage, ValueError):
        return draft
    return replace(draft, shape=Shape.JSON, raw_json=written)


def to_object(draft: Draft) -> dict[str, Any]:
    """Return what `from_object` reads: only what differs from an empty draft."""
    empty = Draft()
    told = {
        field.name: getattr(draft, field.name)
        for field in fields(Draft)
        if getattr(draft, field.name) != getattr(empty, field.name)
    }
    if "shape" in told:
        told["shape"] = draft.shape.value
    if "buttons" in told:
        told["buttons"] = [list(button) for button in draft.buttons]
    return told


def from_object(told: object) -> Draft:
    """Return the draft of an object of JSON.

    Raises:
        ValueError: It is none; what is not known is refused too.
    """
    if not isinstance(told, dict):
        raise ValueError("no object")
    kinds = {field.name: type(field.default) for field in fields(Draft)}
    read: dict[str, Any] = {}
    for name, value in told.items():
        if name == "shape":
            read[name] = Shape(value)
        elif name == "buttons":
            read[name] = _buttons(value)
        elif name == "urgency":
            if value not in URGENCIES:
                raise ValueError("no urgency")
            read[name] = value
        elif kinds.get(name) is type(value):
            read[name] = value
        else:
            raise ValueError(f"{name!r:.40} is not known")
    return Draft(**read)


def _buttons(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or len(value) > MOST_BUTTONS:
        raise ValueError("no buttons")
    read = []
    for button in value:
        if not isinstance(button, list) or len(button) != 2 or not all(isinstance(text, str) for text in button):
            raise ValueError("no button")
        read.append((button[0], button[1]))
    return tuple(read)
