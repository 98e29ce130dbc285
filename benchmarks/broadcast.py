"""Prints what a broadcast to 100,000 subscriptions does to the window that is open meanwhile, as one JSON object.

The real window on a database of 100,000 subscriptions, all of which lead to nginx on loopback (TLS, HTTP/2), with
everything that belongs to a send: pages read, history written, events, totals. One run, in a fresh process, for each of
some views in front. `reached` is judged by the worst of them:

- `load.p99_ms`: by how much a timer of 16 ms in the window is late while a broadcast goes to everybody; `idle` is the
  same window with nothing to do.
- `gui_cpu`: the share of a processor that the window's own thread took for it; what is late beyond that has waited for
  other threads or other programs.
- `grown_mb`: the most memory that the process held meanwhile, above what it held right before.
- `stop_s`: a second broadcast is stopped under way: from the click to its summary.

Runs on: any
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.broadcast_run import Run, make_receivers
from benchmarks.fresh_process import MeasurementFailed, measure, tell
from benchmarks.machine import described
from benchmarks.nginx_sink import NginxFailed, NginxMissing, NginxSink
from benchmarks.surroundings import for_windows

GOAL_P99_MS: Final = 16.0
GOAL_GROWN_MB: Final = 100.0
GOAL_STOP_S: Final = 1.0
SUBSCRIPTIONS: Final = 100_000
STOP_AT: Final = 5000
VIEWS: Final = ("send", "live", "history", "subscriptions")
PACKAGES: Final = ("PySide6-Essentials", "pycurl", "SQLAlchemy", "cryptography")
DEADLINE_S: Final = 900.0

Found = dict[str, Any]


def observe(
    *, subscriptions: int, views: Sequence[str], idle_s: float, stop_at: int = STOP_AT, settle_s: float = 2.0
) -> Found:
    """Measure and return what is printed.

    Args:
        subscriptions: Of the broadcast.
        views: Which are in front, one after the other.
        idle_s: Seconds of each run with nothing to do.
        stop_at: The second broadcast is stopped after so many pushes.
        settle_s: Seconds before anything is measured.

    Raises:
        NginxMissing: There is no nginx.
        NginxFailed: It does not start.
        MeasurementFailed: A window did not get to its end, or not everybody was sent to.
    """
    found: dict[str, Found] = {}
    with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
        environment = for_windows(Path(folder))
        with NginxSink(Path(folder)) as sink:
            for view in views:
                # A new one each time: the history of the run before is not the next one's.
                path = Path(folder) / f"{view}.db"
                make_receivers(path, sink.origin, subscriptions)
                port = urlsplit(sink.origin).port or 0
                run = Run(str(path), str(sink.certificates.authority), port, view, idle_s, stop_at, settle_s)
                found[view] = one = measure(
                    "benchmarks.broadcast_probe", [run.to_argument()], environment=environment, deadline_s=DEADLINE_S
                )
                if one["pushes"] != subscriptions:
                    raise MeasurementFailed(f"{one['pushes']:,} of {subscriptions:,} pushes were accepted.")
                tell(
                    f"{view} in front: p99 {one['load']['p99_ms']} ms (idle {one['idle']['p99_ms']} ms) at "
                    f"{one['pushes_per_s']:.0f} pushes/s, {one['grown_mb']} MB grown, stopped in {one['stop_s']} s"
                )
                path.unlink()
            nginx = sink.version
    return {
        "benchmark": "broadcast",
        "goal_p99_ms": GOAL_P99_MS,
        "goal_grown_mb": GOAL_GROWN_MB,
        "goal_stop_s": GOAL_STOP_S,
        **judged(found.values()),
        "by_view": found,
        "subscriptions": subscriptions,
        "sink": f"nginx {nginx}",
        "platform": environment.get("QT_QPA_PLATFORM") or os.environ.get("QT_QPA_PLATFORM") or "display",
        **described(PACKAGES),
    }


def judged(found: Iterable[Found]) -> Found:
    """Return the worst figures of some runs, and whether they are good enough."""
    runs = list(found)
    p99_ms = max(float(run["load"]["p99_ms"]) for run in runs)
    grown_mb = max(float(run["grown_mb"]) for run in runs)
    stop_s = max(float(run["stop_s"]) for run in runs)
    return {
        "reached": p99_ms <= GOAL_P99_MS and grown_mb <= GOAL_GROWN_MB and stop_s <= GOAL_STOP_S,
        "p99_ms": p99_ms,
        "idle_p99_ms": max(float(run["idle"]["p99_ms"]) for run in runs),
        "grown_mb": grown_mb,
        "stop_s": stop_s,
        "pushes_per_s": min(float(run["pushes_per_s"]) for run in runs),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.broadcast", description=__doc__.partition("\n")[0])
    parser.add_argument("--subscriptions", type=int, default=SUBSCRIPTIONS, help=f"of the broadcast ({SUBSCRIPTIONS})")
    parser.add_argument("--views", nargs="+", default=list(VIEWS), help=f"in front, a run each ({' '.join(VIEWS)})")
    parser.add_argument("--idle-s", type=float, default=4.0, help="seconds of each run with nothing to do (4)")
    chosen = parser.parse_args(arguments)
    try:
        found = observe(subscriptions=chosen.subscriptions, views=chosen.views, idle_s=chosen.idle_s)
    except (NginxMissing, NginxFailed, MeasurementFailed) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
