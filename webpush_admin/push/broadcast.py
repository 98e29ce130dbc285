"""One message to very many: paged through the store, past the cache, written down and pruned in stretches.

Runs on: worker loop
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final, NamedTuple, Protocol

from webpush_admin.push.answer import Answer, Delivery, Outcome
from webpush_admin.push.cache import SubscriptionCache
from webpush_admin.push.control import Control
from webpush_admin.push.errors import PushError
from webpush_admin.push.feed import STOPPED, Push
from webpush_admin.push.journal import Journal
from webpush_admin.push.lane import Request
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.pruning import Pruning
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.results import Results
from webpush_admin.push.seats import Receivers
from webpush_admin.push.sender import Sender, judged
from webpush_admin.push.subscription import Subscription

AHEAD: Final = 600
"""Receivers that are ready while others are being sent to: the next page is read when there are fewer."""

GONE_MEANWHILE: Final = "Not sent: the row was deleted meanwhile."
LEFT_OUT: Final = "Not sent: it was found to be gone meanwhile."


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


class _Page(NamedTuple):
    """What receivers have in common that were read together."""

    moment: int
    """The newest generation before they were read: whoever was invalidated since then may be another."""
    outgoing: Outgoing
    """What they are sent, signed by the pair that was in force."""


class _Taken(Push):
    """A push that remembers its page."""

    __slots__ = ("page",)

    def __init__(self, feed: "Broadcast", receiver: Receiver, page: _Page) -> None:
        super().__init__(feed, 0, receiver)
        self.page = page


class Broadcast:
    """A `Feed` that is filled page by page.

    Args:
        sender: Sends.
        pruning: Deletes what is gone.
        cache: Knows which users were invalidated; it is not filled.
        pages: Where the rows come from.
        prepare: Validates rows, off the loop.
        ready: Refuses those of a page that nobody can sign for, and returns with all of them what to send, signed
            by the pairs in force.
        targets: Subscriptions that were counted before the start.
        control: Pauses and stops it.
        journal: Writes it down, None for nobody.
        on_deliveries: Told what became of pushes, after it was written down.
        spawn: Starts work that is finished even if nobody waits for it any more.
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
        ready: Callable[[Receivers], Awaitable[tuple[Receivers, Outgoing]]],
        targets: int,
        control: Control,
        journal: Journal | None,
        on_deliveries: Callable[[Sequence[Delivery]], None],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        self.parked: dict[Push, None] = {}
        self._abandoned = False
        self._sender = sender
        self._pruning = pruning
        self._results = Results(pruning, journal, targets, on_deliveries, written=self._on_written)
        self._cache = cache
        self._pages = pages
        self._prepare = prepare
        self._signed = ready
        self._control = control
        self._journal = journal
        self._spawn = spawn
        self._ready: deque[tuple[Receiver, _Page]] = deque()
        self._moved: list[Subscription] = []
        self._open = 0
        self._reading: asyncio.Future[Sequence[Subscription]] | None = None
        self._wake = asyncio.Event()

    @property
    def abandoned(self) -> bool:
        """Nothing goes out any more."""
        return self._abandoned

    @abandoned.setter
    def abandoned(self, value: bool) -> None:
        self._abandoned = value
        self._wake.set()
        if self._reading is not None:
            self._reading.cancel()

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
        # Known from here on to whoever ends everything, also while nothing is ready or it is paused.
        self._sender.add(self)
        writing = self._spawn(self._results.write())
        # Nothing goes out of which nobody can be told.
        writing.add_done_callback(lambda _: self._sender.abandon(self))
        try:
            self._on_control()
            await self._feed()
        finally:
            # Also where nobody waits any more: what is under way ends, and what became of it is written down.
            await asyncio.shield(self._spawn(self._end(writing)))

    async def _end(self, writing: asyncio.Task[None]) -> None:
        self._sender.abandon(self)
        for row in self._moved:
            self._tell_not_sent(row, STOPPED)
        while self._open:
            await self._changed()
        self._sender.leave(self)
        self._results.end()
        self._control.on_change(lambda: None)
        await writing

    # As a feed

    def take(self) -> Push | None:
        """Return the next push; None while paused."""
        while self._ready and not self.paused:
            receiver, page = self._ready.popleft()
            if len(self._ready) == AHEAD:
                self._wake.set()
            if not self._abandoned and self._has_moved(receiver, page):
                continue
            self._open += 1
            return _Taken(self, receiver, page)
        self._wake.set()
        return None

    def is_current(self, push: Push) -> bool:
        """Whether nobody has invalidated its user while it waited, as through a pause; else it is read again."""
        if self._abandoned or not self._has_moved(push.receiver, _page_of(push)):
            return True
        self._open -= 1
        return False

    def build(self, push: Push) -> Request:
        """Return the request of a push."""
        return _page_of(push).outgoing.request(push.receiver)

    def judged(self, push: Push, answer: Answer) -> Delivery:
        """Return what an attempt came to."""
        return judged(_page_of(push).outgoing, push, answer)

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
                more = await self._read_page()
            else:
                await self._changed()

    async def _read_page(self) -> bool:
        """Make the next rows ready; return whether there were any."""
        # Before the read: who is invalidated while it runs may be in it as before.
        moment = self._cache.newest
        rows = await self._read(self._pages.next_page())
        known = [row for row in rows if not self._pruning.is_left_out(row)]
        # Where it was stopped meanwhile nothing was intended yet: its caller tells them with all that was not read.
        if known and not self._abandoned:
            receivers, outgoing = await self._signed(await self._prepare(known))
            if self._journal is not None:
                await self._journal.intend(known)
            self._make_ready(receivers, _Page(moment, outgoing))
        return bool(rows)

    async def _read_moved(self) -> None:
        """Read rows again whose users were invalidated; those that are gone by now are told as not sent."""
        moved = tuple(self._moved)
        moment = self._cache.newest
        rows = await self._read(self._pages.again([row.id for row in moved if row.id is not None]))
        if self._abandoned:
            return
        known = [row for row in rows if not self._pruning.is_left_out(row)]
        receivers, outgoing = await self._signed(await self._prepare(known))
        # They were intended: until here an end has to tell them.
        del self._moved[: len(moved)]
        there, sent_to = {row.id for row in rows}, {row.id for row in known}
        for row in moved:
            if row.id not in sent_to:
                self._tell_not_sent(row, LEFT_OUT if row.id in there else GONE_MEANWHILE)
        self._make_ready(receivers, _Page(moment, outgoing))

    async def _read(self, rows: Awaitable[Sequence[Subscription]]) -> Sequence[Subscription]:
        """Return rows; none where it is stopped meanwhile: a database that hangs is not waited for."""
        self._reading = reading = asyncio.ensure_future(rows)
        try:
            await asyncio.wait({reading})
        finally:
            self._reading = None
            reading.cancel()
        return () if self._abandoned and reading.cancelled() else reading.result()

    def _make_ready(self, receivers: Receivers, page: _Page) -> None:
        self._ready.extend((receiver, page) for receiver in receivers)
        # Where it was stopped meanwhile this settles them.
        self._sender.add(self)

    def _has_moved(self, receiver: Receiver, page: _Page) -> bool:
        """Whether a row must be read again since its user was invalidated; then that is asked for."""
        user_id = receiver.subscription.user_id
        if user_id is None or not self._cache.moved_since(user_id, page.moment):
            return False
        self._moved.append(receiver.subscription)
        self._wake.set()
        return True

    def _tell_not_sent(self, row: Subscription, reason: str) -> None:
        delivery = self._results.keep(Delivery(row, Outcome.NOT_SENT, reason=reason, attempts=0))
        self._sender.finished(delivery, test=False, remember=False)

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


def _page_of(push: Push) -> _Page:
    assert isinstance(push, _Taken), "the schedule hands back what it took"
    return push.page
