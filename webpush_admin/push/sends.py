"""The ways of sending: to a user through the cache, to one subscription past it, to very many page by page.

Runs on: worker loop
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from webpush_admin.push.answer import Delivery, DispatchReport, Outcome, SentRequest
from webpush_admin.push.broadcast import Broadcast, Pages
from webpush_admin.push.cache import SubscriptionCache
from webpush_admin.push.control import Control
from webpush_admin.push.events import DispatchFinished, DispatchStarted
from webpush_admin.push.journal import Journal
from webpush_admin.push.keyring import Keyring
from webpush_admin.push.message import Message
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.pruning import Pruning
from webpush_admin.push.receiver import prepare
from webpush_admin.push.seats import Receivers
from webpush_admin.push.sender import Batch, Sender
from webpush_admin.push.signers import Signers
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.upkeep import Upkeep


class Sends:
    """What an open dispatcher sends with; `Dispatcher` tells what its methods do and raise.

    Args:
        sender: Carries the pushes.
        calls: Runs what takes long off the loop.
        cache: Where a user's rows come from.
        pruning: Deletes what is gone.
        keyring: Signs.
        upkeep: Looks at the clocks, and finishes what was begun.
        policy: Returns which addresses may be connected to.
        on_event: Told that a dispatch began and ended.
    """

    def __init__(
        self,
        sender: Sender,
        calls: StoreCalls,
        cache: SubscriptionCache,
        pruning: Pruning,
        keyring: Keyring,
        upkeep: Upkeep,
        *,
        policy: Callable[[], EndpointPolicy],
        on_event: Callable[[DispatchStarted | DispatchFinished], None] | None,
    ) -> None:
        self.sender = sender
        self._calls = calls
        self._cache = cache
        self._pruning = pruning
        self._keyring = keyring
        self._upkeep = upkeep
        self._policy = policy
        self._on_event = on_event

    async def to_user(self, user_id: UUID, message: Message, journal: Journal | None) -> DispatchReport:
        """Send to every subscription of a user."""
        began_at = self.sender.interrupts
        self._upkeep.look_at_clocks()
        signers, receivers = await self._signers_and_rows(user_id)
        outgoing = Outgoing(message, signers)
        if journal is not None and receivers:
            await journal.intend([receiver.subscription for receiver in receivers])
        if self._on_event is not None:
            self._on_event(DispatchStarted(user_id, len(receivers), datetime.now(UTC)))
        batch = Batch(self.sender, receivers, outgoing, began_at=began_at, remember=journal is None)
        try:
            await batch.run()
        except BaseException:
            # What is gone by now is gone, whatever befell a sibling or who waits for the report.
            self._upkeep.spawn(self._conclude(batch.so_far(), journal))
            raise
        deliveries = batch.so_far()
        if journal is not None or any(delivery.outcome is Outcome.GONE for delivery in deliveries):
            # Begun, a prune is finished: rows that are deleted must not stay in the cache.
            deliveries = await asyncio.shield(self._upkeep.spawn(self._conclude(deliveries, journal)))
        if self._on_event is not None:
            self._on_event(DispatchFinished(user_id, datetime.now(UTC)))
        return DispatchReport(deliveries)

    async def to_one(self, subscription: Subscription, message: Message, journal: Journal | None) -> Delivery:
        """Send to one subscription, once."""
        began_at = self.sender.interrupts
        self._upkeep.look_at_clocks()
        signers = await self._keyring.current()
        outgoing = Outgoing(message, signers)
        receivers = signers.checked((prepare(subscription, self._policy()),))
        batch = Batch(self.sender, receivers, outgoing, began_at=began_at, test=True, remember=journal is None)
        if journal is not None:
            await journal.intend([subscription])
        try:
            await batch.run()
        finally:
            if journal is not None:
                await asyncio.shield(self._upkeep.spawn(self._write_down(batch.so_far(), journal)))
        return batch.so_far()[0]

    async def to_many(
        self,
        pages: Pages,
        message: Message,
        *,
        targets: int,
        control: Control,
        on_deliveries: Callable[[Sequence[Delivery]], None],
        journal: Journal | None,
    ) -> None:
        """Send to all that the pages bring."""
        self._upkeep.look_at_clocks()
        made: list[tuple[Signers, Outgoing]] = []

        async def signed(receivers: Receivers) -> tuple[Receivers, Outgoing]:
            signers = await self._keyring.current()
            if not made or made[-1][0] is not signers:
                made[:] = [(signers, Outgoing(message, signers))]
            return signers.checked(receivers), made[-1][1]

        await Broadcast(
            self.sender,
            self._pruning,
            self._cache,
            pages,
            prepare=self._prepare,
            ready=signed,
            targets=targets,
            control=control,
            journal=journal,
            on_deliveries=on_deliveries,
            spawn=self._upkeep.spawn,
        ).run()

    async def built(self, subscription: Subscription, message: Message) -> tuple[SentRequest | None, str]:
        """Build a request and throw it away; return what it was, and why it could not be sent."""
        signers = await self._keyring.current()
        outgoing = Outgoing(message, signers)
        (receiver,) = signers.checked((prepare(subscription, self._policy()),))
        if receiver.target is None:
            return None, receiver.refusal
        outgoing.request(receiver)
        return outgoing.sent(receiver), ""

    async def _write_down(self, deliveries: Sequence[Delivery], journal: Journal) -> None:
        await journal.conclude(deliveries)
        self._pruning.read_anew((delivery.subscription, delivery.status) for delivery in deliveries)

    async def _conclude(self, deliveries: Sequence[Delivery], journal: Journal | None) -> tuple[Delivery, ...]:
        concluded = await self._pruning.prune(deliveries)
        if journal is not None and concluded:
            await self._write_down(concluded, journal)
        return concluded

    async def _signers_and_rows(self, user_id: UUID) -> tuple[Signers, Receivers]:
        """Return pairs and rows that belong together: a pair that was replaced during the read signs no newer rows."""
        signers = await self._keyring.current()
        while True:
            receivers = await self._cache.get(user_id)
            before, signers = signers, await self._keyring.current()
            if signers is before:
                return signers, signers.checked(receivers)

    async def _prepare(self, rows: Sequence[Subscription]) -> Receivers:
        policy = self._policy()
        return await self._calls.run(lambda: tuple(prepare(row, policy) for row in rows))
