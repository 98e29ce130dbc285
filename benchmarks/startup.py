"""Prints how long the window takes to its first paint beside a bare QMainWindow, as one JSON object.

Both are started in fresh processes, in turns, offscreen unless a display is set; the clock runs from the spawn of the
process, so that the interpreter and every import count, and stops when sidebar, headers and status bar are on the
screen. The real window then opens the demo, shows its first rows and sends to its first user, as an operator would:
those times are told beside. Figures are medians.

Both find compiled bytecode, as after an installation: one uncounted start of each writes it to a folder of this run.

Runs on: any
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.fresh_process import MeasurementFailed, measure, tell
from benchmarks.machine import described
from benchmarks.statistics import middle, ratio, rounded
from benchmarks.surroundings import for_windows

GOAL: Final = 1.5
KINDS: Final = ("bare", "real")
PACKAGES: Final = ("PySide6-Essentials",)


def compare(*, rounds: int) -> dict[str, Any]:
    """Start both in turns and return what is printed.

    Args:
        rounds: Counted starts of each.

    Raises:
        MeasurementFailed: A window did not get to its end.
    """
    with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
        environment = for_windows(Path(folder))
        starts: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        for number in range(rounds + 1):
            for kind, counted in starts.items():
                found = measure(
                    "benchmarks.window_probe", [kind, repr(time.monotonic())], environment=environment, deadline_s=90
                )
                if number == 0:
                    continue
                counted.append(found)
                tell(f"round {number} of {rounds}: {kind} {found['first_paint_s'] * 1000:.0f} ms")
    times = {kind: [float(found["first_paint_s"]) for found in starts[kind]] for kind in KINDS}
    reached = ratio(middle(times["real"]), middle(times["bare"]))
    last = starts["real"][-1]
    return {
        "benchmark": "startup",
        "goal": GOAL,
        "ratio": reached,
        "reached": reached <= GOAL,
        "bare_first_paint_ms": _milliseconds(times["bare"]),
        "first_paint_ms": _milliseconds(times["real"]),
        "first_rows_ms": _milliseconds([float(found["first_rows_s"]) for found in starts["real"]]),
        "first_send_ms": _milliseconds([float(found["first_send_s"]) for found in starts["real"]]),
        "painted_at_first_paint": last["painted"],
        "heavy_modules_at_first_paint": last["loaded"],
        "bare_first_paint_ms_by_round": [rounded(value * 1000) for value in times["bare"]],
        "first_paint_ms_by_round": [rounded(value * 1000) for value in times["real"]],
        "rounds": rounds,
        "platform": environment.get("QT_QPA_PLATFORM", os.environ.get("QT_QPA_PLATFORM", "")) or "display",
        **described(PACKAGES),
    }


def _milliseconds(seconds: list[float]) -> float:
    return rounded(middle(seconds) * 1000)


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9, help="counted starts of each window (9)")
    try:
        found = compare(rounds=parser.parse_args(arguments).rounds)
    except MeasurementFailed as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
