"""The formats, and what was found in a file or a text.

Runs on: any
"""

from dataclasses import dataclass
from enum import Enum

from webpush_admin.push.vapid import VapidKeys


class KeyFormat(Enum):
    """What a pair can be written as."""

    PEM = "pem"
    """SEC 1, "BEGIN EC PRIVATE KEY". Source: RFC 5915."""
    PKCS8 = "pkcs8"
    """PKCS#8 in PEM, encrypted where there is a passphrase. Source: RFC 5958."""
    DER = "der"
    """PKCS#8 without PEM's text around it."""
    RAW = "raw"
    """Two lines base64url: the 65 bytes of the public key, the 32 bytes of the private one."""
    JWK = "jwk"
    """Source: RFC 7517; RFC 7518, section 6.2."""
    ENV = "env"
    """Lines of settings, in the names of `EnvStyle`."""
    JSON = "json"
    """What `web-push generate-vapid-keys --json` prints."""


class EnvStyle(Enum):
    """Whose names settings have."""

    PLAIN = "plain"
    """VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY and VAPID_SUBJECT: Laravel, and most servers in Node."""
    MASTODON = "mastodon"
    RAILS = "rails"
    NTFY = "ntfy"
    CODER = "coder"


@dataclass(frozen=True, slots=True)
class FoundKeys:
    """A pair that was read and checked.

    Attributes:
        keys: The pair; its repr is its fingerprint.
        form: How it was written, in words.
        subject: That came with it, "" where none did.
    """

    keys: VapidKeys
    form: str
    subject: str = ""
