"""The cache, guard by guard: what it keeps, what it shares and what it must forget.

Runs on: any
"""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.push.cache_bench import ADA, BOB, Bench, play, settled
from tests.push.material import receivers
from webpush_admin.push.cache import DEFAULT_TTL_S, SubscriptionCache
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import (
    CacheHit,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    UserInvalidated,
)
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.stats import CacheStats


def test_a_second_caller_is_served_from_memory() -> None:
    async def scenario(bench: Bench) -> None:
        kept = await bench.fill()
        assert await bench.cache.get(ADA) is kept
        assert len(bench.reads) == 1
        assert bench.of(CacheHit)[0].user_id == ADA
        assert bench.cache.stats() == CacheStats(hits=1, misses=1, entries=1)

    play(scenario)


def test_an_entry_is_served_until_just_before_its_ttl_and_not_at_it() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill()
        bench.now += 9.999
        await bench.cache.get(ADA)
        assert len(bench.reads) == 1
        bench.now = 1010.0
        late = await bench.ask()
        assert len(bench.reads) == 2
        bench.reads[1][1].set_result(receivers(3))
        assert await late == receivers(3)

    play(scenario)


def test_the_ttl_begins_when_the_rows_are_kept() -> None:
    async def scenario(bench: Bench) -> None:
        caller = await bench.ask()
        bench.now += 100.0
        bench.reads[0][1].set_result(receivers(1))
        await caller
        bench.now += 9.999
        await bench.cache.get(ADA)
        assert len(bench.reads) == 1

    play(scenario)


@pytest.mark.parametrize("ttl_s", [0.0, -1.0, float("nan")])
def test_a_ttl_that_is_none_means_the_default(ttl_s: float) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill()
        assert bench.place().left_s == DEFAULT_TTL_S == 180.0
        bench.now += 179.999
        await bench.cache.get(ADA)
        assert len(bench.reads) == 1
        bench.now = 1180.0
        await bench.ask()
        assert len(bench.reads) == 2

    play(scenario, Bench(ttl_s=ttl_s))


def test_a_user_without_subscriptions_is_kept_as_well() -> None:
    async def scenario(bench: Bench) -> None:
        assert await bench.fill(rows=()) == ()
        assert await bench.cache.get(ADA) == ()
        assert len(bench.reads) == 1

    play(scenario)


def test_concurrent_misses_share_one_read() -> None:
    async def scenario(bench: Bench) -> None:
        callers = [await bench.ask() for _ in range(5)]
        assert len(bench.reads) == 1
        bench.reads[0][1].set_result(receivers(1))
        assert await asyncio.gather(*callers) == [receivers(1)] * 5
        assert (bench.cache.stats().misses, bench.cache.stats().joins) == (1, 4)
        assert len(bench.of(ReadStarted)) == 1
        assert len(bench.of(ReadJoined)) == 4

    play(scenario)


def test_misses_of_two_users_are_read_beside_each_other() -> None:
    async def scenario(bench: Bench) -> None:
        ada, bob = await bench.ask(ADA), await bench.ask(BOB)
        assert [user for user, _ in bench.reads] == [ADA, BOB]
        bench.reads[1][1].set_result(receivers(2))
        assert await bob == receivers(2)
        assert not ada.done()

    play(scenario)


def test_a_cancelled_caller_fails_nobody_else() -> None:
    async def scenario(bench: Bench) -> None:
        first, second = await bench.ask(), await bench.ask()
        first.cancel()
        await settled()
        assert first.cancelled()
        assert not second.done()
        bench.reads[0][1].set_result(receivers(1))
        assert await second == receivers(1)
        assert await bench.cache.get(ADA) == receivers(1)
        assert len(bench.reads) == 1

    play(scenario)


def test_a_read_whose_only_caller_was_cancelled_is_kept_for_the_next() -> None:
    async def scenario(bench: Bench) -> None:
        only = await bench.ask()
        only.cancel()
        await settled()
        bench.reads[0][1].set_result(receivers(1))
        await settled()
        assert await bench.cache.get(ADA) == receivers(1)

    play(scenario)


def test_a_failed_read_reaches_all_who_waited_and_is_not_kept() -> None:
    async def scenario(bench: Bench) -> None:
        callers = [await bench.ask() for _ in range(2)]
        bench.reads[0][1].set_exception(StoreError("The database is locked."))
        for caller in callers:
            with pytest.raises(StoreError, match="locked"):
                await caller
        assert bench.of(ReadFailed)[0].reason == "The database is locked."
        again = await bench.ask()
        assert len(bench.reads) == 2
        bench.reads[1][1].set_result(receivers(1))
        assert await again == receivers(1)
        assert bench.cache.stats().reads_failed == 1

    play(scenario)


def test_a_read_that_fails_after_everybody_has_left_is_no_unhandled_error() -> None:
    complaints: list[Any] = []

    async def scenario(bench: Bench) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        only = await bench.ask()
        only.cancel()
        await settled()
        bench.reads.pop()[1].set_exception(StoreError("The database is locked."))
        await settled()

    play(scenario)
    assert complaints == []


def test_every_event_carries_the_generation_after_it_and_an_aware_time() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill()
        bench.cache.invalidate(ADA)
        (event,) = bench.of(UserInvalidated)
        assert event.generation == bench.cache.generation(ADA) == 1
        assert all(told.at.utcoffset() is not None for told in bench.told)

    play(scenario)


def test_the_rows_held_tell_rows_generation_and_how_long_they_stay_fresh() -> None:
    async def scenario(bench: Bench) -> None:
        bench.cache.invalidate(ADA)
        await bench.fill(ADA)
        bench.now += 25.0
        held = bench.place()
        assert (held.user_id, held.generation, held.rows, held.left_s) == (ADA, 1, 2, 0.0)

    play(scenario)


def test_closing_cancels_the_reads_and_who_waits_for_them() -> None:
    async def scenario(bench: Bench) -> None:
        caller = await bench.ask()
        await bench.cache.aclose()
        with pytest.raises(asyncio.CancelledError):
            await caller
        assert bench.reads[0][1].cancelled()

    play(scenario)


def test_a_cache_works_without_anybody_told() -> None:
    async def read(_user_id: UUID) -> tuple[Receiver, ...]:
        return receivers(1)

    async def scenario() -> None:
        cache = SubscriptionCache(read, ttl_s=1.0, clock=lambda: 0.0)
        assert await cache.get(ADA) == receivers(1)
        cache.clear("Nobody listens.")

    asyncio.run(scenario())


def test_the_hit_rate_counts_who_cost_no_read_of_their_own() -> None:
    assert CacheStats().hit_rate is None
    assert CacheStats(hits=2, joins=1, misses=1).hit_rate == 0.75
