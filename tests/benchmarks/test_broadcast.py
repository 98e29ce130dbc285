"""A broadcast behind the open window, to a few; and what is made of the figures."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks import broadcast
from benchmarks.broadcast import judged, observe
from benchmarks.broadcast_run import Run, make_receivers
from webpush_admin.push.endpoint import check_endpoint, check_keys
from webpush_admin.push.policy import EndpointPolicy


def run(*, p99_ms: float = 5.0, grown_mb: float = 20.0, stop_s: float = 0.1) -> dict[str, Any]:
    lateness = {"load": {"p99_ms": p99_ms}, "idle": {"p99_ms": 1.0}}
    return {**lateness, "grown_mb": grown_mb, "stop_s": stop_s, "pushes_per_s": 1000.0}


@pytest.mark.slow
@pytest.mark.usefixtures("nginx", "_compiled_already")
def test_the_window_stays_while_everybody_is_sent_to() -> None:
    found = observe(subscriptions=4000, views=("live",), idle_s=0.2, stop_at=100, settle_s=0.1)
    json.dumps(found)
    one = found["by_view"]["live"]
    assert (one["pushes"], one["targets"]) == (4000, 4000)
    assert one["stopped"] is True
    assert 100 <= one["stopped_accepted"] < 4000
    # What is neither accepted nor not sent was under way when it was stopped.
    assert one["stopped_not_sent"] > 0
    assert one["stopped_accepted"] + one["stopped_not_sent"] <= 4000
    assert 0 <= one["load"]["p50_ms"] <= one["load"]["p99_ms"]
    assert found["stop_s"] == one["stop_s"] > 0


def test_everybody_can_be_sent_to(tmp_path: Path) -> None:
    make_receivers(tmp_path / "made.db", "https://127.0.0.1:4443", 1100)
    with closing(sqlite3.connect(tmp_path / "made.db")) as connection:
        rows = connection.execute("SELECT endpoint, p256dh, auth FROM subscriptions").fetchall()
    assert len({endpoint for endpoint, _, _ in rows}) == len(rows) == 1100
    for endpoint, p256dh, auth in rows:
        assert endpoint.startswith("https://127.0.0.1:4443/wpush/v2/")
        check_endpoint(endpoint, EndpointPolicy(allow_loopback=True, loopback_port=4443))
        check_keys(p256dh, auth)


def test_a_run_survives_the_command_line() -> None:
    chosen = Run("/a b/push.db", "authority.pem", 4443, "live", 0.5, 100)
    assert Run.from_argument(chosen.to_argument()) == chosen


def test_the_worst_view_is_judged() -> None:
    assert judged([run(), run(p99_ms=15.9)])["reached"] is True
    found = judged([run(), run(p99_ms=17.0), run()])
    assert (found["reached"], found["p99_ms"]) == (False, 17.0)


@pytest.mark.parametrize("bad", [run(grown_mb=101.0), run(stop_s=1.1)], ids=["memory", "stop"])
def test_each_goal_counts(bad: dict[str, Any]) -> None:
    assert judged([run(), bad])["reached"] is False


def test_without_nginx_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert broadcast.main([]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nginx-light" in printed.err
