"""VAPID: key pairs, the subject of the claims, and one signed Authorization per push service.

The only home of py_vapid.

Runs on: any
"""

import base64
import binascii
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.jwt import sign

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.subject import normalised_subject

LIFETIME_S: Final = 12 * 3600
"""Half of the day that RFC 8292 section 2 allows, so that a clock that is hours off does not matter."""

RENEW_BEFORE_S: Final = LIFETIME_S // 2
"""An Authorization is signed anew when less than this is left of it."""

MAX_ORIGINS: Final = 1000
"""Push services are a handful; rows are written by strangers and may name a new one each."""


def to_base64url(data: bytes) -> str:
    """Return base64url without padding. Source: RFC 7515, section 2."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64 or base64url, padded or not.

    Raises:
        ValueError: Another character, or a length that base64 cannot have.
    """
    try:
        # Replaced twice: `translate` with a table takes ten times as long, and every row of a database comes by here.
        plain = text.replace("-", "+").replace("_", "/").rstrip("=").encode("ascii")
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not base64") from None


@dataclass(frozen=True, slots=True, repr=False)
class VapidKeys:
    """An application server's key pair on P-256.

    Attributes:
        public_key: 87 characters base64url: the 65 bytes of the uncompressed point, as `applicationServerKey` takes it.
        private_key: 43 characters base64url: the 32 bytes of the scalar. Never shown.

    Source: RFC 8292, section 3.2.
    """

    public_key: str
    private_key: str

    @classmethod
    def generate(cls) -> "VapidKeys":
        """Make a new pair."""
        vapid = Vapid02()
        vapid.generate_keys()
        scalar = vapid.private_key.private_numbers().private_value
        return cls(_point(vapid.public_key), to_base64url(scalar.to_bytes(32, "big")))

    @property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the public key's 65 bytes, in groups of four."""
        return fingerprint(self.public_key)

    def check(self) -> None:
        """Check that the two halves belong together.

        Raises:
            InvalidKeys: The private key cannot be read, or its public key is another.
        """
        if _point(_private_key(self).public_key()) != self.public_key:
            raise InvalidKeys("The VAPID public key in the database does not belong to its private key.")

    def __repr__(self) -> str:
        return f"VapidKeys({self.fingerprint})"


def fingerprint(public_key: str) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a public key, in groups of four; "" for no key."""
    try:
        digest = hashlib.sha256(from_base64url(public_key)).hexdigest()[:16]
    except ValueError:
        return ""
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4)) if public_key else ""


class Authorizations:
    """Signs the Authorization header, once for hours per push service.

    Validity is judged by wall time, since the push service judges it so.

    Attributes:
        public_key: The `k` parameter, 87 characters base64url.
        subject: The `sub` claim; `change_subject` changes it.

    Raises:
        InvalidKeys: The pair or the subject cannot be used.

    Source: RFC 8292, sections 2 and 3.
    """

    def __init__(self, keys: VapidKeys, subject: str, *, wall_s: Callable[[], float] = time.time) -> None:
        keys.check()
        self.public_key = keys.public_key
        self.subject = normalised_subject(subject)
        self._private_key = _private_key(keys)
        self._wall_s = wall_s
        self._signed: dict[str, tuple[str, float]] = {}

    def header(self, origin: str) -> str:
        """Return `vapid t=...,k=...` for an origin ("https://push.example.net", port where it is not the default)."""
        now_s = self._wall_s()
        signed = self._signed.get(origin)
        if signed is None or not RENEW_BEFORE_S <= signed[1] - now_s <= LIFETIME_S:
            expires_s = int(now_s) + LIFETIME_S
            claims = {"aud": origin, "exp": expires_s, "sub": self.subject}
            signed = (
                f"vapid t={sign(claims, self._private_key)},k={self.public_key}",
                expires_s,
            )
            if len(self._signed) >= MAX_ORIGINS:
                self._signed.clear()
            self._signed[origin] = signed
        return signed[0]

    def change_subject(self, subject: str) -> None:
        """Sign with another `sub` from now on.

        Raises:
            InvalidKeys: The subject cannot be used.
        """
        self.subject = normalised_subject(subject)
        self._signed.clear()

    def clear(self) -> None:
        """Forget what was signed: after a suspend the clock may have moved under it."""
        self._signed.clear()


def _private_key(keys: VapidKeys) -> ec.EllipticCurvePrivateKey:
    # Takes the pair, whose repr is safe: the text itself would show in a traceback that tells its locals.
    try:
        return ec.derive_private_key(int.from_bytes(from_base64url(keys.private_key), "big"), ec.SECP256R1())
    except (ValueError, AttributeError, TypeError):
        # The cause is left out on purpose: it may quote the key.
        raise InvalidKeys("The VAPID private key in the database cannot be read.") from None


def _point(public_key: ec.EllipticCurvePublicKey) -> str:
    return to_base64url(public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
