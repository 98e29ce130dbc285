"""The windows that benchmarks.startup and benchmarks.live measure, once and for a short time."""

import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fresh_process import measure
from benchmarks.live_run import Run
from tests.benchmarks.windows import for_tests


def measured(module: str, *arguments: str, folder: Path) -> dict[str, Any]:
    return measure(module, arguments, environment=for_tests(folder), deadline_s=60)


def test_a_bare_window_is_painted(tmp_path: Path) -> None:
    found = measured("benchmarks.window_probe", "bare", repr(time.monotonic()), folder=tmp_path)
    assert list(found) == ["first_paint_s"]
    assert found["first_paint_s"] > 0


def test_the_real_window_is_painted_then_filled_then_sends(tmp_path: Path) -> None:
    found = measured("benchmarks.window_probe", "real", repr(time.monotonic()), folder=tmp_path)
    assert 0 < found["first_paint_s"] < found["first_rows_s"] < found["first_send_s"]
    assert {"sidebar", "status bar"} <= set(found["painted"])
    assert found["loaded"] == []


@pytest.mark.slow
@pytest.mark.parametrize("with_nginx", [False, True], ids=["sandbox", "nginx"])
def test_a_broadcast_runs_behind_the_window(
    with_nginx: bool, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = Run(subscriptions=60, idle_s=0.2, load_s=1.0, settle_s=0.1)
    if with_nginx:
        sink = request.getfixturevalue("sink")
        run = Run(60, 0.2, 1.0, 0.1, sink.origin, str(sink.certificates.authority))
    found = measured("benchmarks.live_probe", run.to_argument(), folder=tmp_path_factory.mktemp("window"))
    # The demo's own are 80 that accept; with the added ones there must be more.
    assert found["pushes"] > 80
    for phase in ("idle", "load"):
        assert 0 <= found[phase]["p50_ms"] <= found[phase]["p99_ms"] <= found[phase]["max_ms"]
        assert found[phase]["ticks"] > 3
