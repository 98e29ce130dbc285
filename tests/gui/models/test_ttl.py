"""Durations as people write them.

Runs on: any
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.gui.models.ttl import PRESETS_S, read_ttl, ttl_words
from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.message import MAX_TTL_S


@given(st.integers(0, MAX_TTL_S))
def test_words_are_read_back(ttl_s: int) -> None:
    assert read_ttl(ttl_words(ttl_s)) == ttl_s


def test_words_are_those_of_people() -> None:
    assert [ttl_words(seconds) for seconds in PRESETS_S] == [
        "60 s",
        "5 min",
        "1 h",
        "12 h",
        "1 day",
        "1 week",
        "4 weeks",
    ]
    assert ttl_words(0) == "0 s"
    assert ttl_words(61) == "61 s"


@pytest.mark.parametrize(
    ("text", "ttl_s"),
    [("60", 60), (" 1 H ", 3600), ("2days", 172_800), ("1,200 s", 1200), ("4w", MAX_TTL_S), ("3 minutes", 180)],
)
def test_it_is_read_as_it_is_meant(text: str, ttl_s: int) -> None:
    assert read_ttl(text) == ttl_s


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5 h", "5 weeks", "9" * 9, "9" * 5000, "1 month", "١ h", "1 h 5"])
def test_what_is_none_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidMessage, match=r"^The TTL .*\.$"):
        read_ttl(text)
