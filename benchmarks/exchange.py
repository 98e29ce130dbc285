"""Takes subscriptions out of a database and into an empty one, in every format, and counts what was lost on the way.

`python -m benchmarks.exchange --rows 100000` makes a database as it looks after years, exports it, previews and imports
the file, and compares both databases row by row. What the validator refuses is missing afterwards, and nothing else may
be: `lost` and `invented` are 0. `longest_gap_ms` is how long another thread, as a window, ever waited for its turn, and
`idle_gap_ms` the same with nothing beside it.

Runs on: any
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final, TypeVar

from benchmarks.fresh_process import tell
from benchmarks.machine import described
from benchmarks.make_database import make, plan_of
from webpush_admin.gui.giving_way import give_way, spare_collections
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.exporting import reading, writing
from webpush_admin.store.exporting.records import ExportFormat, ExportOptions
from webpush_admin.store.importing.applying import apply
from webpush_admin.store.importing.preparing import prepare
from webpush_admin.store.importing.source import open_file
from webpush_admin.store.store import Store

TICK_S: Final = 0.005
_IDLE_S: Final = 2.0
_STATUS: Final = Path("/proc/self/status")
_ROWS: Final = """
    SELECT user_id, users.name, endpoint, p256dh, auth, user_agent, subscriptions.created_at, last_status,
        last_success_at, first_404_at
    FROM {0}.subscriptions JOIN {0}.users ON users.id = user_id
"""

Result = TypeVar("Result")


class Unstopped:
    """Work that nobody stops."""

    def __init__(self) -> None:
        self.cancel = Cancel()

    def advance(self, done: int, total: int | None = None) -> None:
        """Nobody looks."""

    def check(self) -> None:
        """Go on."""


class Beside:
    """Runs something on a thread, and measures on this one how long it ever waits, and how memory grows."""

    def __init__(self) -> None:
        self.longest_gap_s = 0.0
        self.grown_kb = 0

    def idle_gap_s(self) -> float:
        """Return how long this thread waits for its turn while nothing runs beside it: the machine's own share."""
        quiet = Beside()
        quiet.run(lambda: threading.Event().wait(_IDLE_S))
        return quiet.longest_gap_s

    def run(self, function: Callable[[], Result]) -> tuple[Result, float]:
        """Return what it returns, and how many seconds it took."""
        results: list[Result] = []
        done = threading.Event()

        def work() -> None:
            # As the window has it: its threads give way to the one that paints.
            give_way(threading.get_native_id())
            try:
                results.append(function())
            finally:
                done.set()

        before_kb = _resident_kb()
        begun = last = time.perf_counter()
        thread = threading.Thread(target=work)
        thread.start()
        while not done.wait(TICK_S):
            now = time.perf_counter()
            self.longest_gap_s = max(self.longest_gap_s, now - last - TICK_S)
            self.grown_kb = max(self.grown_kb, _resident_kb() - before_kb)
            last = time.perf_counter()
        thread.join()
        return results[0], time.perf_counter() - begun


def measure(rows: int, folder: Path) -> dict[str, Any]:
    """Make the round trip in every format; return what is printed."""
    first = folder / "first.db"
    tell(f"making {rows:,} subscriptions")
    make(first, plan_of(users=max(1, rows // 10), subscriptions=rows, seed=1, until=""))
    spare_collections()
    return {
        "rows": rows,
        "formats": {kind.value: _round_trip(first, kind, folder) for kind in ExportFormat},
        "measured_with": described(["sqlalchemy", "cryptography"]),
    }


def _round_trip(first: Path, kind: ExportFormat, folder: Path) -> dict[str, Any]:
    tell(f"there and back as {kind.value}")
    file, staged, second = (folder / f"{kind.value}.{ending}" for ending in ("out", "staged", "db"))
    beside, work = Beside(), Unstopped()
    options = ExportOptions(kind, endpoints=True, keys=True)
    with closing(Store.open(f"sqlite:///{first}", read_only=True)) as store:
        exported, export_s = beside.run(
            lambda: writing.to_file(reading.everything(store.database, work), file, options, overwrite=False, work=work)
        )
    with closing(Store.open(f"sqlite:///{second}")) as store, open_file(file) as source:
        preview, preview_s = beside.run(
            lambda: prepare(store.database, source, staged, number=1, for_user=None, policy=EndpointPolicy(), work=work)
        )
        done, apply_s = beside.run(lambda: apply(store, staged, preview, skip_refused=True, work=work))
    missing, invented = _compared(first, second)
    return {
        "megabytes": round(exported.size_bytes / 1e6, 1),
        "export_s": round(export_s, 2),
        "preview_s": round(preview_s, 2),
        "apply_s": round(apply_s, 2),
        "added": done.added,
        "refused": done.refused,
        "lost": missing - done.refused,
        "invented": invented,
        "longest_gap_ms": round(beside.longest_gap_s * 1000, 1),
        "idle_gap_ms": round(beside.idle_gap_s() * 1000, 1),
        "grown_mb": round(beside.grown_kb / 1024, 1),
    }


def _compared(first: Path, second: Path) -> tuple[int, int]:
    """Return how many rows only the first has, and only the second."""
    with closing(sqlite3.connect(first)) as raw:
        raw.execute("ATTACH ? AS second", (str(second),))
        mine, theirs = _ROWS.format("main"), _ROWS.format("second")
        counted = (
            raw.execute(f"SELECT count(*) FROM ({one} EXCEPT {other})").fetchone()[0]
            for one, other in ((mine, theirs), (theirs, mine))
        )
        return next(counted), next(counted)


def _resident_kb() -> int:
    if not _STATUS.exists():
        return 0
    return int(next(line.split()[1] for line in _STATUS.read_text().splitlines() if line.startswith("VmRSS")))


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 1 where something was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exchange", description=__doc__.partition("\n\n")[0])
    parser.add_argument("--rows", type=int, default=100_000, help="subscriptions (100000)")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="exchange-", dir=os.environ.get("TMPDIR")) as folder:
        told = measure(chosen.rows, Path(folder))
    print(json.dumps(told))
    return int(any(one["lost"] or one["invented"] for one in told["formats"].values()))


if __name__ == "__main__":
    sys.exit(main())
