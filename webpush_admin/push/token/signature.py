"""Whose signature it is: of the key that came with a token, or of a pair that is known; and mistakes made often.

Runs on: any
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.token.parts import Parts
from webpush_admin.push.token.records import KnownPair
from webpush_admin.push.vapid import fingerprint, from_base64url, to_base64url

KEY: Final = "Public key"
SIGNATURE: Final = "Signature"

_POINT_BYTES: Final = 65
_COMPRESSED_BYTES: Final = 33
_SIGNATURE_BYTES: Final = 64
_DER_BEGINS: Final = 0x30
_GIVE_KEY: Final = "Give the 65 bytes of the public key as base64url without padding: 87 characters."


def read_key(text: str) -> tuple[str, list[KeyFinding]]:
    """Return the public key that came with a token as 87 characters base64url, "" where it is none; and what is wrong.

    Source: RFC 8292, section 3.2.
    """

    def bad(sentence: str) -> tuple[str, list[KeyFinding]]:
        return "", [KeyFinding(KEY, Severity.BAD, sentence, _GIVE_KEY)]

    try:
        point = from_base64url(text)
    except ValueError:
        return bad("The public key (k) is not base64url.")
    if len(point) != _POINT_BYTES:
        what = _other_form(point)
        return bad(f"The public key (k) has {len(point):,} bytes instead of {_POINT_BYTES}{what}.")
    if point[0] != 4:
        return bad("The public key (k) is not an uncompressed point: its first byte must be 4.")
    key = to_base64url(point)
    if _parsed(key) is None:
        return bad("The public key (k) is not a point on the curve P-256.")
    if re.fullmatch(r"[A-Za-z0-9_-]+", text):
        return key, []
    told = "The public key (k) is not base64url without padding; some push services refuse it so."
    return key, [KeyFinding(KEY, Severity.WARN, told, _GIVE_KEY)]


def _other_form(point: bytes) -> str:
    if len(point) == _COMPRESSED_BYTES and point[0] in (2, 3):
        return ": it is a compressed point"
    if len(point) == _POINT_BYTES - 1:
        return ": the 4 at its beginning is missing"
    if point[:1] == b"0":
        return ": it is DER (SubjectPublicKeyInfo), of which the last 65 bytes are meant"
    return ""


def check_key(key: str, pairs: Sequence[KnownPair]) -> KeyFinding:
    """Tell whose public key it is."""
    pair = next((pair for pair in pairs if pair.public_key == key), None)
    if pair is None:
        if not pairs:
            return KeyFinding(KEY, Severity.NOTE, f"The public key is {fingerprint(key)}; there is no pair here.")
        which = f"none of the {len(pairs):,} pairs" if len(pairs) > 1 else "not the one pair"
        told = f"The public key is {fingerprint(key)}, which is {which} of this database."
        return KeyFinding(KEY, Severity.WARN, told, "Find out which server signs with it, and import the pair.")
    if pair.active:
        return KeyFinding(KEY, Severity.GOOD, f"The public key is that of the active pair, {fingerprint(key)}.")
    told = f"The public key is that of {shown_pair(pair)}, not of the active one."
    action = "Subscriptions of one pair take no token of another: sign with the one that they were made with."
    return KeyFinding(KEY, Severity.WARN, told, action)


def check_signature(parts: Parts, key: str, pairs: Sequence[KnownPair]) -> Iterator[KeyFinding]:
    """Tell whose signature it is.

    Args:
        parts: The token.
        key: The public key that came with it, "" where none did or it cannot be used.
        pairs: The public halves that are tried too.

    Source: RFC 7518, section 3.4.
    """
    if parts.signed is None or parts.signature is None:
        return
    signature = parts.signature
    form = _as_der(signature)
    if form is None:
        told = f"The signature has {len(signature):,} bytes instead of {_SIGNATURE_BYTES}."
        if parts.header is not None and parts.header.get("alg") == "ES256":
            yield _bad(told, "Give r and s, 32 bytes each (RFC 7518, section 3.4); or the token was cut.")
        else:
            yield _bad(f"{told[:-1]}: it is none of ES256.", "Sign with ES256 and the private key of the pair.")
        return
    by_key = bool(key) and _verifies(key, form, parts.signed)
    by_pair = next((pair for pair in pairs if _verifies(pair.public_key, form, parts.signed)), None)
    if len(signature) != _SIGNATURE_BYTES:
        whose = "; it is right otherwise" if by_key or by_pair else ""
        told = f"The signature is DER, {len(signature):,} bytes, as OpenSSL gives it, instead of r and s{whose}."
        yield _bad(told, "Convert it: r and s, 32 bytes each (RFC 7518, section 3.4).")
        if by_key or (by_pair is not None and not key):
            return
    yield _verdict(key, by_key, by_pair, len(pairs))


def _verdict(key: str, by_key: bool, by_pair: KnownPair | None, pairs: int) -> KeyFinding:
    if by_key and by_pair is not None:
        return KeyFinding(SIGNATURE, Severity.GOOD, f"The signature is right: {shown_pair(by_pair)} made it.")
    if by_key:
        return KeyFinding(SIGNATURE, Severity.GOOD, "The signature is right: it was made with the key that k names.")
    if by_pair is not None and key:
        told = f"The signature is by {shown_pair(by_pair)}, but k names {fingerprint(key)}."
        return _bad(told, "Send the public key that belongs to the private key that signs.")
    if by_pair is not None:
        return KeyFinding(SIGNATURE, Severity.GOOD, f"The signature is right: {shown_pair(by_pair)} made it.")
    here = "the one pair here" if pairs == 1 else f"the {pairs:,} pairs here"
    tried = [*(["the key that k names"] if key else []), *([here] if pairs else [])]
    if not tried:
        told = "Whose signature it is cannot be told: no public key came with it, and there is no pair here."
        return KeyFinding(SIGNATURE, Severity.NOTE, told)
    made = f"not made by {' or by '.join(tried)}" if pairs <= 1 else f"made by none of {' and '.join(tried)}"
    told = f"The signature is wrong: it was {made}, or the token was changed since."
    return _bad(told, "Sign with the private key that belongs to k, and change nothing afterwards.")


def shown_pair(pair: KnownPair) -> str:
    """Return a pair as it is told of: "the active pair", "the pair “old” (12ab …)"."""
    number = fingerprint(pair.public_key)
    label = f" “{pair.label[:60]}”" if pair.label else ""
    kind = "active pair" if pair.active else "retired pair" if pair.retired else "pair"
    return f"the {kind}{label} ({number})"


def _as_der(signature: bytes) -> bytes | None:
    """Return a signature as `cryptography` takes it, None where it is neither r and s nor DER."""
    if len(signature) == _SIGNATURE_BYTES:
        return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    if signature[:1] == bytes([_DER_BEGINS]):
        try:
            return encode_dss_signature(*decode_dss_signature(signature))
        except ValueError:
            return None
    return None


def _verifies(key: str, signature: bytes, signed: bytes) -> bool:
    public_key = _parsed(key)
    if public_key is None:
        return False
    try:
        public_key.verify(signature, signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _parsed(key: str) -> ec.EllipticCurvePublicKey | None:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(key))
    except ValueError:
        return None


def _bad(sentence: str, action: str) -> KeyFinding:
    return KeyFinding(SIGNATURE, Severity.BAD, sentence, action)
