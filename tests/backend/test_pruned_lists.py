"""What was pruned is searched, sorted, bounded and exported."""

import asyncio
import csv
import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.backend.desk import HI, Desk, Town
from webpush_admin.backend.pruned_log import PrunedLog
from webpush_admin.backend.pruned_records import (
    PrunedBack,
    PrunedCounts,
    PrunedQuery,
    PrunedRow,
)
from webpush_admin.push.errors import PushError
from webpush_admin.sandbox.records import Temper

NEWEST = PrunedQuery()


async def _listed(desk: Desk, query: PrunedQuery = NEWEST) -> tuple[PrunedRow, ...]:
    desk._stamps += 1
    page = await desk.backend.pruned.page(query, desk._stamps, 0, 1000)
    return tuple(row for row in page.rows if row is not None)


def _numbers(rows: Sequence[PrunedRow]) -> list[int]:
    return [row.number for row in rows]


def test_search_and_order(town: Town) -> None:
    town.add_users([[Temper.GONE], [Temper.GONE] * 2, [Temper.GONE]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            owners = list(dict.fromkeys(row.subscription.user_id for row in await desk.rows()))
            for owner, name in zip(owners, ("Zoë", "adam", "Berta"), strict=True):
                assert owner is not None
                await desk.backend.people.rename(owner, name)
                await desk.backend.sending.to_user(owner, HI)
            rows = await _listed(desk)

            async def found(text: str) -> list[int]:
                return _numbers(await _listed(desk, PrunedQuery(text)))

            assert await found(" ZOË ") == [1]
            assert await found("#2") == [3, 2]
            assert await found(rows[-1].host) == [4, 3, 2, 1]
            assert await found("410") == [4, 3, 2, 1]
            assert 1 in await found(rows[-1].tail)
            assert await found(str(rows[0].subscription_id)) == [4]
            assert await found("nobody") == []
            by_name = await _listed(desk, PrunedQuery(order_by="user", descending=False))
            assert [row.user_name for row in by_name] == ["adam", "adam", "Berta", "Zoë"]
            for order_by in ("host", "status", "send"):
                assert sorted(_numbers(await _listed(desk, PrunedQuery(order_by=order_by)))) == [1, 2, 3, 4]
            # One reading is one list, whatever comes meanwhile.
            page = await desk.backend.pruned.page(NEWEST, 7777, 1, 2)
            assert [row.number for row in page.rows if row] == [3, 2]
            assert (page.offset, page.total) == (1, 4)
            await desk.backend.pruned.restore([3])
            assert owners[1] is not None
            await desk.backend.sending.to_user(owners[1], HI)
            page = await desk.backend.pruned.page(NEWEST, 7777, 0, 2)
            assert [row.number for row in page.rows if row] == [4, 3]

    asyncio.run(scenario())


def test_only_the_newest_are_kept_and_the_rest_is_a_number(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = town.add_user(*[Temper.GONE] * 5)
    usual = PrunedLog.__init__

    def few(log: PrunedLog) -> None:
        usual(log)
        log.most = 3

    monkeypatch.setattr(PrunedLog, "__init__", few)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.pruned.page(NEWEST, 900, 0, 10)
            await desk.backend.sending.to_user(user_id, HI)
            assert _numbers(await _listed(desk)) == [5, 4, 3]
            assert await desk.backend.pruned.counts() == PrunedCounts(5, 3)
            assert len(desk.session.store.pruned) == 3
            await desk.backend.pruned.page(NEWEST, 50, 0, 10)
            assert await desk.backend.pruned.restore([1, 2, 3, 4, 5]) == PrunedBack(restored=3, not_kept=2)
            await desk.backend.sending.to_user(user_id, HI)
            page = await desk.backend.pruned.page(NEWEST, 50, 0, 10)
            assert page.rows == (None, None, None), "what a view still lists is a gap"

    asyncio.run(scenario())


def test_an_export_is_masked_and_whole(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.GONE, Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            endpoints = [row.subscription.endpoint for row in await desk.rows()]
            await desk.backend.people.rename(user_id, "=cmd()")
            summary = await desk.backend.sending.to_user(user_id, HI)
            await desk.backend.pruned.restore([1])
            table, text = tmp_path / "pruned.csv", tmp_path / "pruned.json"
            assert await desk.backend.pruned.export(NEWEST, table, "csv") == 2
            with pytest.raises(PushError, match="exists already"):
                await desk.backend.pruned.export(NEWEST, table, "csv")
            assert await desk.backend.pruned.export(PrunedQuery("#99"), text, "json") == 0
            assert await desk.backend.pruned.export(NEWEST, text, "json", overwrite=True) == 2
            assert stat.S_IMODE(table.stat().st_mode) == 0o600
            with table.open(newline="") as file:
                rows = list(csv.DictReader(file))
            assert [row["state"] for row in rows] == ["can be restored", "restored"]
            assert rows[0]["user_name"] == "'=cmd()", "no spreadsheet runs it"
            told = json.loads(text.read_text())
            assert [(row["status"], row["send"], row["diagnosis"] != "") for row in told] == [
                (410, summary.send, True)
            ] * 2
            for endpoint in endpoints:
                assert endpoint not in table.read_text() + text.read_text()

    asyncio.run(scenario())
