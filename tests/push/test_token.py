"""Tokens of every kind that is met, each with one thing wrong: the sentence names it, and nothing else is blamed."""

import json
from typing import Final

import pytest

from tests.push.tokens import (
    APPLE,
    CLAIMS,
    FCM,
    GONE,
    HEADER,
    HOUR_S,
    KEYS,
    NOW,
    NOW_S,
    OLD,
    STRANGER,
    WHOLE,
    blamed,
    compressed,
    der_key,
    der_signature,
    jwt,
    look,
    padded,
    part,
    signature,
    standard,
    vapid,
)
from webpush_admin.push.lint.key_finding import Severity
from webpush_admin.push.token.examine import examine
from webpush_admin.push.token.records import KnownPair
from webpush_admin.push.vapid import VapidKeys, fingerprint, from_base64url, to_base64url

BAD, WARN, NOTE, GOOD = Severity.BAD, Severity.WARN, Severity.NOTE, Severity.GOOD
ENDPOINT: Final = f"{FCM}/fcm/send/abc:def%3D"


HEAD, BODY, SIGNATURE = WHOLE.split(".")
SIGNED: Final = f"{HEAD}.{BODY}"
KEY: Final = KEYS.public_key

# What was pasted; what is blamed for it, and where.
WRONG: Final[list[tuple[str, str, Severity, str, str]]] = [
    # The header.
    ("alg none", vapid(f"{part({'typ': 'JWT', 'alg': 'none'})}.{BODY}."), BAD, "Token", "was not signed"),
    ("alg HS256", vapid(jwt(header={"typ": "JWT", "alg": "HS256"})), BAD, "Header", 'says alg "HS256"; push'),
    ("no alg", vapid(jwt(header={"typ": "JWT"})), BAD, "Header", "names no algorithm"),
    ("alg is a number", vapid(jwt(header={"typ": "JWT", "alg": 256})), BAD, "Header", "says alg 256;"),
    ("no typ", vapid(jwt(header={"alg": "ES256"})), WARN, "Header", "does not say typ JWT"),
    ("typ at+jwt", vapid(jwt(header={"alg": "ES256", "typ": "at+jwt"})), WARN, "Header", 'says typ "at+jwt" instead'),
    ("crit", vapid(jwt(header={**HEADER, "crit": ["b64"]})), BAD, "Header", "extensions (crit)"),
    # How it is written.
    ("two parts", vapid(SIGNED), BAD, "Token", "has three parts with dots between them, and this has 2"),
    ("four parts", vapid(f"{WHOLE}.{SIGNATURE}"), BAD, "Token", "and this has 4"),
    ("padded", vapid(f"{SIGNED}.{padded(SIGNATURE)}"), BAD, "Token", "The signature is padded with ="),
    ("other characters", vapid(f"{HEAD}.{BODY}!.{SIGNATURE}"), BAD, "Token", "The claims is not base64url"),
    ("one was lost", vapid(f"{SIGNED}.{SIGNATURE[:85]}"), BAD, "Token", "has 85 characters, so one was lost"),
    ("no JSON", vapid(jwt(claims="aud=x")), BAD, "Token", "The claims is not JSON: expecting value at character 1"),
    ("JSON cut", vapid(jwt(claims='{"aud":"x"')), BAD, "Token", "expecting ',' delimiter at character 11"),
    ("no object", vapid(jwt(claims=["x"])), BAD, "Token", "is JSON, but not an object"),
    ("encoded twice", vapid(jwt(claims=json.dumps(json.dumps(CLAIMS)))), BAD, "Token", "but not an object"),
    ("no UTF-8", vapid(jwt(claims=b'{"sub":"\xff"}')), BAD, "Token", "is not UTF-8"),
    ("twice", vapid(jwt(claims='{"aud":"x","aud":"y"}')), BAD, "Token", "names something twice"),
    ("NaN", vapid(jwt(claims='{"exp":NaN}')), BAD, "Token", "a number that JSON does not have"),
    ("infinite", vapid(jwt(claims='{"exp":1e999}')), BAD, "Token", "a number that JSON does not have"),
    ("deep", vapid(jwt(claims='{"a":' * 60 + "1" + "}" * 60)), BAD, "Token", "is nested too deeply"),
    ("bomb", vapid(jwt(claims="[" * 5000)), BAD, "Token", "is nested too deeply"),
    ("empty claims", vapid(f"{HEAD}..{SIGNATURE}"), BAD, "Token", "The claims is missing"),
    # aud.
    ("no aud", vapid(aud=None), BAD, "aud", "aud is missing"),
    ("aud a path", vapid(aud=ENDPOINT), BAD, "aud", "no path may follow the host"),
    ("aud a slash", vapid(aud=f"{FCM}/"), BAD, "aud", "the slash at the end is one too many"),
    ("aud http", vapid(aud=FCM.replace("https", "http")), BAD, "aud", "every push service is on https"),
    ("aud a host", vapid(aud="fcm.googleapis.com"), BAD, "aud", "it begins with https://"),
    ("aud a port", vapid(aud=f"{FCM}:443"), BAD, "aud", "no port where it is the usual one"),
    ("aud capitals", vapid(aud=FCM.replace("fcm", "FCM")), BAD, "aud", "lower case"),
    ("aud a list", vapid(aud=[FCM]), WARN, "aud", "aud is a list of one"),
    ("aud a long list", vapid(aud=[FCM, APPLE]), BAD, "aud", "aud is a list, not the text"),
    ("aud a number", vapid(aud=7), BAD, "aud", "aud is 7, not the text of an origin"),
    ("aud our page", vapid(aud="https://push.city"), WARN, "aud", "no push service that is known here"),
    (
        "aud another service",
        f"POST {ENDPOINT} HTTP/1.1\nAuthorization: {vapid(aud=APPLE)}",
        BAD,
        "aud",
        f'aud is "{APPLE}", but the endpoint\'s origin is {FCM}.',
    ),
    # exp, nbf, iat.
    ("no exp", vapid(exp=None), BAD, "exp", "exp is missing"),
    ("exp a text", vapid(exp=str(NOW_S)), BAD, "exp", f'exp is "{NOW_S}", a text'),
    ("exp true", vapid(exp=True), BAD, "exp", "exp is true, not a number"),
    ("exp passed", vapid(exp=NOW_S - 3 * HOUR_S), BAD, "exp", "expired 3 h ago, at 2026-11-23 09:00 UTC"),
    ("exp now", vapid(exp=NOW_S), BAD, "exp", "expired 0 s ago"),
    ("exp too far", vapid(exp=NOW_S + 25 * HOUR_S), BAD, "exp", "valid for 25 h, until 2026-11-24 13:00 UTC; 24 h"),
    ("exp at the edge", vapid(exp=NOW_S + 24 * HOUR_S), WARN, "exp", "valid for 24 h to the minute"),
    ("exp in milliseconds", vapid(exp=(NOW_S + HOUR_S) * 1000), BAD, "exp", "would be 2026-11-23 13:00 UTC"),
    ("exp with a fraction", vapid(exp=NOW_S + HOUR_S + 0.25), WARN, "exp", "with a fraction"),
    ("exp beyond", vapid(jwt(claims='{"exp":1' + "0" * 400 + "}")), BAD, "exp", "which is no time"),
    ("exp far beyond", vapid(jwt(claims='{"exp":1' + "0" * 5000 + "}")), BAD, "Token", "a number that JSON does"),
    ("exp before", vapid(exp=-1), BAD, "exp", "expired 56 years ago, at 1969-12-31 23:59 UTC"),
    ("nbf", vapid(nbf=NOW_S + 90), BAD, "nbf", "not valid before 2026-11-23 12:01 UTC, which is 90 s from now"),
    ("nbf a text", vapid(nbf="now"), BAD, "nbf", 'nbf is "now", not a number'),
    ("iat", vapid(iat=NOW_S + 7200), WARN, "iat", "made at 2026-11-23 14:00 UTC, which is 2 h from now"),
    ("iat in milliseconds", vapid(iat=NOW_S * 1000), BAD, "iat", "no time in seconds"),
    # sub.
    ("no sub", vapid(sub=None), WARN, "sub", "sub is not set."),
    ("sub a number", vapid(sub=1), BAD, "sub", "sub is 1, not a text"),
    ("sub bare", vapid(sub="ops@push.city"), WARN, "sub", "without mailto: before it"),
    ("sub localhost", vapid(sub="mailto:ops@localhost"), WARN, "sub", "leads to localhost"),
    # k.
    ("no k", f"vapid t={WHOLE}", BAD, "Public key", "no k= stands behind the token"),
    ("k cut", vapid(key=KEY[:80]), BAD, "Public key", "has 60 bytes instead of 65"),
    ("k compressed", vapid(key=compressed()), BAD, "Public key", "33 bytes instead of 65: it is a compressed point"),
    ("k without its 4", vapid(key=to_base64url(from_base64url(KEY)[1:])), BAD, "Public key", "the 4 at its beginning"),
    ("k as DER", vapid(key=der_key()), BAD, "Public key", "it is DER (SubjectPublicKeyInfo)"),
    ("k off the curve", vapid(key=to_base64url(b"\x04" + b"\x07" * 64)), BAD, "Public key", "not a point on the curve"),
    ("k begins with 5", vapid(key=to_base64url(b"\x05" + b"\x07" * 64)), BAD, "Public key", "first byte must be 4"),
    ("k no base64", vapid(key="B!"), BAD, "Public key", "is not base64url"),
    ("k padded", vapid(key=padded(KEY)), WARN, "Public key", "not base64url without padding"),
    (
        "k is another pair",
        vapid(jwt(keys=OLD), OLD.public_key),
        WARN,
        "Public key",
        f"is that of the pair “spring” ({OLD.fingerprint}), not of the active one",
    ),
    ("k is retired", vapid(jwt(keys=GONE), GONE.public_key), WARN, "Public key", "is that of the retired pair ("),
    (
        "k is unknown",
        vapid(jwt(keys=STRANGER), STRANGER.public_key),
        WARN,
        "Public key",
        f"is {STRANGER.fingerprint}, which is none of the 3 pairs",
    ),
    # The signature.
    (
        "DER",
        vapid(f"{SIGNED}.{to_base64url(der_signature(SIGNED))}"),
        BAD,
        "Signature",
        "as OpenSSL gives it, instead of r and s; it is right otherwise.",
    ),
    ("cut", vapid(f"{SIGNED}.{SIGNATURE[:80]}"), BAD, "Signature", "has 60 bytes instead of 64"),
    (
        "changed",
        vapid(f"{HEAD}.{part({**CLAIMS, 'sub': 'mailto:me@push.city'})}.{SIGNATURE}"),
        BAD,
        "Signature",
        "is wrong",
    ),
    ("zeros", vapid(f"{SIGNED}.{to_base64url(bytes(64))}"), BAD, "Signature", "none of the key that k names and the 3"),
    (
        "right pair, wrong k",
        vapid(jwt(keys=KEYS), OLD.public_key),
        BAD,
        "Signature",
        f"is by the active pair ({KEYS.fingerprint}), but k names {OLD.fingerprint}",
    ),
    ("alone and nobody's", jwt(keys=STRANGER), BAD, "Signature", "made by none of the 3 pairs here"),
    # How it is given.
    ("no scheme", f"Authorization: t={WHOLE},k={KEY}", BAD, "Form", "The word vapid is missing"),
    ("no scheme and no t", f"Authorization: {WHOLE}", BAD, "Form", "the word vapid and t= are missing"),
    ("no t", f"vapid k={KEY}", BAD, "Form", "The parameter t, the token itself, is missing"),
    ("no t=", f"Authorization: vapid {WHOLE},k={KEY}", BAD, "Form", "The parameter t= is missing"),
    ("semicolon", f"vapid t={WHOLE};k={KEY}", BAD, "Form", "separated by a semicolon"),
    ("only a space", f"vapid t={WHOLE} k={KEY}", BAD, "Form", "Nothing separates t and k"),
    ("t twice", f"vapid t={WHOLE}, t={WHOLE}, k={KEY}", BAD, "Form", "t is given twice"),
    ("Basic", f"Authorization: Basic {part('me:secret')}", BAD, "Form", "is Basic, not vapid"),
    ("old FCM key", "Authorization: key=AAAAAAAA:abcdefgh", BAD, "Form", "old server key of GCM"),
    ("no Crypto-Key", f"Authorization: WebPush {WHOLE}", WARN, "Public key", "it stands in Crypto-Key"),
]


@pytest.mark.parametrize(
    ("text", "severity", "about", "told"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG]
)
def test_what_is_wrong_is_named(text: str, severity: Severity, about: str, told: str) -> None:
    report = look(text)
    named = [finding for finding in report.findings if finding.about == about and told in finding.sentence]
    assert [finding.severity for finding in named] == [severity], [one.sentence for one in blamed(report)]
    for finding in blamed(report):
        assert finding.action.endswith("."), finding
        assert finding.sentence.endswith("."), finding
        assert "\n" not in finding.sentence
    # What was signed can be told; the signature cannot be had from it.
    assert not {SIGNATURE, *text.split(".")[2:3]} & set(repr(report).replace('"', " ").replace("'", " ").split())


@pytest.mark.parametrize("name", ["aud our page", "exp passed", "k is retired", "sub localhost", "typ at+jwt", "DER"])
def test_nothing_else_is_blamed(name: str) -> None:
    text, _, about, _ = next(one[1:] for one in WRONG if one[0] == name)
    assert [finding.about for finding in blamed(look(text))] == [about]


@pytest.mark.parametrize(
    ("sub", "severity"), [(None, BAD), ("mailto:ops@localhost", BAD), ("ops@push.city", BAD), ("mailto: a@b.city", BAD)]
)
def test_a_token_for_apple_is_held_against_what_apple_refuses(sub: str | None, severity: Severity) -> None:
    told = [finding for finding in look(vapid(aud=APPLE, sub=sub)).findings if finding.about == "sub"]
    assert any(one.severity is severity and "403 BadJwtToken" in one.sentence for one in told)
    assert not any("BadJwtToken" in one.sentence for one in look(vapid(sub=sub)).findings)


def test_everything_is_told_of_a_token_that_is_in_order() -> None:
    report = look(f"POST {ENDPOINT} HTTP/2\nTTL: 60\nAuthorization: {vapid()}")
    assert [(one.about, one.sentence) for one in report.findings] == [
        ("Form", "An Authorization header of the scheme vapid, as RFC 8292 writes it."),
        ("Header", "Signed with ES256, as RFC 8292 asks."),
        ("aud", f"aud is {FCM}, the endpoint's origin: FCM (Chrome)."),
        ("exp", "The token is valid for 6 h more, until 2026-11-23 18:00 UTC."),
        ("sub", "sub is mailto:ops@push.city, in the form that RFC 8292 asks for."),
        ("sub", "FCM (Chrome) takes it."),
        ("Public key", f"The public key is that of the active pair, {KEYS.fingerprint}."),
        ("Signature", f"The signature is right: the active pair ({KEYS.fingerprint}) made it."),
    ]
    assert {one.severity for one in report.findings} == {GOOD}
    assert (report.scheme, report.public_key, report.fingerprint) == ("vapid", KEY, fingerprint(KEY))
    assert json.loads(report.claims) == CLAIMS
    assert json.loads(report.header) == HEADER


def test_without_pairs_here_the_key_that_came_with_it_is_enough() -> None:
    told = {one.about: one for one in examine(vapid(), NOW).findings}
    assert (told["Public key"].severity, told["Signature"].severity) == (NOTE, GOOD)
    assert [one.severity for one in examine(WHOLE, NOW).findings if one.about == "Signature"] == [NOTE]


def test_standard_base64_is_recognised() -> None:
    signed = f"{part({**HEADER, 'kid': '??>>~~'})}.{BODY}"
    assert standard(signed) != signed
    report = look(vapid(f"{standard(signed)}.{signature(standard(signed))}"))
    assert [one.sentence for one in blamed(report)] == [
        "The header is base64 with + or / instead of base64url, which push services refuse."
    ]


@pytest.mark.parametrize(
    ("keys", "key", "told"),
    [
        (OLD, KEYS, "instead of r and s; it is right otherwise. The signature is by the pair “spring”"),
        (STRANGER, KEYS, "instead of r and s. The signature is wrong: it was made by none of the key that k names and"),
    ],
)
def test_a_der_signature_of_somebody_else_is_wrong_twice(keys: VapidKeys, key: VapidKeys, told: str) -> None:
    report = look(vapid(f"{SIGNED}.{to_base64url(der_signature(SIGNED, keys))}", key.public_key))
    assert told in " ".join(finding.sentence for finding in blamed(report))


def test_one_pair_is_told_of_as_one() -> None:
    pairs = [KnownPair(KEYS.public_key, active=True)]
    strange = vapid(jwt(keys=STRANGER), STRANGER.public_key)
    (told,) = (one.sentence for one in examine(strange, NOW, pairs).findings if one.about == "Public key")
    assert told == f"The public key is {STRANGER.fingerprint}, which is not the one pair of this database."
    for text, made in (
        (jwt(keys=STRANGER), "not made by the one pair here"),
        (vapid(jwt(keys=STRANGER)), "not made by the key that k names or by the one pair here"),
    ):
        (told,) = (one.sentence for one in examine(text, NOW, pairs).findings if one.about == "Signature")
        assert told == f"The signature is wrong: it was {made}, or the token was changed since."
