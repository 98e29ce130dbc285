"""Sends and what they tell, held against the sandbox that got them."""

import asyncio
import socket
import threading
from contextlib import closing
from uuid import UUID

import pytest

from tests.backend.desk import DEADLINE_S, HI, Desk, Town
from webpush_admin.backend.broadcast import WORKERS
from webpush_admin.backend.records import SendSummary
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.push.events import CacheCleared, DispatchStarted, PushFinished, UserInvalidated
from webpush_admin.push.sender import INTERRUPTED
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store

ALL = [
    Temper.CREATED,
    Temper.GONE,
    Temper.NOT_FOUND,
    Temper.TOO_LARGE,
    Temper.RATE_LIMITED,
    Temper.SERVER_ERROR,
    Temper.DROP,
]


def agrees(summary: SendSummary, town: Town) -> bool:
    """Whether a summary of everything that was sent is what the sandbox saw."""
    accepted, gone, refused, dropped, decrypted = town.arrived()
    return (summary.accepted, summary.gone, summary.failed, summary.targets) == (
        accepted,
        gone,
        refused + dropped,
        decrypted,
    )


def test_a_send_to_a_user_agrees_with_the_sandbox(town: Town) -> None:
    user_id, _ = town.add_users([ALL, [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            summary = await desk.backend.sending.to_user(user_id, HI)
            assert agrees(summary, town)
            assert (summary.targets, summary.accepted, summary.gone, summary.failed, summary.pruned) == (7, 1, 1, 5, 1)
            assert not summary.stopped
            assert [delivery.status for delivery in summary.deliveries] == [201, 410, 404, 413, 429, 500, None]
            pushes = desk.backend.snapshot.pushes
            assert (pushes.accepted, pushes.gone, pushes.failed, pushes.pruned) == (1, 1, 5, 1)
            counts = desk.backend.snapshot.sandbox
            assert counts == town.sandbox.counts()

    asyncio.run(scenario())


def test_a_send_to_all_agrees_with_the_sandbox_and_passes_over_who_has_nothing(town: Town) -> None:
    users = town.add_users([ALL[: number % 8] for number in range(WORKERS + 10)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            count = await desk.backend.sending.count()
            assert count == (sum(bool(number % 8) for number in range(len(users))), len(await desk.rows()))
            summary = await desk.backend.sending.to_all(HI)
            assert agrees(summary, town)
            assert summary.targets == count[1]
            assert {event.user_id for event in desk.of(DispatchStarted)} == {
                user_id for number, user_id in enumerate(users) if number % 8
            }
            assert desk.backend.sending.progress is None
            assert len(await desk.rows()) == summary.targets - summary.pruned
            held = await desk.backend.sending.cached_users(5)
            assert len(held) == 5
            assert all(user.name.startswith("user ") for user in held)

    asyncio.run(scenario())


def test_a_test_of_chosen_subscriptions_goes_past_the_cache(town: Town) -> None:
    town.add_users([ALL, ALL])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            chosen = [row.subscription.id or 0 for row in await desk.rows()][3:10]
            summary = await desk.backend.sending.to_subscriptions(chosen, HI)
            assert agrees(summary, town)
            assert sorted(delivery.subscription.id or 0 for delivery in summary.deliveries) == chosen
            assert (summary.targets, summary.pruned) == (7, 0)
            assert all(event.test for event in desk.of(PushFinished))
            stats = desk.backend.snapshot.cache
            assert (stats.hits, stats.misses, stats.entries) == (0, 0, 0)
            nothing = await desk.backend.sending.to_subscriptions([999], HI)
            assert nothing.targets == 0

    asyncio.run(scenario())


def test_a_user_without_subscriptions_is_an_empty_send(town: Town) -> None:
    user_id = town.add_user()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            assert (await desk.backend.sending.to_user(user_id, HI)).targets == 0
            assert (await desk.backend.sending.to_all(HI)).targets == 0

    asyncio.run(scenario())


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
            assert (progress.users, progress.users_done, progress.stopping) == (slow, 0, False)
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


def test_a_database_that_fails_in_the_middle_is_told_as_a_sentence(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
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
            with pytest.raises(StoreError, match="The disk reports an error"):
                await desk.backend.sending.to_all(HI)
            assert town.arrived()[0] == 5
            assert desk.backend.sending.progress is None

    asyncio.run(scenario())


def test_without_a_subject_nothing_is_sent(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, subject="")
            sending = desk.backend.sending
            for verb in (sending.to_user(user_id, HI), sending.to_all(HI), sending.to_subscriptions([1], HI)):
                with pytest.raises(PushError, match="Set the VAPID subject first"):
                    await verb
            await sending.stop()
            assert await sending.cached_users(10) == ()
            assert town.arrived() == (0, 0, 0, 0, 0)

    asyncio.run(scenario())


def test_the_cache_can_be_emptied_by_hand(town: Town) -> None:
    first, second = town.add_users([[Temper.CREATED], [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = desk.backend.sending
            await sending.to_all(HI)
            await sending.invalidate(first)
            assert [event.user_id for event in desk.of(UserInvalidated)] == [first]
            assert [user.user_id for user in await sending.cached_users(10)] == [second]
            await sending.invalidate_all()
            assert [event.reason for event in desk.of(CacheCleared)] == ["The operator invalidated all users."]
            assert await sending.cached_users(10) == ()

    asyncio.run(scenario())


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_other_services_of_this_machine_are_out_of_reach_for_the_demo(town: Town, scheme: str, host: str) -> None:
    user_id = town.add_user(Temper.CREATED)
    with closing(socket.create_server(("127.0.0.1", 0))) as service:
        service.setblocking(False)
        town.add_endpoint(user_id, f"{scheme}://{host}:{service.getsockname()[1]}/secret")

        async def scenario() -> None:
            async with Desk() as desk:
                await town.open(desk)
                summary = await desk.backend.sending.to_user(user_id, HI)
                assert [delivery.outcome for delivery in summary.deliveries] == [Outcome.ACCEPTED, Outcome.BLOCKED]

        asyncio.run(scenario())
        with pytest.raises(BlockingIOError):
            service.accept()


def test_an_ordinary_database_does_not_reach_the_sandbox_either(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)
    town.add_endpoint(user_id, f"https://localhost:{town.sandbox.port}/push")

    async def scenario() -> None:
        async with Desk() as desk:
            await desk.backend.open(town.url, create=False, subject="mailto:ops@example.org")
            summary = await desk.backend.sending.to_user(user_id, HI)
            assert [delivery.outcome for delivery in summary.deliveries] == [Outcome.BLOCKED, Outcome.BLOCKED]
            numbers = [row.subscription.id or 0 for row in await desk.rows()]
            tested = await desk.backend.sending.to_subscriptions(numbers, HI)
            assert {delivery.outcome for delivery in tested.deliveries} == {Outcome.BLOCKED}
            assert desk.backend.snapshot.pushes.blocked == 4
        assert town.sandbox.counts() == town.before

    asyncio.run(scenario())
