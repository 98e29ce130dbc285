"""A store with rows to export, and one to import them into.

Runs on: any
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from webpush_admin.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'push.db'}")
    yield store
    store.close()


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "second").mkdir()
    store = Store.open(f"sqlite:///{tmp_path / 'second' / 'push.db'}")
    yield store
    store.close()
