"""One sandbox for all tests that do not end it."""

from collections.abc import Iterator

import pytest

from tests.sandbox.sender import Sender
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import SandboxSubscription, Temper


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture(scope="session")
def sender() -> Sender:
    return Sender()


@pytest.fixture
def subscription(sandbox: Sandbox) -> SandboxSubscription:
    return sandbox.create_subscriptions([Temper.CREATED])[0]
