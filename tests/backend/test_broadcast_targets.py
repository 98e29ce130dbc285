"""Whom a send to many reaches: what was chosen, or what failed before."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.backend.desk import DEADLINE_S, HI, Desk, Town
from tests.backend.sends import newest, received
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import SubscriptionsPruned
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.rows import Chosen, SubscriptionFilter, SubscriptionQuery


def test_what_failed_can_be_sent_again_and_nothing_else(town: Town) -> None:
    users = town.add_users([[Temper.CREATED, Temper.NOT_FOUND, Temper.CREATED, Temper.DROP]] * 20)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            first = await desk.backend.sending.to_all(HI, keep_payload=True)
            assert (first.targets, first.accepted, first.failed) == (80, 40, 40)
            row = await newest(desk)
            assert (row.start.title, row.start.payload) == ("Hi", '{"title":"Hi"}')
            rows = [info.subscription for info in await desk.rows()]
            await desk.backend.trying.set_temper([row.endpoint for row in rows], Temper.CREATED)
            failed = {one.subscription.id for one in first.deliveries if one.failed}
            before = received(town)
            again = await desk.backend.sending.retry_failed(first.send, HI)
            assert (again.targets, again.accepted) == (40, 40)
            after = received(town)
            assert {row.id for row in rows if after[row.endpoint] > before[row.endpoint]} == failed
            nothing = await desk.backend.sending.retry_failed(again.send, HI)
            assert (nothing.targets, nothing.send) == (0, 0)
            assert len(await desk.backend.history.sends(10)) == 2
            assert users

    asyncio.run(scenario())


def test_what_was_chosen_is_sent_to_by_ids_by_filter_and_from_a_list(town: Town) -> None:
    users = town.add_users([[Temper.CREATED] * 5 for _ in range(4)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = desk.backend.sending
            query = SubscriptionQuery(user_id=users[1])
            listed = SubscriptionQuery(where=SubscriptionFilter(search="user 2"), descending=True)
            page = await desk.backend.subscriptions.page(listed, 0, 10, 1)
            assert page.total == 5
            for chosen, count in (
                (Chosen(2, ids=(3, 17, 999)), 2),
                (Chosen(5, query=query), 5),
                (Chosen(2, query=listed, stamp=1, stretches=((1, 2),)), 2),
            ):
                before = town.arrived()[0]
                assert await sending.count_chosen(chosen) == len(chosen.ids) or count
                summary = await sending.to_chosen(chosen, HI, label="chosen")
                assert (summary.accepted, town.arrived()[0] - before) == (count, count)
            assert (await newest(desk)).start.target == "chosen"
            stale = Chosen(2, query=listed, stamp=0, stretches=((1, 2),))
            with pytest.raises(PushError, match="The list has changed"):
                await sending.to_chosen(stale, HI, label="chosen")
            assert desk.of(SubscriptionsPruned) == []

    asyncio.run(scenario())


def test_rows_that_somebody_else_has_numbered_are_sent_to_once(town: Town) -> None:
    town.add_users([[Temper.CREATED] * 3])
    with closing(sqlite3.connect(town.path)) as raw, raw:
        raw.execute("UPDATE subscriptions SET id = id - 3")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            summary = await desk.backend.sending.to_all(HI)
            assert (summary.targets, summary.accepted, town.arrived()[0]) == (3, 3, 3)

    asyncio.run(asyncio.wait_for(scenario(), DEADLINE_S))
