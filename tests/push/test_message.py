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


def test_new_fields_stand_beside_the_old_ones() -> None:
    message = Message(
        title="Hi",
        image="https://a.city/i.png",
        badge="https://a.city/b.png",
        tag="news",
        url="https://a.city/",
        silent=True,
        data=' {"id": 7, "é": [1.5, null]} ',
    )
    assert json.loads(message.payload()) == {
        "title": "Hi",
        "image": "https://a.city/i.png",
        "badge": "https://a.city/b.png",
        "tag": "news",
        "silent": True,
        "data": {"id": 7, "é": [1.5, None]},
        "url": "https://a.city/",
    }


def test_a_declarative_message_has_the_shape_that_browsers_know() -> None:
    message = Message(
        title="Hi",
        body="There",
        url="https://a.city/1",
        silent=True,
        data="[1]",
        actions=(Action("Open", "https://a.city/2"), Action("Later", "https://a.city/3")),
        declarative=True,
    )
    assert json.loads(message.payload()) == {
        "web_push": 8030,
        "notification": {
            "title": "Hi",
            "body": "There",
            "silent": True,
            "data": [1],
            "navigate": "https://a.city/1",
            "actions": [
                {"action": "action-1", "title": "Open", "navigate": "https://a.city/2"},
                {"action": "action-2", "title": "Later", "navigate": "https://a.city/3"},
            ],
        },
    }
    mutable = Message(title="Hi", url="https://a.city/", declarative=True, mutable=True)
    assert json.loads(mutable.payload())["mutable"] is True


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"title": " ", "url": "https://a.city/"}, "title"),
        ({"title": "Hi"}, "URL"),
        ({"title": "Hi", "url": "/relative"}, "URL"),
        ({"title": "Hi", "url": "https://[bad"}, "URL"),
        ({"title": "Hi", "url": "https://a.city/ b"}, "URL"),
        ({"title": "Hi", "url": "javascript:alert(1)"}, "URL"),
        ({"title": "Hi", "url": "https://a.city/", "actions": (Action("", "https://a.city/"),)}, "Button 1"),
        ({"title": "Hi", "url": "https://a.city/", "actions": (Action("Open", "x"),)}, "Button 1"),
    ],
)
def test_a_declarative_message_needs(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(InvalidMessage, match=word):
        Message(declarative=True, **fields)
    Message(**fields)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_raw_is_sent_as_it_stands(raw: str) -> None:
    assert Message(title="not this", declarative=True, raw=raw).payload() == raw.encode()


def test_raw_obeys_the_size_and_whole_characters() -> None:
    assert len(Message(title="", raw="x" * MAX_PAYLOAD_BYTES).payload()) == MAX_PAYLOAD_BYTES
    with pytest.raises(InvalidMessage, match="3994 bytes"):
        Message(title="", raw="x" * (MAX_PAYLOAD_BYTES + 1))
    with pytest.raises(InvalidMessage, match="half a character"):
        Message(title="", raw="\ud83d")


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON, st.booleans(), st.integers(0, 4))
def test_data_of_every_kind_survives(data: object, declarative: bool, indent: int) -> None:
    text = json.dumps(data, indent=indent or None)
    try:
        message = Message(title="Hi", url="https://a.city/", data=text, declarative=declarative)
    except InvalidMessage as error:
        assert "half a character" in str(error)  # noqa: PT017 - most examples raise nothing
        return
    got = json.loads(message.payload())
    assert (got["notification"] if declarative else got)["data"] == data


@pytest.mark.parametrize(
    "data",
    ["{", "nothing", "NaN", "[Infinity]", "1e999", "[" * 60_000, "9" * 5000, "{'a': 1}", "[1,]", "x" * 100_000, "\x00"],
)
def test_data_may_not_be(data: str) -> None:
    with pytest.raises(InvalidMessage, match=r"^The data .*\.$"):
        Message(title="Hi", data=data)


def test_what_is_wrong_with_data_has_a_place() -> None:
    with pytest.raises(InvalidMessage, match="line 2, column 1"):
        Message(title="Hi", data='{"a": 1\n"b": 2}')
