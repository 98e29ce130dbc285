"""What pauses, stops and breaks a broadcast: nobody is sent to twice, and whoever was intended has an outcome.

Runs on: any
"""

import asyncio

import pytest

from tests.push.material import DEADLINE_S, HI
from tests.push.town import Town
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import PushFinished
from webpush_admin.push.pace import Pace
from webpush_admin.sandbox.records import Temper


def test_a_pause_lets_nothing_out_and_a_resume_goes_on(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 30)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            town.control.pause()
            running = asyncio.create_task(town.send(dispatcher))
            # Something else goes out and comes back meanwhile.
            await dispatcher.test(town.rows_at_first[0])
            assert town.pages.read == 0
            assert town.told == []
            town.control.resume()
            assert await running == {Outcome.ACCEPTED: 30}

    asyncio.run(scenario())


def test_what_waits_for_its_turn_waits_on_while_paused(town: Town) -> None:
    town.settle(*[Temper.SLOW] * 2, *[Temper.CREATED] * 40)

    async def scenario() -> None:
        async with town.dispatcher(pace=Pace(tries=1, at_once=2)) as dispatcher:
            running = asyncio.create_task(town.send(dispatcher))
            async with asyncio.timeout(DEADLINE_S):
                while dispatcher.push_stats().in_flight < 2:  # noqa: ASYNC110 - a counter is no event
                    await asyncio.sleep(0)
            town.control.pause()
            # The two that are under way end; nobody else is begun although there is room.
            await town.log.wait_for(PushFinished, 2)
            assert dispatcher.push_stats().finished == 2
            await dispatcher.test(town.rows_at_first[5])
            assert dispatcher.push_stats().finished == 3
            town.control.resume()
            assert await running == {Outcome.ACCEPTED: 42}

    asyncio.run(scenario())


def test_a_stop_ends_it_and_what_was_intended_has_an_outcome(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 5, *[Temper.SLOW] * 295)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            running = asyncio.create_task(town.send(dispatcher))
            await town.log.wait_for(PushFinished, 5)
            async with asyncio.timeout(DEADLINE_S):
                # More than may be under way at a time: some of them wait.
                while len(town.diary.intended) < 120:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0)
            town.control.stop()
            counts = await running
            assert counts[Outcome.ACCEPTED] >= 5
            assert counts[Outcome.NOT_SENT] > 0
            assert sum(counts.values()) == len(town.diary.intended) == len(town.diary.concluded)
            assert dispatcher.push_stats().in_flight == 0
            assert (await dispatcher.test(town.rows_at_first[0])).outcome is Outcome.ACCEPTED

    asyncio.run(scenario())


@pytest.mark.parametrize("ended_by", ["the dispatcher", "its caller"])
def test_an_end_from_outside_writes_down_what_had_begun(town: Town, ended_by: str) -> None:
    town.settle(Temper.GONE, *[Temper.SLOW] * 50)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            running = asyncio.create_task(town.send(dispatcher))
            await town.log.wait_for(PushFinished)
            if ended_by == "its caller":
                running.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await running
        if ended_by == "the dispatcher":
            await running

    asyncio.run(scenario())
    assert len(town.diary.concluded) == len(town.diary.intended) > 0
    assert [d.subscription.id for d in town.diary.concluded if d.pruned] == [town.rows_at_first[0].id]
    assert len(town.ids_left()) == 50


def test_without_a_journal_that_can_be_written_nothing_goes_out(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 3)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            town.diary.refusal = "The disk is full."
            with pytest.raises(StoreError, match=r"^The disk is full\.$"):
                await town.send(dispatcher)
            user_id = town.rows_at_first[0].user_id
            assert user_id is not None
            with pytest.raises(StoreError, match=r"^The disk is full\.$"):
                await dispatcher.dispatch(user_id, HI, journal=town.diary)
            with pytest.raises(StoreError, match=r"^The disk is full\.$"):
                await dispatcher.test(town.rows_at_first[0], journal=town.diary)

    asyncio.run(scenario())
    assert town.sandbox.counts().received == town.came_before


def test_a_page_that_cannot_be_read_ends_it_with_its_reason(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 25)

    def fails() -> None:
        if town.pages.read > 20:
            raise StoreError("The database is locked.")

    town.pages.on_page = fails

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            with pytest.raises(StoreError, match=r"^The database is locked\.$"):
                await town.send(dispatcher)

    asyncio.run(scenario())
    assert len(town.diary.intended) == len(town.diary.concluded) == 20


def test_keys_that_are_replaced_meanwhile_end_it_with_nobody_left(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 20)

    def replaces() -> None:
        if town.pages.read == 20:
            town.pages.on_page = lambda: None
            town.store.regenerate_vapid_keys()

    town.pages.on_page = replaces

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            counts = await town.send(dispatcher)
            assert set(counts) <= {Outcome.ACCEPTED, Outcome.NOT_SENT}
            assert sum(counts.values()) == 20

    asyncio.run(scenario())
    assert len(town.diary.concluded) == 20
    assert town.ids_left() == set()
