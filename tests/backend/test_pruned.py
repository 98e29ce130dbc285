"""What the core prunes is listed with its answer and its send, comes back as it was, and is sent to again."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from tests.backend.desk import AUTH, HI, P256DH, Desk, Town
from tests.store.undo_rows import everything
from webpush_admin.backend.key_records import RotationPlan
from webpush_admin.backend.pruned_records import (
    PrunedBack,
    PrunedChanged,
    PrunedCounts,
    PrunedQuery,
    PrunedRow,
    PrunedState,
)
from webpush_admin.push.answer import Outcome
from webpush_admin.push.events import PushFinished
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.pruned import PrunedRows, Returned

NEWEST = PrunedQuery()


async def _listed(desk: Desk, query: PrunedQuery = NEWEST) -> tuple[PrunedRow, ...]:
    desk._stamps += 1
    page = await desk.backend.pruned.page(query, desk._stamps, 0, 1000)
    return tuple(row for row in page.rows if row is not None)


def _numbers(rows: Sequence[PrunedRow]) -> list[int]:
    return [row.number for row in rows]


def _states(rows: Sequence[PrunedRow]) -> list[PrunedState]:
    return [row.state for row in rows]


def test_what_a_send_prunes_is_listed_restored_to_the_byte_and_sent_to_again(town: Town) -> None:
    user_id = town.add_user(Temper.GONE, Temper.CREATED, Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            before = everything(town.path)
            summary = await desk.backend.sending.to_user(user_id, HI)
            assert summary.pruned == 2
            rows = await _listed(desk)
            assert _numbers(rows) == [2, 1]
            first = rows[-1]
            its = next(one for one in summary.deliveries if one.subscription.id == first.subscription_id)
            assert (first.user_id, first.user_name, first.status, first.send) == (user_id, "user 0", 410, summary.send)
            assert (first.host, first.tail) == (its.subscription.host, its.subscription.endpoint[-4:])
            assert its.diagnosis is not None
            assert (first.rule, first.reason) == (its.diagnosis.rule, its.reason)
            assert its.subscription.endpoint not in repr(rows)
            assert _states(rows) == [PrunedState.KNOWN] * 2
            assert (await desk.wait_for(PrunedChanged)).counts == PrunedCounts(2, 2)
            assert desk.dispatcher.push_stats().pruned == 2

            assert await desk.backend.pruned.restore([1, 2, 1, 77]) == PrunedBack(restored=2, not_kept=1)
            # The one that accepted has that written down; nothing else is another.
            assert _without_answers(everything(town.path)) == _without_answers(before)
            assert _states(await _listed(desk)) == [PrunedState.RESTORED] * 2
            assert await desk.backend.pruned.restore([1]) == PrunedBack(not_kept=1)

            # The cache has heard of it without a word from anybody: all three are sent to.
            again = await desk.backend.sending.to_user(user_id, HI)
            assert (again.targets, again.pruned) == (3, 2)
            rows = await _listed(desk)
            assert _numbers(rows) == [4, 3, 2, 1]
            assert _states(rows) == [PrunedState.KNOWN] * 2 + [PrunedState.RESTORED] * 2
            assert [row.send for row in rows] == [again.send] * 2 + [summary.send] * 2
            assert desk.dispatcher.push_stats().pruned == 4 == (await desk.backend.pruned.counts()).pruned
            await desk.until(lambda: desk.of(PrunedChanged)[-1].counts == PrunedCounts(4, 4))
            assert all(not work.kind.value.startswith("Restor") for work in desk.backend.works.progress)

    asyncio.run(scenario())


def _without_answers(found: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    return [row[:7] + row[10:] for row in found["subscriptions"]]


def test_what_cannot_come_back_is_told_with_its_reason_and_shown(town: Town) -> None:
    stays, leaves = town.add_users([[Temper.GONE] * 3, [Temper.GONE]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            rows = {row.subscription.id: row.subscription for row in await desk.rows()}
            await desk.backend.sending.to_user(leaves, HI)
            await desk.backend.sending.to_user(stays, HI)
            listed = await _listed(desk)
            again = rows[listed[0].subscription_id]
            await desk.backend.subscriptions.add(
                stays, endpoint=again.endpoint, p256dh=P256DH, auth=AUTH, user_agent=None
            )
            await desk.backend.deleting.users([leaves])
            assert (await _listed(desk))[-1].state is PrunedState.LOST
            back = await desk.backend.pruned.restore(_numbers(listed[:2]) + _numbers(listed[-1:]))
            assert back == PrunedBack(restored=1, there_again=1, without_user=1)
            after = await _listed(desk)
            assert _states(after) == [PrunedState.KNOWN, PrunedState.RESTORED, PrunedState.KNOWN, PrunedState.LOST]
            assert [row.user_name for row in after] == ["user 0"] * 3 + [""]
            # Other keys: what is left is of no use, what came back went with the rest.
            await desk.backend.keys.rotation.rotate(
                RotationPlan(len(await desk.rows()), town.path.with_name("backup.db"))
            )
            lost, restored = PrunedState.LOST, PrunedState.RESTORED
            assert _states(await _listed(desk)) == [lost, restored, lost, lost]
            assert await desk.backend.pruned.restore(_numbers(after)) == PrunedBack(not_kept=4)
            assert await desk.rows() == ()

    asyncio.run(scenario())


def test_keys_that_another_program_replaced_are_noticed(town: Town) -> None:
    user_id = town.add_user(Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk, Desk() as others:
            await town.open(desk)
            await desk.backend.sending.to_user(user_id, HI)
            await town.open(others)
            await others.backend.keys.rotation.rotate(RotationPlan(0, town.path.with_name("backup.db")))
            assert await desk.backend.pruned.restore([1]) in (PrunedBack(other_keys=1), PrunedBack(not_kept=1))
            assert _states(await _listed(desk)) == [PrunedState.LOST]

    asyncio.run(scenario())


def test_all_ways_of_pruning_are_recorded_and_what_was_held_is_not_left_out_again(town: Town) -> None:
    town.add_users([[Temper.GONE] * 14, [Temper.CREATED] * 4, [Temper.GONE] * 2])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            ids = [row.subscription.id or 0 for row in await desk.rows()]
            # A dispatch without a journal, as the demonstrations make them: its answer is told afterwards.
            owner = (await desk.rows())[-1].subscription.user_id
            assert owner is not None
            report = await desk.dispatcher.dispatch(owner, HI)
            assert [(row.status, row.send) for row in await _listed(desk)] == [(None, 0)] * 2
            desk.backend.pruned.record(report)
            assert [(row.status, row.send) for row in await _listed(desk)] == [(410, 0)] * 2

            tested = await desk.backend.sending.to_subscriptions(ids[:1], HI)
            assert await desk.backend.sending.prune(ids[:1]) == 1
            by_test = (await _listed(desk))[0]
            assert (by_test.status, by_test.send, by_test.subscription_id) == (410, tested.send, ids[0])
            assert by_test.rule
            assert "said so" in by_test.reason

            summary = await desk.backend.sending.to_all(HI)
            assert (summary.pruned, summary.held) == (10, 3)
            assert await desk.backend.sending.prune_held(summary.send) == 3
            rows = await _listed(desk)
            assert [row.send for row in rows[:13]] == [summary.send] * 13
            assert {row.status for row in rows} == {410}
            assert ["said so" in row.reason for row in rows[:13]] == [True] * 3 + [False] * 10
            assert len(rows) == desk.dispatcher.push_stats().pruned == 16

            held = _numbers(rows[:3])
            assert await desk.backend.pruned.restore(held) == PrunedBack(restored=3)
            again = await desk.backend.sending.to_user(rows[0].user_id, HI)
            assert (again.targets, again.gone) == (3, 3)

    asyncio.run(scenario())


def test_a_send_that_nobody_waits_for_any_more_is_recorded_whole(town: Town) -> None:
    user_id = town.add_user(Temper.GONE, Temper.SILENT)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = asyncio.create_task(desk.backend.sending.to_user(user_id, HI))

            def give_up() -> None:
                sending.cancel()

            desk.on(PushFinished, 1, give_up)
            await asyncio.wait({sending})
            assert sending.cancelled()
            await desk.until(lambda: desk.backend.sending.progress is None)
            (row,) = await _listed(desk)
            assert (row.status, row.send) == (410, 1)
            assert desk.dispatcher.push_stats().pruned == 1

    asyncio.run(scenario())


def test_what_came_back_although_nobody_waits_any_more_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = town.add_user(Temper.GONE)
    is_back, go_on = threading.Event(), threading.Event()
    restore = PrunedRows.restore

    def restore_and_be_slow(*args: Any) -> Returned:
        returned = restore(*args)
        is_back.set()
        assert go_on.wait(10)
        return returned

    monkeypatch.setattr(PrunedRows, "restore", restore_and_be_slow)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.sending.to_user(user_id, HI)
            restoring = asyncio.create_task(desk.backend.pruned.restore([1]))
            await asyncio.to_thread(is_back.wait)
            restoring.cancel()
            await asyncio.wait({restoring})
            assert restoring.cancelled()
            go_on.set()
            session = desk.session
            await desk.until(lambda: session.pruned.rows()[0].state is PrunedState.RESTORED)
            assert _states(await _listed(desk)) == [PrunedState.RESTORED]

    asyncio.run(scenario())


def test_nothing_is_pruned_or_restored_in_a_database_that_is_only_read(town: Town) -> None:
    user_id = town.add_user(Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, create=False, read_only=True)
            summary = await desk.backend.sending.to_user(user_id, HI)
            assert [one.outcome for one in summary.deliveries] == [Outcome.GONE]
            assert await _listed(desk) == ()
            assert desk.of(PrunedChanged) == []
            assert await desk.backend.pruned.restore([1]) == PrunedBack(not_kept=1)

    asyncio.run(scenario())
