"""The last request as a command: a shell reads it back, and no secret is in it.

Runs on: any
"""

import shlex
from dataclasses import replace

import pytest

from tests.gui.models.history_rows import ORIGIN, PUBLIC_KEY, REQUEST
from webpush_admin.gui.models.curl import request_command


@pytest.mark.parametrize("tail", ["'; rm -rf /;'", "$(id)`id`", "a\nb", "\u202eabc", "x" * 1_000_000])
def test_a_hostile_endpoint_stays_one_word(tail: str) -> None:
    text = request_command(REQUEST, tail)
    words = shlex.split(text.replace("\\\n", " "))
    assert words[3].startswith(f"{ORIGIN}/...")
    assert words[4] == "--header"
    assert "\u202e" not in text
    assert len(text) < 2_000


def test_it_is_one_command_for_a_shell() -> None:
    text = request_command(REQUEST, "wXyZ")
    words = shlex.split(text.replace("\\\n", " "))
    assert words[:4] == ["curl", "--request", "POST", f"{ORIGIN}/...wXyZ"]
    assert "TTL: 60" in words
    assert "Authorization: vapid ..." in words
    assert PUBLIC_KEY not in text


def test_hostile_headers_of_a_request_stay_one_word() -> None:
    headers = (("Topic", "a' --data evil \r\nX: y"), ("TTL", "\u202e60"))
    words = shlex.split(request_command(replace(REQUEST, headers=headers), "$(id)").replace("\\\n", " "))
    assert words[3] == f"{ORIGIN}/...$(id)"
    assert words[5] == "Topic: a' --data evil <U+000D><U+000A>X: y"
    assert words[7] == "TTL: <U+202E>60"
