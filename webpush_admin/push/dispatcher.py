"""The dispatcher: reads a user's subscriptions through the cache, sends to each at once, prunes what is gone.

Runs on: worker loop
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final
from uuid import UUID

from webpush_admin.push.answer import Delivery, DispatchReport, Outcome, SentRequest
from webpush_admin.push.broadcast import Broadcast, Control, Pages
from webpush_admin.push.cache import DEFAULT_TTL_S, Receivers, SubscriptionCache
from webpush_admin.push.dispatch_store import DispatchStore
from webpush_admin.push.errors import DispatchError
from webpush_admin.push.events import DispatchFinished, DispatchStarted, Event
from webpush_admin.push.journal import Journal
from webpush_admin.push.keyring import Keyring
from webpush_admin.push.lane import DEFAULT_LIMITS, Limits
from webpush_admin.push.message import Message
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.pace import DEFAULT_PACE, Pace
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.pruning import Pruning
from webpush_admin.push.receiver import prepare
from webpush_admin.push.sender import Batch, Sender
from webpush_admin.push.stats import CacheStats, Held, PushStats
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.upkeep import Upkeep
from webpush_admin.push.vapid import Authorizations

CLOSE_WITHIN_S: Final = 0.5
"""Within this the pushes under way must have ended; what they found out is then pruned and remembered."""

TEST_MESSAGE: Final = Message(title="Test notification", body="Sent by webpush-admin.")


class Dispatcher:
    """Sends Web Push messages to users. Use it with `async with`, on one event loop with a selector.

    Args:
        store: Any object with the methods of `DispatchStore`; called on threads of the dispatcher's own.
        subject: Who answers for the pushes: `mailto:` or an https URL.
        cache_ttl: Seconds that a user's rows are served from memory; zero or less means the default of 180.
        clock: Monotonic seconds, for the cache alone.
        on_event: Told every fact as it happens, on the event loop; it must be quick and must not raise.
        endpoint_policy: Which addresses may be connected to.
        pace: How pushes are spaced, and tried again.
        limits: How long an attempt may take.
        ca_file: Certificate authorities to trust instead of the system's.

    Raises:
        InvalidKeys: On entering, where the key pair or the subject cannot be used.
        StoreError: On entering, where the database cannot give a key pair.
    """

    def __init__(
        self,
        store: DispatchStore,
        *,
        subject: str,
        cache_ttl: float = DEFAULT_TTL_S,
        clock: Callable[[], float] = time.monotonic,
        on_event: Callable[[Event], None] | None = None,
        endpoint_policy: EndpointPolicy | None = None,
        pace: Pace = DEFAULT_PACE,
        limits: Limits = DEFAULT_LIMITS,
        ca_file: str | Path | None = None,
    ) -> None:
        self._store = store
        self._on_event = on_event
        self._policy = endpoint_policy or EndpointPolicy()
        self._pace = pace
        self._limits = limits
        self._ca_file = Path(ca_file) if ca_file else None
        self._cache = SubscriptionCache(self._read, ttl_s=cache_ttl, clock=clock, emit=on_event)
        self._calls = StoreCalls()
        self._pruning = Pruning(store, self._calls, self._cache, by=self, on_event=on_event)
        self._keyring = Keyring(store, self._calls, subject, on_event=on_event, on_change=self._cache.clear)
        self._upkeep = Upkeep(store, self._calls, self._keyring, on_outside_change=self._cache.clear, on_event=on_event)
        self._sender: Sender | None = None
        self._running: set[asyncio.Future[None]] = set()

    async def __aenter__(self) -> "Dispatcher":
        try:
            await self._upkeep.take_for_known()
            await self._keyring.open()
            self._sender = Sender(
                self._policy,
                self._ca_file,
                pace=self._pace,
                limits=self._limits,
                on_event=self._on_event,
                on_answer=self._upkeep.remember,
            )
        except BaseException:
            self._keyring.close()
            self._calls.close()
            raise
        self._upkeep.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def public_key(self) -> str:
        """The VAPID public key that pushes are signed for, 87 characters base64url; "" before entering."""
        return self._keyring.public_key

    def cache_stats(self) -> CacheStats:
        """Return the counters of the cache."""
        return self._cache.stats()

    def push_stats(self) -> PushStats:
        """Return the counters of the pushes."""
        return self._sender.stats(self._pruning.pruned) if self._sender else PushStats()

    def held(self, limit: int) -> tuple[Held, ...]:
        """Return the users in the cache, the newest used first."""
        return self._cache.held(limit)

    def generation(self, user_id: UUID) -> int:
        """Return a user's generation: it only rises, with each invalidation, prune and change of keys."""
        return self._cache.generation(user_id)

    def change_subject(self, subject: str) -> None:
        """Sign for somebody else from now on.

        Raises:
            InvalidKeys: The subject cannot be used.
        """
        self._keyring.change_subject(subject)

    def invalidate_user(self, user_id: UUID) -> None:
        """Forget what is known of a user: a dispatch that starts after this sees rows read after this."""
        self._cache.invalidate(user_id)

    def invalidate_all(self, reason: str) -> None:
        """Forget what is known of everybody; `reason` is a sentence that the event carries."""
        self._cache.clear(reason)

    def resting(self) -> tuple[tuple[str, datetime], ...]:
        """Return the push services that are left alone, by origin, each with the aware UTC until when."""
        return self._sender.resting() if self._sender else ()

    async def dispatch(self, user_id: UUID, message: Message, *, journal: Journal | None = None) -> DispatchReport:
        """Send a message to every subscription of a user; what is gone is deleted, unless the store is read-only.

        Args:
            user_id: Whose subscriptions.
            message: What to send.
            journal: Writes it down: before the first push what is intended, at the end what became of it.

        Returns:
            One delivery for each subscription, in the order of the rows; empty where there are none.

        Raises:
            StoreError: The subscriptions cannot be read.
            InvalidKeys: The key pair in the database has become unusable.
            DispatchError: The dispatcher is not open, or was closed while the database did not answer.
            PushError: The journal cannot be written; nothing was sent.
        """
        sender = self._opened()
        with self._counted(), self._told_of_the_end(sender):
            return await self._dispatch(sender, user_id, message, journal)

    async def test(
        self, subscription: Subscription, message: Message = TEST_MESSAGE, *, journal: Journal | None = None
    ) -> Delivery:
        """Send a message to one subscription, stored or not, past the cache: one attempt, and nothing is deleted.

        Raises:
            InvalidKeys: The key pair in the database has become unusable.
            DispatchError: The dispatcher is not open, or was closed while the database did not answer.
            PushError: The journal cannot be written; nothing was sent.
        """
        sender = self._opened()
        began_at = sender.interrupts
        self._upkeep.look_at_clocks()
        with self._counted(), self._told_of_the_end(sender):
            outgoing = Outgoing(message, await self._keyring.current())
            receivers = (prepare(subscription, self._policy),)
            batch = Batch(sender, receivers, outgoing, began_at=began_at, test=True, remember=journal is None)
            if journal is not None:
                await journal.intend([subscription])
            try:
                await batch.run()
            finally:
                if journal is not None:
                    await asyncio.shield(self._upkeep.spawn(journal.conclude(batch.so_far())))
        return batch.so_far()[0]

    async def broadcast(
        self,
        pages: Pages,
        message: Message,
        *,
        targets: int,
        control: Control,
        on_deliveries: Callable[[Sequence[Delivery]], None],
        journal: Journal | None = None,
    ) -> None:
        """Send a message to very many: paged, past the cache, which it does not fill; what is gone is deleted.

        Where more than a fifth of the targets, and more than ten, are gone, the further ones are held: their rows stay.

        Args:
            pages: Where the rows come from.
            message: What to send.
            targets: How many were counted before.
            control: Pauses and stops it.
            on_deliveries: Told what became of the pushes, in stretches, after it was written down.
            journal: Writes it down: before a page goes out what is intended, then what became of it.

        Raises:
            StoreError: The rows cannot be read.
            InvalidKeys: The key pair in the database has become unusable.
            DispatchError: The dispatcher is not open, or was closed meanwhile.
            PushError: The journal cannot be written; nothing more was sent.
        """
        sender = self._opened()
        self._upkeep.look_at_clocks()
        made: list[tuple[Authorizations, Outgoing]] = []

        async def outgoing() -> Outgoing:
            authorizations = await self._keyring.current()
            if not made or made[-1][0] is not authorizations:
                made.append((authorizations, Outgoing(message, authorizations)))
            return made[-1][1]

        with self._counted(), self._told_of_the_end(sender):
            await Broadcast(
                sender,
                self._pruning,
                self._cache,
                pages,
                prepare=self._prepare,
                outgoing=outgoing,
                targets=targets,
                control=control,
                journal=journal,
                on_deliveries=on_deliveries,
            ).run()

    async def dry_run(self, subscription: Subscription, message: Message) -> tuple[SentRequest | None, str]:
        """Build the request for one subscription, encrypted and signed, and send nothing.

        Returns:
            What would go out, secrets struck, and why it cannot be sent, "" where it can.

        Raises:
            InvalidKeys: The key pair in the database has become unusable.
            DispatchError: The dispatcher is not open.
        """
        with self._told_of_the_end(self._opened()):
            outgoing = Outgoing(message, await self._keyring.current())
        receiver = prepare(subscription, self._policy)
        if receiver.target is None:
            return None, receiver.refusal
        outgoing.request(*receiver.target)
        return outgoing.sent(receiver.target[0].origin), ""

    async def prune(self, gone: Sequence[Subscription]) -> int:
        """Delete subscriptions that are known to be gone, as a dispatch does; return how many were deleted.

        Raises:
            StoreError: They cannot be deleted; the cache is as it was.
            DispatchError: The dispatcher is not open, or was closed meanwhile: they may be deleted or not.
        """
        with self._told_of_the_end(self._opened()):
            return len(await asyncio.shield(self._upkeep.spawn(self._pruning.delete(gone))))

    def interrupt(self) -> None:
        """End what is under way: requests in flight may have arrived, the others are not sent; prunes still happen."""
        if self._sender is not None:
            self._sender.interrupt()

    async def change_policy(self, policy: EndpointPolicy) -> None:
        """Judge endpoints anew: requests under way end, pooled connections close, the cache is cleared."""
        self._policy = policy
        self._cache.clear("The endpoint policy was changed.")
        await self._opened().change_policy(policy)

    async def aclose(self) -> None:
        """End within a second: what has answered is pruned and remembered, what is in flight is interrupted."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.interrupt()
            if self._running:
                await asyncio.wait(self._running, timeout=CLOSE_WITHIN_S)
            await self._upkeep.aclose()
            await sender.aclose()
            self._keyring.close()
        await self._cache.aclose()
        self._calls.close()

    def _opened(self) -> Sender:
        if self._sender is None:
            raise DispatchError("The dispatcher is not open.")
        return self._sender

    @contextlib.contextmanager
    def _told_of_the_end(self, sender: Sender) -> Iterator[None]:
        """Tell a caller, whom nobody cancelled, that the end of the dispatcher has cancelled what it waits for."""
        try:
            yield
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._sender is sender or (task is not None and task.cancelling()):
                raise
        else:
            return
        raise DispatchError("The dispatcher has been closed.")

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        """Let the end of the dispatcher wait for this."""
        running = asyncio.get_running_loop().create_future()
        self._running.add(running)
        try:
            yield
        finally:
            running.set_result(None)
            self._running.discard(running)

    async def _dispatch(
        self, sender: Sender, user_id: UUID, message: Message, journal: Journal | None
    ) -> DispatchReport:
        began_at = sender.interrupts
        self._upkeep.look_at_clocks()
        authorizations, receivers = await self._pair_and_rows(user_id)
        if journal is not None and receivers:
            await journal.intend([receiver.subscription for receiver in receivers])
        if self._on_event is not None:
            self._on_event(DispatchStarted(user_id, len(receivers), datetime.now(UTC)))
        outgoing = Outgoing(message, authorizations)
        batch = Batch(sender, receivers, outgoing, began_at=began_at, remember=journal is None)
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

    async def _conclude(self, deliveries: Sequence[Delivery], journal: Journal | None) -> tuple[Delivery, ...]:
        concluded = await self._pruning.prune(deliveries)
        if journal is not None and concluded:
            await journal.conclude(concluded)
        return concluded

    async def _pair_and_rows(self, user_id: UUID) -> tuple[Authorizations, Receivers]:
        """Return a pair and rows that belong together: a pair that was replaced during the read signs no newer rows."""
        authorizations = await self._keyring.current()
        while True:
            receivers = await self._cache.get(user_id)
            before, authorizations = authorizations, await self._keyring.current()
            if authorizations is before:
                return authorizations, receivers

    async def _read(self, user_id: UUID) -> Receivers:
        # Validated on the thread that read them: a row is checked once per read, not once per push.
        policy = self._policy
        receivers = await self._calls.run(
            lambda: tuple(prepare(row, policy) for row in self._store.subscriptions_of(user_id))
        )
        return self._pruning.left(receivers)

    async def _prepare(self, rows: Sequence[Subscription]) -> Receivers:
        policy = self._policy
        return await self._calls.run(lambda: tuple(prepare(row, policy) for row in rows))
