"""Browsing a small database once, and what is made of the figures of some runs."""

import copy
import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import browse
from benchmarks.browse import GOAL_GROWN_MB, GOAL_MS, JUDGED, UNJUDGED, judged, observe
from benchmarks.browse_run import STEPS, Run, plan_run
from benchmarks.make_database import make, plan_of

GOOD: dict[str, Any] = {
    **{
        name: {"p50_ms": 10.0, "p95_ms": 20.0, "max_ms": 30.0, "times": 5, "stalls": {"max_ms": 8.0}}
        for name in (*JUDGED, *UNJUDGED)
    },
    "idle": {"p50_ms": 0.1, "p99_ms": 1.0, "max_ms": 2.0},
    "memory": {"opened_mb": 150.0, "before_mb": 151.0, "after_mb": 190.0},
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browsed") / "browsed.db"
    make(path, plan_of(users=60, subscriptions=600, until="2026-01-31"))
    return path


@pytest.fixture(scope="module")
def run(path: Path) -> Run:
    return replace(plan_run(path, jumps=3, settle_s=0.1, idle_s=0.2, searches=1), rest_s=0.05)


def runs(**changes: Any) -> list[dict[str, Any]]:
    """Return three runs, in one of which a figure is another: `jump=("p95_ms", 900.0)`."""
    found = [copy.deepcopy(GOOD) for _ in range(3)]
    for name, (figure, value) in changes.items():
        found[0][name][figure] = value
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("_compiled_already")
def test_the_real_window_and_the_others_are_measured(run: Run) -> None:
    found = observe(run, runs=1, limit_s=20, rival_steps=("jump", "prefix_search"))
    json.dumps(found)
    for name in ("first_rows", "first_people", "count", *STEPS):
        assert "problem" not in found[name], found[name]
        assert found[name]["p50_ms"] > 0
    assert found["first_rows"]["p50_ms"] <= found["count"]["p50_ms"]
    assert {name for name in found if "reached" in (found[name] if isinstance(found[name], dict) else {})} == {
        *JUDGED,
        "memory",
    }
    for kind in browse.RIVALS:
        assert found["rivals"][kind]["jump"]["times"] == run.jumps
        assert found["rivals"][kind]["prefix_search"]["p50_ms"] > 0


def test_what_is_searched_is_in_the_database(path: Path, run: Run) -> None:
    wide = plan_run(path, jumps=3, settle_s=0, idle_s=0)
    connection = sqlite3.connect(path)
    for prefix in wide.prefixes:
        beginnings = (prefix, f"https://{prefix}")
        asked = "SELECT count(*) FROM subscriptions WHERE substr(endpoint, 1, ?) = ?"
        assert any(connection.execute(asked, (len(each), each)).fetchone()[0] for each in beginnings)
    for name in wide.names:
        assert connection.execute("SELECT count(*) FROM users WHERE instr(name, ?)", (name,)).fetchone()[0]
    connection.close()
    assert (run.first, run.oldest, run.newest) == (1, 1, 600)


def test_a_run_survives_the_command_line(run: Run) -> None:
    assert Run.from_argument(run.to_argument()) == run
    assert run.places() == Run.from_argument(run.to_argument()).places()


def test_medians_are_judged() -> None:
    found = judged(runs())
    assert found["reached"] is True
    assert found["jump"]["p95_ms"] == 20.0
    assert found["jump"]["longest_stall_ms"] == 8.0
    assert found["memory"]["grown_mb"] == 40.0
    assert "reached" not in found["sort_unindexed"]


def test_one_slow_run_of_three_is_not_held_against_it() -> None:
    assert judged(runs(jump=("p95_ms", 900.0)))["reached"] is True


@pytest.mark.parametrize("name", JUDGED)
def test_a_figure_above_its_goal_is_told(name: str) -> None:
    slow = [{**GOOD, name: {**GOOD[name], JUDGED[name]: GOAL_MS + 1}} for _ in range(3)]
    found = judged(slow)
    assert (found["reached"], found[name]["reached"]) == (False, False)


def test_a_long_stall_is_told_whatever_the_step() -> None:
    found = judged([{**GOOD, "drag": {**GOOD["drag"], "stalls": {"max_ms": 51.0}}} for _ in range(3)])
    assert (found["reached"], found["drag"]["stall_reached"]) == (False, False)


def test_memory_that_grew_too_far_is_told() -> None:
    grown = {"opened_mb": 150.0, "before_mb": 150.0, "after_mb": 151.0 + GOAL_GROWN_MB}
    assert judged([{**GOOD, "memory": grown} for _ in range(3)])["reached"] is False


def test_memory_that_the_system_does_not_tell_is_not_judged() -> None:
    unknown = {"opened_mb": None, "before_mb": None, "after_mb": None}
    found = judged([{**GOOD, "memory": unknown} for _ in range(3)])
    assert (found["reached"], found["memory"]["grown_mb"]) == (True, None)


def test_a_step_that_did_not_end_once_has_not_reached_its_goal() -> None:
    found = runs()
    found[0]["jump"] = {"problem": "nothing was shown", "times": 0, "stalls": {"max_ms": 1.0}}
    told = judged(found)
    assert (told["reached"], told["jump"]["reached"], told["jump"]["problem"]) == (False, False, "nothing was shown")


def test_a_file_that_is_none_of_ours_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.db").write_text("nothing of the kind, but long enough to be looked at " * 20)
    assert browse.main(["--database", str(tmp_path / "other.db")]) == 2
    assert browse.main(["--database", str(tmp_path / "missing.db")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_an_empty_database_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path / "empty.db", plan_of(users=1, subscriptions=0))
    capsys.readouterr()
    assert browse.main(["--database", str(tmp_path / "empty.db")]) == 2
    assert "no subscriptions" in capsys.readouterr().err
