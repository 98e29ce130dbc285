"""Guesses whether a file that was dropped is one of keys, rather than of subscriptions; `read_keys` decides later.

Runs on: any
"""

import re
from typing import Final

START_BYTES: Final = 64 * 1024
"""Larger is no file of keys."""

_SUBSCRIPTIONS: Final = (b"endpoint", b"p256dh")
_MARKS: Final = re.compile(
    rb"-----BEGIN (?:EC PARAMETERS|[A-Z ]*KEY)-----"
    rb'|"kty"\s*:'
    rb'|"private_?key"|^\s*private_?key\s*[:=]'
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
        start: The file, and of one that is larger than `START_BYTES` one byte more.
    """
    if len(start) > START_BYTES or any(word in start for word in _SUBSCRIPTIONS):
        return False
    if start.startswith(_SEQUENCE) and any(identifier in start for identifier in _IDENTIFIERS):
        return True
    return _MARKS.search(start) is not None
