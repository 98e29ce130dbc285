"""Calls a synchronous store off the event loop, on threads of the dispatcher's own.

Own threads: the loop's default executor also serves name look-ups, and the views have theirs.

Runs on: worker loop
"""

import asyncio
import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from webpush_admin.push.errors import PushError, StoreError

THREADS: Final = 8
"""More than one, so that a read that hangs holds up neither a prune nor a newer read of the same user."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class StoreCalls:
    """A small pool of threads; they start with the first calls."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="webpush-store")
        self._running: set[Future[Any]] = set()

    async def run(self, function: Callable[[], T]) -> T:
        """Return what `function` returns.

        Raises:
            PushError: As the function raised it.
            StoreError: The function raised something else, or the threads have ended.
        """
        try:
            future = self._executor.submit(_in_words, function)
        except RuntimeError:
            raise StoreError("The dispatcher has been closed.") from None
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """End the threads; one that hangs in the database is left behind rather than waited for."""
        self._executor.shutdown(wait=not self._running, cancel_futures=True)


def _in_words(function: Callable[[], T]) -> T:
    """Return what `function` returns, and name by its type alone what a store should not have raised."""
    try:
        return function()
    except PushError:
        raise
    except Exception as error:  # noqa: BLE001 -- anybody may write a store: what it raises is its own affair
        kind = type(error).__name__
        # Where, but not what: the text of a database's error quotes its parameters, keys and endpoints among them.
        place = traceback.extract_tb(error.__traceback__)[-1]
    _log.warning("A call of the store raised %s at %s, line %d.", kind, place.name, place.lineno or 0)
    # Raised out here, so that the error itself is not even the context.
    raise StoreError(f"The store failed with {kind}.")
