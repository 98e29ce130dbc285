"""Where nothing may be written, what is gone is remembered: also past the cache, until the row is another."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.push.material import HI, LOOPBACK, SUBJECT, Bench
from webpush_admin.push import pruning
from webpush_admin.push.answer import Outcome
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import StoreReadOnly
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


def only_reads(bench: Bench) -> Store:
    return Store.open(f"sqlite:///{bench.store.path}", read_only=True)


def test_what_is_gone_is_told_so_and_left_out_by_later_reads(bench: Bench) -> None:
    good, gone = bench.subscribe(Temper.CREATED, Temper.GONE)
    store = only_reads(bench)

    async def scenario() -> None:
        async with Dispatcher(store, subject=SUBJECT, endpoint_policy=LOOPBACK) as dispatcher:
            first = await dispatcher.dispatch(bench.user_id, HI)
            first.raise_for_failures()
            assert [one.outcome for one in first] == [Outcome.ACCEPTED, Outcome.GONE]
            assert [one.pruned or one.prune_failed for one in first] == [False, False]
            assert first.deliveries[1].reason.startswith("Gone, not removed.")
            assert [one.subscription.id for one in await dispatcher.dispatch(bench.user_id, HI)] == [good.id]
            dispatcher.invalidate_user(bench.user_id)
            assert [one.subscription.id for one in await dispatcher.dispatch(bench.user_id, HI)] == [good.id]
            assert len(bench.arrived(gone)) == 1
            assert dispatcher.push_stats().pruned == 0
            with pytest.raises(StoreReadOnly):
                await dispatcher.prune([gone])
            # The browser has subscribed again: this row has not been called gone.
            with closing(sqlite3.connect(bench.store.path)) as raw:
                raw.execute("UPDATE subscriptions SET endpoint = ? WHERE id = ?", (f"{gone.endpoint}-new", gone.id))
                raw.commit()
            dispatcher.invalidate_user(bench.user_id)
            assert [one.subscription.id for one in await dispatcher.dispatch(bench.user_id, HI)] == [good.id, gone.id]

    asyncio.run(scenario())
    store.close()
    assert [row.id for row in bench.rows] == [good.id, gone.id]
    assert bench.rows[0].last_status is None, "no answer was kept"


def test_what_is_remembered_is_bounded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "KEPT_GONE", 2)
    rows = bench.subscribe(Temper.GONE, Temper.GONE, Temper.GONE)
    store = only_reads(bench)

    async def scenario() -> None:
        async with Dispatcher(store, subject=SUBJECT, endpoint_policy=LOOPBACK) as dispatcher:
            assert len(await dispatcher.dispatch(bench.user_id, HI)) == 3
            dispatcher.invalidate_user(bench.user_id)
            assert [one.subscription.id for one in await dispatcher.dispatch(bench.user_id, HI)] == [rows[0].id]

    asyncio.run(scenario())
    store.close()
