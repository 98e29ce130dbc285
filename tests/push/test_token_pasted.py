"""A token is found in what people paste; nothing that is pasted raises anything but a sentence."""

import json
import random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.push.tokens import (
    FCM,
    HEADER,
    KEYS,
    WHOLE,
    jwt,
    look,
    part,
    vapid,
)
from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.lint.key_finding import Severity
from webpush_admin.push.token.pasted import MAX_PASTED_BYTES, read_pasted
from webpush_admin.push.vapid import to_base64url

BAD, GOOD = Severity.BAD, Severity.GOOD
KEY: Final = KEYS.public_key
ENDPOINT: Final = f"{FCM}/fcm/send/abc:def%3D"


def wrapped(text: str, width: int = 64, indent: str = "") -> str:
    return f"\n{indent}".join(text[start : start + width] for start in range(0, len(text), width))


PASTED: Final[list[tuple[str, str, str, str]]] = [
    ("as it is", vapid(), "vapid", ""),
    ("quoted", f'"{vapid()}"', "vapid", ""),
    ("capitals", vapid().replace("vapid t", "VAPID  T").replace(" k=", " K ="), "vapid", ""),
    ("quoted parameters", f'vapid t="{WHOLE}",k="{KEY}"', "vapid", ""),
    ("the other way round", f"vapid k={KEY}, t={WHOLE}", "vapid", ""),
    ("headed", f"authorization: {vapid()}\r\n", "vapid", ""),
    ("wrapped", wrapped(vapid(), 76), "vapid", ""),
    ("wrapped narrowly", wrapped(f"Authorization: {vapid()}", 20, "   "), "vapid", ""),
    ("as the RFC prints it", f"Authorization: vapid\n   t={wrapped(WHOLE, 60, '     ')},\n   k={KEY}", "vapid", ""),
    ("percent", vapid().replace(" ", "%20").replace("=", "%3D").replace(",", "%2C"), "vapid", ""),
    (
        "request",
        f"POST /fcm/send/abc HTTP/1.1\nHost: fcm.googleapis.com\nTTL: 60\nAuthorization: {vapid()}\n\n(body)",
        "vapid",
        FCM,
    ),
    (
        "curl",
        f"curl -X POST '{ENDPOINT}' \\\n  -H 'TTL: 60' \\\n  -H 'Authorization: {vapid()}' \\\n  --data-binary @body",
        "vapid",
        ENDPOINT,
    ),
    (
        "curl of Windows",
        f'curl "{ENDPOINT}" ^\r\n  -H "Origin: https://push.city" ^\r\n  -H "Authorization: {vapid()}" ^\r\n',
        "vapid",
        ENDPOINT,
    ),
    (
        "curl -v",
        f"* Connected\n> POST /fcm/send/abc HTTP/2\n> Host: fcm.googleapis.com\n> Authorization: {vapid()}\n> \n",
        "vapid",
        FCM,
    ),
    (
        "HTTP/2",
        f":method: POST\n:authority: fcm.googleapis.com\n:path: /x\nauthorization: {vapid()}\nttl: 60",
        "vapid",
        FCM,
    ),
    ("JSON", json.dumps({"endpoint": ENDPOINT, "headers": {"TTL": 60, "Authorization": vapid()}}), "vapid", ENDPOINT),
    ("JSON, indented", json.dumps({"Authorization": vapid(), "endpoint": ENDPOINT}, indent=2), "vapid", ENDPOINT),
    ("Python", repr({"Authorization": vapid(), "TTL": "60"}), "vapid", ""),
    ("PHP", f"['headers' => ['Authorization' => '{vapid()}', 'TTL' => 60]]", "vapid", ""),
    ("draft", f"Authorization: WebPush {WHOLE}\nCrypto-Key: dh=BAbc;p256ecdsa={KEY}", "WebPush", ""),
    ("draft, wrapped", f"Authorization: WebPush\n {wrapped(WHOLE)}\nCrypto-Key: p256ecdsa=\n  {KEY}", "WebPush", ""),
    ("old draft", f"Crypto-Key: p256ecdsa={KEY}\nAuthorization: Bearer {WHOLE}", "Bearer", ""),
    ("JWT and key", f"{WHOLE}\n{KEY}\n", "JWT alone", ""),
    ("JWT in a text", f"My token is {WHOLE} and my key {KEY} - why?", "JWT alone", ""),
]


@pytest.mark.parametrize(("text", "scheme", "endpoint"), [one[1:] for one in PASTED], ids=[one[0] for one in PASTED])
def test_it_is_found_in_what_people_paste(text: str, scheme: str, endpoint: str) -> None:
    pasted = read_pasted(text)
    assert (pasted.scheme, pasted.token, pasted.key, pasted.endpoint) == (scheme, WHOLE, KEY, endpoint)
    assert WHOLE not in repr(pasted)
    told = look(text).findings
    assert [one.severity for one in told if one.about == "Signature"] == [GOOD]
    assert not [one for one in told if one.severity is BAD]


def test_a_broken_jwt_alone_is_one_still() -> None:
    pasted = read_pasted(f"\n {wrapped(WHOLE, 50)} \n")
    assert (pasted.scheme, pasted.token) == ("JWT alone", WHOLE)


@pytest.mark.parametrize("text", ["", " \n ", "hello", "What is wrong with my token?", "{}", "🙂", "\x00", "\ud800"])
def test_where_nothing_could_be_a_token_that_is_told(text: str) -> None:
    with pytest.raises(InvalidKeys, match="There is no token in it"):
        look(text)


def test_too_much_is_not_looked_at() -> None:
    with pytest.raises(InvalidKeys, match="16,385 bytes"):
        look("x" * (MAX_PASTED_BYTES + 1))
    with pytest.raises(InvalidKeys, match="bytes"):
        look("🙂" * MAX_PASTED_BYTES)


# Hostile input.

JSONS: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=9), inside, max_size=3),
    max_leaves=8,
)
NAMES: Final = st.sampled_from(["aud", "exp", "nbf", "iat", "sub", "alg", "typ", "crit"])


def told(text: str) -> None:
    """Look at a text; only a sentence may come of it."""
    try:
        report = look(text)
    except InvalidKeys:
        return
    assert report.findings
    assert (report.header + report.claims).isascii()
    for finding in report.findings:
        assert finding.sentence.endswith("."), finding
        assert len(finding.sentence) < 1500, finding


@given(st.dictionaries(NAMES, JSONS), st.dictionaries(NAMES, JSONS))
def test_no_claim_makes_it_raise(header: dict[str, Any], claims: dict[str, Any]) -> None:
    told(vapid(jwt(claims=json.dumps(claims), header=json.dumps({**HEADER, **header}))))


@given(st.text(max_size=300), st.sampled_from(["", "vapid ", "Authorization: ", "vapid t=", "WebPush ", "eyJ", "key="]))
def test_no_text_makes_it_raise(text: str, before: str) -> None:
    told(before + text)


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=80), st.binary(max_size=70))
def test_no_bytes_make_it_raise(header: bytes, claims: bytes, ending: bytes, key: bytes) -> None:
    told(f"vapid t={part(header)}.{part(claims)}.{part(ending)}, k={to_base64url(key)}")


def test_no_change_of_a_good_one_makes_it_raise() -> None:
    source = random.Random(8292)
    for whole in (one[1] for one in PASTED):
        for _ in range(40):
            letters = list(whole)
            for _ in range(source.randint(1, 4)):
                place = source.randrange(len(letters))
                letters[place : place + source.randint(0, 9)] = source.choice(
                    ["", ".", "=", "k=", "\n", "%", '"', "vapid ", "\x00", "🙂", "authorization:"]
                )
            told("".join(letters))


@pytest.mark.parametrize(
    "text",
    ["vapid ", "t=", "eyJ-", "eyJ.", "k=,", "a" * 12 + " ", "https://", "authorization:", "B" * 87, "(", "%20vapid%20"],
)
def test_no_repetition_takes_long(text: str) -> None:
    told((text * MAX_PASTED_BYTES)[:MAX_PASTED_BYTES])
