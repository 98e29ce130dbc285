"""One message to very many: paged through the store, past the cache, written down and pruned in stretches.

Runs on: worker loop
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from webpush_admin.push.answer import Answer, Delivery, Outcome
from webpush_admin.push.cache import Receivers, SubscriptionCache
from webpush_admin.push.errors import PushError
from webpush_admin.push.feed import Push
from webpush_admin.push.journal import Journal
from webpush_admin.push.lane import Request
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.pruning import Pruning
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.results import Results
from webpush_admin.push.sender import Sender, judged
from webpush_admin.push.subscription import Subscription

AHEAD: Final = 600
"""Receivers that are ready while others are being sent to: the next page is read when there are fewer."""

GONE_MEANWHILE: Final = "Not sent: the row was deleted meanwhile."


class Pages(Protocol):
    """Where the subscriptions of a broadcast come from.

    Raises:
        PushError: They cannot be read.
    """

    async def next_page(self) -> Sequence[Subscription]:
        """Return some hundred rows that come next; nothing ends it."""
        ...

    async def again(self, subscription_ids: Sequence[int]) -> Sequence[Subscription]:
        """Return rows as they are now: their users were invalidated since they were read."""
        ...


class Control:
    """Pauses, resumes and stops a broadcast, and tells how far it is. One for each.

    Attributes:
        paused: Nothing new goes out.
        stopped: It was asked to stop.
    """

    def __init__(self) -> None:
        self.paused = False
        self.stopped = False
        self._changed: Callable[[], None] = lambda: None

    def pause(self) -> None:
        """Let nothing new go out; what is under way ends."""
        self.paused = True
        self._changed()

    def resume(self) -> None:
        """Go on."""
        self.paused = False
        self._changed()

    def stop(self) -> None:
        """End: what is under way is interrupted, what is ready is not sent."""
        self.stopped = True
        self._changed()

    def on_change(self, changed: Callable[[], None]) -> None:
        """Tell whoever runs the broadcast."""
        self._changed = changed


class Broadcast:
    """A `Feed` that is filled page by page.

    Args:
        sender: Sends.
        pruning: Deletes what is gone.
        cache: Knows which users were invalidated; it is not filled.
        pages: Where the rows come from.
        prepare: Validates rows, off the loop.
        outgoing: Returns what to send, signed by the pair in force; asked once per page.
        targets: Subscriptions that were counted before the start.
        control: Pauses and stops it.
        journal: Writes it down, None for nobody.
        on_deliveries: Told what became of pushes, after it was written down.
    """

    tries: int | None = None

    def __init__(
        self,
        sender: Sender,
        pruning: Pruning,
        cache: SubscriptionCache,
        pages: Pages,
        *,
        prepare: Callable[[Sequence[Subscription]], Awaitable[Receivers]],
        outgoing: Callable[[], Awaitable[Outgoing]],
        targets: int,
        control: Control,
        journal: Journal | None,
        on_deliveries: Callable[[Sequence[Delivery]], None],
    ) -> None:
        self.parked = 0
        self._abandoned = False
        self._sender = sender
        self._pruning = pruning
        self._results = Results(pruning, journal, targets, on_deliveries, written=self._on_written)
        self._cache = cache
        self._pages = pages
        self._prepare = prepare
        self._outgoing = outgoing
        self._control = control
        self._journal = journal
        # What each push sends: another one once other keys are in force.
        self._outgoings: list[Outgoing] = []
        self._ready: deque[tuple[Receiver, int, int]] = deque()
        self._moved: list[Subscription] = []
        self._open = 0
        self._wake = asyncio.Event()

    @property
    def abandoned(self) -> bool:
        """Nothing goes out any more."""
        return self._abandoned

    @abandoned.setter
    def abandoned(self, value: bool) -> None:
        self._abandoned = value
        self._wake.set()

    @property
    def paused(self) -> bool:
        """Nothing goes out for now."""
        return self._control.paused and not self._abandoned

    async def run(self) -> None:
        """Send to everybody; returns when everything has been written down.

        Raises:
            PushError: A page could not be read, or nothing can be written down: what had begun has its outcome.
        """
        self._control.on_change(self._on_control)
        writing = asyncio.create_task(self._results.write(), name="webpush-broadcast-writes")
        try:
            self._on_control()
            await self._feed()
        finally:
            # Also where nobody waits any more: what is under way ends, and what became of it is written down.
            self._sender.abandon(self)
            while self._open:
                await self._changed()
            self._results.end()
            self._control.on_change(lambda: None)
            await writing

    # As a feed

    def take(self) -> Push | None:
        """Return the next push; None while paused."""
        while self._ready and not self.paused:
            receiver, moment, outgoing = self._ready.popleft()
            if len(self._ready) == AHEAD:
                self._wake.set()
            user_id = receiver.subscription.user_id
            if not self._abandoned and user_id is not None and self._cache.moved_since(user_id, moment):
                self._moved.append(receiver.subscription)
                self._wake.set()
                continue
            self._open += 1
            return Push(self, outgoing, receiver)
        self._wake.set()
        return None

    def build(self, push: Push) -> Request:
        """Return the request of a push."""
        assert push.receiver.target is not None, "who cannot be sent to was settled"
        return self._outgoings[push.number].request(*push.receiver.target)

    def judged(self, push: Push, answer: Answer) -> Delivery:
        """Return what an attempt came to."""
        return judged(self._outgoings[push.number], push, answer)

    def settle(self, push: Push, delivery: Delivery) -> None:
        """Keep what became of a push until it is written down."""
        del push
        self._open -= 1
        delivery = self._results.keep(delivery)
        self._sender.finished(delivery, test=False, remember=self._journal is None)
        if self._abandoned or not self._open:
            self._wake.set()

    def fail(self, push: Push, error: Exception) -> None:
        """Tell that a push cannot be built, and go on: the others may be fine."""
        reason = str(error) if isinstance(error, PushError) else f"It could not be built: {type(error).__name__}."
        self.settle(push, Delivery(push.receiver.subscription, Outcome.BLOCKED, reason=reason, attempts=0))

    # Reading

    async def _feed(self) -> None:
        more = True
        while not self._abandoned and (more or self._ready or self._open or self._moved):
            if self._moved:
                await self._read_moved()
            elif more and not self._control.paused and len(self._ready) <= AHEAD and not self._results.behind:
                # Before the read: who is invalidated while it runs may be in it as before.
                moment = self._cache.newest
                rows = await self._pages.next_page()
                more = bool(rows)
                await self._add(rows, moment, fresh=True)
            else:
                await self._changed()

    async def _read_moved(self) -> None:
        """Read rows again whose users were invalidated; those that are gone by now are told as not sent."""
        moved, self._moved = self._moved, []
        moment = self._cache.newest
        rows = await self._pages.again([row.id for row in moved if row.id is not None])
        there = {row.id for row in rows}
        for row in moved:
            if row.id not in there:
                self._results.keep(Delivery(row, Outcome.NOT_SENT, reason=GONE_MEANWHILE, attempts=0))
        await self._add(rows, moment, fresh=False)

    async def _add(self, rows: Sequence[Subscription], moment: int, *, fresh: bool) -> None:
        rows = [row for row in rows if not self._pruning.is_left_out(row)]
        if not rows:
            return
        receivers = await self._prepare(rows)
        outgoing = await self._outgoing()
        if not self._outgoings or self._outgoings[-1] is not outgoing:
            self._outgoings.append(outgoing)
        if self._journal is not None and fresh:
            await self._journal.intend(rows)
        number = len(self._outgoings) - 1
        self._ready.extend((receiver, moment, number) for receiver in receivers)
        # Where it was stopped meanwhile this settles them: they were intended.
        if self._abandoned:
            self._sender.abandon(self)
        else:
            self._sender.add(self)

    async def _changed(self) -> None:
        await self._wake.wait()
        self._wake.clear()

    def _on_written(self) -> None:
        self._wake.set()

    def _on_control(self) -> None:
        if self._control.stopped:
            self._sender.abandon(self)
        elif not self._control.paused:
            self._sender.add(self)
        self._wake.set()
