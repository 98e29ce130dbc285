"""Our encryption against the RFC's own example, and read by the reference implementation.

Runs on: any
"""

import base64

import http_ece
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from pywebpush import WebPusher

from webpush_admin.push.encryption import encrypt, encrypt_with
from webpush_admin.push.endpoint import ReceiverKeys, check_keys
from webpush_admin.push.message import MAX_PAYLOAD_BYTES
from webpush_admin.push.vapid import from_base64url, to_base64url

AUTH = b"0123456789abcdef"
RECEIVER = ec.generate_private_key(ec.SECP256R1())

RFC_PAYLOAD = b"When I grow up, I want to be a watermelon"
RFC_SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RFC_P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
RFC_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
RFC_SALT = "DGv6ra1nlYgDCS1FRnbzlw"
RFC_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
"""Source of all: RFC 8291, appendix A."""


def _keys(receiver: ec.EllipticCurvePrivateKey, auth: bytes) -> ReceiverKeys:
    point = receiver.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return check_keys(to_base64url(point), to_base64url(auth))


def test_the_example_of_the_rfc_byte_by_byte() -> None:
    scalar = int.from_bytes(from_base64url(RFC_SENDER_PRIVATE), "big")
    sender = ec.derive_private_key(scalar, ec.SECP256R1())
    body = encrypt_with(RFC_PAYLOAD, check_keys(RFC_P256DH, RFC_AUTH), sender, from_base64url(RFC_SALT))
    assert to_base64url(body) == RFC_BODY


@given(payload=st.binary(max_size=MAX_PAYLOAD_BYTES), auth=st.binary(min_size=16, max_size=16))
def test_the_reference_reads_whatever_we_write(payload: bytes, auth: bytes) -> None:
    body = encrypt(payload, _keys(RECEIVER, auth))
    assert len(body) == 86 + len(payload) + 1 + 16 <= 4096
    assert http_ece.decrypt(body, private_key=RECEIVER, auth_secret=auth, version="aes128gcm") == payload


def test_a_body_has_the_form_of_the_references() -> None:
    keys = _keys(RECEIVER, AUTH)
    info = {
        "endpoint": "https://push.example",
        "keys": {"p256dh": to_base64url(keys.p256dh), "auth": to_base64url(AUTH)},
    }
    theirs = WebPusher(info).encode(b"Hi")["body"]
    ours = encrypt(b"Hi", keys)
    assert len(ours) == len(theirs)
    assert ours[16:22] == theirs[16:22], "record size, length of the key, and that it is not compressed"


def test_no_key_and_no_salt_is_used_twice() -> None:
    bodies = [encrypt(b"Hi", _keys(RECEIVER, AUTH)) for _ in range(50)]
    assert len({body[:16] for body in bodies}) == 50, "salts"
    assert len({body[21:86] for body in bodies}) == 50, "the sender's keys"


def test_another_secret_reads_nothing() -> None:
    body = encrypt(b"Hi", _keys(RECEIVER, AUTH))
    with pytest.raises((http_ece.ECEException, InvalidTag)):
        http_ece.decrypt(body, private_key=RECEIVER, auth_secret=base64.b64encode(AUTH)[:16], version="aes128gcm")
