"""The rules of RFC 8292, each broken on purpose; py_vapid signs what is in order."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.sandbox.sender import Sender
from webpush_admin.sandbox import base64url
from webpush_admin.sandbox.authorization import LONGEST_LIFE_S, AuthorizationJudge
from webpush_admin.sandbox.refusal import RequestRefused

ORIGIN = "http://127.0.0.1:4433"


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def judge(clock: Clock) -> AuthorizationJudge:
    return AuthorizationJudge(ORIGIN, clock)


def _signed(sender: Sender, header: object, claims: object) -> str:
    """Return an Authorization that py_vapid would not make: any header, any claims, correctly signed."""
    parts = [base64url.encode(json.dumps(part).encode()) for part in (header, claims)]
    der = sender.vapid.private_key.sign(".".join(parts).encode(), ec.ECDSA(SHA256()))
    r, s = decode_dss_signature(der)
    parts.append(base64url.encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")))
    return f"vapid t={'.'.join(parts)}, k={sender.public_key}"


def _refused(judge: AuthorizationJudge, value: str | None) -> str:
    with pytest.raises(RequestRefused) as refused:
        judge.application_server_key(value)
    assert refused.value.status == 401
    return refused.value.problem


def test_what_py_vapid_signs_is_in_order(judge: AuthorizationJudge, sender: Sender) -> None:
    for subject in ("mailto:ops@example.org", "https://example.org"):
        value = sender.authorization(sender.claims(ORIGIN, sub=subject))
        assert judge.application_server_key(value) == base64url.decode(sender.public_key)


def test_example_of_the_rfc_is_understood_and_has_expired() -> None:
    # RFC 8292, section 2.4; its signature is real and its audience is push.example.net.
    value = (
        "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE"
        "0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpi"
        "UfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SD"
        "Yic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
    )
    judge = AuthorizationJudge("https://push.example.net", lambda: 1453523768 - 60.0)
    assert len(judge.application_server_key(value)) == 65
    late = AuthorizationJudge("https://push.example.net", lambda: 1453523768.0)
    assert "has expired" in _refused(late, value)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"aud": None}, "aud claim"),
        ({"aud": "https://127.0.0.1:4433"}, "aud claim"),
        ({"aud": ORIGIN + "/"}, "aud claim"),
        ({"aud": ["https://elsewhere.example"]}, "aud claim"),
        ({"exp": None}, "exp claim"),
        ({"exp": "9999999999"}, "exp claim"),
        ({"exp": True}, "exp claim"),
        ({"exp": 0}, "has expired"),
        ({"exp": 1e400}, "more than 24 hours"),
        ({"sub": None}, "sub claim"),
        ({"sub": ""}, "sub claim"),
        ({"sub": "mailto:"}, "sub claim"),
        ({"sub": "ops@example.org"}, "sub claim"),
        ({"sub": "http://example.org"}, "sub claim"),
        ({"sub": ["mailto:ops@example.org"]}, "sub claim"),
    ],
)
def test_wrong_claims(judge: AuthorizationJudge, sender: Sender, changed: dict[str, Any], problem: str) -> None:
    value = _signed(sender, {"typ": "JWT", "alg": "ES256"}, sender.claims(ORIGIN, **changed))
    assert problem in _refused(judge, value)


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ({"typ": "JWT", "alg": "none"}, "ES256"),
        ({"typ": "JWT", "alg": "HS256"}, "ES256"),
        ({"typ": "JWT"}, "ES256"),
        ({"alg": "ES256"}, "typ JWT"),
        ({"typ": "JWT", "alg": "ES256", "crit": ["b64"]}, "extensions"),
        (["typ", "alg"], "not a JSON Web Token"),
    ],
)
def test_wrong_header_of_the_token(judge: AuthorizationJudge, sender: Sender, header: object, problem: str) -> None:
    assert problem in _refused(judge, _signed(sender, header, sender.claims(ORIGIN)))


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda value: None, "missing"),
        (lambda value: "", "scheme"),
        (lambda value: value.replace("vapid ", "Bearer "), "scheme"),
        (lambda value: value.replace("vapid ", "WebPush "), "scheme"),
        (lambda value: value.split(",")[0], "parameter k is missing"),
        (lambda value: "vapid " + value.split(",")[1], "parameter t is missing"),
        (lambda value: value + ",k=x", "malformed"),
        (lambda value: value.replace(",", ";"), "malformed"),
        (lambda value: value[:-1], "not a point"),
        (lambda value: value + "=", "malformed"),
        (lambda value: value.replace("k=B", "k=C"), "not a point"),
        (lambda value: value.replace(".", "", 1), "not a JSON Web Token"),
        (lambda value: value.replace("t=", "t=!", 1), "not a JSON Web Token"),
        (lambda value: f"vapid t=W1tb{'W1tb' * 1200}.e30.e30,{value.split(',')[1]}", "not a JSON Web Token"),
        (lambda value: value.replace(",", "AAAA,", 1), "not 64 bytes"),
        (lambda value: value.replace("t=eyJ", "t=ICB7", 1), "not a JSON Web Token"),
    ],
)
def test_malformed_values(
    judge: AuthorizationJudge, sender: Sender, spoil: Callable[[str], str | None], problem: str
) -> None:
    assert problem in _refused(judge, spoil(sender.authorization(sender.claims(ORIGIN))))


def test_signature_must_be_by_the_key_that_is_named(judge: AuthorizationJudge, sender: Sender) -> None:
    value = sender.authorization(sender.claims(ORIGIN))
    assert "not by the key" in _refused(judge, value.replace(sender.public_key, Sender().public_key))
    token, key = value.split(",")
    header, claims, signature = token.split(".")
    flipped = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    assert "not by the key" in _refused(judge, f"{header}.{claims}.{flipped},{key}")
    zeros = base64url.encode(bytes(64))
    assert "not by the key" in _refused(judge, f"{header}.{claims}.{zeros},{key}")


def test_parameters_may_be_quoted_and_in_any_order(judge: AuthorizationJudge, sender: Sender) -> None:
    t, k = sender.authorization(sender.claims(ORIGIN)).removeprefix("vapid ").split(",")
    for value in (f"Vapid {k.strip()} , {t}", 'vapid t="{}",k="{}"'.format(t.removeprefix("t="), k.strip()[2:])):
        assert judge.application_server_key(value) == base64url.decode(sender.public_key)


def test_what_was_verified_is_remembered_only_until_it_expires(
    judge: AuthorizationJudge, sender: Sender, clock: Clock
) -> None:
    value = sender.authorization(sender.claims(ORIGIN, exp=int(clock.now) + 100))
    judge.application_server_key(value)
    assert value in judge._remembered
    clock.now += 50
    judge.application_server_key(value)
    clock.now += 51
    assert "has expired" in _refused(judge, value)


def test_remembered_value_is_judged_anew_when_the_clock_is_set_back(
    judge: AuthorizationJudge, sender: Sender, clock: Clock
) -> None:
    value = sender.authorization(sender.claims(ORIGIN, exp=int(clock.now) + LONGEST_LIFE_S))
    judge.application_server_key(value)
    clock.now -= 3600
    assert "more than 24 hours" in _refused(judge, value)


def test_limit_of_24_hours_is_exact(sender: Sender) -> None:
    claims = sender.claims(ORIGIN)
    exp = claims["exp"]
    assert isinstance(exp, int)
    value = sender.authorization(claims)
    assert AuthorizationJudge(ORIGIN, lambda: float(exp - LONGEST_LIFE_S)).application_server_key(value)
    assert "more than 24" in _refused(AuthorizationJudge(ORIGIN, lambda: exp - LONGEST_LIFE_S - 1.0), value)
    assert "expired" in _refused(AuthorizationJudge(ORIGIN, lambda: float(exp)), value)


def test_problems_repeat_nothing_of_the_request(judge: AuthorizationJudge, sender: Sender) -> None:
    value = sender.authorization(sender.claims("https://secret-origin.example", sub="mailto:secret@example.org"))
    problem = _refused(judge, value)
    assert "secret" not in problem
    assert value[10:40] not in problem
