"""Whose settings are called what: which half, or which subject, a name stands for.

Names are compared without case and punctuation: `VAPID_PRIVATE_KEY`, `vapidPrivateKey` and `vapid.private-key` are one.

Runs on: any
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Role(Enum):
    """What a setting holds."""

    PRIVATE = "private"
    PUBLIC = "public"
    SUBJECT = "subject"
    FILE = "file"
    """The name of a file with the private key."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name means.

    Attributes:
        role: What the setting holds.
        ours: It says that it is of Web Push; "private_key" alone may be anybody's.
    """

    role: Role
    ours: bool


_OURS: Final = re.compile(r"vapid|push(?!er)|applicationserver|^sw(?:private|public)")
"""Pusher is another service, and in the settings of every Laravel."""
# Misskey: swPrivateKey. Home Assistant: vapid_prv_key. web-push's own command line: --vapid-pvtkey.
_ENDINGS: Final = {
    Role.FILE: re.compile(r"(?:pem|key)(?:file|path|filename)$"),
    Role.PRIVATE: re.compile(r"(?:private|prv|pvt|priv|vapidsecret)(?:key)?(?:pem|base64|b64|raw)?$"),
    Role.PUBLIC: re.compile(r"(?:(?:public|pub)(?:key)?(?:pem|base64|b64|raw)?|applicationserverkey)$"),
    Role.SUBJECT: re.compile(
        r"(?:subject|sub|contact|contactemail|adminemail|emailaddress|email|mailto|claim|claims)$"
    ),
}
_BARE: Final = {
    Role.PRIVATE: re.compile(r"private|priv|privatekey"),
    Role.PUBLIC: re.compile(r"public|pub|publickey|applicationserverkey"),
    Role.SUBJECT: re.compile(r"subject|sub"),
    Role.FILE: re.compile(r"pemfile|privatekeyfile|privatekeypath"),
}


def meaning_of(name: str) -> Meaning | None:
    """Return what a name means, None where it is no affair of keys."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    ours = _OURS.search(plain) is not None
    for role, ending in _ENDINGS.items():
        if ours and ending.search(plain):
            return Meaning(role, ours=True)
    # The last part of a path, `production.keys.private_key`, and the last word: `export const privateKey`.
    last = name.rsplit(".", 1)[-1]
    shorter = {re.sub(r"[^a-z0-9]", "", one.lower()) for one in (last, last.rsplit(" ", 1)[-1])}
    for role, bare in _BARE.items():
        if any(bare.fullmatch(one) for one in shorter):
            return Meaning(role, ours=False)
    return None


def style_of(name: str) -> str:
    """Return whose settings have such a name, in words."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if plain.endswith("webpushvapidprivatekey") and name.islower():
        return "settings of Coder"
    if plain.endswith("webpushprivatekey") and ("-" in name or plain.startswith("ntfy")):
        return "settings of ntfy"
    if plain.endswith("swprivatekey"):
        return "settings of Misskey"
    if plain.endswith("vapidprvkey"):
        return "settings of Home Assistant"
    if plain in ("priv", "private"):
        return "a text with labels"
    if name in ("privateKey", "Private Key"):
        return "what web-push prints"
    return f"settings, {name[:40]}" if name.isascii() else "settings"
