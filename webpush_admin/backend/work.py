"""Long work in the background: what runs, how far it is, and its end when the operator wants none of it.

Runs on: worker loop (`Work.advance` and `Work.check`: the thread that does the work)
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from webpush_admin.backend.records import WorkKind, WorkProgress
from webpush_admin.push.errors import PushError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.faults import STOPPED


class Work:
    """One piece of long work.

    Attributes:
        cancel: Raised when the operator stops it; whatever reads or writes for it looks at this.
    """

    def __init__(self, number: int, kind: WorkKind, total: int | None, cancel: Cancel) -> None:
        self.cancel = cancel
        self._number = number
        self._kind = kind
        self._total = total
        self._done = 0

    @property
    def progress(self) -> WorkProgress:
        """How far it is."""
        return WorkProgress(self._number, self._kind, self._done, self._total, stopping=self.cancel.raised)

    def advance(self, done: int, total: int | None = None) -> None:
        """Tell how much is done, of how much where that became known."""
        self._done = done
        if total is not None:
            self._total = total

    def check(self) -> None:
        """Go on, unless it was stopped.

        Raises:
            PushError: It was stopped.
        """
        if self.cancel.raised:
            raise PushError(STOPPED)


class Works:
    """What runs in the background of one database."""

    def __init__(self) -> None:
        self._running: dict[int, Work] = {}
        self._numbers = itertools.count(1)

    @property
    def progress(self) -> tuple[WorkProgress, ...]:
        """Everything that runs, the oldest first."""
        return tuple(work.progress for work in self._running.values())

    @contextmanager
    def running(self, kind: WorkKind, total: int | None = None, *, cancel: Cancel | None = None) -> Iterator[Work]:
        """Show work while it lasts; a caller that is cancelled stops it.

        Args:
            kind: What is being done.
            total: Of how many, None where that is not known yet.
            cancel: Of work that has begun before it is shown.
        """
        number = next(self._numbers)
        work = self._running[number] = Work(number, kind, total, cancel or Cancel())
        try:
            yield work
        finally:
            work.cancel.cancel()
            del self._running[number]

    async def stop(self, number: int) -> None:
        """Stop a piece of work; nothing happens where it has ended."""
        work = self._running.get(number)
        if work is not None:
            work.cancel.cancel()

    def stop_all(self) -> None:
        """Stop everything: the database is being closed."""
        for work in self._running.values():
            work.cancel.cancel()
