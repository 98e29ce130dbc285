"""A program that is killed in the midst of a broadcast with prunes: what it wrote down holds, whenever it was.

Runs on: any
"""

import multiprocessing
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.backend.desk import Town
from tests.e2e.broadcast_child import send_to_all
from webpush_admin.push.answer import Outcome
from webpush_admin.push.events import PushFinished, SubscriptionsPruned
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store.history.codes import OUTCOMES, STATES
from webpush_admin.store.history_rows import SendState

TARGETS = 200
GONE_OF_TWENTY = 3
"""Less than the fifth from which on what is gone is held."""

KILLS = [
    *((PushFinished.__name__, count) for count in range(1, TARGETS, TARGETS // 14)),
    *((SubscriptionsPruned.__name__, count) for count in range(1, 30, 6)),
]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


def test_a_broadcast_that_is_killed_tells_what_may_have_arrived(tmp_path: Path, sandbox: Sandbox) -> None:
    assert len(KILLS) == 20
    town = Town(tmp_path / "template.db", sandbox)
    temper = [Temper.GONE if number < GONE_OF_TWENTY else Temper.CREATED for number in range(20)]
    town.add_users([temper[number % 20 :: 20] for number in range(TARGETS)])
    children = multiprocessing.get_context("forkserver")
    children.set_forkserver_preload([send_to_all.__module__])
    with closing(sqlite3.connect(town.path)) as raw:
        endpoints: dict[int, str] = dict(raw.execute("SELECT id, endpoint FROM subscriptions"))
    unknown = pruned = 0
    for kind, count in KILLS:
        path = tmp_path / "push.db"
        shutil.copy(town.path, path)
        before = _received(sandbox)
        hearing, telling = children.Pipe(duplex=False)
        child = children.Process(target=send_to_all, args=(f"sqlite:///{path}", sandbox.port, telling))
        child.start()
        telling.close()
        with hearing, closing(child):
            heard: Counter[str] = Counter()
            while heard[kind] < count:
                heard[hearing.recv_bytes().decode()] += 1
            child.kill()
            child.join()
        received = _received(sandbox)
        received.subtract(before)
        some_unknown, some_pruned = _look(path, endpoints, received, f"{kind} {count}")
        unknown += some_unknown
        pruned += some_pruned
        for left in tmp_path.glob("push.db*"):
            left.unlink()
    # Else nothing was looked at.
    assert unknown
    assert pruned


def _look(path: Path, endpoints: dict[int, str], received: Counter[str], when: str) -> tuple[int, int]:
    """Compare rows, history and what arrived; return how many are unknown, and how many were pruned."""
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)], when
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == [], when
        rows = dict(raw.execute("SELECT id, endpoint FROM subscriptions"))
    store = Store.open(f"sqlite:///{path}")
    try:
        lost = store.history.recover()
    finally:
        store.close()
    with closing(sqlite3.connect(path)) as raw:
        ((state, counted, counted_pruned),) = raw.execute("SELECT state, unknown, pruned FROM sends")
        found = raw.execute("SELECT subscription_id, outcome, pruned FROM deliveries").fetchall()
    assert STATES[state] is SendState.BROKEN_OFF, when
    told = {number: OUTCOMES[outcome] for number, outcome, _ in found}
    assert len(told) == len(found), when
    gone = {number for number, _, pruned in found if pruned}
    outcomes = Counter(told.values())
    assert (outcomes[Outcome.UNKNOWN], len(gone)) == (lost, counted_pruned) == (counted, len(gone)), when
    assert set(outcomes) <= {Outcome.ACCEPTED, Outcome.GONE, Outcome.UNKNOWN}, when
    # What was pruned has no row, and a row that is missing was found gone, or that was not written down any more.
    assert not gone & set(rows), when
    missing = set(endpoints) - set(rows)
    assert all(told[number] in (Outcome.GONE, Outcome.UNKNOWN) for number in missing), when
    for number, endpoint in endpoints.items():
        outcome = told.get(number)
        if outcome is None:
            assert received[endpoint] == 0, f"{when}: what was not written down was not sent"
        elif outcome is Outcome.UNKNOWN:
            assert received[endpoint] in (0, 1), when
        else:
            assert received[endpoint] == 1, when
    return lost, len(gone)


def _received(sandbox: Sandbox) -> Counter[str]:
    """Return how often each endpoint was sent to."""
    return Counter({one.endpoint: one.received for one in sandbox.endpoints()})
