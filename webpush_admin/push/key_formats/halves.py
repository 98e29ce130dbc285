"""The two halves of a pair: the scalar and the point, checked against the curve and against each other.

Runs on: any
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.vapid import VapidKeys, fingerprint, to_base64url

ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Scalars are below it. Source: SEC 2, section 2.4.2."""

SCALAR_BYTES: Final = 32
POINT_BYTES: Final = 65

OUT_OF_RANGE: Final = (
    "The private key is zero, or not below the order of P-256: it cannot be one, so look for another copy."
)
OFF_CURVE: Final = "The public key is not a point on P-256: it is damaged, or was copied in part."
PUBLIC_ALONE: Final = "This is the public key alone: look for the private key, which signs."
COMPRESSED_ALONE: Final = "This is the public key alone, compressed to 33 bytes: look for the private key, which signs."
TWO_KEYS: Final = "There are two different private keys in it: keep the one to import, and take the other one out."
SHORT: Final = (
    "The private key has {} bytes instead of 32: a part of it is missing, or zeros in front were left out; "
    "give the public key with it to tell."
)

_COMPRESSED: Final = ", compressed"
_CURVES: Final = {
    "secp192r1": "P-192",
    "secp224r1": "P-224",
    "secp256k1": "secp256k1, that of Bitcoin",
    "secp384r1": "P-384",
    "secp521r1": "P-521",
}


@dataclass(frozen=True, slots=True, repr=False)
class Half:
    """One half of a pair, or both.

    Attributes:
        public_key: 87 characters base64url.
        keys: The pair, None where only the public half is known.
        form: How it was written, in words.
        doubt: Why the private half is believed only beside its public half; "" where nothing is against it.
    """

    public_key: str
    keys: VapidKeys | None
    form: str
    doubt: str = ""

    def worded(self, form: str) -> "Half":
        """Return the same, written otherwise."""
        return replace(self, form=form)


def private_half(key: ec.EllipticCurvePrivateKey, form: str, doubt: str = "") -> Half:
    """Return a private key with the public key that belongs to it.

    Raises:
        InvalidKeys: It is on another curve.
    """
    refuse_curve(key.curve)
    scalar = key.private_numbers().private_value.to_bytes(SCALAR_BYTES, "big")
    public_key = _written(key.public_key())
    return Half(public_key, VapidKeys(public_key, to_base64url(scalar)), form, doubt)


def scalar_half(data: bytes, form: str, doubt: str = "") -> Half:
    """Return the private key that a number is, most significant byte first.

    Raises:
        InvalidKeys: It is zero or too large.
    """
    number = int.from_bytes(data, "big")
    if not 0 < number < ORDER:
        raise InvalidKeys(OUT_OF_RANGE)
    return private_half(ec.derive_private_key(number, ec.SECP256R1()), form, doubt)


def public_half(key: ec.EllipticCurvePublicKey, form: str) -> Half:
    """Return a public key.

    Raises:
        InvalidKeys: It is on another curve.
    """
    refuse_curve(key.curve)
    return Half(_written(key), None, form)


def point_half(data: bytes, form: str) -> Half:
    """Return the public key that a point is, uncompressed or compressed. Source: SEC 1, section 2.3.4.

    Raises:
        InvalidKeys: It is not on the curve.
    """
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        raise InvalidKeys(OFF_CURVE) from None
    return public_half(point, form if len(data) == POINT_BYTES else f"{form}{_COMPRESSED}")


def together(halves: Iterable[Half]) -> VapidKeys:
    """Return the one pair that halves make up.

    Raises:
        InvalidKeys: There is no private key among them, or another than the public one; or there are two.
    """
    pair: VapidKeys | None = None
    doubt = ""
    alone = PUBLIC_ALONE
    public_keys = set()
    for half in halves:
        if half.keys is None:
            public_keys.add(half.public_key)
            alone = COMPRESSED_ALONE if half.form.endswith(_COMPRESSED) else alone
            continue
        if pair is not None and pair != half.keys:
            raise InvalidKeys(TWO_KEYS)
        doubt = half.doubt if pair is None else doubt and half.doubt
        pair = half.keys
    if pair is None:
        raise InvalidKeys(alone)
    if doubt and pair.public_key not in public_keys:
        raise InvalidKeys(doubt)
    others = public_keys - {pair.public_key}
    if others:
        raise InvalidKeys(
            f"The halves do not belong together: the public key in it is {fingerprint(others.pop())}, that of its "
            f"private key is {pair.fingerprint}."
        )
    return pair


def refuse_curve(curve: ec.EllipticCurve) -> None:
    """Let P-256 alone pass. Source: RFC 8292, section 3.2.

    Raises:
        InvalidKeys: It is another curve.
    """
    if not isinstance(curve, ec.SECP256R1):
        name = _CURVES.get(curve.name, curve.name)
        raise InvalidKeys(f"This key is on another curve ({name}): Web Push takes P-256 alone.")


def _written(key: ec.EllipticCurvePublicKey) -> str:
    return to_base64url(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
