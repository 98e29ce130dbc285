"""What each user's place in a cache must be, worked out from what happened to it and nothing else.

Runs on: any
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.push.cache_history import MAX_ENTRIES, Fate, Read
from webpush_admin.push import events
from webpush_admin.push.cache import SubscriptionCache
from webpush_admin.push.places import Place, PlaceOrder, PlaceState

KEYS: dict[PlaceOrder, Callable[[Place], float]] = {
    PlaceOrder.STATE: lambda place: list(PlaceState).index(place.state),
    PlaceOrder.GENERATION: lambda place: place.generation,
    PlaceOrder.AGE: lambda place: math.inf if place.age_s is None else place.age_s,
    PlaceOrder.ROWS: lambda place: place.rows,
    PlaceOrder.HITS: lambda place: place.hits,
    PlaceOrder.MISSES: lambda place: place.misses,
    PlaceOrder.STALE: lambda place: place.stale_discarded,
}


@dataclass
class ModelFlight:
    """A read, and who waits for it."""

    callers: list["asyncio.Task[Any] | None"]

    @property
    def waiters(self) -> int:
        return sum(caller is not None and not caller.done() for caller in self.callers)


@dataclass
class ModelPlace:
    """One user's place; nothing is held where `rows` is None."""

    hits: int = 0
    misses: int = 0
    joins: int = 0
    stale: int = 0
    flight: ModelFlight | None = None
    rows: frozenset[int] | None = None
    read_s: float = 0.0
    lost: PlaceState = PlaceState.INVALIDATED


@dataclass
class ModelPlaces:
    """All places, by when they were used, and who is held, by when it was asked for."""

    max_entries: int = MAX_ENTRIES
    of: dict[UUID, ModelPlace] = field(default_factory=dict)
    held: list[UUID] = field(default_factory=list)
    vacant: list[UUID] = field(default_factory=list)

    def tune(self, max_entries: int) -> None:
        """Take another bound, before the cache does."""
        self.max_entries = max_entries
        self._trim()

    def take(self, event: events.CacheEvent | events.CacheCleared, fate: Fate, read: Read | None, now_s: float) -> None:
        """Take what the cache told as it happened; `read` is the one that ended last."""
        if isinstance(event, events.CacheCleared):
            self.of, self.held, self.vacant = {}, [], []
            return
        user = event.user_id
        if isinstance(event, events.ReadStarted):
            self.of.setdefault(user, ModelPlace())
        place = self.of.get(user)
        if place is None:
            return
        match event:
            case events.CacheHit():
                place.hits += 1
                self._asked(user)
            case events.ReadJoined():
                assert place.flight is not None
                place.joins += 1
                place.flight.callers.append(asyncio.current_task())
            case events.ReadStarted():
                self._drop(user)
                place.misses += 1
                place.rows, place.flight = None, ModelFlight([asyncio.current_task()])
            case events.ReadCached():
                assert read is not None
                place.rows, place.read_s, place.flight = read.seen, now_s, None
                self._asked(user)
            case events.ReadFailed() | events.StaleReadDiscarded():
                failed = isinstance(event, events.ReadFailed)
                place.stale += not failed
                if read is not None and read.flight is place.flight:
                    self._vacate(user, place, PlaceState.FAILED if failed else PlaceState.INVALIDATED)
                elif failed:
                    return
            case events.UserInvalidated():
                self._vacate(user, place, PlaceState.INVALIDATED)
            case events.EntryPruned():
                if place.rows is None and place.flight is None:
                    return
                place.rows = place.rows and place.rows - fate.pruned
                if not place.rows:
                    why = PlaceState.INVALIDATED if place.rows is None else PlaceState.EMPTIED
                    self._vacate(user, place, why)
            case events.EntryEvicted():
                assert self.held[0] == user, "another one was used longer ago"
                self._drop(user)
                del self.of[user]
                return
        if user in self.of:
            self.of[user] = self.of.pop(user)

    def check(self, cache: SubscriptionCache, now_s: float, ttl_s: float) -> None:
        """Hold what the cache tells against this."""
        told = cache.places(self.of)
        assert list(told) == [self._place(user, cache.generation(user), now_s, ttl_s) for user in self.of]
        assert cache.find(descending=False) == list(self.of), "the order of use"
        assert cache.find() == list(self.of)[::-1]
        for order, key in KEYS.items():
            found = [key(place) for place in cache.places(cache.find(order, descending=False))]
            assert found == sorted(found), order
        for state in PlaceState:
            found_users = set(cache.find(states=frozenset({state})))
            assert found_users == {place.user_id for place in told if place.state is state}

    def _place(self, user: UUID, generation: int, now_s: float, ttl_s: float) -> Place:
        one = self.of[user]
        left_s = one.read_s + ttl_s - now_s
        waiters = one.flight.waiters if one.flight is not None else 0
        if one.flight is not None:
            state = PlaceState.SHARED if waiters > 1 else PlaceState.READING
        elif one.rows is None:
            state = one.lost
        else:
            state = PlaceState.FRESH if left_s > 0 else PlaceState.EXPIRED
        return Place(
            user,
            generation,
            state,
            waiters=waiters,
            rows=len(one.rows or ()),
            age_s=None if one.rows is None else now_s - one.read_s,
            left_s=None if one.rows is None else max(0.0, left_s),
            hits=one.hits,
            misses=one.misses,
            joins=one.joins,
            stale_discarded=one.stale,
        )

    def _asked(self, user: UUID) -> None:
        self._drop(user)
        self.held.append(user)

    def _vacate(self, user: UUID, place: ModelPlace, why: PlaceState) -> None:
        place.flight, place.rows, place.lost = None, None, why
        self._drop(user)
        self.vacant.append(user)
        self._trim()

    def _drop(self, user: UUID) -> None:
        for those in (self.held, self.vacant):
            if user in those:
                those.remove(user)

    def _trim(self) -> None:
        while len(self.vacant) > self.max_entries:
            del self.of[self.vacant.pop(0)]
