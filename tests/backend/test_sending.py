"""Sends and what they tell, held against the sandbox that got them."""

import asyncio
import socket
from contextlib import closing

import pytest

from tests.backend.desk import HI, Desk, Town
from webpush_admin.backend.broadcast import WORKERS
from webpush_admin.backend.records import SendSummary
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import CacheCleared, DispatchStarted, PushFinished, UserInvalidated
from webpush_admin.sandbox.records import Temper

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
