"""Prints how the real window browses a large database, beside two usual ways to show a table, as one JSON object.

The window opens a database of `benchmarks.make_database` in a fresh process, three times, and does what an operator
does: looks at the first rows, jumps with the scroll bar, pulls its handle, sorts, and types into the search fields.
Times end when the loop comes round after the paint that showed every row in sight with its text:

- `first_rows`, `first_people`: from the moment when the window knows that the database is open, of the subscriptions
  and of the list of people; `count`: until the number of all rows is known.
- `jump`: from setting the scroll bar to a random place. `drag`: its handle is pulled from the top to the bottom; from
  the last of 101 places.
- `sort_indexed`, `sort_unindexed`: from the click on the header of "Created" and of "Browser".
- `prefix_search`, `user_filter`, `user_search`: from the last key in the table's filter and in the list's search, the
  pause that the fields wait for more keys included; the rows must match what was typed.

Meanwhile a precise timer of 5 ms on the GUI thread tells by how much each tick is late: `stalls`, for each step, and
`idle` for the same window with nothing to do. `memory` is what the process holds right after opening, before the steps
and after them.

Beside it, in processes of their own: a list of all rows behind a QSortFilterProxyModel, and QSqlTableModel; once each,
every step in a fresh process that is ended where it takes too long.

Runs on: any
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.browse_run import Run, plan_run
from benchmarks.fresh_process import MeasurementFailed, TookTooLong, measure, tell
from benchmarks.machine import described
from benchmarks.make_database import make, plan_of
from benchmarks.statistics import middle
from benchmarks.surroundings import for_windows

GOAL_MS: Final = 100.0
GOAL_STALL_MS: Final = 50.0
GOAL_GROWN_MB: Final = 100.0

JUDGED: Final = {
    "first_rows": "p50_ms",
    "first_people": "p50_ms",
    "jump": "p95_ms",
    "sort_indexed": "p95_ms",
    "prefix_search": "p95_ms",
    "user_search": "p95_ms",
    "user_filter": "p95_ms",
}
"""Which figure of a step must not be above `GOAL_MS`."""

UNJUDGED: Final = ("count", "drag", "sort_unindexed")
PERCENTILES: Final = ("p50_ms", "p95_ms", "max_ms")
RIVAL_STEPS: Final = ("first_rows", "jump", "sort_indexed", "sort_unindexed", "prefix_search", "user_search")
RIVALS: Final = ("load_all", "sql_table_model")
OPENING_S: Final = 30.0
"""What a rival may take to open before its step begins."""

PACKAGES: Final = ("PySide6-Essentials", "SQLAlchemy")
SUBSCRIPTIONS_EACH: Final = 10
SETTLE_S: Final = 2.0

Found = dict[str, Any]


def observe(
    run: Run, *, runs: int, limit_s: float, rivals: Sequence[str] = RIVALS, rival_steps: Sequence[str] = RIVAL_STEPS
) -> Found:
    """Measure and return what is printed.

    Args:
        run: What each window does; nothing is written to the database.
        runs: Windows opened, one after the other.
        limit_s: What each step of a rival may take.
        rivals: Which of `RIVALS` are measured beside.
        rival_steps: And what they do.

    Raises:
        MeasurementFailed: A window did not get to its end.
    """
    with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
        environment = for_windows(Path(folder))
        # Uncounted: it compiles what is imported, and the system reads the file.
        _browse(replace(run, settle_s=0.1, idle_s=0.1, steps=()), environment)
        found: list[Found] = []
        for number in range(runs):
            found.append(_browse(run, environment))
            tell(f"run {number + 1} of {runs}: {_in_short(found[-1])}")
        rest = {kind: _rival(kind, rival_steps, run, environment, limit_s) for kind in rivals}
    return {
        "benchmark": "browse",
        "goal_ms": GOAL_MS,
        "goal_stall_ms": GOAL_STALL_MS,
        "goal_grown_mb": GOAL_GROWN_MB,
        **judged(found),
        "rivals": rest,
        "runs": runs,
        "jumps": run.jumps,
        "rows": run.rows,
        "prefixes": run.prefixes,
        "names": run.names,
        "platform": environment.get("QT_QPA_PLATFORM") or os.environ.get("QT_QPA_PLATFORM") or "display",
        **described(PACKAGES),
    }


def judged(found: list[Found]) -> Found:
    """Return the medians of some runs, each figure with whether it is good enough, and "reached" for all together."""
    told: Found = {}
    for name in [*JUDGED, *UNJUDGED]:
        one: Found = {}
        done = [run[name] for run in found if "problem" not in run.get(name, {"problem": ""})]
        if len(done) < len(found):
            one["problem"] = next((run[name]["problem"] for run in found if "problem" in run.get(name, {})), "not done")
        if done:
            one |= {figure: middle([run[figure] for run in done]) for figure in PERCENTILES if figure in done[0]}
        if name in JUDGED:
            one["reached"] = "problem" not in one and one[JUDGED[name]] <= GOAL_MS
            one["by_run_ms"] = [run[JUDGED[name]] for run in done]
        stalls = [run[name]["stalls"]["max_ms"] for run in found if "stalls" in run.get(name, {})]
        if stalls:
            one |= {"longest_stall_ms": middle(stalls), "stall_reached": middle(stalls) <= GOAL_STALL_MS}
            one["longest_stall_ms_by_run"] = stalls
        told[name] = one
    memory = _memory([run["memory"] for run in found])
    parts = [one.get(key, True) for one in told.values() for key in ("reached", "stall_reached")]
    idle: Found = {figure: middle([run["idle"][figure] for run in found]) for figure in ("p50_ms", "p99_ms", "max_ms")}
    idle |= {"max_ms_by_run": [run["idle"]["max_ms"] for run in found]}
    return {"reached": all(parts) and memory["reached"] is not False, **told, "memory": memory, "idle": idle}


def _memory(measured: list[dict[str, float | None]]) -> Found:
    """Return what the process held, and by how much that grew; None where the system does not tell."""
    told: Found = {}
    for moment in ("opened_mb", "before_mb", "after_mb"):
        values = [one.get(moment) for one in measured]
        told[moment] = middle([value for value in values if value is not None]) if None not in values else None
    grown = told["after_mb"] - told["opened_mb"] if told["after_mb"] and told["opened_mb"] else None
    told["grown_mb"] = None if grown is None else round(grown, 1)
    told["reached"] = None if grown is None else grown <= GOAL_GROWN_MB
    return told


def _browse(run: Run, environment: dict[str, str]) -> Found:
    return measure("benchmarks.browse_probe", [run.to_argument()], environment=environment, deadline_s=900)


def _rival(kind: str, steps: Sequence[str], run: Run, environment: dict[str, str], limit_s: float) -> Found:
    found: Found = {}
    for step in steps:
        try:
            found[step] = measure(
                "benchmarks.rival_probe",
                [kind, step, run.to_argument()],
                environment=environment,
                deadline_s=OPENING_S + limit_s,
            )
            tell(f"{kind}: {step} {found[step]['p50_ms']:.0f} ms, stall {found[step]['stalls']['max_ms']:.0f} ms")
        except TookTooLong:
            found[step] = {"problem": f"did not end within {limit_s:.0f} s"}
            tell(f"{kind}: {step} {found[step]['problem']}")
    return found


def _in_short(found: Found) -> str:
    told = []
    for name, figure in JUDGED.items():
        one = found.get(name, {})
        told.append(f"{name} {one['problem'] if 'problem' in one else round(one.get(figure, 0))}")
    return ", ".join(told)


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.browse",
        description=__doc__.partition("\n\nRuns on")[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="subscriptions, of a tenth as many users (1000000)")
    parser.add_argument("--database", type=Path, help="measure on this one instead of making one; it is not changed")
    parser.add_argument("--runs", type=int, default=3, help="windows opened, one after the other (3)")
    parser.add_argument("--jumps", type=int, default=100, help="of each run (100)")
    parser.add_argument("--idle-s", type=float, default=4.0, help="seconds of each run with nothing to do (4)")
    parser.add_argument("--limit-s", type=float, default=60.0, help="what a step of the others may take (60)")
    parser.add_argument("--alone", action="store_true", help="without the others")
    chosen = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
            path = chosen.database
            if path is None:
                path = Path(folder) / "browse.db"
                make(path, plan_of(users=max(1, chosen.rows // SUBSCRIPTIONS_EACH), subscriptions=chosen.rows))
            run = plan_run(path, jumps=chosen.jumps, settle_s=SETTLE_S, idle_s=chosen.idle_s)
            rivals = () if chosen.alone else RIVALS
            found = observe(run, runs=chosen.runs, limit_s=chosen.limit_s, rivals=rivals)
    except (ValueError, OSError, sqlite3.Error, MeasurementFailed) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
