"""Deletes what a broadcast found gone and held, once somebody has said that it shall be.

Runs on: worker loop
"""

from collections.abc import Sequence
from functools import partial

from webpush_admin.backend.broadcast import PAGE
from webpush_admin.backend.records import HistoryChanged, WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import stretches
from webpush_admin.store.history import unfinished
from webpush_admin.store.store import Store


async def prune_held(session: Session, send: int) -> int:
    """Delete the rows that a send held; return how many there were. Shown among the works, where it can be stopped.

    A row that answers otherwise by now, or was given another endpoint or other keys, stays: what is known of it is not
    what that send found.

    Raises:
        PushError: They cannot be deleted, or it was stopped: those before are.
    """
    dispatcher = session.open_dispatcher
    done = 0
    with session.works.running(WorkKind.DELETE) as work:

        def find(store: Store) -> tuple[Sequence[int], Sequence[int]]:
            place = store.history.place.to_read()
            return ((), ()) if place is None else unfinished.held(place, send, work.cancel)

        ids, statuses = await session.work(find)
        work.advance(0, len(ids))
        try:
            for start in range(0, len(ids), PAGE):
                work.check()
                held = dict(zip(ids[start : start + PAGE], statuses[start : start + PAGE], strict=True))
                rows = await session.work(partial(_unchanged, held=held))
                done += await dispatcher.prune(rows)
                await session.work(partial(_mark, send=send, pruned=rows))
                work.advance(start + len(held))
        finally:
            if done:
                session.emit(HistoryChanged(send))
    return done


def _unchanged(store: Store, held: dict[int, int]) -> list[Subscription]:
    """Return the rows whose newest answer is still the one that they were held for; an edit forgets its answers."""
    rows = store.database.read(partial(stretches.of_ids, ids=list(held)))
    return [row for row in rows if row.id is not None and row.last_status == held[row.id]]


def _mark(store: Store, send: int, pruned: Sequence[Subscription]) -> int:
    """Write down which are gone; one that somebody gave other keys in this very moment is still there."""
    ids = [row.id for row in pruned if row.id is not None]
    there = {row.id for row in store.database.read(partial(stretches.of_ids, ids=ids))}
    return store.history.mark_pruned(send, [number for number in ids if number not in there])
