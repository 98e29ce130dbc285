"""What a dispatcher does beside sending: remembers answers in batches, notices other writers and a sleep.

Runs on: worker loop
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from webpush_admin.push.answer import Delivery
from webpush_admin.push.dispatch_store import AnswerMark, DispatchStore
from webpush_admin.push.errors import StoreError, StoreReadOnly
from webpush_admin.push.events import AnswersRecorded
from webpush_admin.push.keyring import Keyring
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.watch import SuspendWatch

TICK_S: Final = 0.5
"""Another program's change is known within a second: a tick, and the time that a tick may take."""

MAX_MARKS: Final = 500

SAME_ANSWER_S: Final = 60.0
"""A row that keeps answering the same is written once in this time: writing costs as much as a tenth of the push."""

MAX_ANSWERED: Final = 20_000
"""Rows whose newest answer is known."""

FINISH_WITHIN_S: Final = 0.4
"""What is left of the second within which a dispatcher ends, once the pushes have been given up."""

CHANGED: Final = "Another program changed the database."
UNWATCHED: Final = "The database could not be watched for changes until now."

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Upkeep:
    """One task that ticks twice a second, and the tasks that must end before the dispatcher may.

    Args:
        store: Asked for its foreign version, told the answers.
        calls: Runs the store's methods off the loop.
        keyring: Loads its pair again after a change from outside.
        on_outside_change: Told, as a sentence, that rows read before are void.
        on_written: Told rows and statuses that are in the database by now.
        on_event: Told `AnswersRecorded`.
    """

    def __init__(
        self,
        store: DispatchStore,
        calls: StoreCalls,
        keyring: Keyring,
        *,
        on_outside_change: Callable[[str], None],
        on_written: Callable[[Iterable[tuple[Subscription, int | None]]], None],
        on_event: Callable[[AnswersRecorded], None] | None,
    ) -> None:
        self._store = store
        self._calls = calls
        self._keyring = keyring
        self._on_outside_change = on_outside_change
        self._on_written = on_written
        self._on_event = on_event
        self._clocks = SuspendWatch()
        self._marks: list[AnswerMark] = []
        self._answered: dict[tuple[int | None, str, str], tuple[int, float]] = {}
        # One write at a time: on several threads an older answer could be written over a newer one.
        self._writing = asyncio.Lock()
        self._version: int | None = None
        self._told = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ticking: asyncio.Task[None] | None = None

    async def take_for_known(self) -> None:
        """Take the database as it is now for known; called before anything is read, so that no change is missed."""
        try:
            self._version = await self._calls.run(self._store.foreign_version)
        except StoreError as error:
            # The first look that succeeds takes everything that was read until then for void.
            _log.warning("The database cannot be watched for changes: %s", error)

    def start(self) -> None:
        """Begin to tick."""
        self._ticking = asyncio.create_task(self._tick(), name="webpush-upkeep")

    def remember(self, delivery: Delivery) -> None:
        """Note an answer; it is written with others, unless the row answered the same within the last minute."""
        row, status = delivery.subscription, delivery.status
        if status is None or row.id is None:
            return
        now_s = time.monotonic()
        before = self._answered.get(row.identity)
        if before is not None and before[0] == status and now_s - before[1] < SAME_ANSWER_S:
            return
        if len(self._answered) >= MAX_ANSWERED:
            self._answered.clear()
        self._answered[row.identity] = status, now_s
        self._marks.append(AnswerMark(row, status, datetime.now(UTC)))
        if len(self._marks) == MAX_MARKS:
            self.spawn(self._write_marks())

    def look_at_clocks(self) -> None:
        """Drop what a sleep has made doubtful."""
        if self._clocks.drifted():
            self._keyring.forget_signatures()
            self._on_outside_change("The machine slept, or its clock was set.")

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start work that is finished even if nobody waits for it any more."""
        task = asyncio.create_task(work, name="webpush-upkeep-work")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def aclose(self) -> None:
        """Stop ticking, finish what was begun, write the last answers."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.wait({self._ticking})
        self.spawn(self._write_marks())
        # A database that hangs is not waited for: its thread finishes what it has begun, or fails, by itself.
        _, unfinished = await asyncio.wait(self._tasks, timeout=FINISH_WITHIN_S)
        for task in unfinished:
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.look_at_clocks()
            await self._look_for_other_writers()
            if self._marks and not self._writing.locked():
                # Not as a part of this task, which is cancelled at the end: the answers would go with it.
                self.spawn(self._write_marks())

    async def _look_for_other_writers(self) -> None:
        try:
            version = await self._calls.run(self._store.foreign_version)
        except StoreError as error:
            # Once for each reason: a database that stays locked is looked at twice a second.
            if str(error) != self._told:
                self._told = str(error)
                _log.warning("The database cannot be watched for changes: %s", error)
            return
        self._told = ""
        if version != self._version:
            known, self._version = self._version, version
            self._on_outside_change(CHANGED if known is not None else UNWATCHED)
            self._keyring.changed_outside()

    async def _write_marks(self) -> None:
        async with self._writing:
            marks, self._marks = self._marks, []
            if not marks:
                return
            try:
                await self._calls.run(lambda: self._store.record_answers(marks))
            except StoreReadOnly:
                # As it was to be expected: the deliveries tell the answers, and nobody has to mend anything.
                return
            except StoreError as error:
                self._answered.clear()
                _log.warning("The answers of %d pushes could not be kept with their rows: %s", len(marks), error)
                return
        self._on_written((mark.subscription, mark.status) for mark in marks)
        if self._on_event is not None:
            self._on_event(AnswersRecorded(len(marks), datetime.now(UTC)))
