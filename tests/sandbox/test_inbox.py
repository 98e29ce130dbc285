"""The ring of what arrived: numbers count on, pages never overlap."""

from datetime import UTC, datetime

import pytest

from webpush_admin.sandbox.inbox import Counters, Inbox
from webpush_admin.sandbox.records import InboxEntry, SandboxCounts
from webpush_admin.sandbox.wire import counts_from_row, entry_from_row, from_line, to_line


def _filled(count: int, kept: int) -> Inbox:
    inbox = Inbox(kept)
    for _ in range(count):
        number = inbox.next_number()
        inbox.add(InboxEntry(number, datetime.now(UTC), "", 201, str(number), "", 60, "normal", "", "1.1"))
    return inbox


@pytest.mark.parametrize(
    ("after", "limit", "numbers"),
    [
        (0, 1000, [16, 17, 18, 19, 20, 21, 22, 23, 24, 25]),
        (0, 3, [16, 17, 18]),
        (15, 2, [16, 17]),
        (18, 3, [19, 20, 21]),
        (24, 5, [25]),
        (25, 5, []),
        (99, 5, []),
        (-5, 2, [16, 17]),
        (16, 0, []),
        (16, -1, []),
    ],
)
def test_pages(after: int, limit: int, numbers: list[int]) -> None:
    inbox = _filled(25, kept=10)
    assert [entry_from_row(row).number for row in inbox.rows(after, limit)] == numbers


def test_empty_inbox() -> None:
    assert Inbox().rows(0, 10) == []


def test_entry_survives_the_pipe() -> None:
    at = datetime.now(UTC)
    entry = InboxEntry(7, at, "http://x/y", None, "line\nbreak \u2028 \ud83d", "no", None, "low", "t", "2")
    inbox = Inbox()
    inbox.add(entry)
    line = to_line({"result": inbox.rows(0, 1)})
    assert line.count(b"\n") == 1
    assert entry_from_row(from_line(line)["result"][0]) == entry


def test_answers_are_counted_by_kind() -> None:
    counters = Counters()
    for status in (200, 201, 410, 404, 429, 500, 400, None):
        counters.count_answer(status)
    assert counts_from_row(counters.row()) == SandboxCounts(accepted=2, gone=1, refused=4, dropped=1)


def test_repr_of_an_entry_shows_neither_endpoint_nor_payload() -> None:
    entry = InboxEntry(1, datetime.now(UTC), "http://x/push/token", 201, "private", "", 60, "normal", "", "1.1")
    assert "token" not in repr(entry)
    assert "private" not in repr(entry)
