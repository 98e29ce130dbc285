"""What was found about keys and tokens, in words: headline, verdict, times, and the report for a ticket.

Runs on: any
"""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webpush_admin.backend.key_records import KeyFinding, KeyPairInfo, KeyReport, KeysInfo, Severity, TokenReport
from webpush_admin.gui.models.key_findings import (
    LOOKS,
    claim_time,
    headline,
    report_text,
    signer_told,
    times_told,
    verdict,
    worst,
    worst_first,
)
from webpush_admin.store.key_rows import Home, KeyState

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GOOD = KeyFinding("Key pair", Severity.GOOD, "It is a pair.")
NOTE = KeyFinding("Clock", Severity.NOTE, "Nothing is known.")
WARN = KeyFinding("Subject", Severity.WARN, "Nobody is there.", "Set another.")
BAD = KeyFinding("Answers", Severity.BAD, "The services refuse the pair.")
PAIR = KeyPairInfo(
    1, "B" * 87, "12ab 34cd 56ef 7890", KeyState.ACTIVE, "", Home.DATABASE, "", False, NOW, None, subscriptions=0
)
OLD = replace(PAIR, id=2, public_key="C" * 87, state=KeyState.INACTIVE, label="<b>old</b>")
KEYS = KeysInfo(PAIR.public_key, PAIR.fingerprint, NOW, "", 0, (PAIR, OLD))


def _token(claims: object, *findings: KeyFinding, public_key: str = PAIR.public_key) -> TokenReport:
    return TokenReport("vapid", "{}", json.dumps(claims), public_key, "12ab", findings)


def _at(**later: float) -> float:
    return (NOW + timedelta(**later)).timestamp()


def test_every_severity_has_a_word_and_the_worst_comes_first() -> None:
    assert set(LOOKS) == set(Severity)
    again = replace(BAD, about="Pair")
    assert worst_first((GOOD, BAD, NOTE, WARN, again)) == (BAD, again, WARN, NOTE, GOOD)
    assert worst((GOOD, WARN, NOTE)) is Severity.WARN
    assert worst(()) is Severity.GOOD


def test_the_headline_counts_what_is_wrong() -> None:
    assert headline((BAD, GOOD, WARN, WARN)) == "1 problem, 2 warnings"
    assert headline((GOOD, NOTE)) == "Everything that can be checked without sending is fine"


def test_a_report_is_text_for_a_ticket() -> None:
    text = report_text(KeyReport((GOOD, WARN), NOW), "push\u202e.db")
    assert text.splitlines() == [
        "VAPID keys of push<U+202E>.db, checked 2026-11-22 12:00:00 UTC: 1 warning",
        "",
        "[Warning] Subject: Nobody is there.",
        "    Set another.",
        "[Good] Key pair: It is a pair.",
    ]


def test_a_verdict_says_the_worst_or_that_all_is_well() -> None:
    claims = {"aud": "https://fcm.googleapis.com", "exp": _at(hours=2, minutes=2)}
    assert verdict(_token(claims, GOOD, WARN, BAD), KEYS, NOW) == (Severity.BAD, BAD.sentence)
    assert verdict(_token(claims, GOOD, WARN), KEYS, NOW) == (Severity.WARN, WARN.sentence)
    assert verdict(_token(claims, GOOD), KEYS, NOW) == (
        Severity.GOOD,
        "Valid for https://fcm.googleapis.com until 14:02 UTC, signed by the active pair.",
    )
    tomorrow = {**claims, "exp": _at(hours=13)}
    assert (
        "until 2026-11-23 01:00 UTC, signed by the inactive pair <b>old</b> (12ab"
        in (verdict(_token(tomorrow, GOOD, public_key=OLD.public_key), KEYS, NOW)[1])
    )
    foreign = verdict(_token(claims, GOOD, public_key="D" * 87), KEYS, NOW)
    assert foreign == (
        Severity.NOTE,
        "Valid for https://fcm.googleapis.com until 14:02 UTC, but signed by no pair of this database.",
    )
    assert verdict(_token(claims, GOOD, public_key=""), None, NOW)[1].endswith("until 14:02 UTC.")
    assert verdict(_token({"exp": 1}), KEYS, NOW)[0] is Severity.NOTE
    assert signer_told(_token(claims, public_key="D" * 87), KEYS) == "no pair of this database"


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"exp": _at(hours=11, minutes=58)}, "in 11 h 58 min, 2026-11-22 23:58:00 UTC"),
        ({"exp": _at(seconds=-30)}, "expired 30 s ago, 2026-11-22 11:59:30 UTC"),
        ({"exp": _at(days=4)}, "in 4 days, 2026-11-26 12:00:00 UTC"),
        ({"nbf": _at(minutes=5)}, "only in 5 min, 2026-11-22 12:05:00 UTC"),
        ({"iat": _at(minutes=1)}, "1 min ahead of this clock, 2026-11-22 12:01:00 UTC"),
        ({"exp": "tomorrow"}, "no time that can be read"),
    ],
)
def test_times_are_told_in_words(claims: dict[str, object], told: str) -> None:
    ((_, words),) = times_told(_token(claims), NOW)
    assert words.replace(" (", "|").split("|")[0] == told


@settings(max_examples=60)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3))
def test_nothing_that_a_token_claims_goes_wrong_here(value: object) -> None:
    claim_time(value)
    report = replace(_token({}), claims=json.dumps({"exp": value, "aud": value, "nbf": value}))
    verdict(report, KEYS, NOW)
    assert len(times_told(report, NOW)) == 2


def test_a_time_that_is_none_on_this_clock_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    last_hour = datetime(9999, 12, 31, 23, 30, tzinfo=UTC).timestamp()
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Etc/GMT-12")
        time.tzset()
        assert claim_time(last_hour) is None
        assert claim_time(last_hour - 86_400) is not None
    time.tzset()


@pytest.mark.parametrize("claims", ["", "[]", "{", "[" * 100_000, '{"exp": 1e999}', '{"exp": ' + "9" * 400 + "}"])
def test_claims_that_cannot_be_read_are_none(claims: str) -> None:
    report = replace(_token({}), claims=claims)
    assert verdict(report, KEYS, NOW)[0] is Severity.NOTE
    assert [words for _, words in times_told(report, NOW)] in ([], ["no time that can be read"])
