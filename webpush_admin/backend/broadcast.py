"""Whom a broadcast goes to: all subscriptions, or those that were chosen, read page by page while it runs.

Neither fills the cache, nor asks for one user after the other, nor holds more than ids.

Runs on: worker loop
"""

from array import array
from collections.abc import Sequence
from functools import partial
from typing import Final

from webpush_admin.backend.session import Session
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import stretches

PAGE: Final = 500
"""Subscriptions that are read at once."""


class AllPages:
    """Every subscription that there was when the broadcast began: `push.broadcast.Pages`.

    Args:
        session: Whose subscriptions.
        until: The largest id then; who subscribes meanwhile gets the next one.
    """

    def __init__(self, session: Session, until: int) -> None:
        self._session = session
        self._until = until
        self._last = stretches.BEFORE_ALL

    async def next_page(self) -> Sequence[Subscription]:
        """Return the next ones, none at the end."""
        read = partial(stretches.after, last=self._last, until=self._until, limit=PAGE)
        page = await self._session.work(lambda store: store.database.read(read))
        if page and page[-1].id is not None:
            self._last = page[-1].id
        return page

    async def again(self, ids: Sequence[int]) -> Sequence[Subscription]:
        """Return some of them as they are now; those that were deleted are left out."""
        return await _of_ids(self._session, ids)


class ChosenPages:
    """Subscriptions that an operator has chosen: `push.broadcast.Pages`.

    Args:
        session: Whose subscriptions.
        ids: Of all of them: 8 bytes each.
    """

    def __init__(self, session: Session, ids: "array[int]") -> None:
        self._session = session
        self._ids = ids
        self._next = 0

    async def next_page(self) -> Sequence[Subscription]:
        """Return the next ones, none at the end; those that were deleted are left out."""
        while self._next < len(self._ids):
            ids = self._ids[self._next : self._next + PAGE]
            self._next += PAGE
            page = await _of_ids(self._session, ids)
            if page:
                return page
        return ()

    async def again(self, ids: Sequence[int]) -> Sequence[Subscription]:
        """Return some of them as they are now; those that were deleted are left out."""
        return await _of_ids(self._session, ids)


async def _of_ids(session: Session, ids: Sequence[int]) -> Sequence[Subscription]:
    read = partial(stretches.of_ids, ids=ids)
    return await session.work(lambda store: store.database.read(read))
