"""What the cache tells of each user's place in it.

Runs on: any
"""

import asyncio
from uuid import UUID

import pytest

from tests.push.cache_bench import ADA, BOB, EVE, Bench, play, settled
from tests.push.material import receivers, row
from webpush_admin.push.cache import EVICTED_AT_ONCE
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import EntryEvicted
from webpush_admin.push.places import Place, PlaceOrder, PlaceState


def test_a_place_follows_its_user_from_the_first_read_to_the_expiry() -> None:
    async def scenario(bench: Bench) -> None:
        first = await bench.ask()
        assert bench.place() == Place(ADA, 0, PlaceState.READING, waiters=1, misses=1)
        second = await bench.ask()
        assert bench.place() == Place(ADA, 0, PlaceState.SHARED, waiters=2, misses=1, joins=1)
        bench.reads[0][1].set_result(receivers(1, 2))
        await first
        await second
        bench.now += 4.0
        await bench.cache.get(ADA)
        fresh = Place(ADA, 0, PlaceState.FRESH, rows=2, age_s=4.0, left_s=6.0, hits=1, misses=1, joins=1)
        assert bench.place() == fresh
        bench.now += 6.0
        assert (bench.place().state, bench.place().left_s, bench.place().age_s) == (PlaceState.EXPIRED, 0.0, 10.0)
        await bench.ask()
        assert bench.place() == Place(ADA, 0, PlaceState.READING, waiters=1, hits=1, misses=2, joins=1)

    play(scenario)


def test_a_caller_who_goes_away_does_not_wait_any_more() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.ask()
        second = await bench.ask()
        second.cancel()
        await settled()
        assert (bench.place().state, bench.place().waiters) == (PlaceState.READING, 1)

    play(scenario)


def test_an_invalidated_user_keeps_the_counters_and_the_discarded_read_is_counted_there() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill()
        await bench.cache.get(ADA)
        bench.cache.invalidate(ADA)
        assert bench.place() == Place(ADA, 1, PlaceState.INVALIDATED, hits=1, misses=1)
        older = await bench.ask()
        bench.cache.invalidate(ADA)
        await bench.ask()
        bench.reads[1][1].set_result(receivers(1))
        await older
        assert bench.place() == Place(ADA, 2, PlaceState.READING, waiters=1, hits=1, misses=3, stale_discarded=1)

    play(scenario)


def test_a_user_who_was_never_cached_gets_no_place_by_being_invalidated_or_pruned() -> None:
    async def scenario(bench: Bench) -> None:
        bench.cache.invalidate(ADA)
        bench.cache.prune(BOB, [row(1)])
        assert bench.cache.find() == []

    play(scenario)


def test_why_nothing_is_held_is_told() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(ADA)
        bench.cache.prune(ADA, [row(1), row(2)])
        failing = await bench.ask(BOB)
        bench.reads[-1][1].set_exception(StoreError("The database is locked."))
        with pytest.raises(StoreError):
            await failing
        await bench.ask(EVE)
        bench.cache.prune(EVE, [row(1)])
        states = {place.user_id: place.state for place in bench.cache.places([ADA, BOB, EVE])}
        assert states == {ADA: PlaceState.EMPTIED, BOB: PlaceState.FAILED, EVE: PlaceState.INVALIDATED}

    play(scenario)


def test_clearing_forgets_every_place_and_a_read_of_before_brings_none_back() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(ADA)
        older = await bench.ask(BOB)
        bench.cache.clear("The VAPID keys were changed.")
        bench.reads[-1][1].set_result(receivers(1))
        await older
        assert bench.cache.find() == []

    play(scenario)


def test_places_are_found_in_every_order_and_by_state() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(BOB, receivers(1, 2, 3))
        bench.now += 2.0
        await bench.fill(ADA, receivers(1))
        await bench.ask(EVE)
        for _ in range(2):
            await bench.cache.get(BOB)
        bench.cache.prune(BOB, [row(1)])
        found = bench.cache.find
        assert found(PlaceOrder.USED) == [BOB, EVE, ADA]
        await bench.cache.get(ADA)
        assert found(PlaceOrder.USED) == [ADA, BOB, EVE]
        bench.cache.prune(BOB, [row(2)])
        assert found(PlaceOrder.USED) == [BOB, ADA, EVE], "it changed last"
        assert found(PlaceOrder.ROWS) == [BOB, ADA, EVE], "alike: in the order of arrival"
        assert found(PlaceOrder.HITS) == [BOB, ADA, EVE]
        assert found(PlaceOrder.GENERATION)[0] == BOB
        assert found(PlaceOrder.AGE, descending=False)[:2] == [ADA, BOB]
        assert found(PlaceOrder.STATE, descending=False) == [BOB, ADA, EVE], "alike: in the order of arrival"
        assert found(PlaceOrder.MISSES) == found(PlaceOrder.STALE) == [BOB, ADA, EVE]
        assert found(states=frozenset({PlaceState.READING})) == [EVE]
        bench.now += 8.0
        assert found(states=frozenset({PlaceState.EXPIRED})) == [BOB]

    play(scenario)


def test_another_ttl_holds_for_what_is_cached_already() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill()
        bench.now += 5.0
        bench.cache.tune(ttl_s=5.0, max_entries=100)
        assert bench.place().state is PlaceState.EXPIRED
        await bench.ask()
        assert len(bench.reads) == 2
        bench.cache.tune(ttl_s=100.0, max_entries=100)
        bench.reads[1][1].set_result(receivers(1))
        await settled()
        bench.now += 99.0
        await bench.cache.get(ADA)
        assert len(bench.reads) == 2

    play(scenario)


def test_a_lower_bound_evicts_at_once_and_a_bound_holds_for_those_without_anything_too() -> None:
    users = [UUID(int=number) for number in range(10, 16)]

    async def scenario(bench: Bench) -> None:
        for user in users:
            await bench.fill(user)
        bench.cache.tune(ttl_s=10.0, max_entries=2)
        assert bench.held() == [users[5], users[4]]
        assert [event.user_id for event in bench.of(EntryEvicted)] == users[:4]
        assert bench.cache.stats().evictions == 4
        for user in users:
            bench.cache.invalidate(user)
            await bench.fill(user)
            bench.cache.invalidate(user)
        assert sorted(bench.cache.find()) == users[4:]

    play(scenario)


def test_very_many_go_some_at_a_time_so_that_the_loop_is_not_held_up() -> None:
    users = [UUID(int=number) for number in range(100, 100 + 2 * EVICTED_AT_ONCE + 10)]

    async def scenario(bench: Bench) -> None:
        for user in users:
            asking = asyncio.create_task(bench.cache.get(user))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            bench.reads[-1][1].set_result(receivers(1))
            await asking
        bench.cache.tune(ttl_s=10.0, max_entries=5)
        assert bench.cache.stats().entries == EVICTED_AT_ONCE + 10
        await settled()
        assert bench.held() == users[:-6:-1]
        assert bench.cache.stats().evictions == len(users) - 5
        bench.cache.tune(ttl_s=10.0, max_entries=2000)
        for user in users[:-5]:
            asking = asyncio.create_task(bench.cache.get(user))
            await asyncio.sleep(0)
            bench.cache.invalidate(user)
            asking.cancel()
        assert len(bench.cache.find()) == len(users)
        bench.cache.tune(ttl_s=10.0, max_entries=5)
        await settled()
        assert sorted(bench.cache.find()) == users[-10:], "those who are held, and those who were invalidated last"

    play(scenario, Bench(max_entries=2000))
