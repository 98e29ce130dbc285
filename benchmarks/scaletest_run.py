"""One replay of `benchmarks.scaletest`: what a client is told to do, and what it found.

Runs on: any
"""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Replay:
    """What a client replays, as one argument of its command line.

    Attributes:
        database: URL of the PostgreSQL, for SQLAlchemy.
        authority: PEM file of the authority that vouches for the sink.
        cached: Whether a user's rows may be served from memory.
        passes: How often every user is in a burst.
        users_each: Users of one burst.
        times: Dispatches to each of them in it, all at once.
    """

    database: str
    authority: str
    cached: bool
    passes: int
    users_each: int
    times: int

    def to_argument(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """Return the replay that `to_argument` was asked of."""
        return cls(**json.loads(argument))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long some who wanted a connection of the pool waited for it.

    Attributes:
        asked: How many they were.
        waits: Those who found no connection free.
        waited_s: Seconds of all of them together.
        p95_ms: Of all who asked.
        longest_ms: Of all who asked.
    """

    asked: int
    waits: int
    waited_s: float
    p95_ms: float
    longest_ms: float


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay took.

    Attributes:
        dispatches: To one user each.
        pushes: Accepted.
        users: Who were dispatched to.
        periods: Lives of a cached entry that it went on for, begun ones included.
        wall_s: Seconds.
        cpu_s: Seconds of processor, of the client alone.
        reads: The dispatcher's reads of a user's rows.
        requests: What the rest of the application asked the pool for.
    """

    dispatches: int
    pushes: int
    users: int
    periods: int
    wall_s: float
    cpu_s: float
    reads: Waiting
    requests: Waiting

    @property
    def reads_per_user(self) -> float:
        """Reads per user and life of a cached entry."""
        return self.reads.asked / (self.users * self.periods)

    @property
    def waits(self) -> int:
        """Those who found no connection free."""
        return self.reads.waits + self.requests.waits

    @property
    def waited_s(self) -> float:
        """Seconds of all who waited together."""
        return self.reads.waited_s + self.requests.waited_s

    @classmethod
    def from_found(cls, found: dict[str, object]) -> Self:
        """Return what a client printed."""
        both = {name: Waiting(**found[name]) for name in ("reads", "requests")}  # type: ignore[arg-type]  # JSON
        return cls(**{**found, **both})  # type: ignore[arg-type]  # JSON
