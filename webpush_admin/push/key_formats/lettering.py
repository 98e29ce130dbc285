"""Bytes as text, whatever editor wrote them, and text as bytes: base64, base64url, hexadecimal.

Runs on: any
"""

import codecs
import re
from typing import Final

from webpush_admin.push.vapid import from_base64url

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_INVISIBLE: Final = dict.fromkeys((0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060, 0x00AD))
"""What copying from a web page or a chat brings along."""
_HEX: Final = re.compile(r"(?:0x)?((?:[0-9A-Fa-f]{2})+)")
_HEX_LENGTHS: Final = (64, 66, 128, 130, 242, 276)
"""Of a scalar, also with a zero in front; of a point; of SEC 1 and PKCS#8 as they are usually written."""
_COLON_HEX: Final = re.compile(r"\b[0-9A-Fa-f]{2}(?:\s{0,20}:\s{0,20}[0-9A-Fa-f]{2}){15,}\b")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_MOSTLY: Final = 0.9
"""Of random bytes that could be a scalar, one in a million is ASCII so far."""


def as_text(data: bytes) -> str | None:
    """Return what is written, without what cannot be seen; None where it is no text."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.translate(_INVISIBLE).replace("\u00a0", " ")
        if not _CONTROLS.search(text) and (encoding == "utf-8" or _is_plain(text)):
            # Other ends of lines than these separate nothing in settings.
            return text.replace("\r\n", "\n").replace("\r", "\n")
    return None


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if data[1:2] == b"\0":
        return ("utf-16-le",)
    if data[:1] == b"\0":
        return ("utf-16-be",)
    # Comments in an old encoding do not matter: keys are ASCII.
    return ("utf-8", "latin-1")


def _is_plain(text: str) -> bool:
    return sum(character.isascii() for character in text) >= _MOSTLY * len(text)


def as_bytes(text: str) -> bytes | None:
    """Return the bytes that base64, base64url or an even number of hexadecimal digits stand for; None for other text.

    Hexadecimal digits alone are taken as such only in lengths that base64 would make nothing of.
    """
    packed = re.sub(r"\s", "", text)
    found = _HEX.fullmatch(packed)
    if found is not None and len(found[1]) in _HEX_LENGTHS:
        return bytes.fromhex(found[1])
    if not _BASE64.fullmatch(packed):
        return None
    try:
        return from_base64url(packed)
    except ValueError:
        return None


def is_hex(text: str) -> bool:
    """Whether `as_bytes` takes it as hexadecimal digits, which many other things are written in."""
    found = _HEX.fullmatch(re.sub(r"\s", "", text))
    return found is not None and len(found[1]) in _HEX_LENGTHS


def without_colons(text: str) -> str:
    """Return a text in which hexadecimal digits in pairs, as `openssl -text` writes them, stand together."""
    return _COLON_HEX.sub(lambda found: re.sub(r"[\s:]", "", found[0]), text)
