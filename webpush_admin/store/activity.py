"""Which reads are under way, so that a file can be closed while somebody still reads from it.

Runs on: any
"""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from webpush_admin.push.errors import StoreError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.connections import Reading
from webpush_admin.store.faults import CLOSED


class Activity:
    """Counts who reads. Each `enter` is followed by one `leave`.

    Attributes:
        closed: Nobody may enter any more.
    """

    def __init__(self) -> None:
        self.closed = False
        self._idle = threading.Condition()
        self._active = 0
        self._reading: set[Reading] = set()

    def enter(self) -> None:
        """Begin to use the file.

        Raises:
            StoreError: It is closed.
        """
        with self._idle:
            if self.closed:
                raise StoreError(CLOSED)
            self._active += 1

    @contextmanager
    def reading(self, raw: Reading, deadline_s: float = float("inf"), cancel: Cancel | None = None) -> Iterator[None]:
        """Read with a connection inside, which gives up after this many seconds, or when cancelled."""
        raw.give_up_at_s = time.monotonic() + deadline_s
        raw.cancel = cancel
        self._reading.add(raw)
        try:
            yield
        finally:
            # Before it goes back to its pool: there the next one may begin to read with it at once.
            self._reading.discard(raw)
            raw.cancel = None

    def writing(self, raw: Reading, cancel: Cancel | None) -> AbstractContextManager[None]:
        """Write with a connection inside, as it reads; what nobody can cancel is short, and is waited for."""
        return nullcontext() if cancel is None else self.reading(raw, cancel=cancel)

    def leave(self) -> None:
        """End what `enter` began; the connection is back where it came from."""
        with self._idle:
            self._active -= 1
            self._idle.notify_all()

    def end(self) -> None:
        """Let nobody enter any more, and interrupt who is there until they have left."""
        with self._idle:
            self.closed = True
            # Again and again: a read may hold its connection without having begun its statement yet.
            while self._active:
                for raw in tuple(self._reading):
                    raw.interrupt()
                self._idle.wait(0.05)
