"""The panel under a stream of events, to a few and for a short time; and what is made of the figures."""

import json
from typing import Any

import pytest

from benchmarks.live import judged, observe
from benchmarks.live_probe import COMPARED, PAGES
from benchmarks.live_run import Run


def run(*, p99_ms: float = 5.0, slowed: float = 0.02, grown_mb: float = 1.0) -> dict[str, Any]:
    lateness = {name: {"p99_ms": value} for name, value in (("load", p99_ms), ("without", 2.0), ("idle", 1.0))}
    worker = {"without": {}, "cache": {"slowed": 0.01}, "events": {"slowed": slowed}}
    return {**lateness, "worker": worker, "grown_mb": grown_mb, "events_lost": 0}


@pytest.mark.slow
@pytest.mark.usefixtures("_compiled_already")
def test_events_come_behind_every_page() -> None:
    found = observe(
        runs=1, users=60, rate=2000, idle_s=0.1, warm_up_s=0.2, load_s=1.2, pairs=1, pair_s=0.1, settle_s=0.03
    )
    json.dumps(found)
    assert set(found["by_page"]) == set(PAGES)
    for late in (found["idle"], found["without"], found["load"], *found["by_page"].values()):
        assert 0 <= late["p50_ms"] <= late["p99_ms"] <= late["max_ms"]
    assert found["events_lost"] == 0
    # Hits and pushes of the snapshot, which move with the events.
    assert all(per_s > 100 for per_s in found["counted_per_s"])
    for page in COMPARED:
        assert len(found["worker"][page]["slowed_by_pair"]) == 1
        assert found["worker"][page]["units_per_s"] > 0
    assert found["load_p99_ms_by_run"] == [found["load"]["p99_ms"]]


def test_the_median_of_the_runs_is_told() -> None:
    found = judged([run(p99_ms=30.0), run(p99_ms=6.0, slowed=0.04), run(p99_ms=15.0, slowed=0.01, grown_mb=9.0)])
    assert found["reached"] is True
    assert (found["load"]["p99_ms"], found["slowed"], found["grown_mb"]) == (15.0, 0.02, 1.0)
    assert found["load_p99_ms_by_run"] == [30.0, 6.0, 15.0]


@pytest.mark.parametrize(
    "bad", [run(p99_ms=16.1), run(slowed=0.051), run(grown_mb=5.1)], ids=["lateness", "worker", "memory"]
)
def test_each_goal_counts(bad: dict[str, Any]) -> None:
    assert judged([bad])["reached"] is False


def test_a_run_survives_the_command_line() -> None:
    chosen = Run("/a b/push.db", 60, 2000, 0.1, 0.2, 1.2, 1, 0.1)
    assert Run.from_argument(chosen.to_argument()) == chosen
