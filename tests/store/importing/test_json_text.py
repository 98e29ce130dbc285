"""JSON read piece by piece is the JSON that was written, wherever the pieces are cut."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.store.importing import json_text
from webpush_admin.store.importing.pieces import Unreadable

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


class Dripping(io.StringIO):
    """Gives at most some characters at a time."""

    def __init__(self, text: str, most: int) -> None:
        super().__init__(text)
        self._most = most

    def read(self, size: int | None = -1, /) -> str:
        return super().read(self._most)


@given(st.lists(VALUES, max_size=6), st.integers(1, 9), st.sampled_from([None, 0, 2]), st.booleans())
def test_an_array_in_drops_is_the_array(values: list[object], most: int, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    pieces = list(json_text.elements(Dripping(text, most)))
    assert [piece.value for piece in pieces] == values
    line = 1 if indent is None else 2
    for piece in pieces:
        assert piece.line == line
        if indent is not None:
            line += json.dumps(piece.value, indent=indent).count("\n") + 1


@given(st.dictionaries(st.text(), VALUES, max_size=6), st.integers(1, 9))
def test_an_object_in_drops_is_the_object(value: dict[str, object], most: int) -> None:
    found = list(json_text.members(Dripping(json.dumps(value, indent=1), most)))
    assert {name: piece.value for name, piece in found} == value


@pytest.mark.parametrize("text", ["[1 2]", "[1,]", "[,1]", "[", "[1", "[1,", "{}", "[1]]", '["a]', "[tru]", "[1}"])
def test_what_is_no_array_is_unreadable(text: str) -> None:
    for most in (1, 100):
        with pytest.raises(Unreadable):
            list(json_text.elements(Dripping(text, most)))


@pytest.mark.parametrize("text", ["{", '{"a"}', '{"a":}', '{"a":1,}', "{1:2}", '{"a":1 "b":2}', '{"a":1}{}'])
def test_what_is_no_object_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        list(json_text.members(Dripping(text, 2)))


def test_an_object_with_too_many_names_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MAX_MEMBERS", 3)
    with pytest.raises(Unreadable, match="more than 3 names"):
        list(json_text.members(io.StringIO('{"a":1,"b":2,"c":3,"d":4}')))


def test_thirty_two_levels_are_allowed() -> None:
    def nested(levels: int) -> str:
        return "[" * levels + "]" * levels

    assert json_text.parse(nested(32))[1] == ""
    assert json_text.parse(nested(33))[1] == json_text.TOO_DEEP
