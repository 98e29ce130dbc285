"""Takes a JWT into its three parts: base64url, JSON, and what is wrong with either.

Runs on: any
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.vapid import from_base64url

MAX_DEPTH: Final = 32

_PARTS: Final = 3
_NAMES: Final = ("header", "claims", "signature")
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")
_ANY_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]*=*")
_ENCODE: Final = "Encode it as base64url without padding (RFC 7515, section 2)."


@dataclass(frozen=True, slots=True, repr=False)
class Parts:
    """A JWT. Its repr tells nothing.

    Attributes:
        header: The JOSE header, None where it cannot be read.
        claims: Likewise.
        signed: What the signature is over, None where one of the three parts is missing.
        signature: Its bytes, None where they cannot be read.
        findings: About how it is written.
    """

    header: dict[str, Any] | None
    claims: dict[str, Any] | None
    signed: bytes | None
    signature: bytes | None
    findings: tuple[KeyFinding, ...]


def read_parts(token: str) -> Parts:
    """Take a JWT apart; never raises, whatever it is."""
    pieces = token.split(".")
    found: list[KeyFinding] = []
    if len(pieces) != _PARTS:
        told = f"A JWT has three parts with dots between them, and this has {len(pieces):,}."
        action = "Copy the whole token." if len(pieces) < _PARTS else "Copy the token alone."
        found.append(KeyFinding("Token", Severity.BAD, told, action))
    read: list[bytes | None] = []
    for name, piece in zip(_NAMES, pieces, strict=False):
        data, wrong = _decoded(piece, name)
        read.append(data)
        found += wrong
    read += [None] * (_PARTS - len(read))
    header, wrong = _object(read[0], "header")
    found += wrong
    claims, wrong = _object(read[1], "claims")
    found += wrong
    whole = len(pieces) == _PARTS and token.isascii()
    signed = ".".join(pieces[:2]).encode() if whole else None
    return Parts(header, claims, signed, read[2], tuple(found))


def as_text(value: dict[str, Any] | None) -> str:
    """Return a JSON object as indented text in ASCII, "" for none."""
    if value is None:
        return ""
    # What is not ASCII is escaped: no sign can turn the text around or hide in it.
    return json.dumps(value, indent=2)


def _decoded(piece: str, name: str) -> tuple[bytes | None, list[KeyFinding]]:
    """Return the bytes of a part, and what is wrong with how it is written."""

    def told(sentence: str, action: str = _ENCODE) -> list[KeyFinding]:
        return [KeyFinding("Token", Severity.BAD, sentence, action)]

    if not piece:
        what = "is missing: the token was not signed" if name == "signature" else "is missing"
        return None, told(f"The {name} {what}.", "Copy the whole token.")
    if not _ANY_BASE64.fullmatch(piece):
        return None, told(f"The {name} is not base64url: it holds other characters.")
    try:
        data = from_base64url(piece)
    except ValueError:
        stripped = len(piece.rstrip("="))
        cut = f"no base64url has {stripped:,} characters, so one was lost"
        return None, told(f"The {name} is not base64url: {cut}.", "Copy the whole token.")
    if _BASE64URL.fullmatch(piece):
        return data, []
    wrong = "is padded with =" if piece.endswith("=") else "is base64 with + or / instead of base64url"
    return data, told(f"The {name} {wrong}, which push services refuse.")


def _object(data: bytes | None, name: str) -> tuple[dict[str, Any] | None, list[KeyFinding]]:
    if data is None:
        return None, []
    action = "Look at how it is made: it is a JSON object, encoded once."
    try:
        value = parsed(data)
    except _Refused as error:
        return None, [KeyFinding("Token", Severity.BAD, f"The {name} {error}.", action)]
    if not isinstance(value, dict):
        return None, [KeyFinding("Token", Severity.BAD, f"The {name} is JSON, but not an object.", action)]
    return value, []


class _Refused(Exception):
    """No JSON that a token may hold; the text is the end of a sentence."""


def parsed(data: bytes) -> object:
    """Return the value of a JSON text.

    Raises:
        _Refused: It is none, or one that services read differently.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _Refused("is not UTF-8 text") from None
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_twice)
        json.dumps(value, allow_nan=False)
    except json.JSONDecodeError as error:
        what = f"{error.msg[:1].lower()}{error.msg[1:]}"
        raise _Refused(f"is not JSON: {what} at character {error.pos + 1:,}") from None
    except RecursionError:
        raise _Refused("is nested too deeply") from None
    except ValueError:
        raise _Refused("holds a number that JSON does not have") from None
    if any(depth > MAX_DEPTH for depth in _depths(value)):
        raise _Refused("is nested too deeply")
    return value


def _depths(value: object) -> Iterator[int]:
    """Yield how deep each thing lies, without a call for each."""
    waiting = [(value, 0)]
    while waiting:
        thing, depth = waiting.pop()
        yield depth
        inside = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
        waiting += [(one, depth + 1) for one in inside]


def _without_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Refused("names something twice, and services differ in which they take")
    return made


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
