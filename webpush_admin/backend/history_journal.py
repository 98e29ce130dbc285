"""Writes down what one send does: intents before, what became of them after, many of each in one transaction.

Runs on: worker loop
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

from webpush_admin.backend.records import HistoryChanged
from webpush_admin.backend.session import Session
from webpush_admin.push.answer import Delivery
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import AnswersRecorded
from webpush_admin.push.subscription import Subscription

TOLD_EVERY_S: Final = 0.3
"""A view that shows the history reads it again as often as it is told of a change."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class HistoryJournal:
    """The journal of one send: `push.journal.Journal`, on the history of the open database.

    Args:
        session: Whose history.
        send: The number of the send in it.

    Attributes:
        problem: Why some answers could not be kept, "" where all were; whoever sends tells it at the end.
    """

    def __init__(self, session: Session, send: int) -> None:
        self.problem = ""
        self._session = session
        self._send = send
        self._intents = _Together(self._write_intents)
        self._conclusions = _Together(self._write_conclusions)
        self._recorded = 0
        self._moved = False
        self._timer: asyncio.TimerHandle | None = None

    async def intend(self, subscriptions: Sequence[Subscription]) -> None:
        """Commit that these will be sent to.

        Raises:
            PushError: It cannot be written: nothing may be sent to them.
        """
        await self._intents.write(subscriptions)

    async def conclude(self, deliveries: Sequence[Delivery]) -> None:
        """Commit what became of some of them; where that fails, it is `problem`: what was sent was sent."""
        # Here comes all that is pruned, also of a send that nobody waits for any more.
        self._session.pruned.answered(deliveries, self._send)
        try:
            await self._conclusions.write(deliveries)
        except PushError as error:
            if not self.problem:
                _log.warning("What became of %d pushes could not be kept: %s", len(deliveries), error)
            self.problem = f"What became of some could not be written down: {error}"

    def close(self) -> None:
        """Tell the rest; nothing is written any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._tell()

    async def _write_intents(self, subscriptions: Sequence[Subscription]) -> None:
        history, send = self._session.store.history, self._send
        await self._session.work_calls.run(lambda: history.intend(send, subscriptions, datetime.now(UTC)))
        self._note(0)

    async def _write_conclusions(self, deliveries: Sequence[Delivery]) -> None:
        history, send = self._session.store.history, self._send
        await self._session.work_calls.run(lambda: history.conclude(send, deliveries, datetime.now(UTC)))
        # In a database that is only read the rows do not learn of it.
        read_only = self._session.store.read_only
        self._note(0 if read_only else sum(delivery.status is not None for delivery in deliveries))

    def _note(self, recorded: int) -> None:
        self._recorded += recorded
        self._moved = True
        if self._timer is None:
            self._on_time()

    def _on_time(self) -> None:
        self._timer = None
        if self._moved:
            self._tell()
            self._timer = self._session.loop.call_later(TOLD_EVERY_S, self._on_time)

    def _tell(self) -> None:
        if self._moved:
            self._moved = False
            self._session.emit(HistoryChanged(self._send))
        if self._recorded:
            count, self._recorded = self._recorded, 0
            self._session.emit(AnswersRecorded(count, datetime.now(UTC)))


class _Together(Generic[T]):
    """Writes what several ask for at the same time with one commit: a commit costs as much as a hundred rows.

    Args:
        write: Writes some of them; never run twice at once, so that nothing older is written after something newer.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._write = write
        self._writing = asyncio.Lock()
        self._next: tuple[list[T], asyncio.Task[None]] | None = None

    async def write(self, items: Sequence[T]) -> None:
        """Return when these are written.

        Raises:
            PushError: They are not, nor is what others asked for with them.
        """
        if not items:
            return
        if self._next is None:
            wanted: list[T] = []
            self._next = wanted, asyncio.create_task(self._work(wanted), name="webpush-journal")
        wanted, task = self._next
        wanted.extend(items)
        # Begun, it is written: what goes out must not be missing because one of those who wait went away.
        await asyncio.shield(task)

    async def _work(self, wanted: list[T]) -> None:
        async with self._writing:
            # From here on others wait for the next commit.
            self._next = None
            await self._write(wanted)
