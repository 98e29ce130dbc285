"""One subscription in words.

Runs on: any
"""

from datetime import UTC, datetime, timedelta

import pytest

from webpush_admin.backend.answers import Answered, RequestHeaders
from webpush_admin.backend.detail import Agent, EndpointPart, KeyCheck, KeyOrigin, PartKind, Problems
from webpush_admin.gui.models import detail
from webpush_admin.gui.models.detail import (
    ANSWER_COLUMNS,
    agent_text,
    answer_in_full,
    auth_verdict,
    endpoint_verdict,
    nothing_sent,
    p256dh_verdict,
    part_text,
    since,
)
from webpush_admin.push.answer import Outcome

AT = datetime(2026, 11, 22, 12, 30, 5, tzinfo=UTC)
HEADERS = RequestHeaders(60, "normal", None, 200)
REFUSED = Answered(AT, False, Outcome.REJECTED, 404, "The push service answered 404 Not Found.", "gone?", 0.038)
BLOCKED = Answered(AT, False, Outcome.BLOCKED, None, "The address is not allowed.", "", 0.0)
SENT = Answered(AT, False, Outcome.ACCEPTED, 201, "", "", 0.02, "https://push.example.net/…abcd", HEADERS)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (EndpointPart(PartKind.INTERFACE, "/wpush/v2/"), "Interface: /wpush/v2/"),
        (EndpointPart(PartKind.BOUND), "Made for one VAPID key"),
        (EndpointPart(PartKind.CAPABILITY, "wXyZ", 1204), "Token: …wXyZ, 1,204 characters"),
    ],
)
def test_parts_are_told_in_words(part: EndpointPart, text: str) -> None:
    assert part_text(part) == text


def test_each_key_says_what_is_wrong_or_how_long_it_is() -> None:
    fine = KeyCheck(Problems(), 188, 65, 16, "1a31")
    assert endpoint_verdict(fine) == "Endpoint ok: 188 characters."
    assert p256dh_verdict(fine) == "p256dh ok: 65 bytes, on P-256."
    assert auth_verdict(fine) == "auth ok: 16 bytes."
    wrong = KeyCheck(Problems("No URL.", "No point.", "Too short."), 3, None, 3, "")
    assert (endpoint_verdict(wrong), p256dh_verdict(wrong), auth_verdict(wrong)) == wrong.problems


def test_an_answer_is_told_in_full() -> None:
    assert answer_in_full(REFUSED).split("\n") == [
        "2026-11-22 12:30:05 UTC",
        "404 rejected 38 ms",
        "The push service answered 404 Not Found.",
        "gone?",
    ]
    cells = {column.key: column.text(REFUSED) for column in ANSWER_COLUMNS}
    assert cells["outcome"] == "404 rejected"
    assert cells["at"] == "12:30:05"
    assert {column.key: column.text(BLOCKED) for column in ANSWER_COLUMNS}["outcome"] == "blocked"


def test_why_there_is_no_request_to_be_copied() -> None:
    assert "Nothing has been sent" in nothing_sent(())
    assert "blocked here" in nothing_sent((BLOCKED,))
    assert nothing_sent((BLOCKED, SENT)) == ""


def test_times_are_words() -> None:
    now = datetime.now(UTC)
    assert since(None, "never") == "never"
    assert since(now, "never") == "now"
    assert since(now - timedelta(minutes=14, seconds=5), "never") == "14 min ago"
    assert since(AT - timedelta(days=900), "never").startswith("2024-")


def test_what_is_known_of_a_browser_stands_in_lines() -> None:
    assert agent_text(Agent("Firefox 141.0", "", "Samsung SM-S918B")) == "Firefox 141.0\nSamsung SM-S918B"
    assert agent_text(Agent()) == ""


def test_every_word_of_the_backend_is_marked_for_translation() -> None:
    words = {kind.value for kind in (*PartKind, *KeyOrigin)}
    assert words == set(detail._MARKED)
