"""Many dispatches at once in the demo, counted by the core and by the sandbox."""

import asyncio

import pytest

from tests.backend.desk import Desk, Town
from webpush_admin.backend.rush import AT_ONCE, NOBODY
from webpush_admin.push.errors import DispatchError, PushError
from webpush_admin.push.events import DispatchFinished
from webpush_admin.sandbox.records import Temper


def test_everybody_who_answers_at_once_is_sent_to(town: Town) -> None:
    quick = [town.add_user(Temper.CREATED, Temper.NOT_FOUND), town.add_user(Temper.CREATED)]
    town.add_user(Temper.CREATED, Temper.SLOW)
    town.add_user(Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            before = await desk.backend.trying.counts()
            dispatches = await desk.backend.trying.rush(0.05)
            assert dispatches >= AT_ONCE
            assert {event.user_id for event in desk.of(DispatchFinished)} == set(quick)
            assert len(desk.of(DispatchFinished)) == dispatches
            cache, pushes = desk.dispatcher.cache_stats(), desk.dispatcher.push_stats()
            assert (cache.misses, cache.hits + cache.joins + cache.misses) == (2, dispatches)
            after = await desk.backend.trying.counts()
            assert after.accepted - before.accepted == pushes.accepted > 0
            assert after.refused - before.refused == pushes.rejected > 0
            assert pushes.finished == pushes.accepted + pushes.rejected
            assert await desk.backend.history.sends(10) == ()

    asyncio.run(scenario())


def test_nobody_is_there(town: Town) -> None:
    town.add_user(Temper.SLOW)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            with pytest.raises(PushError, match=NOBODY):
                await desk.backend.trying.rush(0.05)

    asyncio.run(scenario())


def test_the_end_of_the_dispatcher_is_told_once(town: Town) -> None:
    town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            rushing = asyncio.create_task(desk.backend.trying.rush(60))
            await desk.wait_for(DispatchFinished)
        with pytest.raises(DispatchError):
            await rushing

    asyncio.run(scenario())
