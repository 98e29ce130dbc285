"""Another pair is put in force under a running dispatcher, which goes on with the right one for every row."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from tests.backend.desk import HI, Desk, Town
from webpush_admin.backend.key_records import RotationPlan, ServiceCost, Subscribers
from webpush_admin.backend.records import DatabaseChanged, InfoChanged, WorkKind
from webpush_admin.backend.work import Work
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.push.events import CacheCleared, KeysLoaded
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store.key_rows import KeyState


def files(folder: Path) -> set[str]:
    """Return the names of databases and backups, without what SQLite keeps beside them."""
    return {path.name for path in folder.glob("*.db")}


async def subscribe(desk: Desk, town: Town, user_id: UUID, key: str, temper: Temper = Temper.CREATED) -> str:
    """Subscribe as a browser that was given this key; return the endpoint."""
    made = town.sandbox.create_subscriptions([temper], application_server_key=key)[0]
    await desk.backend.subscriptions.add(
        user_id, endpoint=made.endpoint, p256dh=made.p256dh, auth=made.auth, user_agent=None
    )
    return made.endpoint


def test_subscriptions_that_are_kept_are_sent_to_with_the_old_pair_and_new_ones_with_the_new(
    town: Town, tmp_path: Path
) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            keys = desk.backend.keys
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 2
            old = (await keys.info()).public_key
            loaded, seats = len(desk.of(KeysLoaded)), desk.backend.snapshot.cache
            plan = RotationPlan(2, tmp_path / "first.db", Subscribers.KEEP)
            done = await keys.rotation.rotate(plan)
            assert (done.deleted_subscriptions, done.bound_subscriptions, done.backup) == (0, 2, plan.backup)
            assert done.keys.last_backup == plan.backup
            new = done.keys.public_key
            assert (await desk.wait_for(KeysLoaded, loaded + 1)).public_key == new == desk.dispatcher.public_key
            assert len(desk.of(CacheCleared)) == 1, "every generation moved on"
            assert DatabaseChanged(ChangeKind.KEYS, frozenset()) in desk.told
            await subscribe(desk, town, user_id, new)
            # The sandbox refuses what was signed with another pair than a subscription was made for.
            summary = await desk.backend.sending.to_user(user_id, HI)
            assert (summary.targets, summary.accepted) == (3, 3)
            assert desk.backend.snapshot.cache.misses > seats.misses
            # And back, with what was made since.
            undone = await keys.rotation.undo(plan.backup)
            assert (undone.restored, undone.there_again, undone.bound) == (0, 0, 1)
            assert (undone.keys.public_key, undone.keys.last_backup) == (old, None)
            assert (await desk.backend.info()).public_key == old
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 3
            # To the newer one again, for good: the rows that it was made with are not lost.
            pair_id = next(pair.id for pair in undone.keys.pairs if pair.state is KeyState.INACTIVE)
            cost = await keys.rotation.cost()
            assert (cost.subscriptions, cost.elsewhere, [pair.id for pair in cost.pairs]) == (2, 1, [pair_id])
            final = await keys.rotation.rotate(RotationPlan(2, tmp_path / "second.db", pair_id=pair_id))
            assert (final.deleted_subscriptions, final.keys.subscriptions, final.keys.public_key) == (2, 1, new)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            back = await keys.rotation.undo(tmp_path / "second.db")
            assert (back.restored, back.bound, back.keys.public_key) == (2, 1, old)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 3
            assert town.arrived()[2] == 0, "not one was refused for its key"

    asyncio.run(scenario())


def test_what_a_rotation_costs_is_counted_by_service(town: Town, tmp_path: Path) -> None:
    ada, bob = town.add_users([[Temper.CREATED] * 3, []])
    for endpoint in (
        "https://fcm.googleapis.com/fcm/send/1",
        "https://fcm.googleapis.com/wp/2?x=1",
        "https://push.example.com:8443/1",
        "https://push.example.com?u=1",
        "https://push.example.com/2",
        "gopher://x",
    ):
        town.add_endpoint(bob, endpoint)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            before = await desk.backend.keys.rotation.cost()
            assert (before.accepted_lately, before.last_success_at) == (0, None)
            await desk.backend.sending.to_user(ada, HI)
            await desk.until(lambda: desk.session.store.subscriptions_of(ada)[0].last_success_at is not None)
            cost = await desk.backend.keys.rotation.cost()
            assert (cost.subscriptions, cost.users, cost.accepted_lately, cost.elsewhere) == (9, 2, 3, 0)
            last = max(row.last_success_at for row in desk.session.store.subscriptions_of(ada) if row.last_success_at)
            assert cost.last_success_at == last
            assert cost.services == (
                ServiceCost("Sandbox", 3, last),
                ServiceCost("FCM (Chrome)", 2, None),
                ServiceCost("push.example.com", 2, None),
                ServiceCost("Other hosts", 2, None),
            )
            assert (cost.pairs, cost.backup_has_key) == ((), True)
            assert cost.active is not None
            assert cost.active.public_key == desk.dispatcher.public_key
            # With rows of an older pair it is counted without them.
            await desk.backend.keys.rotation.rotate(RotationPlan(9, tmp_path / "first.db", Subscribers.KEEP))
            await subscribe(desk, town, ada, desk.dispatcher.public_key)
            after = await desk.backend.keys.rotation.cost()
            assert (after.subscriptions, after.users, after.elsewhere) == (1, 1, 9)
            assert after.services == (ServiceCost("Sandbox", 1, None),)
            assert [pair.subscriptions for pair in after.pairs] == [9]

    asyncio.run(scenario())


def test_it_is_shown_among_the_works_and_can_be_stopped(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = town.add_user(Temper.CREATED)
    seen: list[WorkKind] = []
    advance = Work.advance

    def stopped(work: Work, done: int, total: int | None = None) -> None:
        seen.append(work.progress.kind)
        work.cancel.cancel()
        advance(work, done, total)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            keys = desk.backend.keys
            before = await keys.info()
            with monkeypatch.context() as patch:
                patch.setattr(Work, "advance", stopped)
                with pytest.raises(PushError, match="Stopped: nothing was changed"):
                    await keys.rotation.rotate(RotationPlan(1, tmp_path / "before.db"))
            assert files(tmp_path) == {"push.db"}
            assert await keys.info() == before
            await keys.rotation.rotate(RotationPlan(1, tmp_path / "before.db"))
            with monkeypatch.context() as patch:
                patch.setattr(Work, "advance", stopped)
                with pytest.raises(PushError, match="Stopped: nothing was changed"):
                    await keys.rotation.undo(tmp_path / "before.db")
            assert set(seen) == {WorkKind.ROTATE, WorkKind.UNDO}
            await keys.rotation.undo(tmp_path / "before.db")
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())


def test_two_at_once_are_one_and_a_sentence(town: Town, tmp_path: Path) -> None:
    town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk, Desk() as others:
            await town.open(desk)
            await town.open(others)
            plans = [RotationPlan(1, tmp_path / f"{number}.db") for number in range(3)]
            verbs = [desk.backend.keys.rotation, desk.backend.keys.rotation, others.backend.keys.rotation]
            done = await asyncio.gather(
                *(verb.rotate(plan) for verb, plan in zip(verbs, plans, strict=True)), return_exceptions=True
            )
            refused = [error for error in done if isinstance(error, StoreError)]
            assert len(refused) == 2, done
            assert all("meanwhile" in str(error) or "There are 0" in str(error) for error in refused), refused
            assert len(files(tmp_path)) == 2, "the database and one backup"
            assert len((await desk.backend.keys.info()).pairs) == 2

    asyncio.run(scenario())


def test_what_another_program_sends_and_prunes_meanwhile_is_in_the_backup_or_after_it(
    town: Town, tmp_path: Path
) -> None:
    users = town.add_users([[Temper.CREATED] * 2 + [Temper.GONE] for _ in range(30)])

    async def scenario() -> None:
        async with Desk() as desk, Desk() as others:
            await town.open(desk)
            await town.open(others)
            sending = asyncio.create_task(others.backend.sending.to_all(HI))
            adding = asyncio.create_task(_add(others, town, users))
            done, refused, expected = None, [], 0
            while done is None:
                expected = (await desk.backend.keys.info()).subscriptions
                try:
                    plan = RotationPlan(expected, tmp_path / f"before-{expected}.db")
                    done = await desk.backend.keys.rotation.rotate(plan)
                except StoreError as error:
                    refused.append(str(error))
            assert all("subscriptions by now" in told for told in refused), refused
            await adding
            await sending
            copy = Store.open(f"sqlite:///{done.backup}", read_only=True)
            try:
                assert copy.subscriptions_count() == done.deleted_subscriptions == expected
                old = copy.vapid_keys()
            finally:
                copy.close()
            left = {row.subscription.vapid_key_id for row in await desk.rows()}
            assert left <= {2}, "what came later belongs to the new pair"
            undone = await desk.backend.keys.rotation.undo(done.backup)
            assert undone.keys.public_key == old.public_key
            assert undone.restored + undone.there_again == expected

    asyncio.run(scenario())


async def _add(desk: Desk, town: Town, users: list[UUID]) -> None:
    for user_id in users:
        await subscribe(desk, town, user_id, (await desk.backend.keys.info()).public_key)


def test_nothing_could_be_sent_before_and_it_can_be_afterwards(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)
    store = Store.open(town.url)
    store.database.write(lambda connection: connection.exec_driver_sql("UPDATE vapid_keys SET private_key = 'x'"))
    store.close()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            assert desk.session.keys_problem
            done = await desk.backend.keys.rotation.rotate(RotationPlan(1, tmp_path / "before.db"))
            assert not desk.session.keys_problem
            assert len(desk.of(InfoChanged)) >= 1
            await subscribe(desk, town, user_id, done.keys.public_key)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())
