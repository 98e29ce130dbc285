"""A send to many: counted alike by all, one at a time, paused, stopped, closed."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from tests.backend.desk import DEADLINE_S, HI, Desk, Town
from tests.backend.sends import newest, outcomes, running, wait_for_arrivals
from webpush_admin.backend.cache_records import CacheQuery
from webpush_admin.backend.records import SendSummary
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import PushFinished
from webpush_admin.push.feed import STOPPED
from webpush_admin.push.sender import INTERRUPTED
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store, stretches
from webpush_admin.store.history_rows import SendState

EVERY: Sequence[Temper] = (Temper.CREATED, Temper.NOT_FOUND, Temper.CREATED, Temper.TOO_LARGE, Temper.DROP)
"""Those that a broadcast has done with at once, none of which ends a subscription."""


def test_summary_history_and_sandbox_count_the_same(town: Town) -> None:
    users = town.add_users([[*EVERY, Temper.GONE][number % 3 :] for number in range(120)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            count = await desk.backend.sending.count()
            assert count == (len(users), len(await desk.rows()))
            summary = await desk.backend.sending.to_all(HI)
            accepted, gone, refused, dropped, decrypted = town.arrived()
            assert (summary.targets, summary.targets) == (count[1], decrypted)
            assert (summary.accepted, summary.gone, summary.failed) == (accepted, gone, refused + dropped)
            assert (summary.pruned, summary.held, summary.not_sent, summary.problem) == (gone, 0, 0, "")
            assert (summary.stopped, summary.alike) == (False, ())
            assert len(await desk.rows()) == summary.targets - summary.pruned
            row = await newest(desk)
            assert (row.number, row.state, row.pruned) == (summary.send, SendState.ENDED, gone)
            assert (row.start.target, row.start.targets, row.start.test) == ("everybody", count[1], False)
            assert (row.start.title, row.start.payload) == ("", None), "nobody has asked for it to be kept"
            assert dict(row.counts) == outcomes(summary)
            by_service, by_diagnosis = await desk.backend.history.tallies(summary.send)
            assert (by_service, by_diagnosis) == (summary.by_service, summary.by_diagnosis)
            assert {tally.name for tally in by_diagnosis} >= {"any-410-gone", "any-404-expired", "any-413-too-large"}
            # Nothing of it went through the cache.
            assert (await desk.backend.cache.page(CacheQuery(), 0, 5)).total == 0
            stats = desk.backend.snapshot.cache
            assert (stats.hits, stats.misses) == (0, 0)
            assert desk.backend.sending.progress is None

    asyncio.run(scenario())


def test_one_send_runs_at_a_time_and_a_stop_ends_it(town: Town) -> None:
    slow = 700
    users = town.add_users([[Temper.SLOW] * 10 for _ in range(slow // 10)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = asyncio.create_task(desk.backend.sending.to_all(HI))
            await asyncio.to_thread(wait_for_arrivals, town)
            for other in (desk.backend.sending.to_all(HI), desk.backend.sending.to_user(users[0], HI)):
                with pytest.raises(PushError, match="being sent already"):
                    await other
            progress = desk.backend.sending.progress
            assert progress is not None
            assert (progress.targets, progress.done, progress.stopping, progress.broadcast) == (slow, 0, False, True)
            await desk.backend.sending.stop()
            assert desk.backend.sending.progress is not None
            assert desk.backend.sending.progress.stopping
            summary = await sending
            # Nobody waited for an answer: every one of them would have been 201.
            assert (summary.stopped, summary.targets, summary.accepted, summary.failed) == (True, slow, 0, slow)
            reasons = {delivery.outcome: delivery.reason for delivery in summary.deliveries}
            assert reasons == {Outcome.UNREACHABLE: INTERRUPTED, Outcome.NOT_SENT: STOPPED}
            assert summary.not_sent == slow - outcomes(summary)[Outcome.UNREACHABLE]
            row = await newest(desk)
            assert (row.state, row.start.targets) == (SendState.STOPPED, slow)
            assert dict(row.counts) == outcomes(summary), "what was intended has an outcome"
            # What is stopped can be sent again.
            rows = [row.subscription.endpoint for row in await desk.rows()]
            await desk.backend.trying.set_temper(rows, Temper.CREATED)
            again = await desk.backend.sending.to_all(HI)
            assert (again.stopped, again.accepted) == (False, slow)

    asyncio.run(scenario())


def test_a_stop_before_the_first_page_sends_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.add_users([[Temper.CREATED] for _ in range(80)])
    after = stretches.after
    asked, go_on = threading.Event(), threading.Event()

    def held(connection: Connection, last: int, until: int, limit: int) -> list[Subscription]:
        asked.set()
        assert go_on.wait(DEADLINE_S)
        return after(connection, last, until, limit)

    monkeypatch.setattr(stretches, "after", held)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = asyncio.create_task(desk.backend.sending.to_all(HI))
            assert await asyncio.to_thread(asked.wait, DEADLINE_S)
            await desk.backend.sending.stop()
            go_on.set()
            summary = await sending
            assert (summary.stopped, summary.targets, summary.failed, summary.not_sent) == (True, 80, 80, 80)
            assert town.arrived() == (0, 0, 0, 0, 0)

    asyncio.run(scenario())


def test_while_it_is_paused_nothing_goes_out(town: Town) -> None:
    town.add_users([[Temper.CREATED] * 10 for _ in range(100)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = desk.backend.sending
            await sending.pause()  # nothing runs: nothing happens
            desk.on(PushFinished, 100, lambda: running(desk).control.pause())
            task = asyncio.create_task(sending.to_all(HI))
            await desk.wait_for(PushFinished, 100)
            # What was under way ends; a snapshot may be of before it began.
            await desk.until(lambda: desk.dispatcher.push_stats().in_flight == 0)
            arrived = town.arrived()
            assert 100 <= arrived[0] < 1000
            assert sending.progress is not None
            assert sending.progress.paused
            await desk.until(lambda: running(desk).totals.done == arrived[0])
            await desk.rows()
            assert town.arrived() == arrived
            assert not task.done()
            await sending.resume()
            summary = await task
            assert (summary.targets, summary.accepted, summary.stopped) == (1000, 1000, False)

    asyncio.run(scenario())


def test_only_a_broadcast_can_be_paused_and_a_paused_one_can_be_stopped(town: Town) -> None:
    user_id = town.add_user(*[Temper.SLOW] * 3)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = desk.backend.sending
            task = asyncio.create_task(sending.to_user(user_id, HI))
            await asyncio.to_thread(wait_for_arrivals, town)
            with pytest.raises(PushError, match="Only a broadcast"):
                await sending.pause()
            await sending.stop()
            assert (await task).stopped
            task = asyncio.create_task(sending.to_all(HI))
            await asyncio.sleep(0)
            await sending.pause()
            await desk.until(lambda: sending.progress is not None and sending.progress.targets == 3)
            await sending.stop()
            summary = await task
            assert (summary.stopped, summary.targets, summary.not_sent) == (True, 3, 3)

    asyncio.run(scenario())


def test_closing_ends_a_send_and_keeps_what_was_answered(town: Town) -> None:
    town.add_users([[Temper.GONE, *[Temper.SLOW] * 10] for _ in range(3)])

    async def scenario() -> SendSummary:
        desk = Desk()
        await town.open(desk)
        sending = asyncio.create_task(desk.backend.sending.to_all(HI))
        await desk.wait_for(PushFinished, 3)
        await desk.backend.close()
        summary = await sending
        assert (summary.stopped, summary.targets, summary.gone, summary.pruned) == (True, 33, 3, 3)
        assert (summary.accepted, summary.failed, summary.problem) == (0, 30, "")
        assert {delivery.reason for delivery in summary.deliveries if delivery.failed} == {INTERRUPTED}
        return summary

    summary = asyncio.run(scenario())
    store = Store.open(town.url)
    try:
        assert store.counts() == (3, 30)
        (row,) = store.history.sends(5)
        assert (row.state, dict(row.counts)) == (SendState.STOPPED, outcomes(summary))
    finally:
        store.close()


def test_a_window_that_does_not_wait_any_more_ends_it_and_it_is_written_down(town: Town) -> None:
    town.add_users([[Temper.SLOW] * 5])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            task = asyncio.create_task(desk.backend.sending.to_all(HI))
            await asyncio.to_thread(wait_for_arrivals, town)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await desk.until(lambda: desk.backend.sending.progress is None)
            row = await newest(desk)
            assert (row.state, row.counts) == (SendState.STOPPED, ((Outcome.UNREACHABLE, 5),))

    asyncio.run(scenario())
