"""What the table of pruned endpoints says, and what a restore says that it did."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from webpush_admin.backend.pruned_records import PrunedBack, PrunedCounts, PrunedRow, PrunedState
from webpush_admin.gui.models.cells import ready_cells
from webpush_admin.gui.models.pruned import (
    COMPACT,
    LEAVES_FIRST,
    PRUNED_COLUMNS,
    answer_in_full,
    back_sentence,
    counts_sentence,
    newer_sentence,
    pruned_json,
)
from webpush_admin.push.diagnosis import RULES

ROW = PrunedRow(
    number=7,
    at=datetime(2026, 11, 22, 14, 22, 7, 250_000, tzinfo=UTC),
    subscription_id=41,
    user_id=UUID(int=9),
    user_name="<b>Ada</b>\u202e",
    host="updates.push.services.mozilla.com",
    tail="wxyz",
    status=410,
    rule="any-410-gone",
    reason="",
    send=12,
)


def _cells(row: PrunedRow) -> dict[str, str]:
    return dict(zip((column.key for column in PRUNED_COLUMNS), ready_cells(PRUNED_COLUMNS, row).texts, strict=True))


def test_cells_say_who_where_and_which_answer() -> None:
    cells = _cells(ROW)
    assert cells["user"] == "<b>Ada</b><U+202E>"
    assert cells["service"].startswith("Mozilla autopush")
    assert (cells["endpoint"], cells["send"], cells["subscription"], cells["state"]) == (
        "…wxyz",
        "#12",
        "41",
        "restorable",
    )
    meaning = next(rule.diagnosis.meaning for rule in RULES if rule.diagnosis.rule == ROW.rule)
    assert cells["answer"] == f"410  {meaning}"
    assert answer_in_full(ROW).startswith(meaning)
    unanswered = replace(ROW, status=None, rule="", reason="Why.", send=0, user_name="", host="")
    cells = _cells(unanswered)
    assert (cells["answer"], cells["send"], cells["user"], cells["service"]) == (
        "Why.",
        "",
        "deleted user 00000000",
        "no host",
    )


@pytest.mark.parametrize("state", PrunedState)
def test_each_state_has_a_word_a_colour_and_a_sentence(state: PrunedState) -> None:
    column = next(column for column in PRUNED_COLUMNS if column.key == "state")
    row = replace(ROW, state=state)
    assert column.role is not None
    assert column.text(row)
    assert column.role(row) in ("ok", "warn", "muted")
    assert column.tip(row).endswith(".")


def test_every_column_has_hover_help_and_no_name_twice() -> None:
    keys = [column.key for column in PRUNED_COLUMNS]
    assert len(set(keys)) == len(keys)
    assert {*LEAVES_FIRST, *COMPACT} <= set(keys)
    for column in PRUNED_COLUMNS:
        assert column.tip(ROW)
        assert column.tip(replace(ROW, send=0, status=None, rule="", reason="Why."))


def test_counts_in_words() -> None:
    assert counts_sentence(PrunedCounts()) == ""
    assert counts_sentence(PrunedCounts(1204, 1204)) == "1,204 pruned since the database was opened"
    told = counts_sentence(PrunedCounts(20_204, 20_000))
    assert told == "20,204 pruned since the database was opened; the oldest 204 are not kept any more"
    assert counts_sentence(PrunedCounts(9, 9), 3) == "3 found among 9 pruned since the database was opened"
    assert newer_sentence(0) == ""
    assert newer_sentence(1) == "1 endpoint pruned since this was read."
    assert newer_sentence(37) == "37 endpoints pruned since this was read."


def test_a_restore_says_that_it_may_not_last() -> None:
    assert back_sentence(PrunedBack(restored=1)) == (
        "Restored 1 endpoint as it was. Its push service called it gone: the next push will most likely prune it again."
    )
    told = back_sentence(PrunedBack(restored=3, there_again=1, without_user=2, other_keys=4, not_kept=5))
    assert told.startswith("Restored 3 endpoints as they were. Their push services called them gone: the next push ")
    assert "1 left alone" in told
    for count in (2, 4, 5):
        assert f"{count} left out" in told
    assert back_sentence(PrunedBack(not_kept=1)).startswith("Nothing was restored. 1 left out")


def test_json_has_everything_but_the_endpoint() -> None:
    (told,) = json.loads(pruned_json([ROW]))
    assert (told["host"], told["endpoint_tail"], told["state"]) == (ROW.host, "wxyz", "can be restored")
    assert (told["at"], told["send"], told["status"]) == ("2026-11-22T14:22:07.250Z", 12, 410)
