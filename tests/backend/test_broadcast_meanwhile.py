"""A send to many, while rows, users and keys change, or are gone."""

import asyncio
from pathlib import Path

from tests.backend.desk import AUTH, HI, P256DH, Desk, Town
from tests.backend.sends import newest, numbered, received, running
from webpush_admin.backend.cache_records import CacheQuery
from webpush_admin.backend.key_records import RotationPlan
from webpush_admin.push.answer import Outcome
from webpush_admin.push.broadcast import GONE_MEANWHILE
from webpush_admin.push.events import KeysLoaded, PushFinished
from webpush_admin.push.results import HELD
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.history_rows import DeliveryFilter, DeliveryQuery, SendState
from webpush_admin.store.rows import Chosen


def test_a_fifth_that_is_gone_is_held_and_asked_about_once(town: Town) -> None:
    targets = 1500
    tempers = [Temper.GONE if number % 5 == 0 else Temper.CREATED for number in range(targets)]
    town.add_users([tempers, [Temper.GONE] * 30])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = desk.backend.sending
            summary = await sending.to_all(HI)
            assert (summary.targets, summary.gone, summary.accepted) == (targets + 30, 330, 1200)
            # A fifth of those that were counted goes, what is beyond that stays until somebody was asked.
            assert (summary.pruned, summary.held) == ((targets + 30) // 5, 330 - (targets + 30) // 5)
            assert summary.failed == 0
            query = DeliveryQuery(DeliveryFilter(send=summary.send, outcome=Outcome.GONE))
            page = await desk.backend.history.page(query, 1, 0, 2000)
            held = [delivery for delivery in page.rows if delivery is not None and delivery.held]
            assert {delivery.reason for delivery in held} == {HELD}
            assert len(held) == summary.held
            assert (await desk.backend.cache.page(CacheQuery(), 0, 5)).total == 0
            assert await desk.backend.subscriptions.count() == 1200 + summary.held
            arrived = town.arrived()
            # They are not sent to again.
            ids = tuple(delivery.subscription_id or 0 for delivery in held)
            await sending.to_chosen(Chosen(len(ids), ids=ids), HI, label="those")
            assert town.arrived() == arrived
            # One of them subscribes anew meanwhile.
            first = await desk.backend.subscriptions.info(ids[0])
            assert first is not None
            endpoint = first.subscription.endpoint
            await desk.backend.subscriptions.edit(ids[0], endpoint=endpoint, p256dh=P256DH, auth=AUTH, user_agent=None)
            assert await sending.prune_held(summary.send) == summary.held - 1
            assert await desk.backend.subscriptions.count() == 1201
            assert (await numbered(desk, summary.send)).pruned == 329
            assert await sending.prune_held(summary.send) == 0

    asyncio.run(scenario())


def test_who_changes_meanwhile_is_sent_to_as_he_is_then(town: Town) -> None:
    users = town.add_users([[Temper.CREATED] for _ in range(800)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            rows = [row.subscription for row in await desk.rows()]
            moved, gone, spare = rows[700], rows[701], rows[799]
            desk.on(PushFinished, 1, lambda: running(desk).control.pause())
            task = asyncio.create_task(desk.backend.sending.to_all(HI))
            await desk.wait_for(PushFinished)
            # Both were read by now, and wait.
            await desk.backend.subscriptions.edit(
                moved.id or 0, endpoint=f"{spare.endpoint}?again", p256dh=P256DH, auth=AUTH, user_agent=None
            )
            await desk.backend.deleting.subscriptions(Chosen(1, ids=(gone.id or 0,)))
            await desk.backend.sending.resume()
            summary = await task
            counts = received(town)
            assert (counts[moved.endpoint], counts[gone.endpoint]) == (0, 0)
            by_id = {delivery.subscription.id: delivery for delivery in summary.deliveries}
            assert by_id[moved.id].subscription.endpoint == f"{spare.endpoint}?again"
            assert summary.accepted + summary.failed == summary.targets
            there = by_id.get(gone.id)
            assert there is None or there.reason == GONE_MEANWHILE
            assert len(users) - 2 <= summary.accepted <= len(users)

    asyncio.run(scenario())


def test_keys_that_are_replaced_in_the_middle_end_it_for_the_rest(town: Town, tmp_path: Path) -> None:
    town.add_users([[Temper.CREATED] for _ in range(1200)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            desk.on(PushFinished, 1, lambda: running(desk).control.pause())
            task = asyncio.create_task(desk.backend.sending.to_all(HI))
            await desk.wait_for(PushFinished)
            loaded = len(desk.of(KeysLoaded))
            await desk.backend.keys.rotation.rotate(RotationPlan(1200, tmp_path / "backup.db"))
            await desk.wait_for(KeysLoaded, loaded + 1)
            await desk.backend.sending.resume()
            summary = await task
            accepted, gone, refused, dropped, _ = town.arrived()
            assert (summary.accepted, gone, refused, dropped) == (accepted, 0, 0, 0)
            assert accepted < 1200
            # Their rows went with the keys: what had been read is told as not sent, the others are in no page.
            assert {delivery.reason for delivery in summary.deliveries if delivery.failed} == {GONE_MEANWHILE}
            assert (await newest(desk)).state is SendState.ENDED

    asyncio.run(scenario())
