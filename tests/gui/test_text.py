"""Hostile text on the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument

from webpush_admin.gui.text import display_text, plain_tooltip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("Zoë Żółć 山田", "Zoë Żółć 山田"),
        ("a\u202egnp.exe", "a<U+202E>gnp.exe"),
        ("a\u200bb", "a<U+200B>b"),
        ("a\x00b\x1b[31m", "a<U+0000>b<U+001B>[31m"),
        ("one\ntwo\ttab", "one<U+000A>two<U+0009>tab"),
        ("\ud800", "<U+D800>"),
        ("\U000e0041", "<U+E0041>"),
        ("\u2028", "<U+2028>"),
        ("a\u00a0b", "a<U+00A0>b"),
        ("\u3164", "<U+3164>"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_hidden_characters_are_shown(text: str, shown: str) -> None:
    assert display_text(text) == shown


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert display_text("x" * 301) == "x" * 299 + "…"
    assert display_text("x" * 300) == "x" * 300
    assert display_text("abcdef", 4) == "abc…"


def test_towers_of_marks_are_taken_apart() -> None:
    tower = "a" + "\u0301" * 40
    assert display_text(tower).count("\u0301") == 4


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=400))
def test_nothing_hidden_is_left(text: str) -> None:
    shown = display_text(text)
    assert all(character.isprintable() for character in shown)


@given(st.text(max_size=200))
def test_a_tooltip_shows_the_text_word_for_word(text: str) -> None:
    tooltip = plain_tooltip(text)
    if not text:
        assert tooltip == ""
        return
    assert tooltip.startswith("<p>")
    document = QTextDocument()
    document.setHtml(tooltip)
    # HTML folds blanks; everything else stands there as it was.
    wanted = " ".join(" ".join(display_text(line) for line in text.split("\n")).split())
    assert " ".join(document.toPlainText().split()) == wanted


def test_a_tooltip_loads_no_picture() -> None:
    assert "<img" not in plain_tooltip('<img src="file:///etc/passwd">')
