"""Verbs for pushes, and for what is gone.

Runs on: worker loop
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final
from uuid import UUID

from webpush_admin.backend.dry_run import dry_run
from webpush_admin.backend.held import prune_held, prune_tested
from webpush_admin.backend.lists import Lists
from webpush_admin.backend.plans import chosen_plan, failed_plan, is_all, test_plan, user_plan
from webpush_admin.backend.records import DryRun, SendProgress, SendSummary
from webpush_admin.backend.running import Prepare, Running
from webpush_admin.backend.session import Session
from webpush_admin.backend.tidying import Tidying
from webpush_admin.push.answer import Delivery
from webpush_admin.push.errors import PushError
from webpush_admin.push.message import Message
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.rows import Chosen, SubscriptionQuery

BUSY: Final = "Something is being sent already: wait for its end, or stop it."

ENDS_WITHIN_S: Final = 0.6
"""A send that was stopped is written down within this; what hangs longer in the database is not waited for."""


class Sending:
    """One send runs at a time, and each is written down in the history. Each verb raises PushError with a sentence.

    Args:
        session: The open database.
        lists: Tell the ids behind what was chosen.
        tidying: Looks after the history before the first send, and after each.
        publish: Awaited at the end of a send, so that the totals are there before its summary.

    Attributes:
        on_deliveries: Told what became of pushes, as it is counted: each once. For who prints them; None for nobody.
    """

    def __init__(
        self, session: Session, lists: Lists, tidying: Tidying, publish: Callable[[], Awaitable[None]]
    ) -> None:
        self._session = session
        self._lists = lists
        self._tidying = tidying
        self._publish = publish
        self.on_deliveries: Callable[[Iterable[Delivery]], None] | None = None
        self._running: Running | None = None
        self._task: asyncio.Task[SendSummary] | None = None

    @property
    def progress(self) -> SendProgress | None:
        """How far the running send is, None where none runs."""
        return self._running.progress if self._running else None

    async def to_user(self, user_id: UUID, message: Message, *, keep_payload: bool = False) -> SendSummary:
        """Send to every subscription of a user, through the cache; what is gone is pruned."""
        running = Running(self._session, message, keep_payload=keep_payload)
        return await self._run(running, user_plan(user_id))

    async def to_chosen(
        self, chosen: Chosen, message: Message, *, label: str, keep_payload: bool = False
    ) -> SendSummary:
        """Send to the subscriptions that were chosen, past the cache; what is gone is pruned, or held and asked about.

        Args:
            chosen: Which; `Chosen(count, query=SubscriptionQuery())` is all of them.
            message: What to send.
            label: Whom it is for, in words, as the history tells it.
            keep_payload: The history shows what was sent.
        """
        running = Running(self._session, message, targets=chosen.count, broadcast=True, keep_payload=keep_payload)
        return await self._run(running, chosen_plan(self._lists, chosen, label))

    async def to_all(self, message: Message, *, keep_payload: bool = False) -> SendSummary:
        """Send to every subscription that there is, as `to_chosen` does."""
        everybody = Chosen(0, query=SubscriptionQuery())
        return await self.to_chosen(everybody, message, label="everybody", keep_payload=keep_payload)

    async def to_subscriptions(
        self, subscription_ids: Sequence[int], message: Message, *, keep_payload: bool = False
    ) -> SendSummary:
        """Test single subscriptions, past the cache: one attempt each, nothing is pruned."""
        running = Running(self._session, message, targets=len(subscription_ids), test=True, keep_payload=keep_payload)
        return await self._run(running, test_plan(subscription_ids))

    async def retry_failed(self, send: int, message: Message, *, keep_payload: bool = False) -> SendSummary:
        """Send to those that neither accepted a send of the history nor were gone, as `to_chosen` does."""
        running = Running(self._session, message, broadcast=True, keep_payload=keep_payload)
        return await self._run(running, failed_plan(send))

    async def dry_run(self, target: Sequence[int] | UUID | None, message: Message) -> DryRun:
        """Build everything for one receiver, and send nothing.

        Args:
            target: Ids of subscriptions, a user, or None for all.
            message: What would be sent.
        """
        return await dry_run(self._session, target, message)

    async def count(self, user_id: UUID | None = None) -> tuple[int, int]:
        """Return (users with subscriptions, subscriptions) that a send would be meant for."""
        return await self._session.read(lambda store: store.counts(user_id))

    async def count_chosen(self, chosen: Chosen) -> int:
        """Return how many subscriptions were chosen, as of now."""
        if is_all(chosen):
            return await self._session.read(lambda store: store.subscriptions_count())
        cancel = Cancel()
        try:
            return len(await self._lists.ids(chosen, cancel))
        finally:
            cancel.cancel()

    async def pause(self) -> None:
        """Let nothing new of the running broadcast go out; nothing happens where none runs.

        Raises:
            PushError: What runs is no broadcast.
        """
        if self._running is not None:
            self._running.pause()

    async def resume(self) -> None:
        """Go on after a pause."""
        if self._running is not None:
            self._running.control.resume()

    async def stop(self) -> None:
        """End the running send: what is in flight is told as interrupted, the rest as not sent."""
        if self._running is not None:
            self._running.stop()

    async def aclose(self) -> None:
        """Stop, and wait until what was sent is written down."""
        await self.stop()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=ENDS_WITHIN_S)

    async def prune(self, subscription_ids: Sequence[int]) -> int:
        """Delete subscriptions that a test found gone; return how many there were. Rows that are others by now stay."""
        return await prune_tested(self._session, subscription_ids)

    async def prune_held(self, send: int) -> int:
        """Delete what a send found gone and held; return how many there were. Rows that are others by now stay."""
        return await prune_held(self._session, send)

    async def _run(self, running: Running, prepare: Prepare) -> SendSummary:
        if self._running is not None:
            raise PushError(BUSY)
        self._running = running
        running.totals.on_deliveries = self.on_deliveries
        task = self._task = asyncio.create_task(self._work(running, prepare), name="webpush-send")
        task.add_done_callback(_take_notice)
        try:
            # A send has its end written down, also where nobody waits for it any more.
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            running.stop()
            raise

    async def _work(self, running: Running, prepare: Prepare) -> SendSummary:
        try:
            await self._tidying.recovered()
            return await running.run(prepare)
        finally:
            self._running = None
            self._tidying.begin()
            await self._publish()


def _take_notice(task: asyncio.Task[SendSummary]) -> None:
    """Look at how it ended: whoever waited may have gone away, and asyncio would warn of an error that nobody saw."""
    if not task.cancelled():
        task.exception()
