"""What can be changed of a dispatcher while it works.

Runs on: any
"""

from dataclasses import dataclass
from typing import Final

from webpush_admin.push.errors import PushError

MOST_ENTRIES: Final = 100_000
"""As many generations are remembered; and who looks at the cache has all of them sorted each second."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Between which numbers a setting may lie, both included."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """Settings of a running dispatcher.

    Attributes:
        ttl_s: Seconds that a user's rows are served from memory; holds at once for what is in the cache already.
        max_entries: Users held in the cache; where it is less than there are, the least recently used go.
        lanes: Requests under way at once, to all push services together.
        at_once: Requests under way at once to one origin.
        per_second: Requests begun in a second to one origin; 0 for no limit.
    """

    ttl_s: float = 180.0
    max_entries: int = 10_000
    lanes: int = 128
    at_once: int = 100
    per_second: float = 0.0

    def check(self) -> None:
        """Look at every number.

        Raises:
            PushError: One is out of its bounds, with a sentence.
        """
        for name, (bound, called) in BOUNDS.items():
            if not bound.least <= getattr(self, name) <= bound.most:
                raise PushError(f"{called} must be from {bound.least:,g} to {bound.most:,g}.")


BOUNDS: Final = {
    "ttl_s": (Bound(1, 86_400), "The time that users are cached, in seconds,"),
    "max_entries": (Bound(1, MOST_ENTRIES), "The number of users in the cache"),
    "lanes": (Bound(1, 512), "The number of requests at once"),
    "at_once": (Bound(1, 1_000), "The number of requests at once to one push service"),
    "per_second": (Bound(0, 100_000), "The number of requests in a second to one push service"),
}
"""By attribute: its bounds, and how a sentence begins that tells them."""

DEFAULT_TUNING: Final = Tuning()
