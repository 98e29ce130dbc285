"""Deletions of one or many: nobody is sent what is gone, and everybody again what is back."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from tests.backend.desk import DEADLINE_S, HI, Desk, Town
from tests.store.undo_rows import everything, fill
from webpush_admin.backend.key_records import RotationPlan
from webpush_admin.backend.records import DatabaseChanged, WorkKind, WorkProgress
from webpush_admin.backend.undo_records import Deleted, Undoable, UndoChanged, Undone
from webpush_admin.backend.work import Work, Works
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import kept
from webpush_admin.store.rows import Chosen, SubscriptionFilter, SubscriptionQuery
from webpush_admin.store.store import Store

USERS = [UUID(int=number) for number in range(1, 11)]


def _fill(town: Town) -> None:
    """Make ten users with ten subscriptions each."""
    store = Store.open(town.url)
    try:
        store.vapid_keys()
        fill(store, users=10, each=10)
    finally:
        store.close()


async def _chosen(desk: Desk, user_id: UUID) -> Chosen:
    ids = tuple(row.subscription.id for row in await desk.rows(user_id) if row.subscription.id is not None)
    return Chosen(len(ids), ids)


@pytest.mark.parametrize("whole", [False, True], ids=["subscriptions", "the user"])
def test_no_push_goes_to_what_is_deleted_and_again_one_to_what_is_back(town: Town, whole: bool) -> None:
    user_id, other_id = town.add_users([[Temper.CREATED, Temper.CREATED], [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            for _ in range(2):
                assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 2
                assert (await desk.backend.sending.to_user(other_id, HI)).accepted == 1
            assert desk.dispatcher.cache_stats().hits == 2, "both are in the cache"
            arrived = town.arrived()[0]
            if whole:
                assert await desk.backend.deleting.users([user_id]) == Deleted(2, 1)
            else:
                assert await desk.backend.deleting.subscriptions(await _chosen(desk, user_id)) == Deleted(2)
            assert (await desk.backend.sending.to_user(user_id, HI)).targets == 0
            assert town.arrived()[0] == arrived, "nothing that was cached went out"
            assert await desk.backend.deleting.undo() == Undone(2, int(whole), there_again=0, without_user=0)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 2
            assert town.arrived()[0] == arrived + 2
            before = desk.dispatcher.cache_stats().hits
            assert (await desk.backend.sending.to_user(other_id, HI)).accepted == 1
            assert desk.dispatcher.cache_stats().hits == before + 1, "who was not concerned is still in the cache"

    asyncio.run(scenario())


def test_what_is_stopped_while_its_rows_are_sought_says_that_nothing_changed(town: Town) -> None:
    _fill(town)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            query = SubscriptionQuery(order_by="user_agent")
            await desk.backend.subscriptions.page(query, 0, 5, 1)
            rows = desk.backend.lists._kept[query][1]
            with rows._reading:  # the list cannot go on
                chosen = Chosen(5, query=query, stamp=1, stretches=((50, 54),))
                deleting = asyncio.create_task(desk.backend.deleting.subscriptions(chosen))
                await asyncio.sleep(0)  # its first step, in which it begins
                await desk.backend.works.stop(desk.backend.works.progress[0].number)
                with pytest.raises(PushError, match="Stopped: nothing was changed"):
                    await asyncio.wait_for(deleting, DEADLINE_S)
            assert await desk.backend.subscriptions.count() == 100

    asyncio.run(scenario())


def test_of_many_users_everybody_is_read_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webpush_admin.store.undo.NAMED_USERS", 1)
    users = town.add_users([[Temper.CREATED], [Temper.CREATED], [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            for user_id in users:
                assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            assert await desk.backend.deleting.users(users[:2]) == Deleted(2, 2)
            for user_id in users[:2]:
                assert (await desk.backend.sending.to_user(user_id, HI)).targets == 0
            await desk.backend.deleting.undo()
            for user_id in users:
                assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())


def test_what_a_filter_shows_is_deleted_whatever_its_size(town: Town) -> None:
    _fill(town)
    before = everything(town.path)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            query = SubscriptionQuery(where=SubscriptionFilter(search="user 1"))
            shown = (await desk.backend.subscriptions.page(query, 0, 100)).total
            assert shown == 20, "user 1 and user 10"
            assert await desk.backend.deleting.subscriptions(Chosen(shown, query=query)) == Deleted(20)
            assert len(await desk.rows()) == 80
            await desk.backend.deleting.undo()

    asyncio.run(scenario())
    after = everything(town.path)
    assert after["subscriptions"] == before["subscriptions"]


def test_what_an_undo_would_bring_back_is_told_at_each_change(town: Town, tmp_path: Path) -> None:
    _fill(town)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            deleting = desk.backend.deleting
            assert await deleting.undoable() is None
            await deleting.users(USERS[:2])
            await deleting.subscriptions(await _chosen(desk, USERS[5]))
            assert await deleting.undoable() == Undoable(10, 0, 2)
            await deleting.undo()
            assert await deleting.undoable() == Undoable(20, 2)
            told = [event.undoable for event in desk.of(UndoChanged)]
            assert told == [Undoable(20, 2), Undoable(10, 0, 2), Undoable(20, 2)]
            await desk.backend.keys.rotation.rotate(RotationPlan(80, tmp_path / "backup.db"))
            await desk.wait_for(UndoChanged, 4)
            assert desk.of(UndoChanged)[-1] == UndoChanged(None)
            with pytest.raises(StoreError, match="nothing to undo"):
                await deleting.undo()

    asyncio.run(scenario())


def test_the_next_database_has_nothing_to_undo(town: Town, tmp_path: Path) -> None:
    _fill(town)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.deleting.users(USERS[:1])
            await desk.backend.close()
            await town.open(desk)
            assert await desk.backend.deleting.undoable() is None
            assert len(await desk.rows()) == 90

    asyncio.run(scenario())


def _at_work(monkeypatch: pytest.MonkeyPatch, kind: WorkKind, do: Callable[[Work], None]) -> list[WorkProgress]:
    """Let `do` happen on the thread that works, between two stretches; return the progress that was seen."""
    seen: list[WorkProgress] = []
    advance = Work.advance

    def spied(work: Work, done: int, total: int | None = None) -> None:
        advance(work, done, total)
        seen.append(work.progress)
        if work.progress.kind is kind and done > 30:
            do(work)

    monkeypatch.setattr(kept, "CHUNK", 7)
    monkeypatch.setattr(Work, "advance", spied)
    return seen


@pytest.mark.parametrize("kind", [WorkKind.DELETE, WorkKind.UNDO])
def test_stopped_by_the_operator_nothing_has_changed(
    town: Town, monkeypatch: pytest.MonkeyPatch, kind: WorkKind
) -> None:
    _fill(town)
    seen = _at_work(monkeypatch, kind, lambda work: work.cancel.cancel())

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            deleting = desk.backend.deleting
            if kind is WorkKind.UNDO:
                await deleting.users(USERS[:6])
            rows, step = len(await desk.rows()), await deleting.undoable()
            changed = len(desk.of(DatabaseChanged))
            with pytest.raises(PushError, match="Stopped: nothing was changed"):
                await (deleting.users(USERS[:6]) if kind is WorkKind.DELETE else deleting.undo())
            assert len(await desk.rows()) == rows
            assert await deleting.undoable() == step
            assert len(desk.of(DatabaseChanged)) == changed, "nobody reads again what is as it was"
            assert desk.backend.works.progress == ()

    asyncio.run(scenario())
    assert {progress.total for progress in seen} == {60}
    assert [progress.stopping for progress in seen if progress.kind is kind][-1] is False


def test_closing_in_the_midst_of_a_deletion_changes_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(town)
    before = everything(town.path)
    closing = threading.Event()
    stop_all = Works.stop_all

    def spied(works: Works) -> None:
        stop_all(works)
        closing.set()

    monkeypatch.setattr(Works, "stop_all", spied)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            loop, reached = asyncio.get_running_loop(), asyncio.Event()

            def hold(_: Work) -> None:
                loop.call_soon_threadsafe(reached.set)
                assert closing.wait(DEADLINE_S)

            _at_work(monkeypatch, WorkKind.DELETE, hold)
            deleting = asyncio.create_task(desk.backend.deleting.users(USERS))
            await reached.wait()
            assert [work.kind for work in desk.backend.works.progress] == [WorkKind.DELETE]
            await desk.backend.close()
            with pytest.raises(PushError):
                await deleting

    asyncio.run(scenario())
    after = everything(town.path)
    assert after["subscriptions"] == before["subscriptions"]
