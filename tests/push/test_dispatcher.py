"""The dispatcher over a real database and a real push service: what arrives, what is pruned, what is told.

Runs on: any
"""

import asyncio
import sqlite3
import traceback
from contextlib import closing
from typing import Any

import pytest

from tests.push.material import AUTH, HI, P256DH, Bench
from webpush_admin.push.answer import DispatchReport, Outcome
from webpush_admin.push.disabled import DisabledDispatcher
from webpush_admin.push.errors import DispatchError, InvalidKeys, StoreError
from webpush_admin.push.events import (
    CacheHit,
    DispatchFinished,
    DispatchStarted,
    PushFinished,
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
                patch.setattr("webpush_admin.push.outgoing.encrypt", fails)
                try:
                    await dispatcher.dispatch(bench.user_id, HI)
                except RuntimeError as error:
                    tell(error)
                patch.undo()
                patch.setattr("webpush_admin.push.multi.Multi.add", fails)
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
