"""What a message may be, and the JSON that a service worker gets of it.

Runs on: any
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.message import MAX_PAYLOAD_BYTES, Action, Message


def test_the_payload_is_the_json_of_everything_that_was_said() -> None:
    message = Message(
        title="Hi", body="There", icon="https://example.org/i.png", actions=(Action("Open", "https://example.org/"),)
    )
    assert json.loads(message.payload()) == {
        "title": "Hi",
        "body": "There",
        "icon": "https://example.org/i.png",
        "actions": [{"label": "Open", "url": "https://example.org/"}],
    }


def test_what_is_empty_is_absent() -> None:
    assert Message(title="Hi").payload() == b'{"title":"Hi"}'
    assert Message(title="").payload() == b"{}"


def test_the_defaults_are_a_minute_and_normal_urgency() -> None:
    message = Message(title="Hi")
    assert (message.ttl_s, message.urgency, message.topic) == (60, "normal", None)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_text_of_every_script_survives(title: str) -> None:
    assert json.loads(Message(title=title).payload()).get("title", "") == title


def test_payloads_fit_into_one_record_to_the_byte() -> None:
    room = MAX_PAYLOAD_BYTES - len(Message(title="").payload()) - len('"title":""')
    assert len(Message(title="x" * room).payload()) == MAX_PAYLOAD_BYTES == 3993
    with pytest.raises(InvalidMessage, match="3994 bytes"):
        Message(title="x" * (room + 1))
    with pytest.raises(InvalidMessage, match="bytes"):
        Message(title="ä" * (room // 2 + 1))


def test_half_a_character_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="half a character"):
        Message(title="\ud83d")


@pytest.mark.parametrize("ttl_s", [0, 60, 2_419_200])
def test_a_ttl_may_be(ttl_s: int) -> None:
    assert Message(title="Hi", ttl_s=ttl_s).ttl_s == ttl_s


@pytest.mark.parametrize("ttl_s", [-1, 2_419_201, 1.5, True, None, "60", float("nan")])
def test_a_ttl_may_not_be(ttl_s: Any) -> None:
    with pytest.raises(InvalidMessage, match="TTL"):
        Message(title="Hi", ttl_s=ttl_s)


@pytest.mark.parametrize("urgency", ["very-low", "low", "normal", "high"])
def test_an_urgency_may_be(urgency: Any) -> None:
    assert Message(title="Hi", urgency=urgency).urgency == urgency


@pytest.mark.parametrize("urgency", ["", "High", "high\r\nX: y", "urgent", None, ["high"]])
def test_an_urgency_may_not_be(urgency: Any) -> None:
    with pytest.raises(InvalidMessage, match="urgency"):
        Message(title="Hi", urgency=urgency)


@pytest.mark.parametrize("topic", ["a", "A-z_09", "x" * 32])
def test_a_topic_may_be(topic: str) -> None:
    assert Message(title="Hi", topic=topic).topic == topic


@pytest.mark.parametrize("topic", ["", "x" * 33, "a b", "a\n", "a\r\nX: y", "ä", "a=", "a/b"])
def test_a_topic_may_not_be(topic: str) -> None:
    with pytest.raises(InvalidMessage, match="topic"):
        Message(title="Hi", topic=topic)
