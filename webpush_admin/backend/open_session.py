"""Opens a database as a session: the store first, then what depends on it; nothing is left open where that fails.

Runs on: worker loop
"""

import asyncio
import logging

from webpush_admin.backend.opening import Opening
from webpush_admin.backend.session import Emit, Session
from webpush_admin.backend.user_agents import warm_up
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.store.store import Store

_log = logging.getLogger(__name__)


async def open_session(opening: Opening, emit: Emit) -> Session:
    """Open a database.

    Raises:
        StoreError: It cannot be used; nothing is left open.
        InvalidKeys: The subject asked for is none.
    """
    calls = StoreCalls()
    # Beside it, on another thread: the first rows would wait for it.
    warming = asyncio.create_task(calls.run(warm_up), name="webpush-warming")
    try:
        store = await calls.run(
            lambda: Store.open(opening.url, read_only=opening.read_only, create=opening.create, unchecked=True)
        )
        await warming
    except BaseException:
        # Looked at, also where nobody waits for it any more: asyncio would warn of an error that nobody saw.
        await asyncio.gather(warming, return_exceptions=True)
        await calls.run(opening.discard)
        calls.close()
        raise
    session = Session(opening, store, emit, calls, asyncio.get_running_loop())
    try:
        store.add_listener(session.on_store_change)
        await session.begin()
    except BaseException:
        await session.aclose()
        raise
    _log.info("Opened %s.", session.info.name)
    return session
