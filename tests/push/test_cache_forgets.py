"""What the cache must forget: after an invalidation, a prune, a clearing, and where its bounds are reached.

Runs on: any
"""

from uuid import uuid4

import pytest

from tests.push.cache_bench import ADA, BOB, EVE, Bench, play, settled
from tests.push.material import receivers, row
from webpush_admin.push.events import (
    CacheCleared,
    EntryPruned,
    ReadCached,
    StaleReadDiscarded,
)
from webpush_admin.push.subscription import Subscription


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
        assert bench.place().left_s == 4.0
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
        assert bench.held() == []
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
        assert bench.held() == []
        later = await bench.ask(BOB)
        bench.reads[1][1].set_result(receivers(1))
        await in_flight
        assert not later.done()
        assert bench.held() == []
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
        assert bench.held() == []

    play(scenario)


def test_the_least_recently_used_entry_is_dropped_first() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.fill(ADA)
        await bench.fill(BOB)
        await bench.cache.get(ADA)
        await bench.fill(EVE)
        assert bench.held() == [EVE, ADA]
        assert bench.held()[:1] == [EVE]
        assert bench.cache.stats().evictions == 1
        assert bench.cache.stats().entries == 2

    play(scenario, Bench(max_entries=2))


def test_generations_are_bounded() -> None:
    async def scenario(bench: Bench) -> None:
        for _ in range(50):
            bench.cache.invalidate(uuid4())
        assert len(bench.cache._generations._of) == 3
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
        assert bench.held() == []

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
        assert bench.held() == [BOB]

    play(scenario)
