"""The dispatcher prunes what answers 410: what is deleted, what is told of it, and what is kept.

Runs on: any
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.push.material import AUTH, HI, P256DH, Bench, WatchedStore
from webpush_admin.push.answer import Answer, Delivery, DispatchReport, Outcome
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import DispatchError, StoreError
from webpush_admin.push.events import (
    AnswersRecorded,
    PushFinished,
    SubscriptionsPruned,
)
from webpush_admin.push.places import PlaceState
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.verdict import judge
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


def _send(bench: Bench, times: int = 1, **settings: Any) -> list[DispatchReport]:
    async def sent() -> list[DispatchReport]:
        async with bench.dispatcher(**settings) as dispatcher:
            return [await dispatcher.dispatch(bench.user_id, HI) for _ in range(times)]

    return asyncio.run(sent())


def test_410_is_pruned_from_database_and_cache_without_a_second_read(bench: Bench) -> None:
    good, gone, other = bench.subscribe(Temper.CREATED, Temper.GONE, Temper.CREATED)
    first, second = _send(bench, times=2)
    assert [delivery.outcome for delivery in first] == [Outcome.ACCEPTED, Outcome.GONE, Outcome.ACCEPTED]
    assert [delivery.pruned for delivery in first] == [False, True, False]
    first.raise_for_failures()
    assert [row.id for row in bench.rows] == [good.id, other.id]
    assert [delivery.subscription.id for delivery in second] == [good.id, other.id]
    assert bench.watched.reads == 1
    assert len(bench.arrived(gone)) == 1
    (pruned,) = bench.log.of(SubscriptionsPruned)
    assert (pruned.user_id, pruned.subscriptions) == (bench.user_id, (gone,))


def test_a_failing_sibling_does_not_stop_a_prune(bench: Bench) -> None:
    failing, _gone, dropping = bench.subscribe(Temper.SERVER_ERROR, Temper.GONE, Temper.DROP)
    blocked = bench.add("https://printer.local/a")
    (report,) = _send(bench)
    outcomes = [Outcome.REJECTED, Outcome.GONE, Outcome.UNREACHABLE, Outcome.BLOCKED]
    assert [delivery.outcome for delivery in report] == outcomes
    assert [row.id for row in bench.rows] == [failing.id, dropping.id, blocked.id]
    with pytest.raises(DispatchError, match="3 of 4"):
        report.raise_for_failures()
    assert report.deliveries[3].reason == "The endpoint's host ends in .local, which is not on the public internet."


def _forbid_deletes(bench: Bench) -> None:
    with closing(sqlite3.connect(bench.store.path)) as connection:
        connection.execute(
            "CREATE TRIGGER kept BEFORE DELETE ON subscriptions BEGIN SELECT RAISE(ABORT, 'not allowed'); END"
        )
        connection.commit()


def test_a_delete_that_fails_is_a_failure_and_keeps_the_cache_entry(bench: Bench) -> None:
    (gone,) = bench.subscribe(Temper.GONE)
    _forbid_deletes(bench)
    first, second = _send(bench, times=2)
    (delivery,) = first
    assert (delivery.outcome, delivery.status) == (Outcome.GONE, 410)
    assert (delivery.pruned, delivery.prune_failed) == (False, True)
    assert delivery.reason.startswith("Gone, but its row could not be deleted: ")
    with pytest.raises(DispatchError, match="could not be deleted"):
        first.raise_for_failures()
    assert [row.id for row in bench.rows] == [gone.id]
    assert len(second) == 1
    assert bench.watched.reads == 1
    assert bench.log.of(SubscriptionsPruned) == []


def test_a_row_whose_keys_were_replaced_while_it_answered_410_is_kept(bench: Bench) -> None:
    (gone,) = bench.subscribe(Temper.GONE)

    async def scenario() -> DispatchReport:
        async with bench.dispatcher() as dispatcher:
            await dispatcher.dispatch(uuid4(), HI)
            dispatcher._cache._read = _replacing(dispatcher)
            return await dispatcher.dispatch(bench.user_id, HI)

    def _replacing(dispatcher: Dispatcher) -> Any:
        read = dispatcher._read

        async def reading(user_id: Any) -> Any:
            receivers = await read(user_id)
            bench.store.add_subscription(bench.user_id, endpoint=gone.endpoint, p256dh=P256DH, auth=AUTH)
            return receivers

        return reading

    asyncio.run(scenario())
    assert [row.p256dh for row in bench.rows] == [P256DH]


def test_rows_that_were_pruned_are_deleted_before_the_cache_lets_them_go(bench: Bench) -> None:
    """Between the two nobody may read them back: a read that begins then would see them, and be kept."""
    bench.subscribe(Temper.GONE, Temper.CREATED)
    seen: list[tuple[int, int]] = []

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            prune = dispatcher._cache.prune

            def pruning(user_id: Any, gone: Any) -> None:
                seen.append((len(bench.rows), dispatcher.cache_stats().pruned))
                prune(user_id, gone)

            dispatcher._cache.prune = pruning  # type: ignore[method-assign]  # to look in between
            await dispatcher.dispatch(bench.user_id, HI)

    asyncio.run(scenario())
    assert seen == [(1, 0)]


def test_what_answered_410_before_its_caller_was_cancelled_is_pruned(bench: Bench) -> None:
    slow, gone = bench.subscribe(Temper.SLOW, Temper.GONE)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            caller = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            finished = await bench.log.wait_for(PushFinished)
            assert finished.delivery.subscription == gone
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            await bench.log.wait_for(SubscriptionsPruned)
            assert [row.id for row in bench.rows] == [slow.id]
            # The lanes are as good as new.
            bench.sandbox.set_temper([slow.endpoint], Temper.CREATED)
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()
            assert dispatcher.push_stats().in_flight == 0

    asyncio.run(scenario())
    assert bench.watched.reads == 1


class _Replacing(WatchedStore):
    """Somebody else gives a row other keys, just before it is deleted."""

    def delete_subscriptions(self, subscriptions: Sequence[Subscription], *, by: object = None) -> list[Subscription]:
        row = subscriptions[0]
        assert row.user_id is not None
        self.store.add_subscription(row.user_id, endpoint=row.endpoint, p256dh=P256DH, auth=AUTH)
        return self.store.delete_subscriptions(subscriptions, by=by)


def test_only_rows_that_were_really_deleted_are_told_as_pruned(bench: Bench) -> None:
    bench.watched = _Replacing(bench.store)
    _replaced, gone = bench.subscribe(Temper.GONE, Temper.GONE)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            report = await dispatcher.dispatch(bench.user_id, HI)
            assert [delivery.outcome for delivery in report] == [Outcome.GONE] * 2
            assert [delivery.pruned for delivery in report] == [False, True]
            assert report.failures == ()
            assert dispatcher.push_stats().pruned == 1
            (place,) = dispatcher.places([bench.user_id])
            assert (place.state, place.rows) == (PlaceState.EMPTIED, 0), (
                "neither of the rows that were sent to is in the database any more"
            )

    asyncio.run(scenario())
    assert [row.p256dh for row in bench.rows] == [P256DH]
    assert [event.subscriptions for event in bench.log.of(SubscriptionsPruned)] == [(gone,)]


def test_a_row_that_two_dispatches_found_gone_is_pruned_once(bench: Bench) -> None:
    bench.subscribe(Temper.GONE)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            both = await asyncio.gather(*(dispatcher.dispatch(bench.user_id, HI) for _ in range(2)))
            assert sorted(delivery.pruned for report in both for delivery in report) == [False, True]
            assert dispatcher.push_stats().pruned == 1
            gone = [delivery.subscription for delivery in both[0]]
            assert await dispatcher.prune(gone) == 0

    asyncio.run(scenario())
    assert len(bench.log.of(SubscriptionsPruned)) == 1


class _Foreign(WatchedStore):
    """Somebody's own store, whose errors are none of ours and quote what they were given."""

    fails = True

    def delete_subscriptions(self, subscriptions: Sequence[Subscription], *, by: object = None) -> list[Subscription]:
        raise OSError(f"DELETE {subscriptions[0].endpoint}")

    def subscriptions_of(self, user_id: UUID) -> list[Subscription]:
        if self.fails:
            raise KeyError(str(user_id))
        return self.store.subscriptions_of(user_id)


def test_what_a_foreign_store_raises_is_told_by_its_kind_alone(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.watched = watched = _Foreign(bench.store)
    (gone,) = bench.subscribe(Temper.GONE)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            with pytest.raises(StoreError, match=r"^The store failed with KeyError\.$") as caught:
                await dispatcher.dispatch(bench.user_id, HI)
            assert caught.value.__context__ is caught.value.__cause__ is None
            watched.fails = False
            (delivery,) = await dispatcher.dispatch(bench.user_id, HI)
            assert (delivery.outcome, delivery.pruned, delivery.prune_failed) == (Outcome.GONE, False, True)
            assert delivery.reason == "Gone, but its row could not be deleted: The store failed with OSError."

    asyncio.run(scenario())
    assert "A call of the store raised OSError at delete_subscriptions, line " in caplog.text
    assert gone.endpoint not in caplog.text


def test_what_answered_410_is_pruned_whatever_befell_a_sibling(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, _gone = bench.subscribe(Temper.SLOW, Temper.GONE)

    def judging(subscription: Subscription, answer: Answer, **known: Any) -> Delivery:
        if subscription.id == slow.id:
            raise RuntimeError("a fault of ours")
        return judge(subscription, answer, **known)

    monkeypatch.setattr("webpush_admin.push.sender.judge", judging)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            with pytest.raises(RuntimeError, match="a fault of ours"):
                await dispatcher.dispatch(bench.user_id, HI)

    asyncio.run(scenario())
    assert [row.id for row in bench.rows] == [slow.id]


@pytest.mark.parametrize("journaled", [False, True])
def test_a_404_is_the_first_one_where_another_answer_came_in_between(bench: Bench, journaled: bool) -> None:
    """The row in the cache told of a 404 two hours ago, and would have been pruned by the next one."""
    (row,) = bench.subscribe(Temper.CREATED)
    bench.store.record_answers([AnswerMark(row, 404, datetime.now(UTC) - timedelta(hours=2))])
    journal = _MarkingJournal(bench.store) if journaled else None

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            (accepted,) = await dispatcher.dispatch(bench.user_id, HI, journal=journal)
            assert accepted.outcome is Outcome.ACCEPTED
            if journal is None:
                await bench.log.wait_for(AnswersRecorded)
            bench.sandbox.set_temper([row.endpoint], Temper.NOT_FOUND)
            (missing,) = await dispatcher.dispatch(bench.user_id, HI, journal=journal)
            assert (missing.outcome, missing.status) == (Outcome.REJECTED, 404)

    asyncio.run(scenario())
    assert [kept.id for kept in bench.rows] == [row.id]


class _MarkingJournal:
    """Keeps answers with their rows, and nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def intend(self, subscriptions: Sequence[Subscription]) -> None:
        pass

    async def conclude(self, deliveries: Sequence[Delivery]) -> None:
        self._store.record_answers([AnswerMark(d.subscription, d.status, datetime.now(UTC)) for d in deliveries])
