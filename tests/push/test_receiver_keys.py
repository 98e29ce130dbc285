"""The receiver's keys: every spelling, every rule, and no secret shown.

Runs on: any
"""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.push.material import AUTH, P256DH
from webpush_admin.push.endpoint import check_keys
from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.vapid import from_base64url

POINT = from_base64url(P256DH)
SECRET = from_base64url(AUTH)


def test_keys_are_decoded_from_every_spelling_of_base64() -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for strip in ("", "="):
            keys = check_keys(encode(POINT).decode().rstrip(strip), encode(SECRET).decode().rstrip(strip))
            assert (keys.p256dh, keys.auth) == (POINT, SECRET)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


@pytest.mark.parametrize(
    ("p256dh", "why"),
    [
        (None, "missing"),
        ("", "missing"),
        (P256DH.encode(), "missing"),
        (65, "missing"),
        ("A" * 101, "101 characters"),
        ("!" + P256DH[1:], "not base64url"),
        (P256DH[:-2], "not base64url"),
        (P256DH + "\n", "not base64url"),
        (P256DH[:40] + "=" + P256DH[41:], "not base64url"),
        ("ä" * 87, "not base64url"),
        ("\ud800" * 87, "not base64url"),
        (_encoded(POINT[:64]), "64 bytes"),
        (_encoded(POINT + b"\0"), "66 bytes"),
        (_encoded(POINT[1:33]), "32 bytes"),
        (_encoded(bytes([2]) + POINT[1:33]), "33 bytes"),
        ("====", "0 bytes"),
        (_encoded(bytes([2]) + POINT[1:]), "first byte"),
        (_encoded(bytes(65)), "first byte"),
        (_encoded(POINT[:-1] + bytes([POINT[-1] ^ 1])), "on the curve"),
        (_encoded(bytes([4]) + bytes(64)), "on the curve"),
        (_encoded(bytes([4]) + bytes([255]) * 64), "on the curve"),
    ],
)
def test_a_bad_p256dh_is_refused_without_being_quoted(p256dh: Any, why: str) -> None:
    with pytest.raises(InvalidSubscription, match="p256dh") as refused:
        check_keys(p256dh, AUTH)
    assert why in str(refused.value)
    assert not p256dh or str(p256dh)[:20] not in str(refused.value) or len(str(p256dh)) < 20


@pytest.mark.parametrize(
    ("auth", "why"),
    [
        (None, "missing"),
        ("", "missing"),
        (SECRET, "missing"),
        ("A" * 101, "101 characters"),
        ("*" * 22, "not base64url"),
        (_encoded(SECRET[:15]), "15 bytes"),
        (_encoded(SECRET + b"\0"), "17 bytes"),
        ("A", "not base64url"),
    ],
)
def test_a_bad_auth_is_refused_without_being_quoted(auth: Any, why: str) -> None:
    with pytest.raises(InvalidSubscription, match="auth") as refused:
        check_keys(P256DH, auth)
    assert why in str(refused.value)


@given(st.text(), st.text())
def test_whatever_text_for_keys_is_refused_in_a_sentence(p256dh: str, auth: str) -> None:
    for pair in ((p256dh, AUTH), (P256DH, auth)):
        with pytest.raises(InvalidSubscription, match=r"\.$"):
            check_keys(*pair)
