"""One delivery in words: the claims are judged, hostile texts stay plain, and a report has no secret.

Runs on: any
"""

from dataclasses import replace
from typing import Any

import pytest

from tests.gui.models.history_rows import AT, DETAIL, ORIGIN, REQUEST, ROW, claims
from webpush_admin.gui.models.inspector import (
    action_words,
    headline,
    key_id,
    masked_url,
    meaning,
    plain_lines,
    pretty_json,
    report,
    request_lines,
    sizes,
    status_line,
    timing,
)
from webpush_admin.gui.models.inspector import (
    claims as claims_of,
)
from webpush_admin.push.answer import DiagnosisAction, Outcome
from webpush_admin.push.vapid import fingerprint


def _claim(name: str, **more: Any) -> tuple[str, str]:
    found = {claim.name: claim for claim in claims_of(replace(REQUEST, jwt_claims=claims(**more)), AT)}
    return found[name].words, found[name].role


def test_the_request_is_shown_as_it_went_out() -> None:
    lines = request_lines(REQUEST, "wXyZ")
    assert lines[0] == f"POST {ORIGIN}/…wXyZ" == f"POST {masked_url(REQUEST, 'wXyZ')}"
    assert lines[1:3] == ["TTL: 60", "Urgency: normal"]
    assert sizes(REQUEST) == "21 bytes of payload, 124 bytes encrypted (+103)"
    assert key_id(REQUEST) == fingerprint(REQUEST.public_key)
    assert len(key_id(REQUEST)) == 19


def test_right_claims_are_told_to_be_right() -> None:
    assert _claim("aud") == ("the endpoint's origin", "ok")
    assert _claim("exp") == ("2026-11-23 00:00:00 UTC: 12 h after it was sent", "ok")
    assert _claim("sub")[1] == "ok"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("aud", "https://evil.example", "not the endpoint's origin, https://updates.push.services.mozilla.com"),
        ("exp", int(AT.timestamp()) - 90, "had ended 1 min before"),
        ("exp", int(AT.timestamp()) + 90_000, "25 h after it was sent; more than 24 h is refused"),
        ("exp", int(AT.timestamp()) + 86_400 * 30, "30 d after"),
        ("exp", "tomorrow", "no time in whole seconds"),
        ("exp", True, "no time in whole seconds"),
        ("exp", 10**30, "no time that there is"),
        ("sub", "ops@example.org", "neither a mailto: address nor an https URL"),
        ("sub", "mailto:mailto:ops@example.org", "neither"),
        ("sub", 7, "neither"),
    ],
)
def test_wrong_claims_are_told_to_be_wrong(name: str, value: object, words: str) -> None:
    told, role = _claim(name, **{name: value})
    assert words in told
    assert role == "bad"


def test_claims_may_be_anything() -> None:
    assert claims_of(replace(REQUEST, jwt_claims="no JSON"), AT) == ()
    assert claims_of(replace(REQUEST, jwt_claims="[]"), AT) == ()
    assert claims_of(replace(REQUEST, jwt_claims="[" * 100_000), AT) == ()
    odd = claims_of(replace(REQUEST, jwt_claims='{"\\u202ejti": {"a": [1]}, "aud": null}'), AT)
    assert [(claim.name, claim.value) for claim in odd] == [("<U+202E>jti", '{"a": [1]}'), ("aud", "null")]


def test_status_and_outcome_make_the_headline() -> None:
    assert headline(ROW) == "gone: removed, 410 Gone"
    assert status_line(replace(ROW, status=799)) == "799"
    assert headline(replace(ROW, status=None, outcome=Outcome.UNREACHABLE, pruned=False)) == "unreachable"
    assert meaning(ROW) == "subscription removed"
    assert meaning(replace(ROW, rule="", reason="No such host.")) == "No such host."
    assert meaning(replace(ROW, rule="", outcome=None, pruned=False)) == "No answer has come yet."


def test_time_and_attempts() -> None:
    assert timing(ROW) == "38 ms, 1 attempt"
    assert timing(replace(ROW, attempts=3)) == "38 ms, 3 attempts"
    assert timing(replace(ROW, attempts=0, elapsed_s=0.0)) == "no request was made"
    assert timing(replace(ROW, attempts=0, outcome=Outcome.UNKNOWN)) == "no answer is known"


def test_texts_of_strangers_stay_plain_and_end() -> None:
    assert plain_lines("<b>a</b>\r\nb\x00\u202e") == "<b>a</b>\nb<U+0000><U+202E>"
    assert len(plain_lines("A" * 1_000_000)) < 20_000
    assert plain_lines("x\n" * 500_000).count("\n") <= 40
    assert pretty_json('{"alg":"ES256"}') == '{\n  "alg": "ES256"\n}'
    assert pretty_json("{") == "{"


@pytest.mark.parametrize("action", list(DiagnosisAction))
def test_every_action_has_words(action: DiagnosisAction) -> None:
    assert (action is DiagnosisAction.NOTHING) == (action_words(action) == "")


def test_a_report_says_everything_once_and_nothing_hidden() -> None:
    detail = replace(
        DETAIL,
        row=replace(ROW, user_name="Ada\u202e", body="<b>\x00gone"),
        headers=(("location", "/a\r\nset-cookie: b"),),
    )
    text = report(detail)
    for part in (
        "Send 7 to Ada, delivery 70",
        "User: Ada<U+202E>",
        "Endpoint: updates.push.services.mozilla.com/…wXyZ",
        "Outcome: gone: removed, 410 Gone",
        "Took: 38 ms, 1 attempt",
        "Diagnosis: subscription removed (any-410-gone)",
        "Source: ",
        f"POST {ORIGIN}/…wXyZ",
        "TTL: 60",
        f"aud: {ORIGIN} (the endpoint's origin)",
        f"Key: {key_id(REQUEST)}",
        "location: /a<U+000D><U+000A>set-cookie: b",
        "<b><U+0000>gone",
    ):
        assert part in text, part
    assert not any(character in text for character in "\u202e\x00\r")


def test_a_report_without_a_request_says_why() -> None:
    row = replace(ROW, status=None, outcome=Outcome.BLOCKED, rule="", reason="Loopback.", attempts=0, pruned=False)
    text = report(replace(DETAIL, row=row, request=None, headers=()))
    assert "Reason: Loopback." in text
    assert "no request was made" in text
    assert "POST" not in text
