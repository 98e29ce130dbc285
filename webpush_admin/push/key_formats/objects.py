"""JSON: JWK and JWK Sets, what web-push prints, settings; and the JSON that is often taken for keys.

Runs on: any
"""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.key_formats.halves import OFF_CURVE, SCALAR_BYTES, Half, point_half, scalar_half, together
from webpush_admin.push.key_formats.others import FIREBASE_PAGE
from webpush_admin.push.key_formats.records import FoundKeys
from webpush_admin.push.key_formats.settings import Setting
from webpush_admin.push.vapid import from_base64url

_OTHERS: Final = (
    (
        ("type", "project_id", "private_key_id"),
        "This is a service account of Google, which signs in to Firebase: it holds an RSA key, and no VAPID pair.",
    ),
    (("project_info", "client"), "This is Firebase's google-services.json for an app: it holds no VAPID pair."),
    (("apiKey", "messagingSenderId"), FIREBASE_PAGE),
    (
        ("endpoint", "keys"),
        "This is a subscription: its p256dh is the browser's key and not the server's, so import it as a subscription.",
    ),
    (("p256dh", "auth"), "These are the keys of a subscription: they are the browser's, and not the server's."),
)
_JWK: Final = re.compile(r"\{[^{}]{0,2000}\"kty[^{}]{0,2000}\}")
_PATH_LENGTH: Final = 200
_CURVES: Final = ("P-256", "P-384", "P-521", "secp256k1")
_KINDS: Final = {"RSA": "an RSA key", "OKP": "an Ed25519 or X25519 key", "oct": "a shared secret"}


def parse(text: str) -> object:
    """Return what JSON says, None where the text is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def within(text: str) -> list[object]:
    """Return the JWKs that are written somewhere in a text, as the value of a setting."""
    return [parse(found[0].replace('\\"', '"')) for found in _JWK.finditer(text)]


def read_jwks(value: object) -> FoundKeys | None:
    """Return the pair that a JWK is, or that is the only one in a JWK Set; None where there is none.

    Raises:
        InvalidKeys: There are keys, and none that can be used.
    """
    found = [one for one in _objects(value) if isinstance(one.get("kty"), str)]
    if not found:
        return None
    usable = [one for one in found if one.get("kty") == "EC" and "d" in one] or found[:1]
    form = "JWK Set" if isinstance(value, dict) and "keys" in value else "JWK"
    return FoundKeys(together(half for one in usable for half in _jwk(one)), form)


def refuse_others(value: object) -> None:
    """Let JSON pass that may hold a pair.

    Raises:
        InvalidKeys: It is something else, which the sentence names.
    """
    for one in _objects(value):
        for names, sentence in _OTHERS:
            if all(name in one for name in names):
                raise InvalidKeys(sentence)


def settings_of(value: object, path: str = "") -> Iterator[Setting]:
    """Return what an object sets, with the names of what it is in."""
    pending = deque([(path, value)])
    while pending:
        name, one = pending.popleft()
        if isinstance(one, dict):
            # The end of a path says enough, and a hostile one does not grow.
            pending.extend((f"{name}.{key}"[-_PATH_LENGTH:].lstrip("."), inner) for key, inner in one.items())
        elif isinstance(one, list):
            pending.extend((name, inner) for inner in one)
        elif isinstance(one, str):
            yield Setting(name, one.strip())


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    pending = deque([value])
    while pending:
        one = pending.popleft()
        if isinstance(one, dict):
            yield one
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)


def _jwk(jwk: Mapping[str, object]) -> Iterator[Half]:
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if kind != "EC":
        named = _KINDS.get(kind, "a key of another kind") if isinstance(kind, str) else "a key of another kind"
        raise InvalidKeys(f"This JWK is {named}: Web Push takes a pair on the curve P-256 alone.")
    if curve != "P-256":
        named = curve if isinstance(curve, str) and curve in _CURVES else "its “crv” names another"
        raise InvalidKeys(f"This key is on another curve ({named}): Web Push takes P-256 alone.")
    private, x, y = (_number(jwk, name) for name in ("d", "x", "y"))
    if x is not None and y is not None:
        yield point_half(b"\4" + x + y, "JWK")
    if private is not None:
        yield scalar_half(private, "JWK")


def _number(jwk: Mapping[str, object], name: str) -> bytes | None:
    text = jwk.get(name)
    if text is None:
        return None
    try:
        data = from_base64url(text) if isinstance(text, str) else b""
    except ValueError:
        data = b""
    # Some leave zeros in front out, though RFC 7518, section 6.2.1.2, asks for them; some write a sign.
    data = data.lstrip(b"\0").rjust(SCALAR_BYTES, b"\0") if data else data
    if len(data) != SCALAR_BYTES:
        raise InvalidKeys(OFF_CURVE if name != "d" else "The “d” of this JWK is no number of 32 bytes: it is damaged.")
    return data
