"""A message to very many: paged, past the cache, pruned and written down in stretches, paused and stopped.

Runs on: any
"""

import asyncio

from tests.push.material import HI
from tests.push.town import Town
from webpush_admin.push.answer import Outcome
from webpush_admin.push.broadcast import GONE_MEANWHILE
from webpush_admin.push.events import ReadStarted
from webpush_admin.push.results import HELD
from webpush_admin.sandbox.records import Temper


def test_everybody_is_sent_to_once_and_everything_is_written_down(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 40, *[Temper.GONE] * 5, *[Temper.NOT_FOUND] * 3)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            counts = await town.send(dispatcher)
            assert counts == {Outcome.ACCEPTED: 40, Outcome.GONE: 5, Outcome.REJECTED: 3}
            stats = dispatcher.cache_stats()
            assert (stats.entries, stats.misses) == (0, 0), "the cache is neither asked nor filled"

    asyncio.run(scenario())
    assert town.log.of(ReadStarted) == []
    everybody = [row.id for row in town.rows_at_first]
    assert town.diary.intended == everybody
    assert sorted(delivery.subscription.id or 0 for delivery in town.diary.concluded) == everybody
    assert town.told == town.diary.concluded
    pruned = {delivery.subscription.id for delivery in town.told if delivery.pruned}
    assert len(pruned) == 5
    assert town.ids_left() == set(everybody) - pruned
    assert town.sandbox.counts().received - town.came_before == 48
    assert town.watched.marks == [], "the journal keeps answers with their rows"


def test_when_too_many_are_gone_the_further_ones_are_held_and_left_out(town: Town) -> None:
    town.settle(*[Temper.GONE] * 60, *[Temper.CREATED] * 40)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            counts = await town.send(dispatcher)
            assert counts == {Outcome.GONE: 60, Outcome.ACCEPTED: 40}
            held = [delivery for delivery in town.told if delivery.held]
            assert len(held) == 40, "a fifth of a hundred were pruned before"
            assert {delivery.reason for delivery in held} == {HELD}
            assert not any(delivery.pruned for delivery in held)
            assert len(town.ids_left()) == 80
            # They are not sent to again.
            arrived = town.sandbox.counts().received
            user_id = held[0].subscription.user_id
            assert user_id is not None
            assert len(await dispatcher.dispatch(user_id, HI)) == 0
            assert town.sandbox.counts().received == arrived
            assert await dispatcher.prune([delivery.subscription for delivery in held]) == 40
            assert len(town.ids_left()) == 40

    asyncio.run(scenario())


def test_ten_that_are_gone_are_never_too_many(town: Town) -> None:
    town.settle(*[Temper.GONE] * 10, Temper.CREATED)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            await town.send(dispatcher)

    asyncio.run(scenario())
    assert len(town.ids_left()) == 1


def test_rows_of_users_that_were_invalidated_are_read_again(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 12)
    kept, deleted, changed = town.rows_at_first[1], town.rows_at_first[2], town.rows_at_first[3]

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:

            def meddle() -> None:
                town.pages.on_page = lambda: None
                town.store.delete_subscriptions([deleted])
                town.store.edit_subscription(
                    changed.id or 0,
                    endpoint=kept.endpoint,
                    p256dh=kept.p256dh,
                    auth=kept.auth,
                    user_agent=None,
                )
                for row in (kept, deleted, changed):
                    assert row.user_id is not None
                    dispatcher.invalidate_user(row.user_id)

            town.pages.on_page = meddle
            counts = await town.send(dispatcher)
            assert counts == {Outcome.ACCEPTED: 11, Outcome.NOT_SENT: 1}

    asyncio.run(scenario())
    assert town.pages.read_again == [kept.id, deleted.id, changed.id]
    assert [(d.subscription.id, d.reason) for d in town.told if d.outcome is Outcome.NOT_SENT] == [
        (deleted.id, GONE_MEANWHILE)
    ]
    assert town.arrived(deleted) == town.arrived(changed) == []
    assert len(town.arrived(kept)) == 2
    assert town.diary.intended == [row.id for row in town.rows_at_first], "each is intended once"
    assert len(town.diary.concluded) == 12


def test_a_dispatch_and_a_test_are_written_down_too(town: Town) -> None:
    town.settle(Temper.GONE, Temper.CREATED)
    gone, good = town.rows_at_first

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            assert gone.user_id is not None
            report = await dispatcher.dispatch(gone.user_id, HI, journal=town.diary)
            assert town.diary.intended == [gone.id]
            assert tuple(report) == tuple(town.diary.concluded)
            assert town.diary.concluded[0].pruned, "after the prune"
            tested = await dispatcher.test(good, journal=town.diary)
            assert town.diary.intended == [gone.id, good.id]
            assert town.diary.concluded[1] == tested

    asyncio.run(scenario())


def test_a_dry_run_builds_everything_and_sends_nothing(town: Town) -> None:
    town.settle(Temper.CREATED)
    (good,) = town.rows_at_first
    broken = town.add("http://10.0.0.1/a")

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            request, problem = await dispatcher.dry_run(good, HI)
            assert problem == ""
            assert request is not None
            assert request.origin == f"http://127.0.0.1:{town.sandbox.port}"
            assert '"aud":"' + request.origin in request.jwt_claims.replace(" ", "")
            assert "Authorization" in dict(request.headers)
            assert "[struck]" in dict(request.headers)["Authorization"]
            assert (request.payload_bytes, request.body_bytes) == (len(HI.payload()), len(HI.payload()) + 103)
            assert (await dispatcher.test(good, HI)).request == request
            nothing, problem = await dispatcher.dry_run(broken, HI)
            assert nothing is None
            assert problem

    asyncio.run(scenario())
    assert town.sandbox.counts().received - town.came_before == 1
