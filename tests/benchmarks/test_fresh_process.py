from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fresh_process import MeasurementFailed, measure

Measure = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path) -> Measure:
    """Measure a module that consists of these lines."""

    def run(lines: str, *arguments: str, deadline_s: float = 30) -> dict[str, Any]:
        (tmp_path / "measured_module.py").write_text(lines)
        return measure("measured_module", arguments, environment={"PYTHONPATH": str(tmp_path)}, deadline_s=deadline_s)

    return run


def test_the_last_line_is_the_measurement(run: Measure) -> None:
    assert run('import sys; print("warming up"); print(sys.argv[1])', '{"pushes": 3}') == {"pushes": 3}


def test_it_finds_this_checkout(run: Measure) -> None:
    assert run('import benchmarks.round, webpush_admin; print("{}")') == {}


def test_an_error_is_told_with_what_the_process_wrote(run: Measure) -> None:
    with pytest.raises(MeasurementFailed, match=r"exit status 1.[\s\S]*ZeroDivisionError"):
        run('print("{}"); 1 / 0')


@pytest.mark.parametrize("line", ["print('fast')", "print('[1]')"])
def test_a_process_that_prints_something_else_has_failed(run: Measure, line: str) -> None:
    with pytest.raises(MeasurementFailed, match="no JSON object"):
        run(line)


def test_a_process_that_prints_nothing_has_failed(run: Measure) -> None:
    with pytest.raises(MeasurementFailed, match="exit status 0"):
        run("")


def test_a_process_that_hangs_is_ended(run: Measure) -> None:
    with pytest.raises(MeasurementFailed, match="did not end within 1 seconds"):
        run("import threading; threading.Event().wait()", deadline_s=1)
