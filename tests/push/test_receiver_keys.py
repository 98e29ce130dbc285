"""The receiver's keys: every spelling, every rule, and no secret shown.

Runs on: any
"""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.push.material import AUTH, P256DH
from webpush_admin.push.endpoint import check_keys, check_p256dh
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


_P = 2**256 - 2**224 + 2**192 + 2**96 - 1

_SMALL_Y = (0xD7325D7646CD60D80A92738CEB345F844CFFAF35841022CAB176F692DE8DE1D7, 5)
"""A point whose y has room for a second spelling, y + p, in 32 bytes; most have none."""


def _small_x() -> tuple[int, int]:
    """Return a point whose x has room for that."""
    curve_b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    for x in range(100):
        y = pow(x**3 - 3 * x + curve_b, (_P + 1) // 4, _P)
        if (y * y - x**3 + 3 * x - curve_b) % _P == 0:
            return x, y
    raise AssertionError("half of all x have a y")


@st.composite
def _points(draw: st.DrawFn) -> bytes:
    """Points on the curve, their neighbours and mirror images, some with a coordinate past the field; and no points."""
    kind = draw(st.sampled_from(["any", "spelled twice", "made"]))
    if kind == "any":
        coordinates = st.one_of(st.integers(0, 2**256 - 1), st.integers(_P - 3, _P + 3), st.integers(0, 3))
        x, y = draw(coordinates), draw(coordinates)
    elif kind == "made":
        numbers = ec.derive_private_key(draw(st.integers(1, 2**255)), ec.SECP256R1()).public_key().public_numbers()
        x, y = numbers.x, draw(st.sampled_from([numbers.y, _P - numbers.y, numbers.y ^ 1]))
    else:
        x, y = draw(st.sampled_from([_SMALL_Y, _small_x()]))
        x, y = draw(st.sampled_from([(x, y), *([(x + _P, y)] if x < 100 else [(x, y + _P)])]))
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


@given(_points())
def test_the_quick_look_at_a_point_says_what_parsing_it_says(encoded: bytes) -> None:
    def refusal(check: Callable[[], object]) -> str:
        try:
            check()
        except InvalidSubscription as error:
            return str(error)
        return ""

    text = _encoded(encoded)
    assert refusal(lambda: check_p256dh(text)) == refusal(lambda: check_keys(text, AUTH))
