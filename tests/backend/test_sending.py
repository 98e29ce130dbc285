"""Sends and what they tell, held against the sandbox that got them."""

import asyncio
import socket
from contextlib import closing

import pytest

from tests.backend.desk import HI, Desk, Town
from tests.backend.sends import newest, outcomes
from webpush_admin.backend.cache_records import CacheQuery
from webpush_admin.backend.records import SendSummary
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import PushFinished
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.history_rows import SendState

ONCE = [Temper.CREATED, Temper.GONE, Temper.NOT_FOUND, Temper.TOO_LARGE, Temper.DROP]
"""Those that nothing is sent to twice."""

ALL = [*ONCE, Temper.SERVER_ERROR]


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
    user_id, _ = town.add_users([ONCE, [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            summary = await desk.backend.sending.to_user(user_id, HI)
            assert agrees(summary, town)
            assert (summary.targets, summary.accepted, summary.gone, summary.failed, summary.pruned) == (5, 1, 1, 3, 1)
            assert not summary.stopped
            assert [delivery.status for delivery in summary.deliveries] == [201, 410, 404, 413, None]
            pushes = desk.backend.snapshot.pushes
            assert (pushes.accepted, pushes.gone, pushes.failed, pushes.pruned) == (1, 1, 3, 1)
            counts = desk.backend.snapshot.sandbox
            assert counts == town.sandbox.counts()
            row = await newest(desk)
            assert (row.number, row.state, dict(row.counts)) == (summary.send, SendState.ENDED, outcomes(summary))
            assert (row.start.target, row.start.test, row.start.targets, row.pruned) == ("user 0", False, 5, 1)

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
            assert (summary.targets, summary.pruned, summary.held) == (7, 0, 0)
            row = await newest(desk)
            assert (row.start.target, row.start.test, dict(row.counts)) == ("7 subscriptions", True, outcomes(summary))
            assert all(event.test for event in desk.of(PushFinished))
            stats = desk.backend.snapshot.cache
            assert (stats.hits, stats.misses, stats.entries) == (0, 0, 0)
            nothing = await desk.backend.sending.to_subscriptions([999], HI)
            assert (nothing.targets, nothing.send) == (0, 0)

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
            assert (await desk.backend.cache.page(CacheQuery(), 0, 10)).total == 0
            assert town.arrived() == (0, 0, 0, 0, 0)

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


def test_a_dry_run_builds_everything_and_sends_nothing(town: Town) -> None:
    user_id, empty = town.add_users([[Temper.CREATED], []])
    town.add_endpoint(user_id, "https://127.0.0.1/elsewhere")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = desk.backend.sending
            for target in (None, user_id, [2, 1]):
                built = await sending.dry_run(target, HI)
                assert built.request is not None
                assert (built.payload, built.problem) == ('{"title":"Hi"}', "")
                assert built.request.origin == town.sandbox.origin
                assert ("TTL", "60") in built.request.headers
                assert built.target.startswith("127.0.0.1/…")
            blocked = await sending.dry_run([2], HI)
            assert blocked.request is None
            assert blocked.problem
            nobody = await sending.dry_run(empty, HI)
            assert (nobody.request, nobody.problem) == (None, "There is no subscription that this could be built for.")
            assert town.arrived() == (0, 0, 0, 0, 0)

    asyncio.run(scenario())
