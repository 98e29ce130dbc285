"""A store in which a read can be held for a moment, as a busy database would: given to the dispatcher in the demo.

Runs on: any (`HeldRead.reached` is awaited on the worker loop)
"""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from webpush_admin.push.dispatch_store import AnswerMark, BoundPair, DispatchStore, Listener
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.vapid import VapidKeys

HELD_AT_MOST_S: Final = 5.0
"""A read that nobody lets go of ends by itself after this: no thread of the dispatcher is lost to it."""


class HeldRead:
    """One read of one user that has seen its rows, and does not return them until it is let go of."""

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self._loop = asyncio.get_running_loop()
        self._reached: asyncio.Future[None] = self._loop.create_future()
        self._go = threading.Event()

    async def reached(self) -> None:
        """Wait until the read has seen its rows and is held."""
        await asyncio.shield(self._reached)

    def let_go(self) -> None:
        """Let it return what it has seen. Idempotent; a read that has not begun is not held any more."""
        self._go.set()

    def hold(self) -> None:
        """Keep the thread that reads until the read is let go of. Blocks."""
        if self._go.is_set():
            return
        try:
            self._loop.call_soon_threadsafe(self._on_reached)
        except RuntimeError:  # the loop has ended: nobody would let go
            return
        self._go.wait(HELD_AT_MOST_S)

    def _on_reached(self) -> None:
        if not self._reached.done():
            self._reached.set_result(None)


class BusyStore:
    """Does what the store does; `hold_next_read` makes one read slow, after it has seen its rows."""

    def __init__(self, store: DispatchStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held: HeldRead | None = None

    def hold_next_read(self, user_id: UUID) -> HeldRead:
        """Hold the next read of this user's rows, and no other; let go of it in the end."""
        held = HeldRead(user_id)
        with self._lock:
            self._held = held
        return held

    def subscriptions_of(self, user_id: UUID) -> list[Subscription]:
        """Return the user's subscriptions, later than usual where this read is to be held."""
        held = self._taken(user_id)
        rows = self._store.subscriptions_of(user_id)
        if held is not None:
            held.hold()
        return rows

    def vapid_keys(self) -> VapidKeys:
        """Return the active key pair."""
        return self._store.vapid_keys()

    def bound_pairs(self) -> Mapping[int, BoundPair]:
        """Return the older pairs that are still signed with."""
        return self._store.bound_pairs()

    def delete_subscriptions(self, subscriptions: Sequence[Subscription], *, by: object = None) -> list[Subscription]:
        """Delete rows; return those that there were."""
        return self._store.delete_subscriptions(subscriptions, by=by)

    def record_answers(self, marks: Sequence[AnswerMark]) -> None:
        """Remember answers with their rows."""
        self._store.record_answers(marks)

    def foreign_version(self) -> int:
        """Return a number that differs whenever somebody else has committed."""
        return self._store.foreign_version()

    def add_listener(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each commit; return what removes it again."""
        return self._store.add_listener(listener)

    def _taken(self, user_id: UUID) -> HeldRead | None:
        """Return the hold that is meant for this read, and let no other read have it."""
        with self._lock:
            held = self._held
            if held is None or held.user_id != user_id:
                return None
            self._held = None
            return held
