"""What each user has in the cache, and since when: counted where it happens, told as places.

A user takes a seat with the first read, and loses it when the entry is evicted, when everything is cleared, or, where
nothing is held any more, when too many others have come since.

Runs on: worker loop
"""

import math
from asyncio import Task
from collections import OrderedDict
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from webpush_admin.push.places import Place, PlaceOrder, PlaceState
from webpush_admin.push.receiver import Receiver

Receivers = tuple[Receiver, ...]

NEVER_S: Final = -math.inf


class Flight:
    """A read that is under way, and how many callers wait for it."""

    __slots__ = ("task", "waiters")

    def __init__(self, task: "Task[Receivers]") -> None:
        self.task = task
        self.waiters = 0


class Seat:
    """One user's seat.

    Attributes:
        receivers: What is held; empty where nothing is.
        read_s: When it was read, by the cache's clock; `NEVER_S` where nothing is held.
        flight: The read that a caller would join, None where there is none.
        lost: Why nothing is held, where nothing is held and nobody reads.
        used: Counts up with every change and use of any seat.
        hits, misses, joins, stale: See `Place`.
    """

    __slots__ = ("flight", "hits", "joins", "lost", "misses", "read_s", "receivers", "stale", "used", "user_id")

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.receivers: Receivers = ()
        self.read_s = NEVER_S
        self.flight: Flight | None = None
        self.lost = PlaceState.INVALIDATED
        self.used = 0
        self.hits = self.misses = self.joins = self.stale = 0

    def state(self, fresh_since_s: float) -> PlaceState:
        """Return how it is; what was read at `fresh_since_s` or before has expired."""
        if self.flight is not None:
            return PlaceState.SHARED if self.flight.waiters > 1 else PlaceState.READING
        if self.read_s == NEVER_S:
            return self.lost
        return PlaceState.FRESH if self.read_s > fresh_since_s else PlaceState.EXPIRED


_STATES: Final = {state: number for number, state in enumerate(PlaceState)}

_KEYS: Final[dict[PlaceOrder, Callable[[Seat], Any]]] = {
    PlaceOrder.USED: attrgetter("used"),
    PlaceOrder.AGE: lambda seat: -seat.read_s,
    PlaceOrder.ROWS: lambda seat: len(seat.receivers),
    PlaceOrder.HITS: attrgetter("hits"),
    PlaceOrder.MISSES: attrgetter("misses"),
    PlaceOrder.STALE: attrgetter("stale"),
}


class Seats:
    """All seats, in the order in which they were taken.

    Args:
        most_vacant: Seats kept for users of whom nothing is held; where that is made less, `trim` makes it so.
        generation: Returns a user's generation.
    """

    def __init__(self, most_vacant: int, generation: Callable[[UUID], int]) -> None:
        self.most_vacant = most_vacant
        self._generation = generation
        self._seats: dict[UUID, Seat] = {}
        self._vacant: OrderedDict[UUID, None] = OrderedDict()
        self._used = 0

    def get(self, user_id: UUID) -> Seat | None:
        """Return a user's seat, None where there is none."""
        return self._seats.get(user_id)

    def take(self, user_id: UUID) -> Seat:
        """Return a user's seat, which was in nobody's way: something is about to be held."""
        seat = self._seats.get(user_id)
        if seat is None:
            seat = self._seats[user_id] = Seat(user_id)
        self._vacant.pop(user_id, None)
        self.use(seat)
        return seat

    def use(self, seat: Seat) -> None:
        """Note that a seat was used."""
        self._used = seat.used = self._used + 1

    def vacate(self, seat: Seat, why: PlaceState) -> None:
        """Hold nothing for a user any more, but the counters; those without anything longest lose their seats."""
        seat.receivers, seat.read_s, seat.flight, seat.lost = (), NEVER_S, None, why
        self.use(seat)
        self._vacant[seat.user_id] = None
        self._vacant.move_to_end(seat.user_id)
        self.trim(1)

    @property
    def crowded(self) -> bool:
        """Whether more seats are kept for users of whom nothing is held than there may be."""
        return len(self._vacant) > self.most_vacant

    def trim(self, count: int) -> None:
        """Let so many of these lose their seats, at most."""
        for _ in range(min(count, len(self._vacant) - self.most_vacant)):
            user_id, _ = self._vacant.popitem(last=False)
            del self._seats[user_id]

    def remove(self, user_id: UUID) -> None:
        """Forget a user."""
        self._seats.pop(user_id, None)
        self._vacant.pop(user_id, None)

    def clear(self) -> None:
        """Forget everybody."""
        self._seats.clear()
        self._vacant.clear()

    def find(
        self, order: PlaceOrder, *, descending: bool, states: frozenset[PlaceState], fresh_since_s: float
    ) -> list[UUID]:
        """Return the users with a seat, sorted; who is alike stays in the order of arrival."""
        seats: Iterable[Seat] = self._seats.values()
        if states:
            seats = [seat for seat in seats if seat.state(fresh_since_s) in states]
        if order is PlaceOrder.STATE:
            found = sorted(seats, key=lambda seat: _STATES[seat.state(fresh_since_s)], reverse=descending)
        elif order is PlaceOrder.GENERATION:
            found = sorted(seats, key=lambda seat: self._generation(seat.user_id), reverse=descending)
        else:
            found = sorted(seats, key=_KEYS[order], reverse=descending)
        return [seat.user_id for seat in found]

    def places(self, user_ids: Iterable[UUID], *, now_s: float, ttl_s: float) -> tuple[Place, ...]:
        """Return the places of users, but of those who have none."""
        return tuple(
            self._place(seat, now_s, ttl_s) for user_id in user_ids if (seat := self._seats.get(user_id)) is not None
        )

    def _place(self, seat: Seat, now_s: float, ttl_s: float) -> Place:
        holds = seat.read_s != NEVER_S
        return Place(
            seat.user_id,
            self._generation(seat.user_id),
            seat.state(now_s - ttl_s),
            waiters=seat.flight.waiters if seat.flight is not None else 0,
            rows=len(seat.receivers),
            age_s=now_s - seat.read_s if holds else None,
            left_s=max(0.0, seat.read_s + ttl_s - now_s) if holds else None,
            hits=seat.hits,
            misses=seat.misses,
            joins=seat.joins,
            stale_discarded=seat.stale,
        )
