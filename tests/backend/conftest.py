"""One sandbox push service for the whole session, and a database for each test.

Runs on: any
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backend.desk import Town
from webpush_admin.sandbox.process import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def town(tmp_path: Path, sandbox: Sandbox) -> Town:
    return Town(tmp_path / "push.db", sandbox)
