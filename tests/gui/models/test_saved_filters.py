"""Filters with names: kept, renamed, deleted; a damaged list costs what is damaged."""

import json

import pytest

from webpush_admin.gui.models.filters import NO_FILTERS, Filters, to_object
from webpush_admin.gui.models.saved_filters import MOST_SAVED, VERSION, SavedFilters, read_saved

FIREFOX = Filters(browser="Firefox")
APPLE = Filters(service="Apple", search="ada")


def test_saved_filters_come_back_in_their_order() -> None:
    saved = SavedFilters().with_one("Foxes", FIREFOX).with_one("Ada's phone", APPLE)
    assert read_saved(saved.to_json()) == (saved, 0)
    assert list(saved) == ["Foxes", "Ada's phone"]
    assert saved["Foxes"] == FIREFOX
    assert saved.name_of(APPLE) == "Ada's phone"
    assert saved.name_of(NO_FILTERS) == ""


def test_names_differ_by_more_than_case() -> None:
    saved = SavedFilters().with_one("Foxes", FIREFOX)
    assert "foxes" in saved
    assert list(saved.with_one("FOXES", APPLE)) == ["FOXES"]


def test_renaming_keeps_the_place_and_deleting_the_others() -> None:
    saved = SavedFilters().with_one("a", FIREFOX).with_one("b", APPLE)
    assert list(saved.renamed("a", "z")) == ["z", "b"]
    assert list(saved.without("a")) == ["b"]


@pytest.mark.parametrize(
    "kept", [7, "", "{", "[" * 100_000, "[]", '{"version": 1}', json.dumps({"version": 2, "saved": []})]
)
def test_what_cannot_be_read_is_told(kept: object) -> None:
    assert read_saved(kept) == (SavedFilters(), 1)


def test_nothing_was_saved_yet() -> None:
    assert read_saved(None) == (SavedFilters(), 0)


def test_one_that_is_damaged_costs_no_other() -> None:
    good = {"name": "Foxes", "filters": to_object(FIREFOX)}
    bad = [
        7,
        {},
        {"name": "x"},
        {"name": 1, "filters": {}},
        {"name": "", "filters": {}},
        {"name": "n" * 61, "filters": {}},
        {"name": "FOXES", "filters": {}},
        {"name": "y", "filters": {"condition": "?"}},
    ]
    saved, lost = read_saved(json.dumps({"version": VERSION, "saved": [good, *bad]}))
    assert list(saved) == ["Foxes"]
    assert lost == len(bad)


def test_there_is_room_for_so_many() -> None:
    many = [{"name": str(number), "filters": {}} for number in range(MOST_SAVED + 3)]
    saved, lost = read_saved(json.dumps({"version": VERSION, "saved": many}))
    assert saved.full
    assert lost == 3
