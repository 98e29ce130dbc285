"""Fills the cache of the dispatcher behind a window: users in the database, read by it as a dispatch does.

Runs on: GUI thread, what is asked on the worker's loop
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, insert

from webpush_admin.backend.backend import Backend
from webpush_admin.gui.context import Context
from webpush_admin.push.cache import SubscriptionCache
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.store.schema import name_key, users

AT_ONCE: Final = 100


class CachedPeople:
    """The cache behind a window.

    Attributes:
        ids: Who was read, in this order.
    """

    def __init__(self, qtbot: QtBot, context: Context) -> None:
        self._qtbot = qtbot
        self._context = context
        self.ids: list[UUID] = []

    def fill(self, names: Sequence[str]) -> None:
        """Add users of these names to the database, and let the dispatcher read each of them."""
        self.ids = [UUID(int=number + 1) for number in range(len(names))]
        rows = [
            {"id": user_id, "name": name, "name_key": name_key(name), "created_at": datetime.now(UTC)}
            for user_id, name in zip(self.ids, names, strict=True)
        ]

        def add(connection: Connection) -> None:
            connection.execute(insert(users), rows)

        async def fill(backend: Backend) -> None:
            store = backend._opened().session.store
            await asyncio.to_thread(store.database.write, add)
            cache = _cache(backend)
            for start in range(0, len(self.ids), AT_ONCE):
                await asyncio.gather(*map(cache.get, self.ids[start : start + AT_ONCE]))

        self.do(fill)

    def use(self, *numbers: int) -> None:
        """Let somebody be served, by the place in `ids`."""

        async def use(backend: Backend) -> None:
            for number in numbers:
                await _cache(backend).get(self.ids[number])

        self.do(use)

    def do(self, make: Callable[[Backend], Coroutine[Any, Any, None]]) -> None:
        """Run a coroutine on the worker, and wait for it."""
        told: list[str | None] = []
        self._context.ask(make, told.append, told.append)
        self._qtbot.waitUntil(lambda: bool(told), timeout=30_000)
        assert told == [None]


def _cache(backend: Backend) -> SubscriptionCache:
    dispatcher = backend._opened().session.dispatcher
    assert isinstance(dispatcher, Dispatcher)
    return dispatcher._cache
