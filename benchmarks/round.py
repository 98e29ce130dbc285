"""One round of `benchmarks.dispatch`: what a client is told to send, and how its sending is timed.

Runs on: any
"""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from benchmarks.statistics import rounded

Send = Callable[[int], Awaitable[int]]
"""Sends at least so many pushes, returns how many were accepted, and raises where one was not."""


class NotAccepted(Exception):
    """A push was answered with another status than the sink's."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a client sends, as one argument of its command line.

    Attributes:
        database: A SQLite file of ours, with the users, the subscriptions and the key pair.
        authority: PEM file of the authority to trust.
        pushes: Sent while the clock runs.
        warm_up: Sent before: modules are loaded, connections open.
    """

    database: str
    authority: str
    pushes: int
    warm_up: int

    def to_argument(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """Return the round that `to_argument` was asked of."""
        return cls(**json.loads(argument))


@dataclass(frozen=True, slots=True)
class Timing:
    """What one round took.

    Attributes:
        pushes: Accepted while the clock ran.
        wall_s: Seconds.
        cpu_s: Seconds of processor, of all threads of the client's process.
        peak_mb: The most memory that the client's process had, from its start; None where the system does not tell.
    """

    pushes: int
    wall_s: float
    cpu_s: float
    peak_mb: float | None = None

    @property
    def pushes_per_s(self) -> float:
        """The speed."""
        return self.pushes / self.wall_s

    @property
    def cpu_s_per_1000(self) -> float:
        """The cost."""
        return self.cpu_s / self.pushes * 1000


async def timed(send: Send, chosen: Round, *, before: Callable[[], None] = lambda: None) -> Timing:
    """Warm up, call `before`, then send with the clock running."""
    await send(chosen.warm_up)
    before()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    pushes = await send(chosen.pushes)
    return Timing(pushes, time.perf_counter() - wall_s, time.process_time() - cpu_s, peak_memory_mb())


def peak_memory_mb() -> float | None:
    """Return the most memory that this process had at once, None where the system does not tell."""
    # Not what getrusage tells: that begins with the memory of whoever started the process.
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return rounded(int(lines["VmHWM"].split()[0]) / 1024)
