"""The receiver's side of RFC 8291, against the vector of the RFC and against records made wrong on purpose."""

import os
from base64 import urlsafe_b64decode

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.sandbox.decrypt import Receiver, new_private_key, point_of
from webpush_admin.sandbox.refusal import RequestRefused

# RFC 8291, appendix A.
VECTOR_RECEIVER_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
VECTOR_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
VECTOR_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encrypt(receiver: Receiver, content: bytes, **options: int) -> bytes:
    """Return a push message as http_ece makes it."""
    body: bytes = http_ece.encrypt(
        content,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=receiver.point,
        auth_secret=receiver.auth,
        version="aes128gcm",
        **options,
    )
    return body


def _encrypt_padded(receiver: Receiver, padded: bytes, record_size: int = 4096) -> bytes:
    """Return a push message whose record decrypts to exactly `padded`: http_ece never makes these."""
    key = new_private_key()
    point = point_of(key.public_key())
    salt = os.urandom(16)
    content_key, nonce = http_ece.derive_key(
        "encrypt",
        version="aes128gcm",
        salt=salt,
        key=None,
        private_key=key,
        dh=receiver.point,
        auth_secret=receiver.auth,
        keyid=None,
    )
    return salt + record_size.to_bytes(4, "big") + b"\x41" + point + AESGCM(content_key).encrypt(nonce, padded, None)


def test_vector_of_the_rfc_decrypts() -> None:
    private_key = ec.derive_private_key(int.from_bytes(_bytes(VECTOR_RECEIVER_PRIVATE), "big"), ec.SECP256R1())
    receiver = Receiver(private_key, _bytes(VECTOR_AUTH))
    assert receiver.decrypt(_bytes(VECTOR_BODY)) == b"When I grow up, I want to be a watermelon"


# Of nothing http_ece makes no record at all, which no receiver can read.
@given(st.binary(min_size=1, max_size=3993))
def test_whatever_http_ece_encrypts_comes_back(content: bytes) -> None:
    receiver = Receiver()
    assert receiver.decrypt(_encrypt(receiver, content)) == content


@given(st.binary(max_size=200))
def test_noise_is_refused_in_words(noise: bytes) -> None:
    with pytest.raises(RequestRefused) as refused:
        Receiver().decrypt(noise)
    assert refused.value.status == 400
    assert "(RFC " in refused.value.problem


@pytest.mark.parametrize(
    ("padded", "content"),
    [
        (b"\x02", b""),
        (b"hello\x02", b"hello"),
        (b"hello\x02" + bytes(500), b"hello"),
        (b"ends in a delimiter\x02\x02\x00", b"ends in a delimiter\x02"),
    ],
)
def test_padding_is_taken_off(padded: bytes, content: bytes) -> None:
    receiver = Receiver()
    assert receiver.decrypt(_encrypt_padded(receiver, padded)) == content


@pytest.mark.parametrize(
    ("padded", "problem"),
    [
        (b"hello\x01", "padding delimiter is not 0x02"),
        (b"hello", "padding delimiter is not 0x02"),
        (b"hello\x02\x00\x03", "padding delimiter is not 0x02"),
        (bytes(20), "holds no padding delimiter"),
        (b"", "too short"),
    ],
)
def test_wrong_padding_is_refused(padded: bytes, problem: str) -> None:
    receiver = Receiver()
    with pytest.raises(RequestRefused, match=problem):
        receiver.decrypt(_encrypt_padded(receiver, padded))


def test_record_size_must_be_greater_than_the_record() -> None:
    receiver = Receiver()
    padded = b"x" * 50 + b"\x02"
    record_bytes = len(padded) + 16
    assert receiver.decrypt(_encrypt_padded(receiver, padded, record_bytes + 1)) == b"x" * 50
    with pytest.raises(RequestRefused, match="not greater than the record"):
        receiver.decrypt(_encrypt_padded(receiver, padded, record_bytes))
    with pytest.raises(RequestRefused, match="more than a single record"):
        receiver.decrypt(_encrypt_padded(receiver, padded, record_bytes - 1))
    with pytest.raises(RequestRefused, match="less than 18"):
        receiver.decrypt(_encrypt_padded(receiver, padded, 17))


def test_second_record_is_refused() -> None:
    receiver = Receiver()
    with pytest.raises(RequestRefused, match="more than a single record"):
        receiver.decrypt(_encrypt(receiver, b"x" * 300, rs=200))


def test_each_part_is_authenticated() -> None:
    receiver = Receiver()
    body = _encrypt(receiver, b"hello")
    for position in (0, 15, len(body) - 1):
        spoiled = bytearray(body)
        spoiled[position] ^= 1
        with pytest.raises(RequestRefused, match="does not decrypt"):
            receiver.decrypt(bytes(spoiled))
    other = Receiver()
    with pytest.raises(RequestRefused, match="does not decrypt"):
        other.decrypt(body)
    same_key_other_secret = Receiver(receiver._private_key, b"\x01" * 16)
    with pytest.raises(RequestRefused, match="does not decrypt"):
        same_key_other_secret.decrypt(body)


def test_key_id_must_be_a_point_on_the_curve() -> None:
    receiver = Receiver()
    body = bytearray(_encrypt(receiver, b"hello"))
    body[85] ^= 1
    with pytest.raises(RequestRefused, match="not a point on P-256"):
        receiver.decrypt(bytes(body))
    body[20] = 64
    with pytest.raises(RequestRefused, match="not the 65 bytes"):
        receiver.decrypt(bytes(body))


def test_repr_shows_no_secret() -> None:
    receiver = Receiver(auth=b"sixteen bytes ok")
    assert "sixteen" not in repr(receiver)
