"""The windows that benchmarks.startup measures, once."""

import time
from pathlib import Path
from typing import Any

from benchmarks.fresh_process import measure
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
