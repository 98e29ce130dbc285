"""What was found gone and is deleted later, when somebody has said so: nothing that is another row by now."""

import asyncio

from tests.backend.desk import AUTH, HI, P256DH, Desk, Town
from webpush_admin.sandbox.records import Temper

REMOVED = "https://permanently-removed.invalid/fcm/send"


def test_who_subscribed_anew_since_a_test_found_him_gone_is_not_pruned(town: Town) -> None:
    town.add_users([[Temper.GONE, Temper.GONE], [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            rows = [row.subscription for row in await desk.rows()]
            ids = [row.id or 0 for row in rows]
            assert (await desk.backend.sending.to_subscriptions(ids, HI)).gone == 2
            moved = rows[0]
            await desk.backend.subscriptions.edit(
                ids[0], endpoint=moved.endpoint, p256dh=P256DH, auth=AUTH, user_agent=None
            )
            # Nor is what has accepted, whoever asks for it.
            assert await desk.backend.sending.prune(ids) == 1
            assert [row.subscription.id for row in await desk.rows()] == [ids[0], ids[2]]

    asyncio.run(scenario())


def test_what_a_browser_has_removed_for_good_is_pruned_without_an_answer(town: Town) -> None:
    people = town.add_users([[Temper.CREATED] for _ in range(5)])
    for number in range(20):
        town.add_endpoint(people[0], f"{REMOVED}/{number}")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            removed = [row.subscription.id or 0 for row in await desk.rows() if REMOVED in row.subscription.endpoint]
            tested = await desk.backend.sending.to_subscriptions(removed[:1], HI)
            assert (tested.gone, tested.pruned) == (1, 0)
            assert await desk.backend.sending.prune(removed[:1]) == 1
            summary = await desk.backend.sending.to_all(HI)
            assert summary.gone == 19
            assert summary.held > 0
            assert await desk.backend.sending.prune_held(summary.send) == summary.held
            assert len(await desk.rows()) == 5

    asyncio.run(scenario())
