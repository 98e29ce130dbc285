"""Sends to everybody in the demo, many at once and again and again, as a busy application does.

For those who look at the live view with much going on. The pushes go past `backend.sending`, where one send runs at a
time, and are not written to the history, since nobody sent them.

Runs on: worker loop
"""

import asyncio
from itertools import cycle
from typing import Final
from uuid import UUID

from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError
from webpush_admin.push.message import Message
from webpush_admin.push.receiver import prepare
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.store import Store

MESSAGE: Final = Message(title="Rush hour", body="One of many at once.", ttl_s=0)

PROMPT: Final = frozenset(
    {
        Temper.CREATED,
        Temper.OK,
        Temper.ACCEPTED,
        Temper.NOT_FOUND,
        Temper.TOO_LARGE,
        Temper.MOZILLA_401_KEY,
        Temper.FCM_403_KEY,
        Temper.APPLE_403_JWT,
        Temper.WNS_201_DROPPED,
    }
)
"""What answers at once, and is not tried again: one slow answer holds its whole dispatch up."""

LOOKED_AT: Final = 200
"""Users among whom they are looked for."""
AT_ONCE: Final = 24

NOBODY: Final = "Nobody here has only subscriptions that answer at once."


async def rush(session: Session, seconds: float) -> int:
    """Dispatch to users in turns for so long; return how many dispatches there were.

    Raises:
        PushError: There is nobody, or nothing can be sent; or no sandbox runs.
    """
    sandbox, dispatcher, policy = session.sandbox, session.open_dispatcher, session.opening.policy

    def read(store: Store) -> list[UUID]:
        prompt = {one.endpoint for one in sandbox.endpoints() if one.temper in PROMPT}

        def fits(user_id: UUID) -> bool:
            rows = store.subscriptions_of(user_id)
            return all(row.endpoint in prompt and prepare(row, policy).target is not None for row in rows)

        return [user_id for user_id in store.user_ids_after(None, LOOKED_AT) if fits(user_id)]

    users = await session.read(read)
    if not users:
        raise PushError(NOBODY)
    turns = cycle(users)
    loop = asyncio.get_running_loop()
    until_s = loop.time() + seconds
    count = 0

    async def go_on() -> None:
        nonlocal count
        while loop.time() < until_s:
            count += 1
            # Not written down in the history: what was pruned is told its answer here.
            session.pruned.answered(await dispatcher.dispatch(next(turns), MESSAGE), 0)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(go_on(), name="webpush-rush")
    except ExceptionGroup as several:
        # All of them say the same, where the dispatcher was closed meanwhile.
        raise several.exceptions[0] from None
    return count
