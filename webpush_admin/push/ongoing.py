"""What a dispatcher is in the midst of, so that its end can wait for it, and who is in it hears of that end.

Runs on: worker loop
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

from webpush_admin.push.errors import DispatchError


class Ongoing:
    """Counts what has begun and not ended."""

    def __init__(self) -> None:
        self._running: set[asyncio.Future[None]] = set()

    @contextlib.contextmanager
    def counted(self, is_open: Callable[[], bool]) -> Iterator[None]:
        """Be in the midst of something; a caller whom nobody cancelled, but the end of the dispatcher, is told so.

        Raises:
            DispatchError: It was closed meanwhile.
        """
        running = asyncio.get_running_loop().create_future()
        self._running.add(running)
        try:
            yield
            return
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if is_open() or (task is not None and task.cancelling()):
                raise
        finally:
            running.set_result(None)
            self._running.discard(running)
        raise DispatchError("The dispatcher has been closed.")

    async def wait(self, timeout_s: float) -> None:
        """Wait for the end of all that has begun, but no longer than this."""
        if self._running:
            await asyncio.wait(self._running, timeout=timeout_s)
