"""The long lists that are being looked at: which they are, who reads them, when they end.

A list keeps its order until somebody asks for a newer *stamp* of it: a view counts its stamps up when it wants to see
what is in the database now.

Runs on: worker loop
"""

import asyncio
import contextlib
from array import array
from collections import OrderedDict
from typing import Any, Final, TypeVar

from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.history_rows import DeliveryQuery, DeliveryRow
from webpush_admin.store.lists import RowList, all_ids
from webpush_admin.store.rows import Chosen, SubscriptionQuery, SubscriptionRow, UserQuery, UserRow
from webpush_admin.store.store import Store

KEPT_LISTS: Final = 8
"""Of the views and dialogs that look at lists at a time; the one that was used longest ago is forgotten first."""

GONE: Final = "The list has changed meanwhile: refresh it (F5) and select again."

Row = TypeVar("Row")
Query = SubscriptionQuery | UserQuery | DeliveryQuery


class Lists:
    """Reads pages of lists. Each verb raises PushError with a sentence; a caller that is cancelled ends its read."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: OrderedDict[Query, tuple[int, RowList[Any, Any]]] = OrderedDict()
        self._forgotten: set[int] = set()
        self._placing: dict[RowList[Any, Any], asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def subscriptions(
        self, query: SubscriptionQuery, stamp: int, offset: int, limit: int
    ) -> tuple[list[SubscriptionRow | None], int | None]:
        """Return a stretch, None for rows deleted since, and how many there are in all where that is known."""
        return await self._page(await self._list(query, stamp), offset, limit)

    async def users(
        self, query: UserQuery, stamp: int, offset: int, limit: int
    ) -> tuple[list[UserRow | None], int | None]:
        """Return a stretch of the users, likewise."""
        return await self._page(await self._list(query, stamp), offset, limit)

    async def deliveries(
        self, query: DeliveryQuery, stamp: int, offset: int, limit: int
    ) -> tuple[list[DeliveryRow | None], int | None]:
        """Return a stretch of the deliveries, likewise."""
        return await self._page(await self._list(query, stamp), offset, limit)

    async def total(self, query: Query, stamp: int) -> int:
        """Return how many rows a list has, however long that takes."""
        rows = await self._list(query, stamp)
        return await self._session.look(lambda _, cancel: rows.total(cancel))

    async def ids(self, chosen: Chosen, cancel: Cancel) -> "array[int]":
        """Return the ids of what was chosen.

        Raises:
            StoreError: The list that it was chosen from is no longer there.
        """
        if chosen.query is None:
            return array("q", chosen.ids)
        query = chosen.query
        if chosen.stretches is None:
            # A list of its own: what matches now, whatever is shown.
            rows = self._session.store.list_subscriptions(query)
            try:
                return await self._session.work(lambda _: all_ids(rows, None, cancel))
            finally:
                await self._session.calls.run(rows.close)
        stamp, kept = self._kept.get(query, (0, None))
        # A list that was forgotten and read again under its stamp is not the one that was shown.
        if kept is None or stamp != chosen.stamp or stamp in self._forgotten:
            raise StoreError(GONE)
        stretches = chosen.stretches
        return await self._session.work(lambda _: all_ids(kept, stretches, cancel))

    async def aclose(self) -> None:
        """Stop looking for positions; closing the database ends everything else."""
        tasks = [*self._placing.values(), *self._ending]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._kept.clear()

    async def _page(self, rows: RowList[Any, Row], offset: int, limit: int) -> tuple[list[Row | None], int | None]:
        page, total = await self._session.look(lambda _, cancel: rows.page(offset, limit, cancel))
        if offset > 0 and not rows.is_placed and any(kept is rows for _, kept in self._kept.values()):
            self._place(rows)
        return page, total

    async def _list(self, query: Query, stamp: int) -> RowList[Any, Any]:
        known, rows = self._kept.get(query, (-1, None))
        if rows is None or known < stamp:
            # On a thread: the history of a database that is only read is in a file that must first be opened.
            made = await self._session.read(lambda store: _made(store, query))
            # Somebody else may have been faster.
            known, rows = self._kept.get(query, (-1, None))
            if rows is None or known < stamp:
                self._end(rows)
                rows = made
                self._kept[query] = stamp, rows
            else:
                self._end(made)
        self._kept.move_to_end(query)
        while len(self._kept) > KEPT_LISTS:
            _, (its_stamp, oldest) = self._kept.popitem(last=False)
            self._forgotten.add(its_stamp)
            self._end(oldest)
        return rows

    def _place(self, rows: RowList[Any, Any]) -> None:
        """Find every position in the background: somebody has left the top, and will go on."""
        if rows not in self._placing:
            task = asyncio.create_task(self._work_place(rows), name="webpush-placing")
            self._placing[rows] = task
            task.add_done_callback(lambda _: self._placing.pop(rows, None))

    async def _work_place(self, rows: RowList[Any, Any]) -> None:
        cancel = Cancel()
        try:
            await self._session.work(lambda _: rows.place(cancel))
        except PushError:
            return  # whoever asks for a page is told
        finally:
            cancel.cancel()

    def _end(self, rows: RowList[Any, Any] | None) -> None:
        if rows is None:
            return
        task = self._placing.get(rows)
        if task is not None:
            task.cancel()
        # Not awaited: it waits for a read that is being given up.
        ending = asyncio.create_task(self._work_end(rows), name="webpush-list-ends")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _work_end(self, rows: RowList[Any, Any]) -> None:
        with contextlib.suppress(PushError):  # the database was closed, and the list with it
            await self._session.calls.run(rows.close)


def _made(store: Store, query: Query) -> RowList[Any, Any]:
    if isinstance(query, SubscriptionQuery):
        return store.list_subscriptions(query)
    return store.list_users(query) if isinstance(query, UserQuery) else store.history.list(query)
