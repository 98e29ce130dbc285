"""What is typed becomes a message, or a sentence; and what is kept of it comes back.

Runs on: any
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.gui.models.draft import Draft, Shape, from_object, message_of, to_object
from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.message import Action, Message

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_DRAFTS = st.builds(
    Draft,
    shape=st.sampled_from(Shape),
    title=_TEXT,
    body=_TEXT,
    icon=_TEXT,
    tag=_TEXT,
    data=_TEXT,
    silent=st.booleans(),
    mutable=st.booleans(),
    buttons=st.lists(st.tuples(_TEXT, _TEXT), max_size=2).map(tuple),
    raw_json=_TEXT,
    raw_text=_TEXT,
    ttl=_TEXT,
    urgency=st.sampled_from(["very-low", "low", "normal", "high"]),
    topic=_TEXT,
)


@given(_DRAFTS)
def test_every_draft_is_kept_as_it_is_and_tells_a_sentence_or_a_message(draft: Draft) -> None:
    assert from_object(json.loads(json.dumps(to_object(draft)))) == draft
    try:
        message_of(draft)
    except InvalidMessage as error:
        assert str(error).endswith(".")  # noqa: PT017 - many examples raise nothing


def test_every_field_arrives_in_the_message() -> None:
    draft = Draft(
        title="Hi",
        body="There",
        icon=" https://a.city/i ",
        image="https://a.city/p",
        badge="https://a.city/b",
        tag="t",
        url="https://a.city/",
        data="[1]",
        silent=True,
        mutable=True,
        buttons=(("Open", "https://a.city/1"), ("", " ")),
        ttl="1 h",
        urgency="high",
        topic=" news ",
    )
    wanted = Message(
        title="Hi",
        body="There",
        icon="https://a.city/i",
        image="https://a.city/p",
        badge="https://a.city/b",
        tag="t",
        url="https://a.city/",
        data="[1]",
        silent=True,
        actions=(Action("Open", "https://a.city/1"),),
        ttl_s=3600,
        urgency="high",
        topic="news",
    )
    assert message_of(draft) == wanted


def test_json_must_be_json_and_text_need_not() -> None:
    with pytest.raises(InvalidMessage, match="payload must be JSON"):
        message_of(Draft(shape=Shape.JSON, raw_json="{"))
    assert message_of(Draft(shape=Shape.TEXT, raw_text="{")).raw == "{"


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"title": 1},
        {"silent": "yes"},
        {"shape": "other"},
        {"urgency": "now"},
        {"urgency": ["high"]},
        {"buttons": [["a", "b"]] * 3},
        {"buttons": [["a"]]},
        {"buttons": [[1, "b"]]},
        {"buttons": "ab"},
        {"headline": "x"},
        {"__class__": "x"},
        {"nothing": "x"},
    ],
)
def test_what_is_no_draft_is_refused(told: Any) -> None:
    with pytest.raises(ValueError):
        from_object(told)


def test_the_headline_tells_drafts_apart() -> None:
    assert Draft(title="Hi", raw_text="x").headline == "Hi"
    assert Draft(shape=Shape.TEXT, title="Hi", raw_text="a\n b").headline == "a b"
