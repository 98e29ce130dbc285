"""Every edit invalidates its users and is told; the dispatcher's own prunes do neither twice."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from tests.backend.desk import AUTH, HI, P256DH, Desk, Town
from webpush_admin.backend.records import DatabaseChanged
from webpush_admin.backend.undo_records import Deleted
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.push.events import CacheHit, EntryPruned, ReadStarted, SubscriptionsPruned, UserInvalidated
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.rows import Chosen

Edit = Callable[[Desk, UUID, int], Awaitable[object]]


async def _add(desk: Desk, user_id: UUID, _: int) -> object:
    return await desk.backend.subscriptions.add(
        user_id, endpoint="https://push.example.net/2", p256dh=P256DH, auth=AUTH, user_agent=None
    )


async def _replace_keys(desk: Desk, user_id: UUID, number: int) -> object:
    row = await desk.backend.subscriptions.info(number)
    assert row is not None
    endpoint = row.subscription.endpoint
    return await desk.backend.subscriptions.add(user_id, endpoint=endpoint, p256dh=P256DH, auth=AUTH, user_agent=None)


async def _edit(desk: Desk, _: UUID, number: int) -> object:
    return await desk.backend.subscriptions.edit(
        number, endpoint="https://push.example.net/3", p256dh=P256DH, auth=AUTH, user_agent="x"
    )


async def _delete(desk: Desk, _: UUID, number: int) -> object:
    assert await desk.backend.deleting.subscriptions(Chosen(1, (number,))) == Deleted(1)
    return None


async def _rename(desk: Desk, user_id: UUID, _: int) -> object:
    return await desk.backend.people.rename(user_id, "  Ada  ")


async def _delete_user(desk: Desk, user_id: UUID, _: int) -> object:
    assert await desk.backend.deleting.users([user_id]) == Deleted(1, 1)
    return None


EDITS: dict[str, tuple[Edit, ChangeKind]] = {
    "add a subscription": (_add, ChangeKind.SUBSCRIPTIONS),
    "replace its keys": (_replace_keys, ChangeKind.SUBSCRIPTIONS),
    "edit a subscription": (_edit, ChangeKind.SUBSCRIPTIONS),
    "delete a subscription": (_delete, ChangeKind.SUBSCRIPTIONS),
    "rename a user": (_rename, ChangeKind.USERS),
    "delete a user": (_delete_user, ChangeKind.SUBSCRIPTIONS),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_invalidates_its_user_and_is_told(town: Town, name: str) -> None:
    edit, kind = EDITS[name]
    user_id, other_id = town.add_users([[Temper.CREATED], [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            for one in (user_id, other_id):
                await desk.backend.sending.to_user(one, HI)
            (row,) = await desk.rows(user_id)
            number = row.subscription.id
            assert number is not None
            generation = desk.dispatcher.generation(user_id)
            generation_of_other = desk.dispatcher.generation(other_id)
            desk.told.clear()
            await edit(desk, user_id, number)
            # By the time that the verb returns: whoever sends next sees the edit.
            assert desk.dispatcher.generation(user_id) > generation
            assert desk.dispatcher.generation(other_id) == generation_of_other
            assert {event.user_id for event in desk.of(UserInvalidated)} == {user_id}
            assert DatabaseChanged(kind, frozenset({user_id})) in desk.told
            await desk.dispatcher.dispatch(user_id, HI)
            await desk.dispatcher.dispatch(other_id, HI)
            assert [event.user_id for event in desk.of(ReadStarted)] == [user_id]

    asyncio.run(scenario())


def test_a_new_user_is_told(town: Town) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            user = await desk.backend.people.add(" Ada ")
            assert user.name == "Ada"
            assert DatabaseChanged(ChangeKind.USERS, frozenset({user.id})) in desk.told

    asyncio.run(scenario())


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_user_has_a_name_that_can_be_shown(town: Town, name: str) -> None:
    user_id = town.add_user()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            with pytest.raises(PushError, match="name"):
                await desk.backend.people.add(name)
            with pytest.raises(PushError, match="name"):
                await desk.backend.people.rename(user_id, name)
            assert desk.of(DatabaseChanged) == []

    asyncio.run(scenario())


def test_what_cannot_be_used_is_not_stored(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            (row,) = await desk.rows()
            subscriptions = desk.backend.subscriptions
            fine: dict[str, Any] = {"endpoint": "https://push.example.net/2", "p256dh": P256DH, "auth": AUTH}
            for name, wrong in (("endpoint", "http://127.0.0.1:9/x"), ("p256dh", "AAAA"), ("auth", "AAAA")):
                values = {**fine, name: wrong}
                with pytest.raises(PushError):
                    await subscriptions.add(user_id, **values, user_agent=None)
                with pytest.raises(PushError):
                    await subscriptions.edit(row.subscription.id or 0, **values, user_agent=None)
                problems = (await subscriptions.check(**values)).problems._asdict()
                assert {part for part, problem in problems.items() if problem} == {name}
            assert await subscriptions.check(**fine) == (("", "", ""), None)
            assert await desk.rows() == (row,)
            assert desk.of(DatabaseChanged) == []

    asyncio.run(scenario())


def test_an_edit_of_what_is_gone_is_told_in_words(town: Town) -> None:
    town.add_user()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            with pytest.raises(StoreError, match="no such subscription any more"):
                await _edit(desk, UUID(int=0), 99)
            with pytest.raises(StoreError, match="no such user any more"):
                await _add(desk, UUID(int=0), 0)
            assert await desk.backend.subscriptions.info(99) is None
            assert await desk.backend.deleting.subscriptions(Chosen(1, (99,))) == Deleted(0)

    asyncio.run(scenario())


def test_an_own_prune_is_told_once_and_costs_no_read(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.GONE, Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            summary = await desk.backend.sending.to_user(user_id, HI)
            assert (summary.accepted, summary.gone, summary.pruned, summary.failed) == (1, 2, 2, 0)
            assert DatabaseChanged(ChangeKind.SUBSCRIPTIONS, frozenset({user_id})) in desk.told
            assert [event.removed for event in desk.of(EntryPruned)] == [2]
            assert desk.of(UserInvalidated) == []
            assert len(await desk.rows(user_id)) == 1
            again = await desk.backend.sending.to_user(user_id, HI)
            assert (again.targets, again.accepted) == (1, 1)
            assert len(desk.of(ReadStarted)) == len(desk.of(CacheHit)) == 1
            stats = desk.backend.snapshot.cache
            assert (stats.misses, stats.hits, stats.invalidations, stats.pruned) == (1, 1, 0, 2)

    asyncio.run(scenario())


def test_pruning_what_a_test_found_gone_costs_no_read_either(town: Town) -> None:
    first, second = town.add_users([[Temper.CREATED, Temper.GONE], [Temper.CREATED, Temper.GONE]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            rows = [row.subscription for row in await desk.rows()]
            gone = [row.id for row in rows[1::2] if row.id is not None]
            for user_id in (first, second):
                # The GONE one is asked later: until then nobody knows.
                await desk.backend.trying.set_temper([row.endpoint for row in rows], Temper.CREATED)
                await desk.backend.sending.to_user(user_id, HI)
            await desk.backend.trying.set_temper([row.endpoint for row in rows[1::2]], Temper.GONE)
            tested = await desk.backend.sending.to_subscriptions(gone, HI)
            assert (tested.gone, tested.pruned) == (2, 0)
            assert len(await desk.rows()) == 4, "a test prunes nothing"
            assert await desk.backend.sending.prune(gone) == 2
            assert {event.user_id for event in desk.of(SubscriptionsPruned)} == {first, second}
            assert len(await desk.rows()) == 2
            for user_id in (first, second):
                assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            stats = desk.backend.snapshot.cache
            assert (stats.misses, stats.hits, stats.invalidations) == (2, 2, 0)
            assert desk.backend.snapshot.pushes.pruned == 2
            assert await desk.backend.sending.prune(gone) == 0

    asyncio.run(scenario())
