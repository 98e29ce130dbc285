"""Tells a file of keys that was dropped from one of subscriptions.

Runs on: any
"""

import re
from typing import Final

from webpush_admin.push.errors import InvalidKeys, PassphraseNeeded
from webpush_admin.push.key_formats import read_keys
from webpush_admin.push.key_formats.reading import LIMIT_BYTES

_SUBSCRIPTIONS: Final = b"p256dh"
"""What the Push API calls the key of a browser; no file of keys has one."""
_MARKS: Final = re.compile(
    rb"-----BEGIN (?:EC PARAMETERS|[A-Z ]*KEY)-----"
    rb'|"kty"\s*:'
    rb'|"private_?key"|^[ \t]*[\w.-]{0,40}private[_-]?key[ \t]*[:=]'
    rb"|vapid[\w.-]{0,40}(?:public|private)|(?:public|private)[\w.-]{0,40}vapid"
    # One value, or two, that are as long as half a pair.
    rb"|\A\s*[\w+/-]{42,88}={0,2}(?:\s+[\w+/-]{42,88}={0,2})?\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
_IDENTIFIERS: Final = (
    bytes.fromhex("06082a8648ce3d030107"),  # prime256v1; source: RFC 5480, section 2.1.1.1
    bytes.fromhex("06092a864886f70d01050d"),  # PBES2; source: RFC 8018, appendix A.4
)
_SEQUENCE: Final = b"\x30"


def looks_like_keys(start: bytes) -> bool:
    """Return whether this is more likely a key pair, or half of one, than a list of subscriptions.

    Args:
        start: The file, and of one that is larger than `LIMIT_BYTES` one byte more.
    """
    if len(start) > LIMIT_BYTES or _SUBSCRIPTIONS in start:
        return False
    return _is_marked(start) or _can_be_read(start)


def _is_marked(start: bytes) -> bool:
    # What cannot be imported belongs to where it is said why.
    if start.startswith(_SEQUENCE) and any(identifier in start for identifier in _IDENTIFIERS):
        return True
    return _MARKS.search(start) is not None


def _can_be_read(data: bytes) -> bool:
    try:
        read_keys(data)
    except PassphraseNeeded:
        return True
    except InvalidKeys:
        return False
    return True
