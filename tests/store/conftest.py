"""Real stores on real files.

Runs on: any
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store

P256DH = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
AUTH = "tBHItJI5svbpez7KI4CCXg"

Add = Callable[..., Subscription]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "push.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store.open(url)
    yield store
    store.close()


@pytest.fixture
def other(store: Store, url: str) -> Iterator[Store]:
    """A second store on the same file, as another process would have one."""
    other = Store.open(url)
    yield other
    other.close()


@pytest.fixture
def add(store: Store) -> Add:
    """Add a subscription; what is not named is made up."""

    def add(
        user_id: UUID,
        endpoint: str = "https://push.example.net/1",
        *,
        p256dh: str = P256DH,
        auth: str = AUTH,
        user_agent: str | None = None,
    ) -> Subscription:
        return store.add_subscription(user_id, endpoint=endpoint, p256dh=p256dh, auth=auth, user_agent=user_agent)

    return add
