"""What `benchmarks.dispatch` makes of its rounds: medians of each client, ratios round by round, goals reached or not.

Runs on: any
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.dispatch_clients import ASYNC, OURS, SYNC, Client
from benchmarks.round import Timing
from benchmarks.statistics import middle, rounded

DELAY_MS: Final = 50
"""As far away as a push service usually is."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One client's part of one round, and what it took of the sink."""

    timing: Timing
    sink_cpu_s: float
    """Of the whole process of the client, its warm-up too."""


@dataclass(slots=True)
class Rounds:
    """Everything that was measured against one sink; the turns of a client are in the order of the rounds."""

    delay_ms: int
    turns: dict[Client, list[Turn]]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the dispatcher must reach beside another client.

    Attributes:
        name: Its key in the JSON.
        rival: Beside whom.
        delay_ms: Of the sink.
        bound: Of the ratio.
        of_cpu: Processor seconds per push, at most `bound` of the rival's; else pushes per second, at least so many
            times the rival's.
    """

    name: str
    rival: Client
    delay_ms: int
    bound: float
    of_cpu: bool = False


GOALS: Final = (
    Goal("pushes_per_s_of_webpush_async", ASYNC, 0, 3.0),
    Goal("cpu_of_webpush_async", ASYNC, 0, 0.35, of_cpu=True),
    Goal(f"pushes_per_s_of_webpush_at_{DELAY_MS}_ms", SYNC, DELAY_MS, 50.0),
)


def judged(goal: Goal, rounds: Rounds) -> dict[str, object]:
    """Return the ratio of a goal, and whether it is reached."""
    ours, theirs = rounds.turns[OURS], rounds.turns[goal.rival]
    found = cpu_ratio(ours, theirs) if goal.of_cpu else speed_ratio(ours, theirs)
    bound = "at_most" if goal.of_cpu else "at_least"
    reached = found <= goal.bound if goal.of_cpu else found >= goal.bound
    return {"ratio": found, bound: goal.bound, "reached": reached}


def speed_ratio(ours: Sequence[Turn], theirs: Sequence[Turn]) -> float:
    """Return how many times as fast we are: of each round, then the median, so that a slow minute hits both."""
    return rounded(
        median(one.timing.pushes_per_s / other.timing.pushes_per_s for one, other in zip(ours, theirs, strict=True))
    )


def cpu_ratio(ours: Sequence[Turn], theirs: Sequence[Turn]) -> float:
    """Return what we take of the processor for a push, as a part of what they take; of each round, then the median."""
    return rounded(
        median(one.timing.cpu_s_per_1000 / other.timing.cpu_s_per_1000 for one, other in zip(ours, theirs, strict=True))
    )


def figures(client: Client, rounds: Rounds) -> dict[str, object]:
    """Return what is told of one client, with the dispatcher's speed and cost beside it."""
    turns = rounds.turns[client]
    timings = [turn.timing for turn in turns]
    peaks = [timing.peak_mb for timing in timings if timing.peak_mb is not None]
    found: dict[str, object] = {
        "protocol": client.protocol,
        "pushes": timings[0].pushes,
        "pushes_per_s": middle([timing.pushes_per_s for timing in timings]),
        "cpu_s_per_1000": middle([timing.cpu_s_per_1000 for timing in timings]),
        "peak_mb": middle(peaks) if peaks else None,
        "sink_cpu_s": middle([turn.sink_cpu_s for turn in turns]),
        "pushes_per_s_by_round": [rounded(timing.pushes_per_s) for timing in timings],
        "cpu_s_per_1000_by_round": [rounded(timing.cpu_s_per_1000) for timing in timings],
    }
    if client.package is not None:
        found["package"] = str(client.package)
    if client != OURS:
        found["dispatcher_is_faster_by"] = speed_ratio(rounds.turns[OURS], turns)
        found["dispatcher_takes_of_its_cpu"] = cpu_ratio(rounds.turns[OURS], turns)
    return found
