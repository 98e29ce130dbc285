"""Verbs that delete one or many, and bring them back.

Runs on: worker loop
"""

import asyncio
import contextlib
from array import array
from collections.abc import Sequence
from uuid import UUID

from webpush_admin.backend.lists import Lists
from webpush_admin.backend.records import WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.backend.undo_records import Deleted, Undoable, UndoChanged, Undone
from webpush_admin.backend.work import Work
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import PushError
from webpush_admin.store.kept import GoOn
from webpush_admin.store.rows import Chosen
from webpush_admin.store.undo import Undo


class Deleting:
    """Each verb raises PushError with a sentence, and is shown and can be stopped in `Snapshot.works`.

    One at a time: a second one waits for the first. What is stopped has changed nothing. Whatever an undo would bring
    back is told as `UndoChanged`, also when nothing can be undone any more.
    """

    def __init__(self, session: Session, lists: Lists) -> None:
        self._session = session
        self._lists = lists
        self._undo = Undo(session.store, on_change=self._on_steps_changed)
        self._turn = asyncio.Lock()
        session.store.add_listener(self._on_store_change)

    async def subscriptions(self, chosen: Chosen) -> Deleted:
        """Delete the subscriptions that were chosen."""
        async with self._turn:
            with self._session.works.running(WorkKind.DELETE, chosen.count) as work:
                try:
                    ids = await self._lists.ids(chosen, work.cancel)
                except PushError:
                    # A read that is stopped says so in the words of the database.
                    work.check()
                    raise
                return await self._delete(ids, (), work)

    async def users(self, user_ids: Sequence[UUID]) -> Deleted:
        """Delete users with all of their subscriptions."""
        async with self._turn:
            with self._session.works.running(WorkKind.DELETE) as work:
                return await self._delete(array("q"), user_ids, work)

    async def undo(self) -> Undone:
        """Bring back what the newest deletion took away, with the same ids.

        Raises:
            StoreError: There is nothing to undo; or the VAPID keys were replaced since.
        """
        async with self._turn:
            with self._session.works.running(WorkKind.UNDO) as work:
                restored = await self._session.work(lambda _: self._undo.undo(_told(work), work.cancel))
        return Undone(restored.subscriptions, restored.users, restored.there_again, restored.without_user)

    async def undoable(self) -> Undoable | None:
        """Return what an undo would bring back, None where there is nothing."""
        return self._newest()

    async def _delete(self, ids: "array[int]", user_ids: Sequence[UUID], work: Work) -> Deleted:
        step = await self._session.work(lambda _: self._undo.delete(ids, user_ids, _told(work), work.cancel))
        return Deleted(step.subscriptions, step.users) if step is not None else Deleted(0, 0)

    def _newest(self) -> Undoable | None:
        steps = self._undo.steps
        return Undoable(steps[-1].subscriptions, steps[-1].users, len(steps)) if steps else None

    def _on_store_change(self, change: StoreChange) -> None:
        """Hear of a commit, on the thread that made it: subscriptions of keys that are gone would be of no use."""
        if change.kind is ChangeKind.KEYS:
            self._undo.forget_lost()

    def _on_steps_changed(self) -> None:
        """Hear of a change of the steps, on the thread that made it."""
        undoable = self._newest()
        with contextlib.suppress(RuntimeError):  # the loop has ended: so has everybody who would listen
            self._session.loop.call_soon_threadsafe(self._session.emit, UndoChanged(undoable))


def _told(work: Work) -> GoOn:
    """Return what tells how far the work is, and ends it when it was stopped."""

    def go_on(done: int, total: int) -> None:
        work.check()
        work.advance(done, total)

    return go_on
