"""Prints how late a timer of the window ticks while pushes go out as fast as they can, as one JSON object.

The real window, on the demo with 2,000 more subscriptions, broadcasts again and again with its Subscriptions view and
the answers open. A precise timer of 16 ms in it tells by how much each tick came later than 16 ms after the one
before: first with nothing to do, then under load, in the same process. Three runs, each in a fresh process; the
figures are those of the run with the median p99.

The added subscriptions lead to the demo's own sandbox, which decrypts every push in a process of its own; with
`--sink nginx` to nginx on loopback, which takes them several times as fast.

Runs on: any
"""

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.fresh_process import MeasurementFailed, measure, tell
from benchmarks.live_run import Run
from benchmarks.machine import described
from benchmarks.nginx_sink import NginxFailed, NginxMissing, NginxSink
from benchmarks.surroundings import for_windows

GOAL_MS: Final = 20.0
SUBSCRIPTIONS: Final = 2000
PACKAGES: Final = ("PySide6-Essentials", "pycurl", "SQLAlchemy")


def observe(
    *, runs: int, sink: str, idle_s: float, load_s: float, subscriptions: int = SUBSCRIPTIONS
) -> dict[str, Any]:
    """Measure and return what is printed.

    Args:
        runs: Windows opened, one after the other.
        sink: "sandbox" or "nginx".
        idle_s: Seconds of each run with nothing to do.
        load_s: Seconds of each run under load.
        subscriptions: Added to the demo's own.

    Raises:
        NginxMissing: nginx was asked for, and there is none.
        NginxFailed: It does not start.
        MeasurementFailed: A window did not get to its end, or nothing was sent.
    """
    found: list[dict[str, Any]] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-")))
        environment = for_windows(folder)
        run = Run(subscriptions, idle_s, load_s)
        if sink == "nginx":
            nginx = stack.enter_context(NginxSink(folder))
            run = replace(run, origin=nginx.origin, authority=str(nginx.certificates.authority))
        for number in range(runs):
            one = measure("benchmarks.live_probe", [run.to_argument()], environment=environment)
            if not one["pushes"]:
                raise MeasurementFailed("No push was accepted while the load was measured.")
            found.append(one)
            tell(
                f"run {number + 1} of {runs}: p99 {one['load']['p99_ms']} ms at {one['pushes_per_s']:.0f} pushes/s, "
                f"idle {one['idle']['p99_ms']} ms"
            )
    by_p99 = sorted(found, key=lambda one: float(one["load"]["p99_ms"]))
    median = by_p99[(len(by_p99) - 1) // 2]
    return {
        "benchmark": "live",
        "goal_p99_ms": GOAL_MS,
        "reached": median["load"]["p99_ms"] <= GOAL_MS,
        **median,
        "load_p99_ms_by_run": [one["load"]["p99_ms"] for one in found],
        "idle_p99_ms_by_run": [one["idle"]["p99_ms"] for one in found],
        "pushes_per_s_by_run": [one["pushes_per_s"] for one in found],
        "runs": runs,
        "sink": sink,
        "subscriptions": subscriptions,
        "platform": environment.get("QT_QPA_PLATFORM") or os.environ.get("QT_QPA_PLATFORM") or "display",
        **described(PACKAGES),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3, help="windows opened, one after the other (3)")
    parser.add_argument("--sink", choices=("sandbox", "nginx"), default="sandbox", help="where the pushes go (sandbox)")
    parser.add_argument("--idle-s", type=float, default=4.0, help="seconds of each run with nothing to do (4)")
    parser.add_argument("--load-s", type=float, default=10.0, help="seconds of each run under load (10)")
    chosen = parser.parse_args(arguments)
    try:
        found = observe(runs=chosen.runs, sink=chosen.sink, idle_s=chosen.idle_s, load_s=chosen.load_s)
    except (NginxMissing, NginxFailed, MeasurementFailed) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
