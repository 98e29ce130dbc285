"""What the operator made of the columns survives a restart, another version, and a damaged file."""

import json

import pytest

from webpush_admin.gui.models.column_layout import MOST_PIXELS, UNTOUCHED, VERSION, ColumnLayout, arranged, read_layout
from webpush_admin.gui.models.columns import Column


def _column(key: str, *, hidden: bool = False) -> Column[str]:
    return Column(key, key.title(), 50, text=str, tip=str, hidden=hidden)


COLUMNS = (_column("id"), _column("user"), _column("host", hidden=True), _column("state"))


def test_a_layout_comes_back_as_it_was() -> None:
    layout = ColumnLayout(("state", "id", "user", "host"), frozenset({"state", "host"}), {"user": 210})
    assert read_layout(layout.to_json(), COLUMNS) == layout
    assert read_layout(UNTOUCHED.to_json(), COLUMNS) == UNTOUCHED


def test_a_column_of_a_newer_version_takes_its_place_and_is_shown() -> None:
    kept = ColumnLayout(("state", "user", "id"), frozenset({"state", "id"})).to_json()
    grown = (*COLUMNS[:2], _column("service"), *COLUMNS[2:])
    layout = read_layout(kept, grown)
    assert layout.order == ("state", "user", "service", "host", "id")
    assert layout.shown == frozenset({"state", "id", "service"}), "one that is hidden at first stays so"


def test_a_column_that_is_no_more_is_left_out() -> None:
    kept = ColumnLayout(("user", "gone", "id", "host", "state"), frozenset({"gone"}), {"gone": 90, "id": 70}).to_json()
    layout = read_layout(kept, COLUMNS)
    assert layout.order == ("user", "id", "host", "state")
    assert layout.shown is None, "nothing at all would be a table without a way back"
    assert layout.widths == {"id": 70}


@pytest.mark.parametrize(
    "kept",
    [
        None,
        7,
        b"{}",
        "",
        "{",
        "[]",
        "null",
        json.dumps({"version": VERSION + 1, "order": [], "shown": None, "widths": {}}),
        json.dumps({"version": VERSION, "order": "id", "shown": None, "widths": {}}),
        json.dumps({"version": VERSION, "order": [1], "shown": None, "widths": {}}),
        json.dumps({"version": VERSION, "order": [], "shown": [["id"]], "widths": {}}),
        json.dumps({"version": VERSION, "order": [], "shown": None, "widths": []}),
        json.dumps({"version": VERSION}),
        json.dumps({"version": VERSION, "order": ["id"] * 10_000, "shown": None, "widths": {}}),
        "[" * 15_000,
    ],
)
def test_what_cannot_be_read_is_no_layout(kept: object) -> None:
    assert read_layout(kept, COLUMNS) == UNTOUCHED


def test_widths_are_kept_within_reason() -> None:
    widths = {"id": 10**9, "user": -4, "state": True, "host": "80"}
    layout = read_layout(json.dumps({"version": VERSION, "order": [], "shown": None, "widths": widths}), COLUMNS)
    assert layout.widths == {"id": MOST_PIXELS, "user": 40}


def test_an_order_has_every_column_once() -> None:
    assert arranged(("host", "host", "nobody"), COLUMNS) == ("id", "user", "host", "state")
    assert arranged((), COLUMNS) == ("id", "user", "host", "state")
