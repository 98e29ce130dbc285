"""Ending a dispatcher at a bad moment, and policies that change under it.

The sandbox's slow temper takes two seconds: what is told as interrupted was not waited for.

Runs on: any
"""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from tests.push.material import DEADLINE_S, HI, Bench, WatchedStore, in_thread
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import DispatchError
from webpush_admin.push.events import CacheCleared, DispatchStarted, PushFinished, SubscriptionsPruned
from webpush_admin.push.feed import STOPPED
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.sender import INTERRUPTED
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


def test_closing_while_sending_interrupts_what_is_in_flight_and_prunes_what_has_answered(bench: Bench) -> None:
    *slow, gone, good = bench.subscribe(Temper.SLOW, Temper.SLOW, Temper.GONE, Temper.CREATED)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            running = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await bench.log.wait_for(PushFinished, 2)
        report = await running
        assert [delivery.outcome for delivery in report] == [
            Outcome.UNREACHABLE,
            Outcome.UNREACHABLE,
            Outcome.GONE,
            Outcome.ACCEPTED,
        ]
        assert [delivery.reason for delivery in report.deliveries[:2]] == [INTERRUPTED] * 2
        assert report.deliveries[2].pruned
        with pytest.raises(DispatchError, match="not open"):
            await dispatcher.dispatch(bench.user_id, HI)

    asyncio.run(scenario())
    assert [row.id for row in bench.rows] == [*(row.id for row in slow), good.id]
    assert [row.last_status for row in bench.rows] == [None, None, 201]
    assert len(bench.arrived(gone)) == 1


def test_a_dispatch_that_is_cancelled_and_a_dispatcher_that_ends_at_once_still_prune(bench: Bench) -> None:
    slow, _gone = bench.subscribe(Temper.SLOW, Temper.GONE)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            running = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await bench.log.wait_for(PushFinished)
            running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(scenario())
    assert [row.id for row in bench.rows] == [slow.id]
    assert len(bench.log.of(SubscriptionsPruned)) == 1


def test_an_interrupt_leaves_the_dispatcher_open(bench: Bench) -> None:
    (slow,) = bench.subscribe(Temper.SLOW)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            running = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await bench.log.wait_for(DispatchStarted)
            assert dispatcher.push_stats().in_flight == 1
            dispatcher.interrupt()
            (delivery,) = await running
            # Whether its body has gone out by then is libcurl's affair.
            assert (delivery.outcome, delivery.reason) in (
                (Outcome.UNREACHABLE, INTERRUPTED),
                (Outcome.NOT_SENT, STOPPED),
            )
            bench.sandbox.set_temper([slow.endpoint], Temper.CREATED)
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()

    asyncio.run(scenario())


def test_a_read_that_hangs_holds_up_no_end(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched.hold_reads = True

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            running = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await in_thread(bench.watched.read_rows)
        assert not bench.watched.go_on.is_set()
        with pytest.raises(DispatchError, match=r"^The dispatcher has been closed\.$"):
            await running

    try:
        asyncio.run(scenario())
    finally:
        bench.watched.go_on.set()


class _HangingDelete(WatchedStore):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.deleting = threading.Event()

    def delete_subscriptions(self, subscriptions: Sequence[Subscription], *, by: object = None) -> list[Subscription]:
        self.deleting.set()
        assert self.go_on.wait(DEADLINE_S)
        return self.store.delete_subscriptions(subscriptions, by=by)


def test_a_delete_that_hangs_holds_up_no_end_and_is_finished_by_its_thread(bench: Bench) -> None:
    bench.subscribe(Temper.GONE)
    bench.watched = watched = _HangingDelete(bench.store)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            running = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await in_thread(watched.deleting)
        assert not watched.go_on.is_set()
        assert len(bench.rows) == 1
        watched.go_on.set()
        for one in threading.enumerate():
            if one.name.startswith("webpush-store"):
                await asyncio.to_thread(one.join, DEADLINE_S)
        assert bench.rows == []
        with pytest.raises(DispatchError, match=r"^The dispatcher has been closed\.$"):
            await running

    try:
        asyncio.run(scenario())
    finally:
        watched.go_on.set()


def test_a_caller_that_was_cancelled_itself_is_told_so_also_at_the_end(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched.hold_reads = True

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            running = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await in_thread(bench.watched.read_rows)
            running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    try:
        asyncio.run(scenario())
    finally:
        bench.watched.go_on.set()


def test_a_push_that_is_dropped_on_a_connection_in_use_is_received_once(bench: Bench) -> None:
    good, dropping = bench.subscribe(Temper.CREATED, Temper.DROP)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            for _ in range(3):
                assert (await dispatcher.test(good)).outcome is Outcome.ACCEPTED
                lost = await dispatcher.test(dropping)
                assert (lost.outcome, lost.status) == (Outcome.UNREACHABLE, None)
                assert lost.reason == "The connection broke before an answer came; it may have arrived."

    asyncio.run(scenario())
    assert len(bench.arrived(dropping)) == 3


def test_a_change_of_policy_blocks_what_was_allowed_and_reads_anew(bench: Bench) -> None:
    (row,) = bench.subscribe(Temper.CREATED)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()
            await dispatcher.change_policy(EndpointPolicy())
            (blocked,) = await dispatcher.dispatch(bench.user_id, HI)
            assert (blocked.outcome, blocked.reason) == (Outcome.BLOCKED, "The endpoint must begin with https://.")
            await dispatcher.change_policy(EndpointPolicy(allow_loopback=True, loopback_port=bench.sandbox.port))
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()
            await dispatcher.change_policy(EndpointPolicy(allow_loopback=True, loopback_port=1))
            assert (await dispatcher.dispatch(bench.user_id, HI)).count(Outcome.BLOCKED) == 1

    asyncio.run(scenario())
    assert len(bench.arrived(row)) == 2
    assert [cleared.reason for cleared in bench.log.of(CacheCleared)] == ["The endpoint policy was changed."] * 3
