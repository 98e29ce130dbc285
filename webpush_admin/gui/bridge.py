"""The crossing between the GUI thread and the worker: wishes go in as coroutines, events come out in batches.

The only home of asyncio and threading in gui/.

Runs on: GUI thread (methods that start with `_work` or are named in their docstring: worker loop)
"""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from webpush_admin.gui.giving_way import kind_backend
from webpush_admin.push.errors import PushError

if TYPE_CHECKING:
    # The bridge is there at the first paint, and only hands these on.
    import asyncio

    from webpush_admin.backend.backend import Backend
    from webpush_admin.backend.records import BackendEvent, Snapshot
    from webpush_admin.push.events import Event

T = TypeVar("T")

TICK_MS: Final = 40
QUEUE_EVENTS: Final = 20_000

_log = logging.getLogger(__name__)


class Job(Generic[T]):
    """One wish on its way: the answer arrives on the GUI thread, unless the job was cancelled."""

    __slots__ = ("_bridge", "_done", "_failed", "_make", "cancelled", "task")

    def __init__(
        self,
        bridge: "Bridge",
        make: "Callable[[Backend], Coroutine[Any, Any, T]]",
        done: Callable[[T], None],
        failed: Callable[[str], None],
    ) -> None:
        self._bridge = bridge
        self._make = make
        self._done = done
        self._failed = failed
        self.cancelled = False
        self.task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Give the wish up: its coroutine is cancelled, and no answer arrives any more. Idempotent."""
        self.cancelled = True
        self._bridge.drop(self)

    async def run(self, backend: "Backend") -> Callable[[], None]:
        """Await the coroutine; return what tells the answer on the GUI thread. Runs on: worker loop."""
        try:
            answer = await self._make(backend)
        except PushError as refused:
            sentence = str(refused)
            return lambda: self._tell(self._failed, sentence)
        except Exception as unexpected:  # noqa: BLE001 - the one wide catch of gui/: nothing may be lost between the threads
            _log.error("A wish to the worker failed.", exc_info=unexpected)
            sentence = f"Something unexpected went wrong: {type(unexpected).__name__}. See the log."
            return lambda: self._tell(self._failed, sentence)
        return lambda: self._tell(self._done, answer)

    def _tell(self, listener: Callable[[Any], None], answer: object) -> None:
        if self.cancelled:
            return
        owner = getattr(listener, "__self__", None)
        if isinstance(owner, QObject) and not shiboken6.isValid(owner):
            return
        listener(answer)


class Bridge(QObject):
    """Runs the backend on a thread of its own, with one asyncio loop.

    Attributes:
        events: One batch (list) per tick, only when there are any.
        snapshot: A `Snapshot`, when a newer one was taken.
        ready: The backend is there; heavy modules are loaded.
        broken: The backend could not be made; one sentence.
        closed: The worker has ended.
        lost: Events that the bounded queue dropped, the oldest first; the batch after them begins with an `EventsLost`.
    """

    # An object, since of a list Qt makes a list of its own for each listener, entry by entry.
    events = Signal(object)
    snapshot = Signal(object)
    ready = Signal()
    broken = Signal(str)
    closed = Signal()
    _woken = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        make_backend: "Callable[[Callable[[Event | BackendEvent], None]], Backend] | None" = None,
    ) -> None:
        super().__init__(parent)
        self.lost = 0
        self._told_lost = 0
        self._make_backend = make_backend or (lambda emit: kind_backend(emit, threading.get_native_id()))
        self._backend: Backend | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._loop_guard = threading.Lock()
        self._waiting: list[Job[Any]] = []
        self._queue: deque[Event | BackendEvent] = deque()
        self._answers: deque[Callable[[], None]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._wake_sent = False
        self._closing = False
        self._shown_snapshot: Snapshot | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._woken.connect(self._on_tick, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether the worker's thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the worker. The heavy imports happen there: call it after the first paint."""
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self._tick.start()
        self._thread.start()

    def ask(
        self,
        make: "Callable[[Backend], Coroutine[Any, Any, T]]",
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> "Job[T]":
        """Run a coroutine on the worker; `done` or `failed` is called on the GUI thread, after its last event.

        Args:
            make: Called on the worker with the backend; returns the coroutine.
            done: Gets the result. A bound method of a widget that is gone by then is passed over.
            failed: Gets one sentence; without it a failure is only logged.
        """
        job = Job(self, make, done, failed or _ignore)
        with self._loop_guard:
            if self._closing:
                job.cancelled = True
            elif self._loop is None or self._backend is None:
                self._waiting.append(job)
            else:
                self._loop.call_soon_threadsafe(self._work_begin, job)
        return job

    def request_close(self) -> None:
        """Ask the backend to end; `closed` tells when the worker has. Never waits. Idempotent."""
        with self._loop_guard:
            if self._closing:
                return
            self._closing = True
            self._waiting.clear()
            if self._loop is not None and self._backend is not None:
                self._loop.call_soon_threadsafe(self._work_close)
        if not self.running:
            self._tick.stop()
            self.closed.emit()

    def close(self, timeout_s: float = 1.5) -> bool:
        """End the worker and wait for it; return whether it ended in time. For the end of the process and tests."""
        self.request_close()
        if self._thread is not None:
            self._thread.join(timeout_s)
        self._tick.stop()
        return not self.running

    def drop(self, job: Job[Any]) -> None:
        """Cancel a job's coroutine, wherever it is; use `Job.cancel()`."""
        with self._loop_guard:
            if job in self._waiting:
                self._waiting.remove(job)
            elif self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._work_cancel, job)

    @Slot()
    def _on_tick(self) -> None:
        # The number of answers is taken before the events: an answer's own events are then always in this batch.
        self._wake_sent = False
        answers = len(self._answers)
        if batch := self._take_events():
            self.events.emit(batch)
        if self._backend is not None and self._backend.snapshot is not self._shown_snapshot:
            self._shown_snapshot = self._backend.snapshot
            self.snapshot.emit(self._shown_snapshot)
        for _ in range(answers):
            self._answers.popleft()()

    def _take_events(self) -> "list[Event | BackendEvent]":
        batch: list[Event | BackendEvent] = []
        with contextlib.suppress(IndexError):  # of a full queue whoever tells events drops some meanwhile
            batch.extend(self._queue.popleft() for _ in range(len(self._queue)))
        # Looked at after that: what is dropped from now on lies before the next batch.
        if (lost := self.lost) != self._told_lost:
            from webpush_admin.backend.records import EventsLost  # here: at the first paint nothing is lost

            batch.insert(0, EventsLost(lost - self._told_lost, datetime.now(UTC)))
            self._told_lost = lost
        return batch

    def _answer(self, tell: Callable[[], None]) -> None:
        """Runs on: worker loop."""
        self._answers.append(tell)
        if not self._wake_sent:
            self._wake_sent = True
            self._woken.emit()

    def _emit(self, event: "Event | BackendEvent") -> None:
        """Runs on: worker loop, and the store's threads."""
        if len(self._queue) >= QUEUE_EVENTS:
            try:
                self._queue.popleft()
                self.lost += 1
            except IndexError:  # the GUI thread took the whole batch in between
                pass
        self._queue.append(event)

    def _work(self) -> None:
        import asyncio  # here, so that it does not delay the first paint

        loop = asyncio.SelectorEventLoop()
        try:
            backend = self._make_backend(self._emit)
        except Exception as unexpected:  # noqa: BLE001 - an import or a constructor may fail in any way; the window must tell
            _log.error("The worker could not start.", exc_info=unexpected)
            loop.close()
            sentence = f"The worker could not start: {type(unexpected).__name__}. See the log."
            self._answer(lambda: self.broken.emit(sentence))
            return
        with self._loop_guard:
            self._loop, self._backend = loop, backend
            self._answer(self.ready.emit)
            for job in self._waiting:
                loop.call_soon(self._work_begin, job)
            self._waiting.clear()
            if self._closing:
                loop.call_soon(self._work_close)
        try:
            loop.run_forever()
        finally:
            loop.close()
            self._answer(self.closed.emit)

    def _work_begin(self, job: Job[Any]) -> None:
        assert self._loop is not None and self._backend is not None
        if not job.cancelled:
            job.task = self._loop.create_task(self._work_run(job, self._backend))
            # The loop itself holds its tasks weakly.
            self._running.add(job.task)
            job.task.add_done_callback(self._running.discard)

    async def _work_run(self, job: Job[Any], backend: "Backend") -> None:
        self._answer(await job.run(backend))

    def _work_cancel(self, job: Job[Any]) -> None:
        if job.task is not None:
            job.task.cancel()

    def _work_close(self) -> None:
        assert self._loop is not None and self._backend is not None
        self._loop.create_task(self._work_close_all(self._loop, self._backend))

    async def _work_close_all(self, loop: "asyncio.AbstractEventLoop", backend: "Backend") -> None:
        import asyncio

        began = time.monotonic()
        try:
            await backend.close()
        except Exception as unexpected:  # noqa: BLE001 - the process must end in every case
            _log.error("The backend did not close cleanly.", exc_info=unexpected)
        left = asyncio.all_tasks(loop) - {asyncio.current_task(loop)}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=0.2)
        _log.info("The worker closed after %.0f ms.", 1000 * (time.monotonic() - began))
        loop.stop()


def _ignore(sentence: str) -> None:
    _log.warning("Unheard failure: %s", sentence)
