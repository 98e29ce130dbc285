"""Key pairs, the subject, and the Authorization that is signed once per origin.

Runs on: any
"""

import base64
import json
import traceback
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from tests.push.material import SUBJECT
from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.vapid import (
    LIFETIME_S,
    MAX_ORIGINS,
    RENEW_BEFORE_S,
    Authorizations,
    VapidKeys,
    fingerprint,
    from_base64url,
    to_base64url,
)

ORIGIN = "https://push.example.net"
NOON_S = 1_800_000_000.0


class Wall:
    """Wall time that stands still."""

    def __init__(self) -> None:
        self.now_s = NOON_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(scope="module")
def keys() -> VapidKeys:
    return VapidKeys.generate()


def _claims(header: str) -> dict[str, Any]:
    payload = header.removeprefix("vapid t=").split(".")[1]
    claims: dict[str, Any] = json.loads(from_base64url(payload))
    return claims


def test_a_generated_pair_belongs_together_and_has_the_usual_spelling(keys: VapidKeys) -> None:
    keys.check()
    assert (len(keys.public_key), len(keys.private_key)) == (87, 43)
    assert from_base64url(keys.public_key)[0] == 4
    assert VapidKeys.generate() != keys


def test_a_pair_shows_its_fingerprint_only(keys: VapidKeys) -> None:
    assert repr(keys) == f"VapidKeys({keys.fingerprint})"
    assert keys.private_key not in f"{keys!r} {keys} {[keys]}"
    assert len(keys.fingerprint) == 19


def test_a_fingerprint_of_nothing_is_nothing() -> None:
    assert fingerprint("") == ""
    assert fingerprint("not a key!") == ""


@pytest.mark.parametrize(
    "private_key",
    ["", "!", "A", to_base64url(bytes(32)), to_base64url(b"\xff" * 32), "ä" * 43, None, b"x" * 43, 7],
)
def test_a_private_key_that_cannot_be_read_is_refused_in_words(keys: VapidKeys, private_key: Any) -> None:
    with pytest.raises(InvalidKeys, match="cannot be read"):
        Authorizations(VapidKeys(keys.public_key, private_key), SUBJECT)


@pytest.mark.parametrize("public_key", ["", "x", None])
def test_a_pair_whose_halves_do_not_belong_together_is_refused(keys: VapidKeys, public_key: Any) -> None:
    for other in (public_key, VapidKeys.generate().public_key, keys.public_key + "="):
        with pytest.raises(InvalidKeys, match="does not belong"):
            Authorizations(VapidKeys(other, keys.private_key), SUBJECT)


def test_a_traceback_with_locals_shows_no_private_key_not_even_a_cut_one(keys: VapidKeys) -> None:
    cut = keys.private_key[:41]
    for broken in (VapidKeys("x", keys.private_key), VapidKeys(keys.public_key, cut)):
        with pytest.raises(InvalidKeys) as raised:
            Authorizations(broken, SUBJECT)
        assert raised.value.__traceback__ is not None
        # Without our own frame: what a test holds is not the code's doing.
        frames = raised.value.__traceback__.tb_next
        told = traceback.TracebackException(InvalidKeys, raised.value, frames, capture_locals=True)
        text = "".join(told.format())
        assert "keys = VapidKeys(" in text or "self = VapidKeys(" in text
        assert keys.private_key not in text
        assert cut not in text


def test_an_authorization_is_signed_by_the_pair_for_its_origin(keys: VapidKeys) -> None:
    header = Authorizations(keys, SUBJECT, wall_s=Wall()).header(ORIGIN)
    token, _, key = header.removeprefix("vapid t=").partition(",k=")
    assert key == keys.public_key
    signed, _, signature = token.rpartition(".")
    raw = from_base64url(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(keys.public_key))
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(encode_dss_signature(*numbers), signed.encode(), ec.ECDSA(SHA256()))
    assert json.loads(from_base64url(signed.split(".")[0])) == {"typ": "JWT", "alg": "ES256"}
    assert _claims(header) == {"aud": ORIGIN, "exp": int(NOON_S) + LIFETIME_S, "sub": SUBJECT}


def test_an_authorization_is_signed_once_per_origin(keys: VapidKeys) -> None:
    authorizations = Authorizations(keys, SUBJECT, wall_s=Wall())
    assert authorizations.header(ORIGIN) is authorizations.header(ORIGIN)
    other = authorizations.header("https://other.example.net")
    assert _claims(other)["aud"] == "https://other.example.net"
    assert _claims(authorizations.header(ORIGIN))["aud"] == ORIGIN


def test_an_authorization_is_renewed_well_before_it_expires(keys: VapidKeys) -> None:
    wall = Wall()
    authorizations = Authorizations(keys, SUBJECT, wall_s=wall)
    first = authorizations.header(ORIGIN)
    wall.now_s += LIFETIME_S - RENEW_BEFORE_S
    assert authorizations.header(ORIGIN) is first
    wall.now_s += 1
    second = authorizations.header(ORIGIN)
    assert _claims(second)["exp"] == int(wall.now_s) + LIFETIME_S
    assert LIFETIME_S < 24 * 3600


def test_an_authorization_from_the_future_is_signed_anew(keys: VapidKeys) -> None:
    """The clock was set back: by the service's clock the token would be valid for more than a day."""
    wall = Wall()
    authorizations = Authorizations(keys, SUBJECT, wall_s=wall)
    authorizations.header(ORIGIN)
    wall.now_s -= 3600
    assert _claims(authorizations.header(ORIGIN))["exp"] == int(wall.now_s) + LIFETIME_S


def test_forgetting_makes_it_sign_anew(keys: VapidKeys) -> None:
    authorizations = Authorizations(keys, SUBJECT, wall_s=Wall())
    first = authorizations.header(ORIGIN)
    authorizations.clear()
    # ECDSA takes a fresh random number for each signature.
    assert authorizations.header(ORIGIN) != first


def test_what_is_signed_is_bounded_whatever_origins_rows_name(keys: VapidKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webpush_admin.push.vapid.MAX_ORIGINS", 10)
    authorizations = Authorizations(keys, SUBJECT, wall_s=Wall())
    for number in range(25):
        authorizations.header(f"https://push{number}.example.net")
    assert len(authorizations._signed) <= 10
    assert MAX_ORIGINS >= 100


@given(st.binary(max_size=80))
def test_base64url_is_read_back_in_every_spelling(data: bytes) -> None:
    assert from_base64url(to_base64url(data)) == data
    assert from_base64url(base64.b64encode(data).decode()) == data
    assert from_base64url(base64.urlsafe_b64encode(data).decode()) == data


@given(st.text())
def test_whatever_text_is_base64_or_a_value_error(text: str) -> None:
    try:
        data = from_base64url(text)
    except ValueError:
        return
    assert from_base64url(to_base64url(data)) == data
