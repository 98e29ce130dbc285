"""A store that is imported into.

Runs on: any
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.importing.desk import ImportDesk
from webpush_admin.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'push.db'}")
    yield store
    store.close()


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> ImportDesk:
    return ImportDesk(store, tmp_path)
