"""Each record that cannot be imported is told with its line and reason, and never with a key or a whole endpoint."""

import re

import pytest

from tests.store.importing.desk import AUTH, FCM, OTHER_P256DH, P256DH, ImportDesk
from webpush_admin.push.errors import PushError
from webpush_admin.store.importing import source
from webpush_admin.store.importing.preparing import MAX_PROBLEMS, MAX_SAMPLE
from webpush_admin.store.importing.records import Fate

REASONS = {
    1: "must begin with https://",
    2: "127.0.0.1 is this machine",
    3: "holds a character that a URL cannot have",
    4: "The endpoint is empty",
    5: "The endpoint is no text",
    6: "The endpoint has 2073 characters; 2048 are allowed",
    7: "p256dh has 30 bytes instead of 65",
    8: "p256dh is not a point on the curve|p256dh is not an uncompressed point|p256dh is not base64url",
    9: "auth is not base64url|auth has 7 bytes instead of 16",
    10: "p256dh is missing",
    11: "auth is no text",
    12: "does not say whose it is: choose a user",
    13: "has a name twice",
    14: "NaN and Infinity are no JSON",
    15: "NaN and Infinity are no JSON",
    16: "nested deeper than 32 levels",
    17: "nested deeper than 32 levels",
    18: "The record is no object",
    19: "The line is no JSON",
    20: "Something follows the object",
    21: "created_at is no time",
    22: "last_status is no HTTP status",
    23: "The user agent has 9,000 characters; 8,192 are allowed",
    24: "Only the masked endpoint was exported",
    25: "half a character",
    26: "the name has more than 200 characters",
    27: "The user's name is no text",
    28: "What should be JSON is none",
    29: "The user agent is no text",
    30: "is not on the public internet",
}


def test_every_line_is_refused_for_its_own_reason(desk: ImportDesk) -> None:
    preview = desk.preview("refused.jsonl")
    assert (preview.records, preview.refused, preview.needs_user) == (len(REASONS), len(REASONS), 1)
    told = {row.line: row.reason for row in preview.problems}
    assert told.keys() == REASONS.keys()
    for line, reason in told.items():
        assert reason.endswith(".")
        assert re.search(REASONS[line], reason), (line, reason)


def test_no_reason_and_no_row_holds_a_secret(desk: ImportDesk) -> None:
    preview = desk.preview("refused.jsonl")
    shown = repr(preview)
    for secret in (P256DH[:20], AUTH[:10], "/secret", "fcm/send", "A" * 40):
        assert secret not in shown
    assert any(row.endpoint == "fcm.googleapis.com/…ce-7" for row in preview.problems)
    # A window cannot show halves of characters.
    shown.encode()


def test_rows_of_a_table_are_refused_alone(desk: ImportDesk) -> None:
    preview = desk.preview("refused.csv")
    assert [(row.line, row.record) for row in preview.problems] == [(2, 1), (3, 2), (5, 4), (6, 5)]
    cells, quote, user, end = (row.reason for row in preview.problems)
    assert cells == "The row has 3 cells, but the header 4."
    assert quote.startswith("The row cannot be read: ")
    assert "choose a user" in user
    assert end == "The row cannot be read: unexpected end of data."
    assert preview.added == 1


def test_elements_of_an_array_are_refused_alone(desk: ImportDesk) -> None:
    preview = desk.preview("refused_in_array.json")
    assert [(row.line, row.reason) for row in preview.problems] == [
        (3, "The record is no object."),
        (4, "The object has a name twice."),
        (5, "The record is no object."),
    ]
    assert [(row.line, row.fate) for row in preview.sample] == [
        (2, Fate.ADDED),
        (3, Fate.REFUSED),
        (4, Fate.REFUSED),
        (5, Fate.REFUSED),
        (6, Fate.ADDED),
    ]


def test_nothing_is_imported_unless_the_refused_are_skipped(desk: ImportDesk) -> None:
    preview = desk.preview("refused_in_array.json")
    with pytest.raises(PushError, match=r"^3 records are refused: nothing was imported\.$"):
        desk.apply(preview)
    assert desk.rows() == []
    done = desk.apply(preview, skip_refused=True)
    assert (done.added, done.refused) == (2, 3)
    assert desk.told() == [("Ada", "device-1"), ("Ada", "device-5")]


def test_the_last_of_the_same_subscriptions_counts_and_that_is_told(desk: ImportDesk) -> None:
    preview = desk.preview("repeated.jsonl")
    assert (preview.records, preview.added, preview.repeated, preview.refused) == (3, 2, 1, 0)
    (row,) = preview.problems
    assert (row.line, row.fate) == (1, Fate.REPEATED)
    assert row.reason == "Record 3 in line 3 is the same subscription."
    desk.apply(preview)
    assert sorted((row[1][-1], row[4]) for row in desk.rows()) == [("1", "new"), ("2", None)]


def test_a_thousand_problems_are_told_and_all_are_counted(desk: ImportDesk) -> None:
    good = f'{{"user":"Ada","endpoint":"{FCM}x","p256dh":"{OTHER_P256DH}","auth":"{AUTH}"}}\n'
    preview = desk.preview_text(good + "[]\n" * 1500)
    assert (preview.refused, len(preview.problems), len(preview.sample)) == (1500, MAX_PROBLEMS, MAX_SAMPLE)
    assert [row.record for row in preview.sample] == list(range(1, MAX_SAMPLE + 1))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    desk: ImportDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MAX_FILE_BYTES", 100)
    with pytest.raises(PushError, match="has 903 bytes; 100 are allowed: divide it"):
        desk.preview("array.json")
    monkeypatch.setattr(source, "MAX_PASTED_CHARACTERS", 10)
    with pytest.raises(PushError, match="has 11 characters; 10 are allowed: import it as a file"):
        desk.preview_text("x" * 11)


def test_a_record_that_never_ends_is_refused_and_not_held(desk: ImportDesk) -> None:
    with pytest.raises(PushError, match="Line 1: a record is longer than 1,048,576 characters, or no JSON"):
        desk.preview_text('[{"endpoint":"' + "x" * 2_000_000)
    with pytest.raises(PushError, match="Line 2: it is longer than 1,048,576 characters"):
        desk.preview_text("user,endpoint,p256dh,auth\n" + "x" * 1_100_000)
    with pytest.raises(PushError, match="Line 2: it is longer than 1,048,576 characters"):
        desk.preview_text("{}\n{" + " " * 1_100_000 + "}\n{}")


def test_what_is_no_file_is_told(desk: ImportDesk) -> None:
    folder = desk.store.path.parent
    with pytest.raises(PushError, match='There is no file "missing"'):
        desk.preview(folder / "missing")
    with pytest.raises(PushError, match="is a directory"):
        desk.preview(folder)
    with pytest.raises(PushError, match="is a database: open it instead"):
        desk.preview(desk.store.path)
    with pytest.raises(PushError, match="half a character"):
        desk.preview_text("\ud800")
