"""The cache, guard by guard: what it keeps, what it shares and what it must forget.

Runs on: any
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.push.material import receivers, row
from webpush_admin.push.cache import DEFAULT_TTL_S, Receivers, SubscriptionCache
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import (
    CacheCleared,
    CacheEvent,
    CacheHit,
    EntryPruned,
    ReadCached,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    StaleReadDiscarded,
    UserInvalidated,
)
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.stats import CacheStats
from webpush_admin.push.subscription import Subscription

ADA, BOB, EVE = (UUID(int=number) for number in (1, 2, 3))


@dataclass
class Bench:
    """A cache whose reads end when the test says so, and whose clock stands still."""

    ttl_s: float = 10.0
    max_entries: int = 100
    max_generations: int = 100
    now: float = 1000.0
    reads: list[tuple[UUID, "asyncio.Future[Receivers]"]] = field(default_factory=list)
    told: list[CacheEvent | CacheCleared] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cache = SubscriptionCache(
            self._read,
            ttl_s=self.ttl_s,
            clock=lambda: self.now,
            emit=self.told.append,
            max_entries=self.max_entries,
            max_generations=self.max_generations,
        )

    async def _read(self, user_id: UUID) -> Receivers:
        answer = asyncio.get_running_loop().create_future()
        self.reads.append((user_id, answer))
        rows: Receivers = await answer
        return rows

    async def ask(self, user_id: UUID = ADA) -> "asyncio.Task[Receivers]":
        """Start a caller and let it come as far as it can."""
        caller = asyncio.create_task(self.cache.get(user_id))
        await settled()
        return caller

    async def fill(self, user_id: UUID = ADA, rows: Receivers | None = None) -> Receivers:
        """Have a user's rows read and kept."""
        caller = await self.ask(user_id)
        self.reads[-1][1].set_result(receivers(1, 2) if rows is None else rows)
        return await caller

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.told if type(event) is kind]


async def settled() -> None:
    """Let everything that is ready run."""
    for _ in range(8):
        await asyncio.sleep(0)


Scenario = Callable[[Bench], Coroutine[Any, Any, None]]


def play(scenario: Scenario, bench: Bench | None = None) -> None:
    async def played() -> None:
        used = bench or Bench()
        await scenario(used)
        await used.cache.aclose()

    asyncio.run(played())


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
        assert bench.cache.held(1)[0].fresh_for_s == DEFAULT_TTL_S == 180.0
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


def test_who_asks_after_an_invalidation_gets_rows_read_after_it() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill()
        bench.cache.invalidate(ADA)
        later = await bench.ask()
        assert len(bench.reads) == 2
        bench.reads[1][1].set_result(receivers(3))
        assert await later == receivers(3)

    play(scenario)


def test_an_invalidation_leaves_the_others_alone() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(ADA)
        await bench.fill(BOB)
        bench.cache.invalidate(ADA)
        await bench.cache.get(BOB)
        assert len(bench.reads) == 2

    play(scenario)


def test_a_read_in_flight_at_an_invalidation_is_not_joined() -> None:
    async def scenario(bench: Bench) -> None:
        before = await bench.ask()
        bench.cache.invalidate(ADA)
        after = await bench.ask()
        assert len(bench.reads) == 2
        bench.reads[0][1].set_result(receivers(1))
        assert await before == receivers(1)
        assert not after.done()
        bench.reads[1][1].set_result(receivers(2))
        assert await after == receivers(2)

    play(scenario)


@pytest.mark.parametrize("older_first", [True, False])
def test_a_read_begun_before_an_invalidation_is_not_kept_whichever_ends_first(older_first: bool) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.ask()
        began_in = bench.cache.generation(ADA)
        bench.cache.invalidate(ADA)
        await bench.ask()
        order = (0, 1) if older_first else (1, 0)
        for which in order:
            bench.reads[which][1].set_result(receivers(which + 1))
            await settled()
        assert await bench.cache.get(ADA) == receivers(2)
        (stale,) = bench.of(StaleReadDiscarded)
        assert (stale.read_generation, stale.generation) == (began_in, bench.cache.generation(ADA))
        assert bench.cache.stats().stale_discarded == 1
        assert [event.rows for event in bench.of(ReadCached)] == [1]

    play(scenario)


def test_an_older_flight_that_ends_leaves_the_newer_one_to_be_joined() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.ask()
        bench.cache.invalidate(ADA)
        await bench.ask()
        bench.reads[0][1].set_result(receivers(1))
        await settled()
        await bench.ask()
        assert len(bench.reads) == 2

    play(scenario)


def test_a_prune_takes_rows_out_without_a_read_and_keeps_the_expiry() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(rows=receivers(1, 2, 3))
        bench.now += 6.0
        bench.cache.prune(ADA, [row(2)])
        assert await bench.cache.get(ADA) == receivers(1, 3)
        assert bench.cache.held(1)[0].fresh_for_s == 4.0
        bench.now += 4.0
        await bench.ask()
        assert len(bench.reads) == 2
        assert bench.cache.stats().pruned == 1
        assert bench.of(EntryPruned)[0].removed == 1

    play(scenario)


@pytest.mark.parametrize(
    "other",
    [row(1, id=9), row(1, endpoint="https://push.example.net/other"), row(1, p256dh="another key")],
    ids=["id", "endpoint", "p256dh"],
)
def test_a_prune_matches_id_endpoint_and_key_together(other: Subscription) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(rows=receivers(1, 2))
        bench.cache.prune(ADA, [other])
        assert await bench.cache.get(ADA) == receivers(1, 2)
        assert bench.cache.stats().pruned == 0

    play(scenario)


def test_a_prune_knows_a_row_whose_answers_were_written_meanwhile() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(rows=receivers(1, 2))
        bench.cache.prune(ADA, [row(1, last_status=410, user_agent="Mozilla/5.0")])
        assert await bench.cache.get(ADA) == receivers(2)

    play(scenario)


def test_an_entry_that_a_prune_leaves_empty_is_dropped() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(rows=receivers(1))
        bench.cache.prune(ADA, [row(1)])
        assert bench.cache.held(10) == ()
        await bench.ask()
        assert len(bench.reads) == 2

    play(scenario)


def test_a_read_in_flight_at_a_prune_is_neither_joined_nor_kept() -> None:
    async def scenario(bench: Bench) -> None:
        before = await bench.ask()
        bench.cache.prune(ADA, [row(1)])
        after = await bench.ask()
        assert len(bench.reads) == 2
        bench.reads[1][1].set_result(receivers(2))
        await after
        bench.reads[0][1].set_result(receivers(1, 2))
        await before
        assert await bench.cache.get(ADA) == receivers(2)
        assert bench.cache.stats().stale_discarded == 1

    play(scenario)


def test_a_prune_moves_the_generation_also_without_an_entry() -> None:
    async def scenario(bench: Bench) -> None:
        before = bench.cache.generation(ADA)
        bench.cache.prune(ADA, [row(1)])
        assert bench.cache.generation(ADA) > before

    play(scenario)


def test_clearing_forgets_everybody_and_moves_every_generation() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(ADA)
        bench.cache.invalidate(BOB)
        in_flight = await bench.ask(BOB)
        before = [bench.cache.generation(user) for user in (ADA, BOB, EVE)]
        bench.cache.clear("The VAPID keys were changed.")
        assert all(bench.cache.generation(user) > old for user, old in zip((ADA, BOB, EVE), before, strict=True))
        assert bench.cache.held(10) == ()
        later = await bench.ask(BOB)
        bench.reads[1][1].set_result(receivers(1))
        await in_flight
        assert not later.done()
        assert bench.cache.held(10) == ()
        bench.reads[2][1].set_result(receivers(2))
        assert await later == receivers(2)
        (cleared,) = bench.of(CacheCleared)
        assert (cleared.reason, cleared.generation) == ("The VAPID keys were changed.", 2)
        assert bench.cache.stats().clears == 1
        assert bench.cache.stats().stale_discarded == 1

    play(scenario)


def test_clearing_makes_a_read_of_a_user_never_invalidated_stale() -> None:
    async def scenario(bench: Bench) -> None:
        caller = await bench.ask()
        bench.cache.clear("The machine slept.")
        bench.reads[0][1].set_result(receivers(1))
        await caller
        assert bench.cache.held(10) == ()

    play(scenario)


def test_the_least_recently_used_entry_is_dropped_first() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(ADA)
        await bench.fill(BOB)
        await bench.cache.get(ADA)
        await bench.fill(EVE)
        assert [held.user_id for held in bench.cache.held(10)] == [EVE, ADA]
        assert [held.user_id for held in bench.cache.held(1)] == [EVE]
        assert bench.cache.stats().evictions == 1
        assert bench.cache.stats().entries == 2

    play(scenario, Bench(max_entries=2))


def test_generations_are_bounded() -> None:
    async def scenario(bench: Bench) -> None:
        for _ in range(50):
            bench.cache.invalidate(uuid4())
        assert len(bench.cache._generations) == 3
        assert bench.cache.stats().generation == 50

    play(scenario, Bench(max_generations=3))


def test_a_user_whose_generation_was_dropped_starts_from_the_newest() -> None:
    async def scenario(bench: Bench) -> None:
        bench.cache.invalidate(ADA)
        reader = await bench.ask(ADA)
        bench.cache.invalidate(ADA)
        bench.cache.invalidate(BOB)
        # Ada's is not remembered any more: were it forgotten down to nothing, the old read would look current.
        assert bench.cache.generation(ADA) == bench.cache.stats().generation == 3
        bench.reads[0][1].set_result(receivers(1))
        await reader
        assert bench.cache.held(10) == ()

    play(scenario, Bench(max_generations=1))


def test_a_generation_never_falls_not_even_when_it_was_dropped() -> None:
    async def scenario(bench: Bench) -> None:
        seen = 0
        for user in (ADA, BOB, EVE, ADA, BOB):
            bench.cache.invalidate(user)
            assert bench.cache.generation(ADA) >= seen
            seen = bench.cache.generation(ADA)

    play(scenario, Bench(max_generations=1))


def test_a_read_keeps_the_generation_that_it_began_in_remembered() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(ADA)
        caller = await bench.ask(BOB)
        bench.cache.invalidate(ADA)
        bench.reads[1][1].set_result(receivers(1))
        await caller
        assert [held.user_id for held in bench.cache.held(10)] == [BOB]

    play(scenario)


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
        (held,) = bench.cache.held(10)
        assert (held.user_id, held.generation, held.rows, held.fresh_for_s) == (ADA, 1, 2, 0.0)

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
