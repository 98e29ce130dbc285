"""The per-user cache: TTL, generations, one shared read per user, bounded.

A generation is a number per user that only rises. It moves on whenever what was read before must not be believed any
more; a read remembers the generation that it began in and is kept only if that is still the user's generation.

Lives on one event loop, so it needs no locks: nothing here awaits between looking and changing.

Runs on: worker loop
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from webpush_admin.push.events import (
    CacheCleared,
    CacheEvent,
    CacheHit,
    EntryEvicted,
    EntryPruned,
    ReadCached,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    StaleReadDiscarded,
    UserInvalidated,
)
from webpush_admin.push.generations import Generations
from webpush_admin.push.places import Place, PlaceOrder, PlaceState
from webpush_admin.push.seats import NEVER_S, Flight, Receivers, Seat, Seats
from webpush_admin.push.stats import CacheStats
from webpush_admin.push.subscription import Subscription

DEFAULT_TTL_S: Final = 180.0
MAX_ENTRIES: Final = 10_000
MAX_GENERATIONS: Final = 100_000

EVICTED_AT_ONCE: Final = 500
"""Entries that go before the loop's other guests come to their turn: another bound may be too low for very many."""

Read = Callable[[UUID], Awaitable[Receivers]]


class SubscriptionCache:
    """Keeps what `read` returned for a user until the TTL ends or the user's generation moves on.

    Args:
        read: Reads a user's rows; each call is made in a task of its own.
        ttl_s: Seconds that an entry is served; zero or less means the default.
        clock: Monotonic seconds.
        emit: Told every fact, None to tell nobody.
        max_entries: Users held; the least recently used is dropped first.
        max_generations: Users whose generation is remembered one by one.

    Attributes:
        ttl_s: As above; `tune` changes it.
    """

    def __init__(
        self,
        read: Read,
        *,
        ttl_s: float,
        clock: Callable[[], float],
        emit: Callable[[CacheEvent | CacheCleared], None] | None = None,
        max_entries: int = MAX_ENTRIES,
        max_generations: int = MAX_GENERATIONS,
    ) -> None:
        self._read = read
        self.ttl_s = ttl_s if ttl_s > 0 else DEFAULT_TTL_S
        self._clock = clock
        self._emit = emit
        self._max_entries = max_entries
        # The seats of those for whom something is held, the least recently used first.
        self._entries: OrderedDict[UUID, Seat] = OrderedDict()
        self._seats = Seats(max_entries, self.generation)
        self._flights: dict[UUID, Flight] = {}
        self._reads: set[asyncio.Task[Receivers]] = set()
        self._evicting: asyncio.Handle | None = None
        self._generations = Generations(max_generations)
        self._hits = self._misses = self._joins = self._reads_failed = 0
        self._stale = self._invalidations = self._pruned = self._evictions = self._clears = 0

    async def get(self, user_id: UUID) -> Receivers:
        """Return the user's rows: from memory, from a read that is under way, or from a new one.

        Raises:
            Exception: Whatever the read raised, to everybody who waited for it; it is not cached.
        """
        seat = self._entries.get(user_id)
        if seat is not None and self._clock() < seat.read_s + self.ttl_s:
            self._hits += 1
            seat.hits += 1
            self._seats.use(seat)
            self._entries.move_to_end(user_id)
            self._tell(CacheHit, user_id)
            return seat.receivers
        flight = self._flights.get(user_id)
        if flight is not None:
            self._joins += 1
            self._seats.take(user_id).joins += 1
            self._tell(ReadJoined, user_id)
        else:
            self._entries.pop(user_id, None)
            flight = self._start_read(user_id)
        flight.waiters += 1
        try:
            # The shield: a caller who is cancelled leaves the read to the others who wait for it.
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1

    def invalidate(self, user_id: UUID) -> None:
        """Forget what is known of a user; the next caller starts a new read, whatever is in flight."""
        self._vacate(user_id, PlaceState.INVALIDATED)
        self._move_on(user_id)
        self._invalidations += 1
        self._tell(UserInvalidated, user_id)

    def prune(self, user_id: UUID, gone: Collection[Subscription]) -> None:
        """Take rows that were deleted out of the entry, without a new read and without a longer life for it."""
        removed = 0
        if (seat := self._entries.get(user_id)) is not None:
            identities = {subscription.identity for subscription in gone}
            kept = tuple(r for r in seat.receivers if r.subscription.identity not in identities)
            removed = len(seat.receivers) - len(kept)
            seat.receivers = kept
            self._seats.use(seat)
            if not kept:
                self._vacate(user_id, PlaceState.EMPTIED)
        elif user_id in self._flights:
            self._vacate(user_id, PlaceState.INVALIDATED)
        # A read that began before the rows were deleted may still see them: it must be neither kept nor joined.
        self._move_on(user_id)
        self._pruned += removed
        self._tell(EntryPruned, user_id, removed=removed)

    def clear(self, reason: str) -> None:
        """Forget everything and move every generation on; `reason` is a sentence for the operator."""
        self._entries.clear()
        self._flights.clear()
        self._seats.clear()
        self._generations.move_all_on()
        self._clears += 1
        if self._emit is not None:
            self._emit(CacheCleared(self._generations.newest, reason, datetime.now(UTC)))

    def generation(self, user_id: UUID) -> int:
        """Return the user's generation."""
        return self._generations.of(user_id)

    @property
    def newest(self) -> int:
        """The newest generation: a moment, to be asked about later."""
        return self._generations.newest

    def moved_since(self, user_id: UUID, moment: int) -> bool:
        """Whether a user's generation has moved on since then, or may have: of users who are forgotten nobody knows."""
        return self._generations.moved_since(user_id, moment)

    def find(
        self,
        order: PlaceOrder = PlaceOrder.USED,
        *,
        descending: bool = True,
        states: frozenset[PlaceState] = frozenset(),
    ) -> list[UUID]:
        """Return the users who have a place, sorted; only those in these states, where any are named."""
        fresh_since_s = self._clock() - self.ttl_s
        return self._seats.find(order, descending=descending, states=states, fresh_since_s=fresh_since_s)

    def places(self, user_ids: Iterable[UUID]) -> tuple[Place, ...]:
        """Return the places of users, but of those who have none."""
        return self._seats.places(user_ids, now_s=self._clock(), ttl_s=self.ttl_s)

    def tune(self, *, ttl_s: float, max_entries: int) -> None:
        """Serve entries for another time, those that are held among them, and hold another number of users."""
        self.ttl_s, self._max_entries = ttl_s, max_entries
        self._seats.most_vacant = max_entries
        self._evict()

    def stats(self) -> CacheStats:
        """Return the counters."""
        return CacheStats(
            hits=self._hits,
            misses=self._misses,
            joins=self._joins,
            reads_failed=self._reads_failed,
            stale_discarded=self._stale,
            invalidations=self._invalidations,
            pruned=self._pruned,
            evictions=self._evictions,
            clears=self._clears,
            entries=len(self._entries),
            generation=self._generations.newest,
        )

    async def aclose(self) -> None:
        """Cancel the reads in flight; who waits for them is cancelled too."""
        if self._evicting is not None:
            self._evicting.cancel()
        reads = tuple(self._reads)
        for read in reads:
            read.cancel()
        await asyncio.gather(*reads, return_exceptions=True)

    def _start_read(self, user_id: UUID) -> Flight:
        generation = self._generations.remember(user_id)
        flight = Flight(asyncio.create_task(self._read_and_keep(user_id, generation), name="webpush-cache-read"))
        self._flights[user_id] = flight
        self._reads.add(flight.task)
        flight.task.add_done_callback(self._on_read_done)
        self._misses += 1
        seat = self._seats.take(user_id)
        seat.receivers, seat.read_s, seat.flight = (), NEVER_S, flight
        seat.misses += 1
        self._tell(ReadStarted, user_id)
        return flight

    async def _read_and_keep(self, user_id: UUID, generation: int) -> Receivers:
        try:
            receivers = await self._read(user_id)
        except Exception as error:
            self._reads_failed += 1
            self._land(user_id, PlaceState.FAILED)
            self._tell(ReadFailed, user_id, reason=str(error), read_generation=generation)
            raise
        except asyncio.CancelledError:
            self._land(user_id, PlaceState.INVALIDATED)
            raise
        if self.generation(user_id) != generation:
            self._stale += 1
            self._land(user_id, PlaceState.INVALIDATED)
            seat = self._seats.get(user_id)
            if seat is not None:
                seat.stale += 1
                self._seats.use(seat)
            self._tell(StaleReadDiscarded, user_id, read_generation=generation)
            return receivers
        self._keep(user_id, receivers)
        self._tell(ReadCached, user_id, rows=len(receivers))
        self._evict()
        return receivers

    def _keep(self, user_id: UUID, receivers: Receivers) -> None:
        seat = self._seats.take(user_id)
        seat.receivers, seat.read_s, seat.flight = receivers, self._clock(), None
        self._flights.pop(user_id, None)
        self._entries[user_id] = seat

    def _land(self, user_id: UUID, why: PlaceState) -> None:
        """End the read that is ending now where it is still the one that callers would join."""
        flight = self._flights.get(user_id)
        if flight is not None and flight.task is asyncio.current_task():
            del self._flights[user_id]
            self._vacate(user_id, why)

    def _vacate(self, user_id: UUID, why: PlaceState) -> None:
        """Hold nothing for a user any more."""
        self._entries.pop(user_id, None)
        if (seat := self._seats.get(user_id)) is not None:
            self._seats.vacate(seat, why)

    def _evict(self) -> None:
        for _ in range(min(EVICTED_AT_ONCE, len(self._entries) - self._max_entries)):
            user_id, _ = self._entries.popitem(last=False)
            self._seats.remove(user_id)
            self._evictions += 1
            self._tell(EntryEvicted, user_id)
        self._seats.trim(EVICTED_AT_ONCE)
        if self._evicting is None and (len(self._entries) > self._max_entries or self._seats.crowded):
            self._evicting = asyncio.get_running_loop().call_soon(self._evict_again)

    def _evict_again(self) -> None:
        self._evicting = None
        self._evict()

    def _on_read_done(self, read: asyncio.Task[Receivers]) -> None:
        self._reads.discard(read)
        if not read.cancelled():
            # Looked at here, since all who waited may have been cancelled: asyncio would complain at exit.
            read.exception()

    def _move_on(self, user_id: UUID) -> None:
        self._flights.pop(user_id, None)
        self._generations.move_on(user_id)

    def _tell(self, event: type[CacheEvent], user_id: UUID, **facts: object) -> None:
        if self._emit is not None:
            self._emit(event(user_id, self.generation(user_id), datetime.now(UTC), **facts))
