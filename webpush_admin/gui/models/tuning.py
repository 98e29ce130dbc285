"""Other settings for the running dispatcher: asked of the backend, and told with what they did at once.

Runs on: GUI thread (coroutines: worker loop)
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from webpush_admin.backend.cache_records import CacheQuery
from webpush_admin.push.places import PlaceState
from webpush_admin.push.tuning import Tuning

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend


MOST_COUNTED: Final = 20_000
"""Of more users nobody counts which are fresh: the worker would stand still for it."""


@dataclass(frozen=True, slots=True)
class Held:
    """Users whose rows the cache holds.

    Attributes:
        fresh: Served from memory; where they are not told apart, all of them.
        expired: Read again by the next push to them.
        told_apart: There are few enough to be counted.
    """

    fresh: int = 0
    expired: int = 0
    told_apart: bool = True


@dataclass(frozen=True, slots=True)
class Tuned:
    """What other settings did at once.

    Attributes:
        before, after: The settings.
        held_before, held_after: What the cache held.
    """

    before: Tuning
    after: Tuning
    held_before: Held
    held_after: Held

    @property
    def expired(self) -> int:
        """Users who are no longer served from memory, since their rows are too old by now."""
        return max(0, self.held_after.expired - self.held_before.expired)

    @property
    def evicted(self) -> int:
        """Users whom the cache had to drop."""
        before, after = self.held_before, self.held_after
        return max(0, before.fresh + before.expired - after.fresh - after.expired)


NOBODY: Final = Held()


async def held(backend: "Backend") -> Held:
    """Return how many users the cache holds. Runs on: worker loop."""
    entries = backend.snapshot.cache.entries
    if entries > MOST_COUNTED:
        return Held(entries, told_apart=False)
    fresh, expired = [
        (await backend.cache.page(CacheQuery(states=frozenset({state})), 0, 0)).total
        for state in (PlaceState.FRESH, PlaceState.EXPIRED)
    ]
    return Held(fresh, expired)


async def tune(backend: "Backend", wanted: Tuning) -> Tuned:
    """Let the dispatcher work with other settings. Runs on: worker loop.

    Raises:
        PushError: Nothing can be sent, or a number is out of its bounds.
    """
    before, held_before = await backend.cache.tuning(), await held(backend)
    after = await backend.cache.tune(wanted)
    if held_before.told_apart:
        return Tuned(before, after, held_before, await held(backend))
    # The next snapshot tells it, and is not there yet.
    return Tuned(before, after, held_before, replace(held_before, fresh=min(held_before.fresh, after.max_entries)))
