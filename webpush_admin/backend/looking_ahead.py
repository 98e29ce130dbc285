"""Reads what a window shows first, while it still says that it opens.

Runs on: worker loop
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from webpush_admin.backend.people import People
from webpush_admin.backend.subscriptions import Subscriptions
from webpush_admin.store.rows import SubscriptionQuery, UserQuery

LOOKED_AHEAD_ROWS: Final = 128
LOOKED_AHEAD_S: Final = 0.2
"""Whoever opens a slow disk waits no longer for what is only a preparation."""


async def look_ahead(people: People, subscriptions: Subscriptions) -> None:
    """Read the first pages and a total.

    Statements are compiled by that, user agents parsed, pages of the file in memory. What fails here is told by whoever
    asks for it in earnest.
    """
    reads: tuple[Coroutine[Any, Any, object], ...] = (
        people.page(UserQuery(), 0, LOOKED_AHEAD_ROWS),
        subscriptions.page(SubscriptionQuery(), 0, LOOKED_AHEAD_ROWS),
        subscriptions.count(),
    )
    tasks = [asyncio.create_task(read, name="webpush-look-ahead") for read in reads]
    _, late = await asyncio.wait(tasks, timeout=LOOKED_AHEAD_S)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
