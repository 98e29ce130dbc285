"""Message encryption for Web Push, on `cryptography` alone.

It was the largest cost of a push: pywebpush (http_ece) parses the receiver's point anew each time and builds a cipher
and three key derivations out of objects. Here the point comes parsed from the validator, and the two derivations of
RFC 5869, each a single block, are plain HMACs. pywebpush stays the reference: the tests let it read what this writes,
and hold this against the RFC's own example byte by byte.

Runs on: worker loop
"""

import os
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webpush_admin.push.endpoint import ReceiverKeys

SALT_BYTES: Final = 16

_CURVE: Final = ec.SECP256R1()
_ECDH: Final = ec.ECDH()
_RECORD_SIZE_AND_KEY_LENGTH: Final = (4096).to_bytes(4, "big") + bytes([65])
_LAST_RECORD: Final = b"\x02"
_FIRST_BLOCK: Final = b"\x01"
_BLOCK_BYTES: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


def encrypt(payload: bytes, keys: ReceiverKeys) -> bytes:
    """Return the aes128gcm body for one receiver, with a key pair and a salt that were never used before.

    Args:
        payload: At most 3993 bytes, so that one record holds it; `Message` sees to that.
        keys: The receiver's.

    Source: RFC 8291, sections 3 and 4; RFC 8188, section 2.
    """
    return encrypt_with(payload, keys, ec.generate_private_key(_CURVE), os.urandom(SALT_BYTES))


def encrypt_with(payload: bytes, keys: ReceiverKeys, sender: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """Return the body for a given key pair and salt: for the RFC's example, and for `encrypt`, which never repeats."""
    sender_point = sender.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared_secret = sender.exchange(_ECDH, keys.point)
    key_info = b"WebPush: info\0" + keys.p256dh + sender_point
    input_keying_material = _hmac(_hmac(keys.auth, shared_secret), key_info + _FIRST_BLOCK)
    extracted = _hmac(salt, input_keying_material)
    content_key = _hmac(extracted, b"Content-Encoding: aes128gcm\0" + _FIRST_BLOCK)[:16]
    nonce = _hmac(extracted, b"Content-Encoding: nonce\0" + _FIRST_BLOCK)[:12]
    record = AESGCM(content_key).encrypt(nonce, payload + _LAST_RECORD, None)
    return salt + _RECORD_SIZE_AND_KEY_LENGTH + sender_point + record


def _hmac(key: bytes, text: bytes) -> bytes:
    """Return the HMAC-SHA-256 for a key of at most one block: extract, and the first block of expand, of RFC 5869.

    Out of two digests, since the library looks its algorithms up anew for each HMAC, which takes half of its time.

    Source: RFC 2104, section 2.
    """
    block = key.ljust(_BLOCK_BYTES, b"\0")
    return sha256(block.translate(_OUTER) + sha256(block.translate(_INNER) + text).digest()).digest()
