"""Deletes what was found gone and is still there, once somebody has said that it shall be.

Runs on: worker loop
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from webpush_admin.backend.broadcast import PAGE
from webpush_admin.backend.records import HistoryChanged, WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.push.answer import Outcome
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.services import is_gone_for_good
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import stretches
from webpush_admin.store.store import Store

GONE_STATUSES: Final = frozenset({404, 410})
"""Only these can mean that a row is dead. Source: RFC 8030, section 7.3; RFC 9110, section 15.5.11."""

SAID_SO: Final = "It was found gone, and deleted when somebody had said so."


async def prune_tested(session: Session, subscription_ids: Sequence[int]) -> int:
    """Delete rows that a test found gone, but for those that are others by now; return how many there were.

    Raises:
        PushError: They cannot be deleted.
    """
    dispatcher = session.open_dispatcher
    return await _prune(session, dispatcher, await session.read(partial(_gone, ids=subscription_ids)))


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
        ids = await session.work(lambda store: store.history.held_ids(send))
        work.advance(0, len(ids))
        try:
            for start in range(0, len(ids), PAGE):
                work.check()
                rows = await session.work(partial(_gone, ids=ids[start : start + PAGE]))
                done += await _prune(session, dispatcher, rows)
                await session.work(partial(_mark, send=send, pruned=rows))
                work.advance(min(start + PAGE, len(ids)))
        finally:
            if done:
                session.emit(HistoryChanged(send))
    return done


async def _prune(session: Session, dispatcher: Dispatcher, rows: Sequence[Subscription]) -> int:
    """Delete rows, and tell with them what they had answered; return how many there were."""
    ids = [row.id for row in rows if row.id is not None]
    answers = await session.read(lambda store: store.history.newest_of(ids))
    pruned = await dispatcher.prune(rows)
    for row in rows:
        found = answers.get(row.id or 0)
        rule, send = (found.rule, found.send) if found is not None and found.outcome is Outcome.GONE else ("", 0)
        session.pruned.known(row, row.last_status, rule, SAID_SO, send)
    return pruned


def _gone(store: Store, ids: Sequence[int]) -> list[Subscription]:
    """Return the rows whose newest answer still says that they are gone; an edit forgets its answers.

    Where the browser itself has written that they are gone, nobody was asked.
    """
    rows = store.database.read(partial(stretches.of_ids, ids=ids))
    return [row for row in rows if row.last_status in GONE_STATUSES or is_gone_for_good(row.host)]


def _mark(store: Store, send: int, pruned: Sequence[Subscription]) -> int:
    """Write down which are gone; one that somebody gave other keys in this very moment is still there."""
    ids = [row.id for row in pruned if row.id is not None]
    there = {row.id for row in store.database.read(partial(stretches.of_ids, ids=ids))}
    return store.history.mark_pruned(send, [number for number in ids if number not in there])
