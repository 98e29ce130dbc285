"""What the worker does in `benchmarks.live`: it emits events at a given rate, and encrypts in the time that is left.

No network takes part, so that the rate is exact. All else is the application's own: users are read through the cache of
the dispatcher, answers judged, counted and told by its sender, rows deleted by its pruning; every event comes from them
or goes to the same emit, and every counter of the snapshot moves with the events.

Runs on: worker loop
"""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any, Final
from uuid import UUID

from benchmarks.live_answers import mixed_answers
from webpush_admin.push.answer import Outcome
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.encryption import encrypt
from webpush_admin.push.endpoint import ReceiverKeys
from webpush_admin.push.events import AnswersRecorded, DispatchFinished, DispatchStarted, OriginRests
from webpush_admin.push.feed import refused
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.verdict import judge

SLICE_S: Final = 0.01
"""Events come in slices, a hundred at 10,000 a second, as the answers of many pushes do."""

READ_AT_ONCE: Final = 64
PRUNES_AT_ONCE: Final = 4
ENCRYPTED_AT_ONCE: Final = 4
WORKED_FOR: Final = 64

HOT: Final = 0.02
"""Share of the dispatches that are for one user: the one who is looked at."""

MOVED: Final = 0.02
"""Share of the dispatches before which the user is invalidated, so that a read follows."""

JOINED: Final = 0.25
STALE: Final = 0.1
"""Shares of those reads that a second caller joins, and that an invalidation overtakes."""

PAYLOAD: Final = b'{"title":"Build 4711 has finished: green","body":"All 1,284 checks of the nightly build are green."}'


class Traffic:
    """Emits events like those of very many dispatches; once for a dispatcher.

    Args:
        dispatcher: Open; nothing is ever sent by it here.
        rate: Events a second.
        seed: Another one makes another order.

    Attributes:
        emitted: Events so far, but for the few that the backend adds to them.
        units: Pushes encrypted in the time that was left.
    """

    def __init__(self, dispatcher: Dispatcher, rate: int, seed: int = 5) -> None:
        self.emitted = 0
        self.units = 0
        self._dispatcher = dispatcher
        # The parts of the dispatcher are called as `dispatch` calls them, without the network between.
        self._cache = dispatcher._cache  # noqa: SLF001 - see above
        self._emit = dispatcher._on_event  # noqa: SLF001 - see above
        assert dispatcher._sends is not None, "it is open"  # noqa: SLF001 - see above
        self._sender = dispatcher._sends.sender  # noqa: SLF001 - see above
        self._rate = rate
        self._chance = Random(seed)
        self._answers = cycle(mixed_answers(self._chance))
        self._users: list[UUID] = []
        self._known: set[UUID] = set()
        self._keys: list[ReceiverKeys] = []
        self._pruning = asyncio.Semaphore(PRUNES_AT_ONCE)
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def hot(self) -> UUID:
        """The user who is sent to most."""
        return self._users[0]

    async def fill(self, user_ids: Sequence[UUID]) -> int:
        """Read users through the cache; return how many it holds then."""
        self._users = list(user_ids)
        for start in range(0, len(self._users), READ_AT_ONCE):
            part = self._users[start : start + READ_AT_ONCE]
            found = await asyncio.gather(*(self._cache.get(user_id) for user_id in part))
            self._known.update(part)
            for receivers in found:
                self._keys += [one.target[1] for one in receivers if one.target is not None]
        del self._keys[WORKED_FOR:]
        return self._cache.stats().entries

    def begin(self) -> None:
        """Begin to emit, and to encrypt."""
        self._spawn(self._run())
        self._spawn(self._work())

    async def end(self) -> None:
        """Stop; what was begun is not waited for."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        begun_s = next_s = loop.time()
        recorded_s = begun_s
        before = self.emitted
        while True:
            # What was missed is made up for, however late this comes round.
            due = before + int((loop.time() - begun_s) * self._rate)
            while self.emitted < due:
                await self._dispatch()
            if loop.time() - recorded_s >= 1:
                recorded_s = loop.time()
                self._tell(AnswersRecorded(self._rate // 10, datetime.now(UTC)))
            next_s = max(next_s + SLICE_S, loop.time())
            await asyncio.sleep(next_s - loop.time())

    async def _work(self) -> None:
        """Do what a worker does most of its time, without ever being done."""
        keys = cycle(self._keys)
        while True:
            for _ in range(ENCRYPTED_AT_ONCE):
                encrypt(PAYLOAD, next(keys))
            self.units += ENCRYPTED_AT_ONCE
            await asyncio.sleep(0)

    async def _dispatch(self) -> None:
        chance = self._chance.random
        user_id = self.hot if chance() < HOT else self._users[int(chance() * len(self._users))]
        if user_id not in self._known:
            # Being read, or nothing is held: who comes now waits with the others, or begins to read.
            self._spawn(self._read_and_send(user_id))
        elif chance() < MOVED:
            self._known.discard(user_id)
            self._cache.invalidate(user_id)
            self.emitted += 1
            self._spawn(self._read_and_send(user_id))
            if chance() < JOINED:
                self._spawn(self._read_and_send(user_id))
        else:
            self.emitted += 1
            self._send(user_id, await self._cache.get(user_id))

    async def _read_and_send(self, user_id: UUID) -> None:
        self.emitted += 2
        read = asyncio.ensure_future(self._cache.get(user_id))
        if self._chance.random() < STALE:
            # Once it has begun, which it does when the loop comes round.
            await asyncio.sleep(0)
            self._cache.invalidate(user_id)
            self.emitted += 1
            await read
        else:
            self._send(user_id, await read)
            self._known.add(user_id)

    def _send(self, user_id: UUID, receivers: Sequence[Receiver]) -> None:
        self._tell(DispatchStarted(user_id, len(receivers), datetime.now(UTC)))
        for receiver in receivers:
            self._push(receiver)
        self._tell(DispatchFinished(user_id, datetime.now(UTC)))

    def _push(self, receiver: Receiver) -> None:
        if receiver.target is None:
            delivery = refused(receiver)
        else:
            answer = next(self._answers)
            delivery = judge(receiver.subscription, answer)
            if answer.status == 503:
                now = datetime.now(UTC)
                self._tell(OriginRests(receiver.target[0].origin, now + timedelta(seconds=120), now))
        self._sender.finished(delivery, test=False, remember=False)
        self.emitted += 1
        if delivery.outcome is Outcome.GONE:
            self._spawn(self._prune(receiver))

    async def _prune(self, receiver: Receiver) -> None:
        self.emitted += 2
        async with self._pruning:
            await self._dispatcher.prune([receiver.subscription])

    def _tell(self, event: AnswersRecorded | DispatchStarted | DispatchFinished | OriginRests) -> None:
        assert self._emit is not None, "the backend listens"
        self._emit(event)
        self.emitted += 1

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine, name="benchmark-traffic")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
