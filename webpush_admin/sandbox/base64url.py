"""The base64url of RFC 7515: without padding, and nothing but its alphabet.

Runs on: any
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


def encode(data: bytes) -> str:
    """Return the base64url of `data` without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return what `text` encodes.

    Raises:
        ValueError: Padding, a character outside the alphabet, or an impossible length.

    Source: RFC 7515, section 2.
    """
    if not _ALPHABET.fullmatch(text):
        raise ValueError("outside the alphabet of base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
