"""A sink for the tests that push to nginx; they are skipped where there is none.

Runs on: any
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.nginx_sink import NginxMissing, NginxSink, find_nginx
from tests.benchmarks.windows import for_tests


@pytest.fixture
def _compiled_already(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let windows that `observe` opens start as fast as they can."""
    for module in ("broadcast", "browse", "live"):
        monkeypatch.setattr(f"benchmarks.{module}.for_windows", for_tests)


@pytest.fixture
def nginx() -> str:
    """Skip the test where there is no nginx; CI installs it."""
    try:
        return find_nginx()
    except NginxMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def sink(nginx: str, tmp_path: Path) -> Iterator[NginxSink]:
    with NginxSink(tmp_path) as sink:
        yield sink
