"""The last request as a command: a shell reads it back, and no secret is in it.

Runs on: any
"""

import shlex
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.gui.models.history_rows import ORIGIN, PUBLIC_KEY, REQUEST
from webpush_admin.backend.answers import Answered, RequestHeaders
from webpush_admin.gui.models.curl import curl_command, last_request, request_command
from webpush_admin.push.answer import Outcome

AT = datetime(2026, 11, 22, tzinfo=UTC)
WITHOUT = Answered(AT, False, Outcome.BLOCKED, None, "No.", "", 0.0)


def sent(url: str = "https://push.example.net/…abcd", topic: str | None = None) -> Answered:
    return Answered(AT, False, Outcome.ACCEPTED, 201, "", "", 0.1, url, RequestHeaders(60, "normal", topic, 187))


def test_it_is_one_command_for_a_shell() -> None:
    words = shlex.split(curl_command(sent()).replace("\\\n", " "))
    assert words[:4] == ["curl", "--request", "POST", "https://push.example.net/...abcd"]
    assert "TTL: 60" in words
    assert not any(word.startswith("Topic") for word in words)
    assert "Topic: news" in curl_command(sent(topic="news"))


@pytest.mark.parametrize("tail", ["'; rm -rf /;'", "$(id)`id`", "a\nb", "\u202eabc", "x" * 1_000_000])
def test_a_hostile_endpoint_stays_one_word(tail: str) -> None:
    text = curl_command(sent(f"https://push.example.net/…{tail}"))
    words = shlex.split(text.replace("\\\n", " "))
    assert words[3].startswith("https://push.example.net/...")
    assert words[4] == "--header"
    assert "\u202e" not in text
    assert len(text) < 2_000


def test_the_newest_request_is_told_and_nothing_else() -> None:
    newest, older = sent("https://push.example.net/…new"), sent("https://push.example.net/…old")
    assert last_request((WITHOUT, newest, older)) is newest
    assert last_request((WITHOUT,)) is None
    with pytest.raises(ValueError, match="No request"):
        curl_command(WITHOUT)


def test_a_request_of_the_history_is_a_command_too() -> None:
    text = request_command(REQUEST, "wXyZ")
    words = shlex.split(text.replace("\\\n", " "))
    assert words[3] == f"{ORIGIN}/...wXyZ"
    assert "TTL: 60" in words
    assert "Authorization: vapid ..." in words
    assert PUBLIC_KEY not in text


def test_hostile_headers_of_a_request_stay_one_word() -> None:
    headers = (("Topic", "a' --data evil \r\nX: y"), ("TTL", "\u202e60"))
    words = shlex.split(request_command(replace(REQUEST, headers=headers), "$(id)").replace("\\\n", " "))
    assert words[3] == f"{ORIGIN}/...$(id)"
    assert words[5] == "Topic: a' --data evil <U+000D><U+000A>X: y"
    assert words[7] == "TTL: <U+202E>60"
