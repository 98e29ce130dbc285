"""The dispatcher reads rows through its cache: how long they serve, who shares a read, what makes it read anew.

Runs on: any
"""

import asyncio
import json

import pytest

from tests.push.material import HI, Bench, in_thread
from webpush_admin.push.answer import DispatchReport, Outcome
from webpush_admin.push.dispatcher import TEST_MESSAGE
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import (
    CacheCleared,
    PushFinished,
    ReadCached,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    StaleReadDiscarded,
)
from webpush_admin.push.stats import CacheStats
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper


def test_our_own_writes_are_no_change_from_outside(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED, Temper.GONE)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            await dispatcher.dispatch(bench.user_id, HI)
            await dispatcher._upkeep._write_marks()
            await dispatcher._upkeep._look_for_other_writers()
            await dispatcher.dispatch(bench.user_id, HI)
            assert dispatcher.cache_stats() == CacheStats(hits=1, misses=1, pruned=1, entries=1, generation=1)
            stats = dispatcher.push_stats()
            assert (stats.accepted, stats.gone, stats.pruned, stats.finished) == (2, 1, 1, 3)

    asyncio.run(scenario())
    assert bench.watched.reads == 1
    assert bench.log.of(CacheCleared) == []
    assert {mark.status for mark in bench.watched.marks} == {201, 410}
    assert bench.rows[0].last_status == 201


def test_the_ttl_is_that_of_the_injected_clock(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    now_s = [0.0]

    async def scenario() -> None:
        async with bench.dispatcher(cache_ttl=10.0, clock=lambda: now_s[0]) as dispatcher:
            for moment_s, reads in ((0.0, 1), (9.9, 1), (10.0, 2), (19.9, 2), (20.0, 3)):
                now_s[0] = moment_s
                await dispatcher.dispatch(bench.user_id, HI)
                assert bench.watched.reads == reads

    asyncio.run(scenario())


@pytest.mark.parametrize("cache_ttl", [0, -5.0])
def test_a_ttl_of_none_means_180_seconds(bench: Bench, cache_ttl: float) -> None:
    now_s = [0.0]

    async def scenario() -> None:
        async with bench.dispatcher(cache_ttl=cache_ttl, clock=lambda: now_s[0]) as dispatcher:
            for moment_s, reads in ((0.0, 1), (179.9, 1), (180.0, 2)):
                now_s[0] = moment_s
                await dispatcher.dispatch(bench.user_id, HI)
                assert bench.watched.reads == reads

    asyncio.run(scenario())


def test_concurrent_dispatches_share_one_read(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched.hold_reads = True

    async def scenario() -> list[DispatchReport]:
        async with bench.dispatcher() as dispatcher:
            callers = [asyncio.create_task(dispatcher.dispatch(bench.user_id, HI)) for _ in range(4)]
            await bench.log.wait_for(ReadJoined, 3)
            bench.watched.go_on.set()
            return await asyncio.gather(*callers)

    reports = asyncio.run(scenario())
    assert [len(report) for report in reports] == [1] * 4
    assert bench.watched.reads == 1


def test_a_cancelled_caller_fails_nobody_else(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched.hold_reads = True

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            first = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            second = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await bench.log.wait_for(ReadJoined)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            bench.watched.go_on.set()
            (await second).raise_for_failures()

    asyncio.run(scenario())
    assert bench.watched.reads == 1


def test_a_dispatch_after_an_invalidation_reads_anew_though_a_read_is_in_flight(bench: Bench) -> None:
    (first,) = bench.subscribe(Temper.CREATED)
    bench.watched.hold_reads = True

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            older = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await in_thread(bench.watched.read_rows)
            bench.watched.hold_reads = False
            (second,) = bench.subscribe(Temper.CREATED)
            dispatcher.invalidate_user(bench.user_id)
            newer = await dispatcher.dispatch(bench.user_id, HI)
            assert [delivery.subscription.id for delivery in newer] == [first.id, second.id]
            bench.watched.go_on.set()
            assert [delivery.subscription.id for delivery in await older] == [first.id]
            await bench.log.wait_for(StaleReadDiscarded)
            # The older rows did not take the place of the newer ones.
            assert len(await dispatcher.dispatch(bench.user_id, HI)) == 2
            assert dispatcher.cache_stats().stale_discarded == 1

    asyncio.run(scenario())
    assert bench.watched.reads == 2
    assert len(bench.log.of(ReadCached)) == 1


def test_rows_that_cannot_be_read_are_an_error_that_is_not_kept(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched.refusal = "The database is locked."

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            with pytest.raises(StoreError, match="locked"):
                await dispatcher.dispatch(bench.user_id, HI)
            bench.watched.refusal = ""
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()

    asyncio.run(scenario())
    assert len(bench.log.of(ReadFailed)) == 1
    assert len(bench.log.of(ReadStarted)) == 2


def test_a_test_touches_neither_cache_nor_rows(bench: Bench) -> None:
    (gone,) = bench.subscribe(Temper.GONE)
    stranger = bench.sandbox.create_subscriptions([Temper.CREATED])[0]

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            delivery = await dispatcher.test(gone)
            assert (delivery.outcome, delivery.pruned, delivery.status) == (Outcome.GONE, False, 410)
            unstored = Subscription(stranger.endpoint, stranger.p256dh, stranger.auth)
            assert (await dispatcher.test(unstored, HI)).outcome is Outcome.ACCEPTED
            assert (await dispatcher.test(Subscription("http://push.example.net/a", "", ""))).outcome is Outcome.BLOCKED
            assert dispatcher.cache_stats() == CacheStats()

    asyncio.run(scenario())
    assert [row.id for row in bench.rows] == [gone.id]
    assert bench.watched.reads == 0
    assert [finished.test for finished in bench.log.of(PushFinished)] == [True] * 3
    assert json.loads(bench.arrived(gone)[0].payload)["title"] == TEST_MESSAGE.title
