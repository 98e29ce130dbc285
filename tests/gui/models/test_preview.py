"""What each browser shows of a message, and what it leaves out.

Runs on: GUI thread
"""

import pytest

from webpush_admin.gui.models.draft import Draft, Shape
from webpush_admin.gui.models.preview import LOOKS, Shown, left_out, shown_of

BY_NAME = {look.name: look for look in LOOKS}
FULL = Draft(
    title="Hi",
    body="There",
    icon="https://a.city/i",
    image="https://a.city/p",
    badge="https://a.city/b",
    tag="t",
    url="https://www.a.city/x",
    silent=True,
    buttons=(("Open", ""), (" ", "")),
)


def test_fields_are_shown_as_they_are() -> None:
    shown = shown_of(FULL)
    assert shown == Shown(
        "Hi", "There", "https://a.city/i", "https://a.city/p", "https://a.city/b", "t", ("Open",), True, "www.a.city"
    )
    assert shown_of(Draft(title="Hi", url="https://[bad")).site == "your site"


def test_what_a_browser_leaves_out_is_said() -> None:
    shown = shown_of(FULL)
    assert left_out(shown, BY_NAME["chrome_android"]) == ()
    assert "badge" in " ".join(left_out(shown, BY_NAME["edge"]))
    for name in ("safari_macos", "safari_ios"):
        told = " ".join(left_out(shown, BY_NAME[name]))
        assert all(word in told for word in ("picture", "buttons", "icon", "badge", "tag"))
    assert "sound" in " ".join(left_out(shown, BY_NAME["safari_ios"]))
    assert all(not left_out(shown_of(Draft(title="Hi", body="There")), look) for look in LOOKS)


def test_json_is_shown_as_far_as_it_tells_a_notification() -> None:
    declarative = (
        '{"web_push":8030,"notification":{"title":"Hi","navigate":"https://a.city/","silent":true,'
        '"actions":[{"title":"Open"},{"label":"Old"},7]}}'
    )
    shown = shown_of(Draft(shape=Shape.JSON, raw_json=declarative))
    assert (shown.title, shown.buttons, shown.silent, shown.site, shown.unsure) == (
        "Hi",
        ("Open", "Old"),
        True,
        "a.city",
        "",
    )
    own = shown_of(Draft(shape=Shape.JSON, raw_json='{"title":"Hi","body":7,"url":"https://a.city/"}'))
    assert (own.title, own.body) == ("Hi", "")
    assert "service worker" in own.unsure


@pytest.mark.parametrize("raw", ["", "text", "[1]", "7", "[" * 50_000, '{"a":' + "1" * 70_000 + "}", "\ud83d"])
@pytest.mark.parametrize("shape", [Shape.JSON, Shape.TEXT])
def test_whatever_is_written_can_be_shown(raw: str, shape: Shape) -> None:
    shown = shown_of(Draft(shape=shape, raw_json=raw, raw_text=raw))
    assert shown.body == raw
    assert shown.unsure


def test_a_declarative_message_without_a_notification_shows_nothing() -> None:
    assert shown_of(Draft(shape=Shape.JSON, raw_json='{"web_push":8030,"notification":7}')).title == ""
