"""Makes tokens as libraries make them, and breaks one thing in each.

Runs on: any
"""

import base64
import json
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.token.examine import examine
from webpush_admin.push.token.records import KnownPair, TokenReport
from webpush_admin.push.vapid import VapidKeys, from_base64url, to_base64url

NOW: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOW_S: Final = int(NOW.timestamp())
HOUR_S: Final = 3600
FCM: Final = "https://fcm.googleapis.com"
APPLE: Final = "https://web.push.apple.com"

KEYS: Final = VapidKeys.generate()
OLD: Final = VapidKeys.generate()
GONE: Final = VapidKeys.generate()
STRANGER: Final = VapidKeys.generate()
PAIRS: Final = (
    KnownPair(KEYS.public_key, active=True),
    KnownPair(OLD.public_key, "spring"),
    KnownPair(GONE.public_key, retired=True),
)

CLAIMS: Final[dict[str, Any]] = {"aud": FCM, "exp": NOW_S + 6 * HOUR_S, "sub": "mailto:ops@push.city"}
HEADER: Final[dict[str, Any]] = {"typ": "JWT", "alg": "ES256"}


def part(value: Any) -> str:
    """Return a part of a token: of an object its JSON, of bytes and texts themselves."""
    if isinstance(value, str):
        value = value.encode()
    return to_base64url(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def private(keys: VapidKeys) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(keys.private_key), "big"), ec.SECP256R1())


def der_signature(signed: str, keys: VapidKeys = KEYS) -> bytes:
    return private(keys).sign(signed.encode(), ec.ECDSA(SHA256()))


def signature(signed: str, keys: VapidKeys = KEYS) -> str:
    r, s = decode_dss_signature(der_signature(signed, keys))
    return to_base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def jwt(claims: Any = None, header: Any = None, keys: VapidKeys = KEYS, **changed: Any) -> str:
    """Return a signed token; what is `changed` in the claims replaces the usual, None takes it out."""
    if claims is None:
        claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    signed = f"{part(HEADER if header is None else header)}.{part(claims)}"
    return f"{signed}.{signature(signed, keys)}"


WHOLE: Final = jwt()


def vapid(token: str | None = None, key: str = KEYS.public_key, **changed: Any) -> str:
    """Return the value of an Authorization header."""
    return f"vapid t={token or (jwt(**changed) if changed else WHOLE)}, k={key}"


def padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def standard(text: str) -> str:
    return text.replace("-", "+").replace("_", "/")


def compressed(keys: VapidKeys = KEYS) -> str:
    point = from_base64url(keys.public_key)
    return to_base64url(bytes([2 + (point[64] & 1)]) + point[1:33])


def der_key(keys: VapidKeys = KEYS) -> str:
    prefix = base64.b64decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE")
    return to_base64url(prefix + from_base64url(keys.public_key)[1:])


def look(text: str, now: datetime = NOW) -> TokenReport:
    """Return what is told of a text where `PAIRS` are known."""
    return examine(text, now, PAIRS)


def blamed(report: TokenReport) -> list[KeyFinding]:
    """Return what is wrong, or may be."""
    return [finding for finding in report.findings if finding.severity in (Severity.BAD, Severity.WARN)]
