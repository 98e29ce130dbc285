"""Code and settings for whoever subscribes and sends, with the public key filled in; never with the private one.

Runs on: any
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from webpush_admin.backend.key_records import Snippet
from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.key_formats.halves import point_half
from webpush_admin.push.vapid import from_base64url

PRIVATE_KEY: Final = "<private key: Keys > Export>"
"""Stands where the private key belongs: no server takes it for one."""

EXAMPLE: Final = "mailto:you@example.org"
"""Stands where there is no subject yet."""

_PACKAGE: Final = Path(__file__).resolve().parents[1]

_SAFE: Final = re.compile(r"(?:mailto:|https://)[A-Za-z0-9@:/._+%~=-]+")
"""Means the same in every language below, in quotes and without: the subject comes from the database."""


@dataclass(frozen=True, slots=True)
class _Template:
    """One snippet before anything is filled in.

    Attributes:
        file: Its name in `resources/snippets`.
    """

    name: str
    language: str
    file: str
    note: str


_TEMPLATES: Final = (
    _Template(
        "Page that subscribes",
        "javascript",
        "subscribe.js",
        "For the page with the button: subscribes on a click, and renews what was made with another key.",
    ),
    _Template(
        "Service worker",
        "javascript",
        "service-worker.js",
        "Save it as /service-worker.js of your site; after a rotation the key changes here too.",
    ),
    _Template(
        "Node: web-push",
        "javascript",
        "web-push.js",
        "Sends from Node; the private key comes from the environment, never from the code.",
    ),
    _Template(
        "Python: pywebpush",
        "python",
        "pywebpush.txt",
        "Sends from Python; the private key comes from the environment, never from the code.",
    ),
    _Template(
        "Laravel",
        "text",
        "laravel.env",
        "Into .env, for laravel-notification-channels/webpush; then run php artisan config:clear.",
    ),
    _Template(
        "Rails",
        "yaml",
        "rails.yml",
        "Into bin/rails credentials:edit; Rails.application.credentials.vapid is what WebPush.payload_send takes.",
    ),
    _Template(
        "Mastodon",
        "text",
        "mastodon.env",
        "Into .env.production; then restart web, Sidekiq and streaming. Its subject is the server's contact address.",
    ),
    _Template(
        "ntfy",
        "yaml",
        "ntfy.yml",
        "Into /etc/ntfy/server.yml, which needs a base-url too; then restart ntfy.",
    ),
    _Template(
        "Coder",
        "sql",
        "coder.sql",
        "For psql, in the database of Coder; then restart it. Who subscribed before must do so again.",
    ),
)


def key_snippets(public_key: str, subject: str) -> tuple[Snippet, ...]:
    """Return every snippet for a pair.

    Args:
        public_key: As the database has it: it need not be one.
        subject: Of the database, "" for none; one that would need quoting is left to be filled in by hand.

    Raises:
        InvalidKeys: No page can subscribe with that public key.
    """
    filled = {
        "__PUBLIC_KEY__": _checked(public_key),
        "__PRIVATE_KEY__": PRIVATE_KEY,
        "__SUBJECT__": subject if _SAFE.fullmatch(subject) else EXAMPLE,
    }
    address = filled["__SUBJECT__"]
    filled["__ADDRESS__"] = (address if address.startswith("mailto:") else EXAMPLE).removeprefix("mailto:")
    return tuple(
        Snippet(template.name, template.language, _filled(template.file, filled), template.note)
        for template in _TEMPLATES
    )


def _checked(public_key: str) -> str:
    try:
        return point_half(from_base64url(public_key), "").public_key
    except (ValueError, InvalidKeys):
        raise InvalidKeys("The public key of this pair is none: no page can subscribe with it.") from None


def _filled(file: str, values: dict[str, str]) -> str:
    # A wheel and a frozen application carry the folder inside the package.
    inside = _PACKAGE / "resources"
    folder = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    text = (folder / "snippets" / file).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(name, value)
    return text
