"""A real store on a real file, a user in it, and one sandbox push service for the whole session.

Runs on: any
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.push.material import Bench
from tests.push.town import Town
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.store import Store


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'push.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store.open(url)
    store.vapid_keys()
    yield store
    store.close()


@pytest.fixture
def bench(store: Store, sandbox: Sandbox) -> Bench:
    """A user with whatever subscriptions a test asks for, and a dispatcher that tells everything."""
    return Bench(store, sandbox)


@pytest.fixture
def town(bench: Bench) -> Town:
    """Many users, as many as a test settles, and what a broadcast to them came to."""
    return Town(bench.store, bench.sandbox)
