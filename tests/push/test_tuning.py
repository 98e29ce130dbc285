"""Settings that are changed while a dispatcher works.

Runs on: any
"""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.push.material import HI, Bench
from tests.push.town import Town
from webpush_admin.push.answer import Outcome
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import PushFinished
from webpush_admin.push.pace import Pace
from webpush_admin.push.places import PlaceState
from webpush_admin.push.tuning import BOUNDS, Tuning
from webpush_admin.sandbox.records import Temper


def _with(name: str, value: float) -> Tuning:
    changed: dict[str, Any] = {name: value}
    return replace(Tuning(), **changed)


@pytest.mark.parametrize("name", list(BOUNDS))
def test_what_is_out_of_bounds_is_refused_in_a_sentence(name: str) -> None:
    bound, _ = BOUNDS[name]
    _with(name, bound.most).check()
    for wrong in (bound.least - 1, bound.most + 1, float("nan")):
        with pytest.raises(PushError, match=r"must be from .* to .*\."):
            _with(name, wrong).check()


def test_a_dispatcher_tells_what_it_was_made_with_and_refuses_nonsense(bench: Bench) -> None:
    async def scenario() -> None:
        async with bench.dispatcher(cache_ttl=7.0, pace=Pace(at_once=3, per_second=5.0)) as dispatcher:
            before = dispatcher.tuning
            assert (before.ttl_s, before.at_once, before.per_second) == (7.0, 3, 5.0)
            with pytest.raises(PushError):
                dispatcher.tune(replace(before, lanes=0))
            assert dispatcher.tuning == before

    asyncio.run(scenario())


def test_a_user_who_is_cached_is_read_again_under_a_shorter_ttl(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    now_s = 100.0

    async def scenario() -> None:
        nonlocal now_s
        async with bench.dispatcher(clock=lambda: now_s) as dispatcher:
            await dispatcher.dispatch(bench.user_id, HI)
            now_s += 20.0
            await dispatcher.dispatch(bench.user_id, HI)
            dispatcher.tune(replace(dispatcher.tuning, ttl_s=20.0))
            assert dispatcher.places([bench.user_id])[0].state is PlaceState.EXPIRED
            await dispatcher.dispatch(bench.user_id, HI)
            assert (dispatcher.cache_stats().hits, dispatcher.cache_stats().misses) == (1, 2)

    asyncio.run(scenario())


def test_what_waits_for_its_turn_goes_out_as_soon_as_the_rate_allows_it(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 40)

    async def scenario() -> None:
        # At this rate they would take most of a minute.
        async with town.dispatcher(pace=Pace(per_second=1.0)) as dispatcher:
            sending = asyncio.create_task(town.send(dispatcher))
            await town.log.wait_for(PushFinished)
            dispatcher.tune(replace(dispatcher.tuning, per_second=0.0))
            assert await sending == {Outcome.ACCEPTED: 40}

    asyncio.run(scenario())


def test_more_lanes_and_more_at_once_are_used_at_once(town: Town) -> None:
    town.settle(*[Temper.CREATED, *[Temper.SLOW] * 12])

    async def scenario() -> None:
        async with town.dispatcher(pace=Pace(at_once=1)) as dispatcher:
            sending = asyncio.create_task(town.send(dispatcher))
            await town.log.wait_for(PushFinished)
            dispatcher.tune(replace(dispatcher.tuning, lanes=7))
            assert dispatcher.push_stats().in_flight <= 1
            dispatcher.tune(replace(dispatcher.tuning, at_once=100))
            stats = dispatcher.push_stats()
            assert (stats.in_flight, [service.in_flight for service in stats.services]) == (7, [7])
            dispatcher.tune(replace(dispatcher.tuning, lanes=3))
            assert dispatcher.push_stats().in_flight == 7, "what is under way ends as it would"
            town.control.stop()
            await sending

    asyncio.run(scenario())


def test_fewer_lanes_hold_from_then_on(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 60)
    seen: list[int] = []

    async def scenario() -> None:
        dispatcher: Dispatcher = town.dispatcher(on_event=lambda _: seen.append(dispatcher.push_stats().in_flight))
        async with dispatcher:
            dispatcher.tune(replace(dispatcher.tuning, lanes=3))
            assert await town.send(dispatcher) == {Outcome.ACCEPTED: 60}

    asyncio.run(scenario())
    # An end is told when its lane is free again.
    assert max(seen) == 2
