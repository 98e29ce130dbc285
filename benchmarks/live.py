"""Prints what the open Live view costs while 10,000 events a second come from the worker, as one JSON object.

The real window on a database of 10,000 users, all of whom are cached. The worker emits events as those of some 2,000
dispatches a second, and encrypts in all the time that is left, so that it never rests; nothing goes over the network.
Three runs, each in a fresh process; the figures are those of the run with the median p99:

- `load.p99_ms`: by how much a precise timer of 16 ms in the window is late in a minute of that, with one page of the
  panel after the other in front; `by_page` tells of each. `without` is the same under the same load with another view
  in front, `idle` the panel with nothing to do.
- `slowed`: how much less the worker encrypts with the panel in front than with another view, both under the same load:
  the median of five pairs in turns, of the worse of two pages.
- `grown_mb`: by how much the process has more memory in the last ten seconds of the minute than in the first. The
  events of that minute alone would be some hundred megabytes.

Runs on: any
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.fresh_process import MeasurementFailed, measure, tell
from benchmarks.live_run import Run
from benchmarks.machine import described
from benchmarks.make_database import make, plan_of
from benchmarks.statistics import middle
from benchmarks.surroundings import for_windows

GOAL_P99_MS: Final = 16.0
GOAL_SLOWED: Final = 0.05
GOAL_GROWN_MB: Final = 5.0
GOAL_RATE: Final = 0.95
"""Share of the events asked for that must have come, or nothing was measured."""

USERS: Final = 10_000
RATE: Final = 10_000
SUBSCRIPTIONS_EACH: Final = 3
WITHOUT_SUBSCRIPTIONS: Final = 1.25
"""So many more users are made, since about a seventh of them has no subscription."""

PACKAGES: Final = ("PySide6-Essentials", "cryptography", "SQLAlchemy")
DEADLINE_S: Final = 600.0

Found = dict[str, Any]


def observe(
    *,
    runs: int,
    users: int = USERS,
    rate: int = RATE,
    idle_s: float = 4.0,
    warm_up_s: float = 10.0,
    load_s: float = 60.0,
    pairs: int = 5,
    pair_s: float = 4.0,
    settle_s: float = 1.0,
) -> Found:
    """Measure and return what is printed.

    Args:
        runs: Windows opened, one after the other.
        users: Cached.
        rate: Events a second.
        idle_s: Seconds of each run with nothing to do.
        warm_up_s: Seconds under load before anything is compared.
        load_s: Seconds under load with the panel in front.
        pairs: How often the worker's speed with the panel is compared to that without.
        pair_s: Seconds of each half of a pair.
        settle_s: Seconds after another view came to the front, where its coming is not measured.

    Raises:
        MeasurementFailed: A window did not get to its end, or the events did not come.
    """
    found: list[Found] = []
    with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
        environment = for_windows(Path(folder))
        for number in range(runs):
            # A new one each time: rows are pruned.
            path = Path(folder) / f"{number}.db"
            some = int(users * WITHOUT_SUBSCRIPTIONS)
            make(path, plan_of(users=some, subscriptions=some * SUBSCRIPTIONS_EACH))
            run = Run(str(path), users, rate, idle_s, warm_up_s, load_s, pairs, pair_s, settle_s)
            one = measure("benchmarks.live_probe", [run.to_argument()], environment=environment, deadline_s=DEADLINE_S)
            path.unlink()
            if one["events_per_s"] < rate * GOAL_RATE:
                raise MeasurementFailed(f"Only {one['events_per_s']:,.0f} of {rate:,} events a second came.")
            found.append(one)
            tell(
                f"run {number + 1} of {runs}: p99 {one['load']['p99_ms']} ms (without the panel "
                f"{one['without']['p99_ms']} ms, idle {one['idle']['p99_ms']} ms) at {one['events_per_s']:,.0f} "
                f"events/s, worker slowed by {slowed(one):.1%}, {one['grown_mb']} MB grown"
            )
    return {
        "benchmark": "live",
        "goal_p99_ms": GOAL_P99_MS,
        "goal_slowed": GOAL_SLOWED,
        "goal_grown_mb": GOAL_GROWN_MB,
        **judged(found),
        "users": users,
        "rate": rate,
        "runs": runs,
        "platform": environment.get("QT_QPA_PLATFORM") or os.environ.get("QT_QPA_PLATFORM") or "display",
        **described(PACKAGES),
    }


def slowed(run: Mapping[str, Any]) -> float:
    """Return the share by which the worker of a run was slowed, by the worse of the pages."""
    return max(float(one["slowed"]) for one in run["worker"].values() if "slowed" in one)


def judged(found: Sequence[Found]) -> Found:
    """Return the figures of the run with the median p99, and whether they, and the others' medians, are good enough."""
    by_p99 = sorted(found, key=lambda one: float(one["load"]["p99_ms"]))
    run = by_p99[(len(by_p99) - 1) // 2]
    share, grown_mb = middle([slowed(one) for one in found]), middle([one["grown_mb"] for one in found])
    reached = run["load"]["p99_ms"] <= GOAL_P99_MS and share <= GOAL_SLOWED and grown_mb <= GOAL_GROWN_MB
    return {
        "reached": reached,
        **run,
        "slowed": share,
        "grown_mb": grown_mb,
        "load_p99_ms_by_run": [one["load"]["p99_ms"] for one in found],
        "without_p99_ms_by_run": [one["without"]["p99_ms"] for one in found],
        "idle_p99_ms_by_run": [one["idle"]["p99_ms"] for one in found],
        "slowed_by_run": [slowed(one) for one in found],
        "grown_mb_by_run": [one["grown_mb"] for one in found],
        "events_lost_by_run": [one["events_lost"] for one in found],
    }


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3, help="windows opened, one after the other (3)")
    parser.add_argument("--rate", type=int, default=RATE, help=f"events a second ({RATE})")
    parser.add_argument("--idle-s", type=float, default=4.0, help="seconds of each run with nothing to do (4)")
    parser.add_argument("--warm-up-s", type=float, default=10.0, help="seconds of each run before the minute (10)")
    parser.add_argument("--load-s", type=float, default=60.0, help="seconds under load with the panel in front (60)")
    parser.add_argument("--pairs", type=int, default=5, help="comparisons of the worker's speed (5)")
    parser.add_argument("--pair-s", type=float, default=4.0, help="seconds of each half of a pair (4)")
    chosen = parser.parse_args(arguments)
    try:
        found = observe(**vars(chosen))
    except MeasurementFailed as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
