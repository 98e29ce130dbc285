"""What a notification shows of itself in each browser, as data: nothing is fetched for it.

Runs on: GUI thread
"""

import json
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.draft import Draft, Shape
from webpush_admin.push.message import DECLARATIVE_MARK, MAX_DATA_CHARACTERS


@dataclass(frozen=True, slots=True)
class Look:
    """How a browser on a system shows a notification.

    Attributes:
        name: objectName of its card.
        browser: Whose it is, in words.
        app: What the system names as the sender.
        icon_right: The icon stands behind the text.
        heading: The sender stands above the text, else below it.
        own_icon: The browser's or the web app's icon is shown, not the one of the message.
        image: It shows the large picture.
        buttons: How many it shows.
        badge: It shows the small picture.
        tag: One of the same tag is replaced.
        silent: It heeds `silent`.
        title_lines, body_lines: At most.
        corner: Pixels.
    """

    name: str
    browser: str
    app: str
    icon_right: bool = False
    heading: bool = True
    own_icon: bool = False
    image: bool = False
    buttons: int = 0
    badge: bool = False
    tag: bool = True
    silent: bool = True
    title_lines: int = 1
    body_lines: int = 4
    corner: int = 8


LOOKS: Final = (
    Look("chrome_desktop", "Chrome on Windows and Linux", "Google Chrome", heading=False, image=True, buttons=2),
    Look("chrome_android", "Chrome on Android", "Chrome", True, image=True, buttons=2, badge=True, corner=16),
    Look("edge", "Edge on Windows", "Microsoft Edge", heading=False, image=True, buttons=2, corner=4),
    Look("firefox", "Firefox", "Firefox", heading=False, body_lines=3, corner=4),
    Look("safari_macos", "Safari on macOS", "Safari", own_icon=True, heading=False, tag=False, corner=14),
    Look("safari_ios", "Web app on iOS", "", own_icon=True, heading=False, tag=False, silent=False, corner=16),
)
"""Source: MDN, browser compatibility of the members of Notification; HTML of each vendor's own documentation."""

_LEFT_OUT: Final = (
    QT_TRANSLATE_NOOP("Preview", "picture"),
    QT_TRANSLATE_NOOP("Preview", "buttons"),
    QT_TRANSLATE_NOOP("Preview", "icon"),
    QT_TRANSLATE_NOOP("Preview", "badge"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to show.

    Attributes:
        title, body, icon, image, badge, tag: Hostile texts.
        buttons: Labels.
        silent: Neither sound nor vibration.
        site: Host of the URL, which stands for the site's own.
        unsure: Why this may be shown otherwise, "" where it will not.
    """

    title: str = ""
    body: str = ""
    icon: str = ""
    image: str = ""
    badge: str = ""
    tag: str = ""
    buttons: tuple[str, ...] = ()
    silent: bool = False
    site: str = ""
    unsure: str = ""


def shown_of(draft: Draft) -> Shown:
    """Return what a service worker that shows what it gets would show, also of what cannot be sent yet."""
    if draft.shape in (Shape.FIELDS, Shape.DECLARATIVE):
        return Shown(
            draft.title,
            draft.body,
            draft.icon.strip(),
            draft.image.strip(),
            draft.badge.strip(),
            draft.tag,
            tuple(label for label, _ in draft.buttons if label.strip()),
            draft.silent,
            _site(draft.url.strip()),
        )
    raw = draft.raw_json if draft.shape is Shape.JSON else draft.raw_text
    try:
        value = json.loads(raw) if len(raw) <= MAX_DATA_CHARACTERS else None
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict) and value.get("web_push") == DECLARATIVE_MARK:
        notification = value.get("notification")
        return _of_object(notification if isinstance(notification, dict) else {}, "navigate")
    if isinstance(value, dict):
        return _of_object(value, "url", translate("Preview", "What is shown is up to your service worker."))
    unsure = translate("Preview", "What is shown is up to your service worker. This is what it gets.")
    return Shown(body=raw, site=_site(""), unsure=unsure)


def left_out(shown: Shown, look: Look) -> tuple[str, ...]:
    """Return what a browser does not show of it, a sentence each."""
    missing = (
        (bool(shown.image) and not look.image, "picture"),
        (len(shown.buttons) > look.buttons, "buttons"),
        (bool(shown.icon) and look.own_icon, "icon"),
        (bool(shown.badge) and not look.badge, "badge"),
    )
    names = [translate("Preview", name) for absent, name in missing if absent]
    told = [translate("Preview", "Not shown here: {0}.").format(", ".join(names))] if names else []
    if shown.tag and not look.tag:
        told.append(translate("Preview", "The tag replaces nothing here."))
    if shown.silent and not look.silent:
        told.append(translate("Preview", "Makes a sound all the same."))
    return tuple(told)


def _of_object(told: dict[str, object], link: str, unsure: str = "") -> Shown:
    def text(name: str) -> str:
        value = told.get(name)
        return value if isinstance(value, str) else ""

    actions = told.get("actions")
    labels = tuple(
        str(action.get("title") or action.get("label") or "")
        for action in (actions if isinstance(actions, list) else ())
        if isinstance(action, dict)
    )
    silent = told.get("silent") is True
    return Shown(
        text("title"),
        text("body"),
        text("icon"),
        text("image"),
        text("badge"),
        text("tag"),
        labels,
        silent,
        _site(text(link)),
        unsure,
    )


def _site(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return host or translate("Preview", "your site")
