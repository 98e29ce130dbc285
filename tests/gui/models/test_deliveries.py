"""The cells of the table of deliveries: words for every row, hostile texts untouched until they are made ready.

Runs on: any
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.gui.models.history_rows import AT, ROW
from webpush_admin.gui.models.cells import ready_cells
from webpush_admin.gui.models.deliveries import COMPACT, DELIVERY_COLUMNS, LEAVES_FIRST, LEAVES_LAST
from webpush_admin.gui.models.words import local_and_utc, local_short, local_time
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import DeliveryQuery, DeliveryRow


def _cells(row: DeliveryRow) -> dict[str, str]:
    texts = ready_cells(DELIVERY_COLUMNS, row).texts
    return dict(zip((column.key for column in DELIVERY_COLUMNS), texts, strict=True))


def test_a_row_says_what_happened() -> None:
    cells = _cells(ROW)
    assert cells["user"] == "Ada"
    assert cells["service"] == "Mozilla autopush · updates.push.services.mozilla.com"
    assert cells["endpoint"] == "…wXyZ"
    assert cells["outcome"] == "gone: removed"
    assert cells["diagnosis"] == "subscription removed"
    assert (cells["status"], cells["elapsed"], cells["attempts"], cells["row"]) == ("410", "38 ms", "1", "removed")


@pytest.mark.parametrize(
    ("changes", "key", "text"),
    [
        ({"outcome": None, "status": None, "rule": "", "attempts": 0}, "outcome", "under way"),
        ({"outcome": Outcome.UNKNOWN, "pruned": False}, "outcome", "unknown"),
        ({"outcome": Outcome.UNKNOWN, "rule": ""}, "diagnosis", "may have arrived"),
        ({"pruned": False, "held": True}, "row", "held"),
        ({"status": None}, "status", ""),
        ({"attempts": 0}, "attempts", ""),
        ({"rule": "", "reason": "No such host."}, "diagnosis", "No such host."),
        ({"rule": "of-a-later-version"}, "diagnosis", "of-a-later-version"),
        ({"user_name": ""}, "user", "deleted user 00000000"),
        ({"user_name": "", "user_id": None}, "user", "nobody"),
        ({"host": ""}, "service", "no host"),
        ({"user_name": "<b>\u202eada"}, "user", "<b><U+202E>ada"),
        ({"subscription_id": None}, "subscription", ""),
    ],
)
def test_what_is_missing_or_odd_has_words_too(changes: dict[str, Any], key: str, text: str) -> None:
    row = replace(ROW, **changes)
    assert _cells(row)[key] == text
    for column in DELIVERY_COLUMNS:
        column.tip(row)


def test_every_order_of_a_query_is_a_column_and_back() -> None:
    orders = {column.order_by for column in DELIVERY_COLUMNS if column.order_by}
    assert orders == {"number", "at", "user", "host", "outcome", "status", "elapsed", "rule"}
    assert DeliveryQuery().order_by in orders


def test_columns_that_leave_are_columns() -> None:
    keys = {column.key for column in DELIVERY_COLUMNS}
    assert len(keys) == len(DELIVERY_COLUMNS)
    assert keys.issuperset((*LEAVES_FIRST, *LEAVES_LAST, *COMPACT))


def test_times_are_local_with_utc_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert local_time(AT, AT) == f"{AT.astimezone():%m-%d %H:%M:%S}"
    assert local_time(AT, AT + timedelta(days=300)) == f"{AT.astimezone():%Y-%m-%d %H:%M}"
    assert local_short(AT, AT) == f"{AT.astimezone():%H:%M}"
    assert local_short(AT, AT + timedelta(days=2)) == f"{AT.astimezone():%m-%d}"
    assert local_short(AT, AT + timedelta(days=300)) == f"{AT.astimezone():%Y-%m-%d}"
    assert local_and_utc(AT).endswith("2026-11-22 12:00:00 UTC")
    assert local_time(datetime.now(UTC)).count("-") == 1
