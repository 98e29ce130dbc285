"""Reports of what was sent, as files for other programs.

Runs on: any
"""

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store.history.sent import AT, LATER, SERVER_FAILS, delivery, fill, start
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import PushError
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.exporting.records import ExportFormat, ExportResult
from webpush_admin.store.history import exporting
from webpush_admin.store.history_rows import DeliveryFilter, DeliveryQuery


class Work:
    """Somebody who waits for it."""

    def __init__(self) -> None:
        self.cancel = Cancel()
        self.told: list[int] = []

    def advance(self, done: int, total: int | None = None) -> None:
        self.told.append(done)

    def check(self) -> None:
        if self.cancel.raised:
            raise PushError("Stopped.")


@pytest.fixture
def write(store: Store, tmp_path: Path) -> Callable[..., ExportResult]:
    """Write the deliveries of two sends, some of whose texts are hostile."""
    rows = fill(store, 2, 6)
    store.rename_user(rows[0].user_id, "=cmd|' /C calc'!A0")  # type: ignore[arg-type]  # of a stored row
    for number in range(2):
        send = store.history.begin(start(f"{number}"))
        store.history.intend(send, rows, AT)
        store.history.conclude(send, [delivery(row) for row in rows[:10]], LATER)
        hostile = {"body": '"a",\r\n@b\N{SNOWMAN}', "reason": "+1", "diagnosis": SERVER_FAILS}
        store.history.conclude(send, [delivery(rows[10], Outcome.REJECTED, 503, **hostile)], LATER)

    def write(kind: ExportFormat, query: DeliveryQuery = DeliveryQuery(), work: Work | None = None) -> ExportResult:  # noqa: B008  # frozen
        working = work or Work()
        batches = store.history.rows_for_export(query, working.cancel)
        return exporting.to_file(batches, tmp_path / "report", kind, overwrite=True, work=working)

    return write


def test_a_table_runs_in_no_spreadsheet_and_says_everything(write: Callable[..., ExportResult], store: Store) -> None:
    result = write(ExportFormat.CSV, DeliveryQuery(descending=False))
    assert result.rows == 24
    assert stat.S_IMODE(result.path.stat().st_mode) == 0o600
    with result.path.open(newline="", encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    assert tuple(rows[0]) == exporting.COLUMNS
    assert {row["user_name"] for row in rows} == {"'=cmd|' /C calc'!A0", "user 1"}
    odd = rows[10]
    assert (odd["reason"], odd["body"]) == ("'+1", '"a",\r\n@b\N{SNOWMAN}')
    assert (odd["outcome"], odd["status"], odd["diagnosis"], odd["at"]) == (
        "rejected",
        "503",
        "any-5xx",
        "2026-03-01T12:00:02.000Z",
    )
    assert (rows[11]["outcome"], rows[11]["status"]) == (exporting.UNDER_WAY, "")
    content = result.path.read_text(encoding="utf-8")
    for row in store.subscriptions(range(1, 13)):
        assert row.subscription.endpoint not in content
        assert row.subscription.endpoint[-5:] not in content


def test_json_is_one_array_with_a_line_for_each(write: Callable[..., ExportResult]) -> None:
    result = write(ExportFormat.JSON, DeliveryQuery(DeliveryFilter(send=2, failed=True)))
    text = result.path.read_text(encoding="utf-8")
    (row,) = json.loads(text)
    assert len(text.splitlines()) == 3
    expected: dict[str, Any] = {"send": 2, "subscription_id": 11, "status": 503, "service": "Mozilla autopush"}
    assert {name: row[name] for name in expected} == expected
    assert (row["endpoint_tail"], row["elapsed_s"], row["held"], row["outcome"]) == ("0004", 0.25, False, "rejected")
    nothing = write(ExportFormat.JSON, DeliveryQuery(DeliveryFilter(send=99)))
    assert (nothing.rows, json.loads(nothing.path.read_text())) == (0, [])


def test_the_order_is_that_of_the_query(write: Callable[..., ExportResult]) -> None:
    result = write(ExportFormat.JSON_LINES, DeliveryQuery(order_by="host"))
    rows = [json.loads(line) for line in result.path.read_text(encoding="utf-8").splitlines()]
    assert [(row["host"], row["number"]) for row in rows] == sorted(
        ((row["host"], row["number"]) for row in rows), reverse=True
    )


def test_what_is_stopped_leaves_no_file(write: Callable[..., ExportResult], tmp_path: Path) -> None:
    work = Work()
    work.cancel.cancel()
    with pytest.raises(PushError):
        write(ExportFormat.CSV, work=work)
    assert not (tmp_path / "report").exists()
