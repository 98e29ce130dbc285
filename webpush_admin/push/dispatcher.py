"""The dispatcher: reads a user's subscriptions through the cache, sends to each at once, prunes what is gone.

Runs on: worker loop
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from webpush_admin.push.answer import Delivery, DispatchReport, SentRequest
from webpush_admin.push.broadcast import Pages
from webpush_admin.push.cache import DEFAULT_TTL_S, MAX_ENTRIES, SubscriptionCache
from webpush_admin.push.control import Control
from webpush_admin.push.dispatch_store import DispatchStore
from webpush_admin.push.errors import DispatchError
from webpush_admin.push.events import Event
from webpush_admin.push.journal import Journal
from webpush_admin.push.keyring import Keyring
from webpush_admin.push.lane import DEFAULT_LIMITS, Limits
from webpush_admin.push.message import Message
from webpush_admin.push.ongoing import Ongoing
from webpush_admin.push.pace import DEFAULT_PACE, Pace
from webpush_admin.push.places import Place, PlaceOrder, PlaceState
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.pruning import Pruning
from webpush_admin.push.receiver import prepare
from webpush_admin.push.seats import Receivers
from webpush_admin.push.sender import Sender
from webpush_admin.push.sends import Sends
from webpush_admin.push.stats import CacheStats, PushStats, Rest
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.transport import LANES
from webpush_admin.push.tuning import Tuning
from webpush_admin.push.upkeep import Upkeep

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

    Attributes:
        tuning: The settings that `tune` changes.

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
        self.tuning = Tuning(self._cache.ttl_s, MAX_ENTRIES, LANES, pace.at_once, pace.per_second)
        self._calls = StoreCalls()
        self._pruning = Pruning(store, self._calls, self._cache, by=self, on_event=on_event)
        self._keyring = Keyring(store, self._calls, subject, on_event=on_event, on_change=self._cache.clear)
        self._upkeep = Upkeep(
            store,
            self._calls,
            self._keyring,
            on_outside_change=self._cache.clear,
            on_written=self._pruning.read_anew,
            on_event=on_event,
        )
        self._sends: Sends | None = None
        self._ongoing = Ongoing()

    async def __aenter__(self) -> "Dispatcher":
        try:
            await self._upkeep.take_for_known()
            await self._keyring.open()
            self._sends = Sends(
                Sender(
                    self._policy,
                    self._ca_file,
                    pace=self._pace,
                    limits=self._limits,
                    on_event=self._on_event,
                    on_answer=self._upkeep.remember,
                ),
                self._calls,
                self._cache,
                self._pruning,
                self._keyring,
                self._upkeep,
                policy=lambda: self._policy,
                on_event=self._on_event,
            )
        except BaseException:
            self._keyring.close()
            self._calls.close()
            raise
        self._upkeep.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
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
        return self._sends.sender.stats(self._pruning.pruned) if self._sends else PushStats()

    def cached(self, order: PlaceOrder, *, descending: bool, states: frozenset[PlaceState]) -> list[UUID]:
        """Return the users who have a place in the cache, sorted; only those in these states, where any are named."""
        return self._cache.find(order, descending=descending, states=states)

    def places(self, user_ids: Iterable[UUID]) -> tuple[Place, ...]:
        """Return the places of users in the cache, but of those who have none."""
        return self._cache.places(user_ids)

    def tune(self, tuning: Tuning) -> None:
        """Work with other settings, also what is cached and what waits; raises PushError where one is out of bounds."""
        tuning.check()
        self.tuning = tuning
        self._cache.tune(ttl_s=tuning.ttl_s, max_entries=tuning.max_entries)
        if self._sends is not None:
            self._sends.sender.tune(lanes=tuning.lanes, at_once=tuning.at_once, per_second=tuning.per_second)

    def generation(self, user_id: UUID) -> int:
        """Return a user's generation: it only rises, with each invalidation, prune and change of keys."""
        return self._cache.generation(user_id)

    def change_subject(self, subject: str) -> None:
        """Sign for somebody else from now on; raises InvalidKeys where the subject cannot be used."""
        self._keyring.change_subject(subject)

    def invalidate_user(self, user_id: UUID) -> None:
        """Forget what is known of a user: a dispatch that starts after this sees rows read after this."""
        self._cache.invalidate(user_id)

    def invalidate_all(self, reason: str) -> None:
        """Forget what is known of everybody; `reason` is a sentence that the event carries."""
        self._cache.clear(reason)

    def resting(self) -> tuple[Rest, ...]:
        """Return the push services that are left alone, by origin."""
        return self._sends.sender.resting() if self._sends else ()

    async def dispatch(self, user_id: UUID, message: Message, *, journal: Journal | None = None) -> DispatchReport:
        """Send a message to every subscription of a user; what is gone is deleted, unless the store is read-only.

        Returns one delivery for each subscription, in the order of the rows; none where there are none.

        Args:
            user_id: Whose subscriptions.
            message: What to send.
            journal: Writes it down: before the first push what is intended, at the end what became of it.

        Raises:
            StoreError: The subscriptions cannot be read.
            InvalidKeys: The key pair in the database has become unusable.
            DispatchError: The dispatcher is not open, or was closed while the database did not answer.
            PushError: The journal cannot be written; nothing was sent.
        """
        with self._counted() as sends:
            return await sends.to_user(user_id, message, journal)

    async def test(
        self, subscription: Subscription, message: Message = TEST_MESSAGE, *, journal: Journal | None = None
    ) -> Delivery:
        """Send a message to one subscription, stored or not, past the cache: one attempt, and nothing is deleted.

        Raises what `dispatch` raises; the row is not read.
        """
        with self._counted() as sends:
            return await sends.to_one(subscription, message, journal)

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

        Raises what `dispatch` raises; where something had been sent by then, it was written down.
        """
        told = on_deliveries
        with self._counted() as sends:
            await sends.to_many(pages, message, targets=targets, control=control, on_deliveries=told, journal=journal)

    async def dry_run(self, subscription: Subscription, message: Message) -> tuple[SentRequest | None, str]:
        """Build the request for one subscription, encrypted and signed, and send nothing; raises what `test` raises.

        Returns what would go out, secrets struck, and why it cannot be sent, "" where it can.
        """
        with self._counted() as sends:
            return await sends.built(subscription, message)

    async def prune(self, gone: Sequence[Subscription]) -> int:
        """Delete subscriptions that are known to be gone, as a dispatch does; return how many were deleted.

        Raises StoreError where they cannot be; DispatchError where it is not open, or was closed meanwhile.
        """
        with self._counted():
            return len(await asyncio.shield(self._upkeep.spawn(self._pruning.delete(gone))))

    def interrupt(self) -> None:
        """End what is under way: requests in flight may have arrived, the others are not sent; prunes still happen."""
        if self._sends is not None:
            self._sends.sender.interrupt()

    async def change_policy(self, policy: EndpointPolicy) -> None:
        """Judge endpoints anew: requests under way end, pooled connections close, the cache is cleared."""
        self._policy = policy
        self._cache.clear("The endpoint policy was changed.")
        with self._counted() as sends:
            await sends.sender.change_policy(policy)

    async def aclose(self) -> None:
        """End within a second: what has answered is pruned and remembered, what is in flight is interrupted."""
        sends, self._sends = self._sends, None
        if sends is not None:
            sends.sender.interrupt()
            await self._ongoing.wait(CLOSE_WITHIN_S)
            await self._upkeep.aclose()
            await sends.sender.aclose()
            self._keyring.close()
        await self._cache.aclose()
        self._calls.close()

    @contextlib.contextmanager
    def _counted(self) -> Iterator[Sends]:
        """Let the end of the dispatcher wait for this."""
        opened = self._sends
        if opened is None:
            raise DispatchError("The dispatcher is not open.")
        with self._ongoing.counted(lambda: self._sends is opened):
            yield opened

    async def _read(self, user_id: UUID) -> Receivers:
        # Validated on the thread that read them: a row is checked once per read, not once per push.
        policy = self._policy
        receivers = await self._calls.run(
            lambda: tuple(prepare(row, policy) for row in self._store.subscriptions_of(user_id))
        )
        return self._pruning.left(receivers)
