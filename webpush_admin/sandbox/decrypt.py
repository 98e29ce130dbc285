"""The receiver's side of RFC 8291: an imaginary browser's keys, and what a push says once decrypted.

Written with `cryptography` alone, from the text of the RFCs: what judges the sender shares no code with it.

Runs on: child process
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webpush_admin.sandbox.refusal import RequestRefused

SALT_BYTES: Final = 16
FIXED_HEADER_BYTES: Final = 21
"""Salt, record size and length of the key id. Source: RFC 8188, section 2.1."""

POINT_BYTES: Final = 65
TAG_BYTES: Final = 16
SMALLEST_RECORD_SIZE: Final = 18
LAST_RECORD: Final = 0x02
"""Padding delimiter of the last record. Source: RFC 8188, section 2."""

CURVE: Final = ec.SECP256R1()


def new_private_key() -> ec.EllipticCurvePrivateKey:
    """Return a new key on P-256."""
    return ec.generate_private_key(CURVE)


def point_of(public_key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the 65 bytes of the uncompressed point."""
    return public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def parse_point(point: bytes) -> ec.EllipticCurvePublicKey:
    """Return the key of an uncompressed point.

    Raises:
        ValueError: It is not 65 bytes that begin with 0x04, or not on P-256.
    """
    if len(point) != POINT_BYTES or point[0] != 0x04:
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)


class Receiver:
    """One imaginary browser's half of a subscription: its key pair and authentication secret."""

    __slots__ = ("_private_key", "auth", "point")

    def __init__(self, private_key: ec.EllipticCurvePrivateKey | None = None, auth: bytes | None = None) -> None:
        self._private_key = private_key or new_private_key()
        self.point = point_of(self._private_key.public_key())
        self.auth = auth or secrets.token_bytes(16)

    def decrypt(self, body: bytes) -> bytes:
        """Return the plaintext of a push message.

        Raises:
            RequestRefused: 400; the header, the record, the key or the padding breaks a rule.

        Source: RFC 8188, section 2; RFC 8291, sections 3.4 and 4.
        """
        salt, sender_point, record = _split(body)
        try:
            sender_key = parse_point(sender_point)
        except ValueError:
            raise RequestRefused(400, "The key id is not a point on P-256 (RFC 8291, section 4).") from None
        shared_secret = self._private_key.exchange(ec.ECDH(), sender_key)
        key_info = b"WebPush: info\x00" + self.point + sender_point
        input_keying_material = _hkdf(self.auth, shared_secret, key_info, 32)
        key = _hkdf(salt, input_keying_material, b"Content-Encoding: aes128gcm\x00", 16)
        # The nonce of the first record is the base nonce itself: its sequence number is zero.
        nonce = _hkdf(salt, input_keying_material, b"Content-Encoding: nonce\x00", 12)
        try:
            padded = AESGCM(key).decrypt(nonce, record, None)
        except InvalidTag:
            problem = "The record does not decrypt with the keys of this subscription (RFC 8291, section 3.4)."
            raise RequestRefused(400, problem) from None
        return _unpad(padded)


def _split(body: bytes) -> tuple[bytes, bytes, bytes]:
    """Return salt, key id and the only record."""
    if len(body) < FIXED_HEADER_BYTES:
        raise RequestRefused(400, "The body ends inside the encryption header (RFC 8188, section 2.1).")
    salt = body[:SALT_BYTES]
    record_size = int.from_bytes(body[SALT_BYTES : SALT_BYTES + 4], "big")
    key_id_bytes = body[SALT_BYTES + 4]
    if record_size < SMALLEST_RECORD_SIZE:
        raise RequestRefused(400, "The record size is less than 18 (RFC 8188, section 2.1).")
    if key_id_bytes != POINT_BYTES:
        raise RequestRefused(400, "The key id is not the 65 bytes of the sender's public key (RFC 8291, section 4).")
    end = FIXED_HEADER_BYTES + key_id_bytes
    if len(body) < end:
        raise RequestRefused(400, "The body ends inside the encryption header (RFC 8188, section 2.1).")
    record = body[end:]
    if len(record) > record_size:
        raise RequestRefused(400, "The body holds more than a single record (RFC 8291, section 4).")
    if len(record) == record_size:
        # Stricter than RFC 8188, where a last record may fill the record size.
        raise RequestRefused(400, "The record size is not greater than the record (RFC 8291, section 4).")
    if len(record) <= TAG_BYTES:
        raise RequestRefused(400, "The record is too short to hold a padding delimiter (RFC 8188, section 2).")
    return salt, body[FIXED_HEADER_BYTES:end], record


def _unpad(padded: bytes) -> bytes:
    """Return what stands before the padding delimiter of a last record."""
    content = padded.rstrip(b"\x00")
    if not content:
        raise RequestRefused(400, "The record holds no padding delimiter (RFC 8188, section 2).")
    if content[-1] != LAST_RECORD:
        raise RequestRefused(400, "The padding delimiter is not 0x02 (RFC 8291, section 4).")
    return content[:-1]


def _hkdf(salt: bytes, input_keying_material: bytes, info: bytes, length: int) -> bytes:
    """HMAC-based key derivation with SHA-256. Source: RFC 5869."""
    return HKDF(SHA256(), length, salt, info).derive(input_keying_material)
