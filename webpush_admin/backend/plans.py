"""What each kind of send is about to do: whom it reaches, and how.

Runs on: worker loop
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final
from uuid import UUID

from webpush_admin.backend.broadcast import PAGE, AllPages, ChosenPages
from webpush_admin.backend.history_journal import HistoryJournal
from webpush_admin.backend.lists import Lists
from webpush_admin.backend.running import Plan, Prepare, Running
from webpush_admin.push.errors import PushError
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import stretches
from webpush_admin.store.rows import EVERYTHING, Chosen
from webpush_admin.store.store import Store

TESTS_AT_ONCE: Final = 64


def user_plan(user_id: UUID) -> Prepare:
    """Return what finds out about a send to a user, through the cache."""

    def read(store: Store) -> tuple[str, int]:
        user = store.user(user_id)
        return user.name if user is not None else "a user", store.counts(user_id)[1]

    async def prepare(running: Running) -> Plan:
        async def go(journal: HistoryJournal) -> None:
            running.totals.count(await running.dispatcher.dispatch(user_id, running.message, journal=journal))

        name, targets = await running.session.read(read)
        return Plan(name, targets, go)

    return prepare


def chosen_plan(lists: Lists, chosen: Chosen, label: str) -> Prepare:
    """Return what finds out about a broadcast to what was chosen."""

    async def prepare(running: Running) -> Plan:
        if is_all(chosen):
            count, newest = await running.session.work(lambda store: store.database.read(stretches.extent))
            return _broadcast(running, AllPages(running.session, newest), label, count)
        ids = await lists.ids(chosen, running.cancel)
        return _broadcast(running, ChosenPages(running.session, ids), label, len(ids))

    return prepare


def is_all(chosen: Chosen) -> bool:
    """Whether every subscription that there is was chosen."""
    query = chosen.query
    return query is not None and chosen.stretches is None and query.user_id is None and query.where == EVERYTHING


def failed_plan(send: int) -> Prepare:
    """Return what finds out about a broadcast to those that an earlier send failed for."""

    async def prepare(running: Running) -> Plan:
        ids = await running.session.work(lambda store: store.history.failed_ids(send))
        return _broadcast(running, ChosenPages(running.session, ids), f"failed of send {send}", len(ids))

    return prepare


def test_plan(subscription_ids: Sequence[int]) -> Prepare:
    """Return what finds out about tests of single subscriptions, past the cache."""

    def read(store: Store) -> list[Subscription]:
        return [
            row
            for start in range(0, len(subscription_ids), PAGE)
            for row in store.database.read(partial(stretches.of_ids, ids=subscription_ids[start : start + PAGE]))
        ]

    async def prepare(running: Running) -> Plan:
        rows = await running.session.read(read)
        label = "1 subscription" if len(rows) == 1 else f"{len(rows):,} subscriptions"
        return Plan(label, len(rows), partial(_test, running, rows))

    return prepare


def _broadcast(running: Running, pages: AllPages | ChosenPages, label: str, count: int) -> Plan:
    async def go(journal: HistoryJournal) -> None:
        await running.dispatcher.broadcast(
            pages,
            running.message,
            targets=count,
            control=running.control,
            journal=journal,
            on_deliveries=running.totals.count,
        )

    return Plan(label, count, go)


async def _test(running: Running, rows: Sequence[Subscription], journal: HistoryJournal) -> None:
    """Send to each, some at once.

    Raises:
        PushError: One could not be tried, and so none of those after it.
    """
    errors: list[PushError] = []
    waiting = iter(rows)

    async def work() -> None:
        for row in waiting:
            if running.control.stopped or errors:
                return
            try:
                running.totals.count((await running.dispatcher.test(row, running.message, journal=journal),))
            except PushError as error:
                errors.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(TESTS_AT_ONCE, len(rows))):
            group.create_task(work())
    if errors:
        raise errors[0]
