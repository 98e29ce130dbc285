"""What browsers make of the content of a message: title, pictures, links, buttons, and its shape.

Runs on: any
"""

import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.lint.finding import LintFinding, Severity
from webpush_admin.push.message import DECLARATIVE_MARK, Message, is_web_url, parsed_json

SHOWN_BUTTONS: Final = 2

_THIS_MACHINE: Final = re.compile(r"(?:.*\.)?localhost$|127\.|0\.0\.0\.0$|::1$")
_NO_PAGE: Final = re.compile(r"(?:javascript|data|file|blob|about|chrome):", re.IGNORECASE)


def lint_content(message: Message, *, apple: bool, others: bool) -> Iterator[LintFinding]:
    """Tell what is seen otherwise than it was meant.

    Args:
        message: As it would be sent.
        apple: It goes to Safari.
        others: It goes to other browsers.
    """
    if message.raw is not None:
        yield from _raw(message.raw)
        return
    yield from _title(message, apple)
    for field, url in (("icon", message.icon), ("image", message.image), ("badge", message.badge)):
        yield from _picture(field, url, message.declarative)
    yield from _links(message)
    yield from _buttons(message)
    if message.declarative and others:
        yield LintFinding(
            Severity.HINT,
            "payload",
            "Only browsers that know Declarative Web Push (Safari 18.4 and later) show it by themselves.",
            "See to it that the service worker reads “notification” for all others.",
            "Push API, declarative push message",
        )


def _title(message: Message, apple: bool) -> Iterator[LintFinding]:
    if not message.title.strip():
        sentence = (
            "Without a title nothing is shown, and iOS revokes a subscription after a few such pushes."
            if apple
            else "Without a title the browser shows a sentence of its own, or nothing."
        )
        source = "WebKit, Web Push for web apps on iOS and iPadOS; Push API, userVisibleOnly"
        yield LintFinding(Severity.WARNING, "title", sentence, "Write a title.", source)


def _picture(field: str, url: str, declarative: bool) -> Iterator[LintFinding]:
    source = "Notifications API, resources of a notification; Mixed Content"
    if not url:
        return
    if _on_this_machine(url):
        sentence = f"The {field} is on localhost: nobody else's browser can load it."
        yield LintFinding(Severity.WARNING, field, sentence, "Use a public https address.", source)
    elif url.lower().startswith("http:"):
        sentence = f"The {field} is loaded over http, which browsers refuse for a page on https."
        yield LintFinding(Severity.WARNING, field, sentence, "Use https.", source)
    elif url.lower().startswith("data:"):
        sentence = f"The {field} is carried inside the message and takes {len(url):,} of its bytes."
        yield LintFinding(Severity.HINT, field, sentence, "Give an https address instead.", source)
    elif not is_web_url(url) and (declarative or ":" in url.split("/")[0]):
        sentence = f"The {field} is no whole https address; Safari drops a declarative message for that."
        yield LintFinding(
            Severity.WARNING,
            field,
            sentence if declarative else f"The {field} is no address that a browser loads.",
            "Give an https address.",
            "WebKit, parser of declarative messages" if declarative else source,
        )


def _links(message: Message) -> Iterator[LintFinding]:
    links = [("url", "The URL", message.url)]
    links += [("actions", f"The URL of button {at}", action.url) for at, action in enumerate(message.actions, 1)]
    for field, what, url in links:
        if not url:
            continue
        if _on_this_machine(url):
            sentence = f"{what} is on localhost: nobody else's browser gets there."
            yield LintFinding(
                Severity.WARNING,
                field,
                sentence,
                "Use a public https address.",
                "Service Workers, Clients.openWindow()",
            )
        elif _NO_PAGE.match(url):
            sentence = f"{what} begins with {url.partition(':')[0]}:, which no browser opens from a notification."
            yield LintFinding(
                Severity.WARNING, field, sentence, "Use an https address.", "Service Workers, Clients.openWindow()"
            )


def _buttons(message: Message) -> Iterator[LintFinding]:
    if len(message.actions) > SHOWN_BUTTONS:
        yield LintFinding(
            Severity.HINT,
            "actions",
            f"There are {len(message.actions)} buttons, of which browsers show {SHOWN_BUTTONS} at most.",
            "Put the important ones first.",
            "Notifications API, Notification.maxActions",
        )
    for number, action in enumerate(message.actions, 1):
        if not action.label.strip() or not action.url.strip():
            missing = "label" if not action.label.strip() else "URL"
            sentence = f"Button {number} has no {missing}."
            yield LintFinding(Severity.WARNING, "actions", sentence, f"Give it a {missing}.", "Notifications API")


def _raw(raw: str) -> Iterator[LintFinding]:
    source = "Push API, PushMessageData.json() and declarative push message"
    if not raw.strip():
        sentence = "Nothing is in it: a service worker that reads JSON shows nothing."
        yield LintFinding(Severity.WARNING, "payload", sentence, "Write something.", source)
        return
    try:
        value = parsed_json(raw, "The payload")
    except InvalidMessage as error:
        looks_like_json = raw.lstrip()[0] in "{["
        yield LintFinding(
            Severity.WARNING if looks_like_json else Severity.HINT,
            "payload",
            str(error) if looks_like_json else "It is plain text: event.data.json() fails in the service worker.",
            "Mend the JSON." if looks_like_json else "The service worker must read event.data.text().",
            source,
        )
        return
    if isinstance(value, dict) and "web_push" in value:
        wrong = _declarative_problem(value)
        if wrong:
            sentence = f"It is no declarative message: {wrong}."
            yield LintFinding(Severity.WARNING, "payload", sentence, "Add it, or leave web_push out.", source)


def _declarative_problem(value: dict[str, object]) -> str:
    if value["web_push"] != DECLARATIVE_MARK or isinstance(value["web_push"], bool):
        return f"web_push is {json.dumps(value['web_push'])[:20]}, not {DECLARATIVE_MARK}"
    notification = value.get("notification")
    if not isinstance(notification, dict):
        return "the object notification is missing"
    for name in ("title", "navigate"):
        if not isinstance(notification.get(name), str) or not notification[name]:
            return f"{name} is missing in its notification"
    return ""


def _on_this_machine(url: str) -> bool:
    try:
        return bool(_THIS_MACHINE.match(urlsplit(url).hostname or ""))
    except ValueError:
        return False
