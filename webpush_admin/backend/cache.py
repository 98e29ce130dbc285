"""Verbs for the cache, and for the settings that can be changed while the dispatcher works.

Runs on: worker loop
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import Final
from uuid import UUID

from webpush_admin.backend.cache_records import CachedUser, CacheOrder, CachePage, CacheQuery
from webpush_admin.backend.session import Session
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.places import PlaceOrder
from webpush_admin.push.tuning import DEFAULT_TUNING, Tuning
from webpush_admin.store.store import Store

READ_AT_ONCE: Final = 500
KEPT_NAMES: Final = 20_000


class Cache:
    """Each verb raises PushError with a sentence; where nothing can be sent, nothing is cached."""

    def __init__(self, session: Session) -> None:
        self._session = session
        # For searching and sorting alone: what is shown is read each time.
        self._names: OrderedDict[UUID, str] = OrderedDict()
        self._outdated = False
        self._clears = 0
        self._kept: tuple[CacheQuery, int, Sequence[UUID]] = (CacheQuery(), 0, ())
        session.store.add_listener(self._on_store_change)

    async def page(self, query: CacheQuery, offset: int, limit: int, stamp: int = 0) -> CachePage:
        """Return a stretch of the users who have a place in the cache.

        Args:
            query: Who, in what order.
            offset: Position of the first row.
            limit: Rows at most.
            stamp: Asked again with the same one the list keeps its order, with newer numbers; 0 keeps none.
        """
        found = await self._find(query, stamp)
        page = found[offset : offset + limit]
        names = await self._session.read(lambda store: store.names_of(page))
        places = {place.user_id: place for place in self._session.dispatcher.places(page)}
        rows = tuple(CachedUser(names.get(one, ""), places[one]) if one in places else None for one in page)
        return CachePage(offset, rows, len(found), time.monotonic())

    async def user(self, user_id: UUID) -> CachedUser | None:
        """Return one user's place, None where there is none."""
        places = self._session.dispatcher.places([user_id])
        if not places:
            return None
        names = await self._session.read(lambda store: store.names_of([user_id]))
        return CachedUser(names.get(user_id, ""), places[0])

    async def invalidate(self, user_id: UUID) -> None:
        """Forget what the cache holds of a user."""
        self._session.open_dispatcher.invalidate_user(user_id)

    async def invalidate_all(self) -> None:
        """Forget everything that the cache holds."""
        self._session.open_dispatcher.invalidate_all("The operator invalidated all users.")

    async def tuning(self) -> Tuning:
        """Return the settings in force."""
        dispatcher = self._session.dispatcher
        return dispatcher.tuning if isinstance(dispatcher, Dispatcher) else DEFAULT_TUNING

    async def tune(self, tuning: Tuning) -> Tuning:
        """Work with other settings until the database is closed; return those in force."""
        dispatcher = self._session.open_dispatcher
        dispatcher.tune(tuning)
        return dispatcher.tuning

    async def _find(self, query: CacheQuery, stamp: int) -> Sequence[UUID]:
        """Return who is asked for, sorted; where it is asked with the same stamp again, as it was then."""
        if stamp and self._kept[:2] == (query, stamp):
            return self._kept[2]
        by_name = query.order is CacheOrder.NAME
        order = PlaceOrder.USED if by_name else PlaceOrder(query.order.value)
        found = self._session.dispatcher.cached(order, descending=query.descending, states=query.states)
        if query.search or by_name:
            await self._learn(found)
            found = await self._session.calls.run(lambda: self._narrowed(found, query))
        if stamp:
            self._kept = query, stamp, found
        return found

    def _narrowed(self, user_ids: Sequence[UUID], query: CacheQuery) -> list[UUID]:
        """Return who is searched for, by name where that is the order. Runs on: a thread of the views."""
        wanted = query.search.casefold()
        named = [(self._names.get(user_id, "").casefold(), user_id) for user_id in user_ids]
        found = [(name, user_id) for name, user_id in named if wanted in name or str(user_id).startswith(wanted)]
        if query.order is CacheOrder.NAME:
            found.sort(reverse=query.descending)
        return [user_id for _, user_id in found]

    async def _learn(self, user_ids: Sequence[UUID]) -> None:
        """Read the names that are not known; who has none is known to have none."""
        # What another program changed, it told nobody: the cache is cleared then.
        clears = self._session.dispatcher.cache_stats().clears
        if self._outdated or clears != self._clears:
            self._outdated, self._clears = False, clears
            self._names.clear()
        unknown = [user_id for user_id in user_ids if user_id not in self._names]
        for start in range(0, len(unknown), READ_AT_ONCE):
            part = unknown[start : start + READ_AT_ONCE]
            names = await self._session.read(partial(_names_of, user_ids=part))
            for user_id in part:
                self._names[user_id] = names.get(user_id, "")
        while len(self._names) > max(KEPT_NAMES, len(user_ids)):
            self._names.popitem(last=False)

    def _on_store_change(self, change: StoreChange) -> None:
        """Note that names may be others now. Runs on: the thread that committed."""
        if change.kind is ChangeKind.USERS:
            self._outdated = True


def _names_of(store: Store, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    return store.names_of(user_ids)
