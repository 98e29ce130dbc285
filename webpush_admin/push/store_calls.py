"""Calls a synchronous store off the event loop, on threads of the dispatcher's own.

Own threads: the loop's default executor also serves name look-ups, and the views have theirs.

Runs on: worker loop
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from webpush_admin.push.errors import StoreError

THREADS: Final = 8
"""More than one, so that a read that hangs holds up neither a prune nor a newer read of the same user."""

T = TypeVar("T")


class StoreCalls:
    """A small pool of threads; they start with the first calls."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="webpush-store")
        self._running: set[Future[Any]] = set()

    async def run(self, function: Callable[[], T]) -> T:
        """Return what `function` returns; its exceptions come through.

        Raises:
            StoreError: The threads have ended.
        """
        try:
            future = self._executor.submit(function)
        except RuntimeError:
            raise StoreError("The dispatcher has been closed.") from None
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """End the threads; one that hangs in the database is left behind rather than waited for."""
        self._executor.shutdown(wait=not self._running, cancel_futures=True)
