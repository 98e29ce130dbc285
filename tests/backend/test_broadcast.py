"""A send to many: one at a time, stopped, closed, and past what fails in the middle."""

import asyncio
import threading
from uuid import UUID

import pytest

from tests.backend.desk import DEADLINE_S, HI, Desk, Town
from webpush_admin.backend.broadcast import WORKERS
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.push.events import DispatchStarted, PushFinished
from webpush_admin.push.sender import INTERRUPTED
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


def test_one_send_runs_at_a_time_and_a_stop_ends_it(town: Town) -> None:
    slow = 80
    users = town.add_users([[Temper.SLOW] for _ in range(slow)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = asyncio.create_task(desk.backend.sending.to_all(HI))
            await desk.wait_for(DispatchStarted, WORKERS)
            for other in (desk.backend.sending.to_all(HI), desk.backend.sending.to_user(users[0], HI)):
                with pytest.raises(PushError, match="being sent already"):
                    await other
            progress = desk.backend.sending.progress
            assert progress is not None
            assert (progress.targets, progress.done, progress.stopping) == (slow, 0, False)
            await desk.backend.sending.stop()
            summary = await sending
            # Nobody waited for an answer: every one of them would have been 201.
            assert (summary.stopped, summary.targets, summary.accepted, summary.failed) == (True, slow, 0, slow)
            assert {delivery.outcome for delivery in summary.deliveries} <= {Outcome.UNREACHABLE, Outcome.NOT_SENT}
            assert any(delivery.reason == INTERRUPTED for delivery in summary.deliveries)
            # What is stopped can be sent again.
            rows = [row.subscription.endpoint for row in await desk.rows()]
            await desk.backend.trying.set_temper(rows, Temper.CREATED)
            again = await desk.backend.sending.to_all(HI)
            assert (again.stopped, again.accepted) == (False, slow)

    asyncio.run(scenario())


def test_a_stop_before_the_first_target_sends_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.add_users([[Temper.CREATED] for _ in range(80)])
    ids_after = Store.user_ids_after
    asked, go_on = threading.Event(), threading.Event()

    def held(store: Store, last: UUID | None, limit: int) -> list[UUID]:
        asked.set()
        assert go_on.wait(DEADLINE_S)
        return ids_after(store, last, limit)

    monkeypatch.setattr(Store, "user_ids_after", held)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = asyncio.create_task(desk.backend.sending.to_all(HI))
            assert await asyncio.to_thread(asked.wait, DEADLINE_S)
            await desk.backend.sending.stop()
            go_on.set()
            summary = await sending
            assert (summary.stopped, summary.targets, summary.failed) == (True, 80, 80)
            assert town.arrived() == (0, 0, 0, 0, 0)

    asyncio.run(scenario())


def test_a_stop_while_rows_are_being_read_sends_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.add_users([[Temper.CREATED] for _ in range(8)])
    read = Store.subscriptions_of
    asked, go_on = threading.Event(), threading.Event()

    def held(store: Store, user_id: UUID) -> list[Subscription]:
        asked.set()
        assert go_on.wait(DEADLINE_S)
        return read(store, user_id)

    monkeypatch.setattr(Store, "subscriptions_of", held)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = asyncio.create_task(desk.backend.sending.to_all(HI))
            assert await asyncio.to_thread(asked.wait, DEADLINE_S)
            await desk.backend.sending.stop()
            go_on.set()
            summary = await sending
            assert (summary.stopped, summary.targets, summary.failed) == (True, 8, 8)
            assert town.arrived() == (0, 0, 0, 0, 0)

    asyncio.run(scenario())


def test_closing_ends_a_send_and_keeps_what_was_answered(town: Town) -> None:
    town.add_users([[Temper.GONE, *[Temper.SLOW] * 10] for _ in range(3)])

    async def scenario() -> None:
        desk = Desk()
        await town.open(desk)
        sending = asyncio.create_task(desk.backend.sending.to_all(HI))
        await desk.wait_for(PushFinished, 3)
        await desk.backend.close()
        summary = await sending
        assert (summary.stopped, summary.targets, summary.gone, summary.pruned) == (True, 33, 3, 3)
        assert (summary.accepted, summary.failed) == (0, 30)
        assert {delivery.reason for delivery in summary.deliveries if delivery.failed} == {INTERRUPTED}

    asyncio.run(scenario())
    store = Store.open(town.url)
    try:
        assert store.counts() == (3, 30)
    finally:
        store.close()


def test_a_database_that_fails_in_the_middle_is_told_with_what_was_sent(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.add_users([[Temper.CREATED] for _ in range(10)])
    monkeypatch.setattr("webpush_admin.backend.sending.STRETCH", 5)
    ids_after = Store.user_ids_after

    def failing(store: Store, last: UUID | None, limit: int) -> list[UUID]:
        if last is not None:
            raise StoreError("The disk reports an error.")
        return ids_after(store, None, limit)

    monkeypatch.setattr(Store, "user_ids_after", failing)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            summary = await desk.backend.sending.to_all(HI)
            assert summary.problem == "The disk reports an error."
            assert (summary.targets, summary.accepted, summary.failed) == (10, 5, 5)
            assert town.arrived()[0] == 5
            assert desk.backend.sending.progress is None

    asyncio.run(scenario())


def test_a_user_who_cannot_be_read_does_not_end_the_send_to_the_others(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlucky = town.add_users([[Temper.CREATED, Temper.CREATED]] * (WORKERS + 6))[3]
    read = Store.subscriptions_of

    def failing(store: Store, user_id: UUID) -> list[Subscription]:
        if user_id == unlucky:
            raise StoreError("The file is busy.")
        return read(store, user_id)

    monkeypatch.setattr(Store, "subscriptions_of", failing)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            summary = await desk.backend.sending.to_all(HI)
            targets = 2 * (WORKERS + 6)
            assert (summary.targets, summary.accepted, summary.failed) == (targets, targets - 2, 2)
            assert (summary.problem, summary.stopped) == ("The file is busy.", False)
            with pytest.raises(StoreError, match="The file is busy"):
                await desk.backend.sending.to_user(unlucky, HI)

    asyncio.run(scenario())
