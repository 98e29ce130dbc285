"""A broadcast ends with everything else, whatever it is doing; whoever was intended has an outcome.

Runs on: any
"""

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from tests.push.material import DEADLINE_S, row
from tests.push.town import Town
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.broadcast import GONE_MEANWHILE, LEFT_OUT
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import PushFinished
from webpush_admin.push.feed import STOPPED
from webpush_admin.push.pace import Pace
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper


class Held:
    """Pages that come when a test says so; those that are read again too."""

    def __init__(self, town: Town, *, first: int) -> None:
        self.rows = town.rows_at_first
        self.first = first
        self.read = 0
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()
        self.refusal = ""

    async def next_page(self) -> Sequence[Subscription]:
        rows = self.rows[self.read : self.read + self.first]
        if self.read:
            await self._held()
        self.read += len(rows)
        return rows

    async def again(self, subscription_ids: Sequence[int]) -> Sequence[Subscription]:
        await self._held()
        return [one for one in self.rows if one.id in subscription_ids]

    async def _held(self) -> None:
        self.asked.set()
        await self.go_on.wait()
        if self.refusal:
            raise StoreError(self.refusal)


@pytest.mark.parametrize("ended_by", ["an interrupt", "the end of the dispatcher"])
@pytest.mark.parametrize("doing", ["reading a page", "being paused"])
def test_it_ends_with_everything_also_while_nothing_is_ready(town: Town, doing: str, ended_by: str) -> None:
    town.settle(*[Temper.CREATED] * 4)

    async def scenario() -> None:
        pages = Held(town, first=2)
        town.pages = pages  # type: ignore[assignment]  # it is another kind of pages
        dispatcher = town.dispatcher()
        async with dispatcher:
            if doing == "being paused":
                town.control.pause()
            running = asyncio.create_task(town.send(dispatcher))
            if doing == "reading a page":
                await pages.asked.wait()
                await town.log.wait_for(PushFinished, 2)
            else:
                await asyncio.sleep(0)
            if ended_by == "an interrupt":
                dispatcher.interrupt()
            else:
                await dispatcher.aclose()
            counts = await running
        assert counts == ({Outcome.ACCEPTED: 2} if doing == "reading a page" else {})

    asyncio.run(scenario())
    assert len(town.diary.intended) == len(town.diary.concluded) == len(town.told)


@pytest.mark.parametrize("how", ["stopped", "unreadable", "left out", "deleted"])
def test_rows_that_are_read_again_have_an_outcome_whatever_happens(town: Town, how: str) -> None:
    town.settle(*[Temper.CREATED] * 3)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            pages = Held(town, first=3)
            town.pages = pages  # type: ignore[assignment]  # it is another kind of pages
            running = asyncio.create_task(town.send(dispatcher))
            town.diary.on_intended = lambda: dispatcher.invalidate_all("A test says so.")
            await pages.asked.wait()
            if how == "stopped":
                # It does not wait for a database that hangs.
                town.control.stop()
                await running
            elif how == "unreadable":
                pages.refusal = "The database is locked."
            elif how == "left out":
                dispatcher._pruning.leave_out(town.rows_at_first[:1])
            else:
                pages.rows = pages.rows[1:]
            pages.go_on.set()
            if how == "unreadable":
                with pytest.raises(StoreError, match=r"^The database is locked\.$"):
                    await running
            else:
                await running

    asyncio.run(scenario())
    told = {one.subscription.id: (one.outcome, one.reason) for one in town.diary.concluded}
    assert len(told) == len(town.diary.concluded) == len(town.diary.intended) == 3
    if how in ("stopped", "unreadable"):
        assert set(told.values()) == {(Outcome.NOT_SENT, STOPPED)}
    else:
        first = town.rows_at_first[0].id
        assert told[first] == (Outcome.NOT_SENT, LEFT_OUT if how == "left out" else GONE_MEANWHILE)
        assert Counter(outcome for outcome, _ in told.values()) == {Outcome.ACCEPTED: 2, Outcome.NOT_SENT: 1}
    assert len(town.log.of(PushFinished)) == 3


def test_what_cannot_be_told_ends_it(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 3)
    town.pages.rows = [one for one in town.rows_at_first for _ in range(1500)]

    def refuses(_: Sequence[Delivery]) -> None:
        raise StoreError("Nobody listens.")

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            with pytest.raises(StoreError, match=r"^Nobody listens\.$"):
                await town.send(dispatcher, on_deliveries=refuses)
            assert dispatcher.push_stats().in_flight == 0

    asyncio.run(scenario())
    assert town.pages.read < 2000, "it was not waited for that somebody takes what is behind"


def test_who_is_cancelled_again_while_it_ends_loses_nothing(town: Town) -> None:
    town.settle(*[Temper.SLOW] * 5)
    began, held = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        began.set()
        await held.wait()

    town.diary.before_concluding = hold

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            running = asyncio.create_task(town.send(dispatcher))
            async with asyncio.timeout(DEADLINE_S):
                while dispatcher.push_stats().in_flight < 5:  # noqa: ASYNC110 - a counter is no event
                    await asyncio.sleep(0)
            running.cancel()
            await began.wait()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            held.set()
        assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    asyncio.run(scenario())
    assert len(town.diary.concluded) == len(town.diary.intended) == 5


def test_whoever_is_invalidated_while_it_is_paused_is_read_again(town: Town) -> None:
    town.settle(*[Temper.SLOW] * 2, *[Temper.CREATED] * 8)

    async def scenario() -> None:
        async with town.dispatcher(pace=Pace(tries=1, at_once=2)) as dispatcher:
            running = asyncio.create_task(town.send(dispatcher))
            async with asyncio.timeout(DEADLINE_S):
                while dispatcher.push_stats().in_flight < 2:  # noqa: ASYNC110 - a counter is no event
                    await asyncio.sleep(0)
            town.control.pause()
            await town.log.wait_for(PushFinished, 2)
            last = town.rows_at_first[-1]
            assert last.user_id is not None
            dispatcher.invalidate_user(last.user_id)
            town.control.resume()
            assert await running == {Outcome.ACCEPTED: 10}
            assert town.pages.read_again == [last.id]

    asyncio.run(scenario())
    assert len(town.diary.concluded) == len(town.diary.intended) == 10


def test_thousands_that_nobody_can_be_sent_to_leave_the_loop_to_others(town: Town) -> None:
    town.settle(Temper.CREATED)
    town.pages.size = 500
    town.pages.rows = [row(number, endpoint="https://10.0.0.1/1") for number in range(1, 5001)]

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            running = asyncio.create_task(town.send(dispatcher, targets=5000))
            turns = 0
            most = before = 0
            while not running.done():
                await asyncio.sleep(0)
                turns += 1
                finished = dispatcher.push_stats().finished
                most, before = max(most, finished - before), finished
            assert await running == {Outcome.BLOCKED: 5000}
            assert most <= 400, "told at once in one turn of the loop"

    asyncio.run(scenario())
