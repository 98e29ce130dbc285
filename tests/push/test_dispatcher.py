"""The dispatcher over a real database and a real push service: what arrives, what is pruned, what is told.

Runs on: any
"""

import asyncio
import json
import sqlite3
import traceback
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest

from tests.push.material import AUTH, HI, P256DH, Bench, in_thread
from webpush_admin.push.answer import DispatchReport, Outcome
from webpush_admin.push.disabled import DisabledDispatcher
from webpush_admin.push.dispatcher import TEST_MESSAGE, Dispatcher
from webpush_admin.push.errors import DispatchError, InvalidKeys, StoreError
from webpush_admin.push.events import (
    CacheCleared,
    CacheHit,
    DispatchFinished,
    DispatchStarted,
    PushFinished,
    ReadCached,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    StaleReadDiscarded,
    SubscriptionsPruned,
)
from webpush_admin.push.message import Action, Message
from webpush_admin.push.stats import CacheStats, PushStats
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.transport import LANES
from webpush_admin.sandbox.records import Temper


def _send(bench: Bench, times: int = 1, **settings: Any) -> list[DispatchReport]:
    async def sent() -> list[DispatchReport]:
        async with bench.dispatcher(**settings) as dispatcher:
            return [await dispatcher.dispatch(bench.user_id, HI) for _ in range(times)]

    return asyncio.run(sent())


def test_what_was_said_arrives_decrypted_with_its_headers(bench: Bench) -> None:
    (subscription,) = bench.subscribe(Temper.CREATED)
    message = Message(
        title="Hi – 你好",
        body="There",
        icon="https://example.org/i.png",
        actions=(Action("Open", "https://example.org/"),),
        ttl_s=3600,
        urgency="very-low",
        topic="news_1-A",
    )

    async def scenario() -> DispatchReport:
        async with bench.dispatcher() as dispatcher:
            assert dispatcher.public_key == bench.store.vapid_keys().public_key
            return await dispatcher.dispatch(bench.user_id, message)

    (delivery,) = asyncio.run(scenario())
    assert (delivery.subscription, delivery.outcome, delivery.status) == (subscription, Outcome.ACCEPTED, 201)
    assert delivery.reason == delivery.body == ""
    assert delivery.elapsed_s > 0
    (entry,) = bench.arrived(subscription)
    assert entry.payload.encode() == message.payload()
    assert (entry.problem, entry.ttl_s, entry.urgency, entry.topic) == ("", 3600, "very-low", "news_1-A")


def test_a_topic_is_left_out_where_there_is_none(bench: Bench) -> None:
    (subscription,) = bench.subscribe(Temper.CREATED)
    _send(bench)
    (entry,) = bench.arrived(subscription)
    assert (entry.ttl_s, entry.urgency, entry.topic, entry.problem) == (60, "normal", "", "")


def test_the_largest_payload_arrives(bench: Bench) -> None:
    (subscription,) = bench.subscribe(Temper.CREATED)
    message = Message(title="x" * (3993 - len('{"title":""}')))

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            (await dispatcher.dispatch(bench.user_id, message)).raise_for_failures()

    asyncio.run(scenario())
    assert bench.arrived(subscription)[0].payload.encode() == message.payload()


def test_a_user_without_subscriptions_gets_an_empty_report(bench: Bench) -> None:
    (report,) = _send(bench)
    assert report.deliveries == ()
    report.raise_for_failures()
    assert bench.log.of(DispatchStarted)[0].targets == 0
    assert len(bench.log.of(DispatchFinished)) == 1


def test_deliveries_stand_in_the_order_of_the_rows_with_more_rows_than_lanes(bench: Bench) -> None:
    rows = bench.subscribe(*[Temper.CREATED, Temper.NOT_FOUND] * LANES)
    (report,) = _send(bench)
    assert [delivery.subscription for delivery in report] == rows
    assert [delivery.status for delivery in report] == [201, 404] * LANES
    assert all(len(bench.arrived(row)) == 1 for row in rows)


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


def test_our_own_writes_are_no_change_from_outside(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED, Temper.GONE)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            await dispatcher.dispatch(bench.user_id, HI)
            await dispatcher._upkeep._write_marks()
            await dispatcher._upkeep._look_for_other_writers()
            await dispatcher.dispatch(bench.user_id, HI)
            assert dispatcher.cache_stats() == CacheStats(hits=1, misses=1, pruned=1, entries=1, generation=1)
            assert dispatcher.push_stats() == PushStats(accepted=2, gone=1, pruned=1)

    asyncio.run(scenario())
    assert bench.watched.reads == 1
    assert bench.log.of(CacheCleared) == []
    assert {mark.status for mark in bench.watched.marks} == {201, 410}
    assert bench.rows[0].last_status == 201


@pytest.mark.parametrize(
    ("temper", "status", "body"),
    [
        (Temper.NOT_FOUND, 404, "push subscription not found."),
        (Temper.TOO_LARGE, 413, "payload too large."),
        (Temper.RATE_LIMITED, 429, "too many requests, slow down."),
        (Temper.SERVER_ERROR, 500, "internal server error."),
    ],
)
def test_a_failure_is_told_with_its_body_and_the_row_stays(
    bench: Bench, temper: Temper, status: int, body: str
) -> None:
    (row,) = bench.subscribe(temper)
    (report,) = _send(bench)
    (delivery,) = report
    assert (delivery.outcome, delivery.status, delivery.body) == (Outcome.REJECTED, status, body)
    with pytest.raises(DispatchError, match=f"1 of 1 pushes failed: .*: {status} .* {body}"):
        report.raise_for_failures()
    assert [kept.id for kept in bench.rows] == [row.id]
    assert len(bench.arrived(row)) == 1, "one attempt per subscription"


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


def test_the_ttl_is_that_of_the_injected_clock(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    now_s = [0.0]

    async def scenario() -> None:
        async with bench.dispatcher(cache_ttl=10.0, clock=lambda: now_s[0]) as dispatcher:
            for moment_s, reads in ((0.0, 1), (9.9, 1), (10.0, 2), (19.9, 2), (20.0, 3)):
                now_s[0] = moment_s
                await dispatcher.dispatch(bench.user_id, HI)
                assert bench.watched.reads == reads

    asyncio.run(scenario())


@pytest.mark.parametrize("cache_ttl", [0, -5.0])
def test_a_ttl_of_none_means_180_seconds(bench: Bench, cache_ttl: float) -> None:
    now_s = [0.0]

    async def scenario() -> None:
        async with bench.dispatcher(cache_ttl=cache_ttl, clock=lambda: now_s[0]) as dispatcher:
            for moment_s, reads in ((0.0, 1), (179.9, 1), (180.0, 2)):
                now_s[0] = moment_s
                await dispatcher.dispatch(bench.user_id, HI)
                assert bench.watched.reads == reads

    asyncio.run(scenario())


def test_concurrent_dispatches_share_one_read(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched.hold_reads = True

    async def scenario() -> list[DispatchReport]:
        async with bench.dispatcher() as dispatcher:
            callers = [asyncio.create_task(dispatcher.dispatch(bench.user_id, HI)) for _ in range(4)]
            await bench.log.wait_for(ReadJoined, 3)
            bench.watched.go_on.set()
            return await asyncio.gather(*callers)

    reports = asyncio.run(scenario())
    assert [len(report) for report in reports] == [1] * 4
    assert bench.watched.reads == 1


def test_a_cancelled_caller_fails_nobody_else(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched.hold_reads = True

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            first = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            second = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await bench.log.wait_for(ReadJoined)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            bench.watched.go_on.set()
            (await second).raise_for_failures()

    asyncio.run(scenario())
    assert bench.watched.reads == 1


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


def test_a_dispatch_after_an_invalidation_reads_anew_though_a_read_is_in_flight(bench: Bench) -> None:
    (first,) = bench.subscribe(Temper.CREATED)
    bench.watched.hold_reads = True

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            older = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await in_thread(bench.watched.read_rows)
            bench.watched.hold_reads = False
            (second,) = bench.subscribe(Temper.CREATED)
            dispatcher.invalidate_user(bench.user_id)
            newer = await dispatcher.dispatch(bench.user_id, HI)
            assert [delivery.subscription.id for delivery in newer] == [first.id, second.id]
            bench.watched.go_on.set()
            assert [delivery.subscription.id for delivery in await older] == [first.id]
            await bench.log.wait_for(StaleReadDiscarded)
            # The older rows did not take the place of the newer ones.
            assert len(await dispatcher.dispatch(bench.user_id, HI)) == 2
            assert dispatcher.cache_stats().stale_discarded == 1

    asyncio.run(scenario())
    assert bench.watched.reads == 2
    assert len(bench.log.of(ReadCached)) == 1


def test_rows_that_cannot_be_read_are_an_error_that_is_not_kept(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched.refusal = "The database is locked."

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            with pytest.raises(StoreError, match="locked"):
                await dispatcher.dispatch(bench.user_id, HI)
            bench.watched.refusal = ""
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()

    asyncio.run(scenario())
    assert len(bench.log.of(ReadFailed)) == 1
    assert len(bench.log.of(ReadStarted)) == 2


def test_a_test_touches_neither_cache_nor_rows(bench: Bench) -> None:
    (gone,) = bench.subscribe(Temper.GONE)
    stranger = bench.sandbox.create_subscriptions([Temper.CREATED])[0]

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            delivery = await dispatcher.test(gone)
            assert (delivery.outcome, delivery.pruned, delivery.status) == (Outcome.GONE, False, 410)
            unstored = Subscription(stranger.endpoint, stranger.p256dh, stranger.auth)
            assert (await dispatcher.test(unstored, HI)).outcome is Outcome.ACCEPTED
            assert (await dispatcher.test(Subscription("http://push.example.net/a", "", ""))).outcome is Outcome.BLOCKED
            assert dispatcher.cache_stats() == CacheStats()

    asyncio.run(scenario())
    assert [row.id for row in bench.rows] == [gone.id]
    assert bench.watched.reads == 0
    assert [finished.test for finished in bench.log.of(PushFinished)] == [True] * 3
    assert json.loads(bench.arrived(gone)[0].payload)["title"] == TEST_MESSAGE.title


def test_every_dispatch_begins_and_ends_in_the_events(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED, Temper.GONE)
    _send(bench, times=2)
    kinds = [type(event) for event in bench.log.told]
    assert kinds.index(DispatchStarted) < kinds.index(PushFinished) < kinds.index(SubscriptionsPruned)
    assert kinds.index(SubscriptionsPruned) < kinds.index(DispatchFinished)
    assert len(bench.log.of(CacheHit)) == 1
    assert [started.targets for started in bench.log.of(DispatchStarted)] == [2, 1]


def test_a_subject_or_a_pair_that_cannot_be_used_is_refused(bench: Bench) -> None:
    with pytest.raises(InvalidKeys, match="subject"):
        bench.dispatcher(subject="ops")
    with closing(sqlite3.connect(bench.store.path)) as connection:
        connection.execute("UPDATE vapid_keys SET private_key = 'br!ken'")
        connection.commit()

    async def scenario() -> None:
        with pytest.raises(InvalidKeys, match="cannot be read"):
            async with bench.dispatcher():
                pass

    asyncio.run(scenario())


def test_subscriptions_without_keys_are_refused_on_entering_and_stay(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    with closing(sqlite3.connect(bench.store.path)) as connection:
        connection.execute("UPDATE subscriptions SET vapid_key_id = NULL")
        connection.execute("DELETE FROM vapid_keys")
        connection.commit()

    async def scenario() -> None:
        with pytest.raises(StoreError, match="no VAPID keys"):
            async with bench.dispatcher():
                pass

    asyncio.run(scenario())
    assert len(bench.rows) == 1


def test_a_dispatcher_that_is_not_open_says_so(bench: Bench) -> None:
    dispatcher = bench.dispatcher()
    assert dispatcher.public_key == ""
    assert dispatcher.push_stats() == PushStats()

    async def scenario() -> None:
        for _ in range(2):
            with pytest.raises(DispatchError, match="not open"):
                await dispatcher.dispatch(bench.user_id, HI)
            with pytest.raises(DispatchError, match="not open"):
                await dispatcher.test(Subscription("https://push.example.net/a", P256DH, AUTH))
            async with bench.dispatcher() as dispatched:
                pass
            await dispatched.aclose()

    asyncio.run(scenario())


def test_a_disabled_dispatcher_says_why(bench: Bench) -> None:
    disabled = DisabledDispatcher("No database is open.")

    async def scenario() -> None:
        with pytest.raises(DispatchError, match=r"^No database is open\.$"):
            await disabled.dispatch(bench.user_id, HI)
        with pytest.raises(DispatchError, match=r"^No database is open\.$"):
            await disabled.test(Subscription("https://push.example.net/a", P256DH, AUTH))

    asyncio.run(scenario())
    disabled.invalidate_user(bench.user_id)
    assert disabled.public_key == ""
    assert disabled.cache_stats() == CacheStats()


def test_a_failing_dispatch_shows_no_secret_even_with_its_locals(bench: Bench) -> None:
    (row,) = bench.subscribe(Temper.SERVER_ERROR)
    private_key = bench.store.vapid_keys().private_key
    texts: list[str] = []

    def tell(error: BaseException) -> None:
        texts.append("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            report = await dispatcher.dispatch(bench.user_id, HI)
            try:
                report.raise_for_failures()
            except DispatchError as error:
                tell(error)

            def fails(*_: object, **__: object) -> bytes:
                raise RuntimeError("a fault of ours")

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("webpush_admin.push.sender.encrypt", fails)
                try:
                    await dispatcher.dispatch(bench.user_id, HI)
                except RuntimeError as error:
                    tell(error)
                patch.undo()
                patch.setattr("pycurl.AsyncCurlMulti.add_handle", fails)
                try:
                    await dispatcher.dispatch(bench.user_id, HI)
                except RuntimeError as error:
                    tell(error)
            bench.watched.refusal = "The database is locked."
            dispatcher.invalidate_user(bench.user_id)
            try:
                await dispatcher.dispatch(bench.user_id, HI)
            except StoreError as error:
                tell(error)

    asyncio.run(scenario())
    assert len(texts) == 4
    path = row.endpoint.rpartition("/")[2]
    for text in texts:
        assert "bench = <" in text, "the locals are not told"
        for secret in (path, row.auth, row.p256dh, private_key, "vapid t="):
            assert secret not in text
