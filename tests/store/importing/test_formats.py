"""Every format is recognised by its content, and imported to the letter."""

import re
from datetime import UTC, datetime

import pytest

from tests.store.importing.desk import AUTH, DATA, FCM, P256DH, ImportDesk
from webpush_admin.push.errors import PushError
from webpush_admin.store.importing.records import Fate, ImportFormat

ADA, GRACE, ZOE = "Ada Lovelace", "Grace Hopper", "Zoë O’Hara"

FILES: dict[str, tuple[ImportFormat, list[tuple[str, str]]]] = {
    "array.json": (ImportFormat.JSON_ARRAY, [(ADA, "device-1"), (ADA, "device-2"), (ZOE, "device-3")]),
    "array_on_one_line.json": (ImportFormat.JSON_ARRAY, [(ADA, "device-2"), (ADA, "device-1")]),
    "empty_array.json": (ImportFormat.JSON_ARRAY, []),
    "lines.jsonl": (ImportFormat.JSON_LINES, [(ADA, "device-1"), (ADA, "device-2"), (GRACE, "device-3")]),
    "nested.json": (ImportFormat.PUSH_SUBSCRIPTION, [(ADA, "device-1")]),
    "nested_text.jsonl": (ImportFormat.JSON_LINES, [("17", "device-1"), ("18", "device-2")]),
    "flat.json": (ImportFormat.JSON_ARRAY, [("17", "device-1"), ("ada", "device-2"), ("ada", "device-3")]),
    "home_assistant.conf": (
        ImportFormat.HOME_ASSISTANT,
        [("Ada’s phone", "device-1"), ("subscription", "device-2"), ("Hall", "device-3")],
    ),
    "coder.csv": (
        ImportFormat.CSV,
        [
            ("5f0b8a52-6d5e-4c53-9d1e-0a3a3f2b7c11", "device-1"),
            ("5f0b8a52-6d5e-4c53-9d1e-0a3a3f2b7c11", "device-2"),
        ],
    ),
    "laravel_semicolons.csv": (ImportFormat.CSV, [("17", "device-1")]),
    "misskey_tabs.tsv": (ImportFormat.CSV, [("9abc", "device-1")]),
    "discourse.csv": (ImportFormat.CSV, [("17", "device-1")]),
    "byte_order_mark.csv": (ImportFormat.CSV, [("Zoë", "device-1")]),
    "padded_base64.csv": (ImportFormat.CSV, [("Ada", "device-1")]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_format_is_recognised_and_imported(desk: ImportDesk, name: str) -> None:
    known, rows = FILES[name]
    preview = desk.preview(name)
    assert (preview.format, preview.refused, preview.problems == ()) == (known, 0, preview.repeated == 0)
    assert preview.added == len(rows)
    done = desk.apply(preview)
    assert (done.added, done.users_added) == (len(rows), len({name for name, _ in rows}))
    assert desk.told() == rows
    assert {row[2].replace("+", "-").replace("/", "_").rstrip("=") for row in desk.rows()} <= {P256DH}
    assert {row[3].rstrip("=") for row in desk.rows()} <= {AUTH}


@pytest.mark.parametrize("name", FILES)
def test_a_pasted_text_is_a_file_like_any_other(desk: ImportDesk, name: str) -> None:
    preview = desk.preview_text((DATA / name).read_text(encoding="utf-8-sig"))
    assert (preview.format, preview.name) == (FILES[name][0], "The text")
    desk.apply(preview)
    assert desk.told() == FILES[name][1]


def test_one_push_subscription_goes_to_the_user_that_was_chosen(desk: ImportDesk) -> None:
    user = desk.store.add_user("Ada")
    assert desk.preview("push_subscription.json").needs_user == 1
    preview = desk.preview("push_subscription.json", user.id)
    assert (preview.format, preview.needs_user, preview.users_added) == (ImportFormat.PUSH_SUBSCRIPTION, 1, 0)
    desk.apply(preview)
    (row,) = desk.store.subscriptions_of(user.id)
    assert (row.endpoint, row.p256dh, row.auth) == (f"{FCM}device-1", P256DH, AUTH)


def test_a_user_that_the_file_names_is_not_the_one_that_was_chosen(desk: ImportDesk) -> None:
    chosen = desk.store.add_user("somebody else")
    desk.take("nested.json", chosen.id)
    assert desk.store.subscriptions_of(chosen.id) == []
    assert desk.told() == [(ADA, "device-1")]


def test_a_first_line_that_is_broken_does_not_hide_json_lines(desk: ImportDesk) -> None:
    preview = desk.preview("lines_the_first_broken.jsonl")
    assert (preview.format, preview.records, preview.refused) == (ImportFormat.JSON_LINES, 3, 1)
    assert [(row.line, row.fate) for row in preview.problems] == [(1, Fate.REFUSED)]


def test_times_in_every_notation_are_the_same_moment(desk: ImportDesk) -> None:
    desk.take("times.jsonl")
    moment = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)
    assert {row[5] for row in desk.rows()} == {int(moment.timestamp() * 1000)}
    assert len(desk.rows()) == 7


def test_an_escaped_formula_comes_back_as_it_was(desk: ImportDesk) -> None:
    desk.take("formulas.csv")
    assert [(row[0], row[4]) for row in desk.rows()] == [("=cmd|' /C calc'!A0", "@agent"), ("'=twice", "a\r\nb")]


UNUSABLE = {
    "unusable_empty.json": "is empty",
    "unusable_blank.json": "is nothing that can be imported",
    "unusable_words.txt": "is nothing that can be imported",
    "unusable_header.csv": "is nothing that can be imported",
    "unusable_no_header.csv": "is nothing that can be imported",
    "unusable_column_twice.csv": "Line 1: the header has too many columns, or one of them twice",
    "unusable_cut.json": r"Line 16: this is no JSON \(Expecting property name enclosed in double quotes\)",
    "unusable_syntax.json": r"Line 3: this is no JSON \(Expecting value\)",
    "unusable_comma.json": r"Line 3: this is no JSON: , or \] is expected",
    "unusable_more_behind.json": "Line 2: something follows the end of the JSON",
    "unusable_name_twice.json": "Line 2: the object has this name twice",
    "unusable_nested.json": "nested deeper than 32 levels|no JSON",
    "unusable_number.json": "Line 1: a number is too long",
    "unusable_latin_1.csv": "is not UTF-8 in line 2: save it as UTF-8",
    "unusable_utf_16.csv": "is UTF-16: save it as UTF-8",
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_that_cannot_be_used_is_refused_in_words_and_leaves_nothing(desk: ImportDesk, name: str) -> None:
    with pytest.raises(PushError) as refused:
        desk.preview(name)
    told = str(refused.value)
    assert re.search(UNUSABLE[name], told), told
    assert told.endswith(".")
    assert "secret" not in told
    assert not desk.staged.exists()


def test_every_file_has_its_test() -> None:
    tested = {*FILES, *UNUSABLE, "push_subscription.json", "lines_the_first_broken.jsonl", "times.jsonl"}
    tested |= {"formulas.csv", "repeated.jsonl", "refused.jsonl", "refused.csv", "refused_in_array.json"}
    assert {path.name for path in DATA.iterdir()} == tested
