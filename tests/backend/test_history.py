"""The history as a window reads it: lists, sends, one delivery with everything, exports, and what is forgotten."""

import asyncio
import csv
import gc
import json
import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.backend.desk import DEADLINE_S, HI, Desk, Town
from tests.backend.sends import newest
from webpush_admin.backend.records import DatabaseChanged, HistoryChanged, State, WorkKind
from webpush_admin.push.answer import Outcome
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.push.events import AnswersRecorded
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.history.history import History
from webpush_admin.store.history_rows import DeliveryFilter, DeliveryQuery, Keeping, SendStart, SendState
from webpush_admin.store.rows import Chosen

FAILED = DeliveryQuery(DeliveryFilter(failed=True), order_by="user")


def test_deliveries_are_listed_and_one_is_told_in_full(town: Town) -> None:
    ada, grace = town.add_users([[Temper.CREATED, Temper.NOT_FOUND], [Temper.GONE]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            history = desk.backend.history
            assert (await history.page(DeliveryQuery(), 0, 0, 10)).rows == ()
            assert await history.sends(10) == ()
            await desk.backend.sending.to_user(ada, HI, keep_payload=True)
            await desk.backend.sending.to_user(grace, HI)
            assert (await history.page(DeliveryQuery(), 0, 0, 10)).rows == (), "a list keeps its order and its rows"
            page = await history.page(DeliveryQuery(), 1, 0, 10)
            rows = [row for row in page.rows if row is not None]
            assert page.total == len(rows) == 3 == await history.total(DeliveryQuery(), 1)
            assert [row.outcome for row in rows] == [Outcome.GONE, Outcome.REJECTED, Outcome.ACCEPTED]
            assert [row.user_name for row in rows] == ["user 1", "user 0", "user 0"]
            assert [row.pruned for row in rows] == [True, False, False]
            assert all(row.host == "127.0.0.1" and len(row.tail) == 4 for row in rows)
            (failed,) = [row for row in (await history.page(FAILED, 1, 0, 10)).rows if row is not None]
            assert failed == rows[1]
            detail = await history.detail(rows[2].number)
            assert detail is not None
            assert (detail.row, detail.send.start.payload) == (rows[2], '{"title":"Hi"}')
            assert detail.request is not None
            assert detail.request.origin == town.sandbox.origin
            assert all(secret not in repr(detail.request.headers) for secret in ("eyJ", "Bearer"))
            assert await history.detail(999) is None
            (last, first) = await history.sends(10)
            assert await history.sends(10, before=last.number) == (first,)
            assert await history.send(first.number) == first
            assert await history.of_subscription(rows[1].subscription_id or 0, 5) == (rows[1],)

    asyncio.run(scenario())


def test_changes_are_told_a_few_times_a_second_and_at_the_end(town: Town) -> None:
    town.add_users([[Temper.CREATED] * 100 for _ in range(6)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            loop = asyncio.get_running_loop()
            begun_s = loop.time()
            summary = await desk.backend.sending.to_all(HI)
            changed = desk.of(HistoryChanged)
            assert {event.send for event in changed} == {summary.send}
            # One of them at once, and one at the end.
            assert len(changed) <= (loop.time() - begun_s) / 0.3 + 3
            assert sum(event.count for event in desk.of(AnswersRecorded)) == summary.accepted == 600

    asyncio.run(scenario())


def test_an_export_is_whole_or_not_there(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town.add_users([[Temper.CREATED, Temper.NOT_FOUND] for _ in range(20)])
    rows_for_export = History.rows_for_export
    asked, go_on = threading.Event(), threading.Event()

    def held(history: History, query: DeliveryQuery, cancel: Cancel) -> object:
        asked.set()
        assert go_on.wait(DEADLINE_S)
        return rows_for_export(history, query, cancel)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            history = desk.backend.history
            summary = await desk.backend.sending.to_all(HI)
            target = tmp_path / "report.csv"
            assert await history.export(FAILED, target, "csv") == 20
            with target.open(newline="") as file:
                assert {row["outcome"] for row in csv.DictReader(file)} == {"rejected"}
            with pytest.raises(PushError, match="exists already"):
                await history.export(summary.send, target, "json")
            assert await history.export(summary.send, target, "json", overwrite=True) == 40
            told = json.loads(target.read_text())
            assert len(told) == 40
            assert all(row.subscription.endpoint not in target.read_text() for row in await desk.rows())
            with pytest.raises(PushError, match="is the open database"):
                await history.export(summary.send, town.path, "csv", overwrite=True)
            monkeypatch.setattr(History, "rows_for_export", held)
            exporting = asyncio.create_task(history.export(summary.send, tmp_path / "stopped.csv", "csv"))
            assert await asyncio.to_thread(asked.wait, DEADLINE_S)
            (work,) = desk.backend.works.progress
            assert work.kind is WorkKind.EXPORT
            await desk.backend.works.stop(work.number)
            go_on.set()
            with pytest.raises(PushError, match="Stopped: nothing was changed"):
                await exporting

    asyncio.run(scenario())
    assert {entry.name for entry in tmp_path.glob("*.csv*")} == {"report.csv"}


def test_what_is_beyond_is_forgotten_and_sends_keep_their_totals(town: Town) -> None:
    town.add_users([[Temper.CREATED] * 5, [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            history = desk.backend.history
            await desk.backend.sending.to_all(HI)
            assert await history.keeping() == Keeping()
            assert await history.forget(Keeping(days=0, deliveries=4)) == 2
            assert (await history.page(DeliveryQuery(), 1, 0, 10)).total == 4
            assert dict((await newest(desk)).counts) == {Outcome.ACCEPTED: 6}
            assert desk.of(HistoryChanged)[-1].send == 0
            changed = len(desk.of(HistoryChanged))
            # After each send, by itself.
            await desk.backend.sending.to_all(HI)
            await desk.until(lambda: any(event.send == 0 for event in desk.of(HistoryChanged)[changed:]))
            assert (await history.page(DeliveryQuery(), 2, 0, 10)).total == 4
        async with Desk() as desk:
            await town.open(desk)
            assert await desk.backend.history.keeping() == Keeping(days=0, deliveries=4)

    asyncio.run(scenario())


def test_forgetting_that_lasts_is_shown_and_can_be_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.add_user(Temper.CREATED)
    monkeypatch.setattr("webpush_admin.backend.tidying.SHOWN_AFTER_S", 0.01)
    stopped = threading.Event()

    def lasting(_: History, __: Keeping, cancel: Cancel) -> int:
        while not cancel.raised:
            stopped.wait(0.001)
        stopped.set()
        return 7

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            # What opening has begun is over, or it would be the one that is shown.
            begun = desk.backend.sending._tidying._task
            assert begun is not None
            await begun
            monkeypatch.setattr(History, "forget", lasting)
            forgetting = asyncio.create_task(desk.backend.history.forget(Keeping()))
            await desk.until(lambda: bool(desk.backend.works.progress))
            (work,) = desk.backend.works.progress
            assert work.kind is WorkKind.FORGET
            await desk.backend.works.stop(work.number)
            assert await forgetting == 7
            assert desk.backend.works.progress == ()

    asyncio.run(scenario())
    assert stopped.is_set()


def test_a_database_that_is_closed_while_the_history_is_shortened_ends_that_without_a_word(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.add_user(Temper.CREATED)
    begun, ended = threading.Event(), threading.Event()

    def lasting(_: History, __: Keeping, cancel: Cancel) -> int:
        begun.set()
        while not cancel.raised:
            ended.wait(0.001)
        ended.set()
        raise StoreError("The database is closed.")

    monkeypatch.setattr(History, "forget", lasting)
    unheard: list[object] = []

    async def scenario() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
        async with Desk() as desk:
            await town.open(desk)
            await desk.until(begun.is_set)
        gc.collect()

    asyncio.run(scenario())
    assert ended.is_set()
    assert not unheard


def test_a_send_that_broke_off_is_told_when_the_database_is_opened(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    user_id = town.add_user(Temper.CREATED)
    store = Store.open(town.url)
    try:
        start = SendStart("all", False, "", 60, "normal", None, 14, None, 1)
        send = store.history.begin(start)
        store.history.intend(send, store.subscriptions_of(user_id), datetime.now(UTC))
    finally:
        # Nobody ends it: its process has closed the database.
        store.close()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            summary = await desk.backend.sending.to_all(HI)
            (own, broken) = await desk.backend.history.sends(10)
            assert (own.number, own.state) == (summary.send, SendState.ENDED)
            assert (broken.number, broken.state) == (send, SendState.BROKEN_OFF)
            assert broken.counts == ((Outcome.UNKNOWN, 1),)
            # What may have arrived is not sent again by itself, nor when somebody asks for what failed.
            assert (await desk.backend.sending.retry_failed(send, HI)).targets == 0

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    assert caplog.messages == ["A send broke off: 1 of its pushes may have arrived."]


def test_subscriptions_can_be_marked_suspect_until_one_takes_that_back(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.CREATED, Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            subscriptions = desk.backend.subscriptions
            assert await subscriptions.mark_suspect([1, 2, 3, 99]) == 3
            assert {row.state for row in await desk.rows()} == {State.SUSPECT}
            assert DatabaseChanged(ChangeKind.SUBSCRIPTIONS, frozenset({user_id})) in desk.told
            assert await subscriptions.unmark([1]) == 1
            # What is accepted is not suspect any more.
            await desk.backend.sending.to_chosen(Chosen(1, ids=(2,)), HI, label="one")
            assert [row.state for row in await desk.rows()] == [State.NEW, State.OK, State.SUSPECT]

    asyncio.run(scenario())
