"""A database of an older version is upgraded before it is written to, as a whole, and not before it was found whole.

Runs on: any
"""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.history.sent import AT, delivery, request, start
from tests.store.history.sent import fill as filled
from tests.store.older import make_version_1, make_version_2, version
from tests.store.reading import subscriptions
from tests.store.undo_rows import everything, fill
from webpush_admin.push.errors import StoreError
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.history_rows import DeliveryQuery, Keeping
from webpush_admin.store.identity import VERSION
from webpush_admin.store.orders import ORDERS
from webpush_admin.store.rows import Condition, SubscriptionFilter, SubscriptionQuery

ROOT = Path(__file__).parents[2]


@pytest.fixture
def older(store: Store, path: Path) -> Path:
    store.vapid_keys()
    fill(store, users=3, each=4)
    store.close()
    make_version_1(path)
    assert version(path) == 1
    return path


def read_all(store: Store) -> None:
    """Ask everything that the newer tables answer."""
    for order_by in ORDERS:
        assert len(subscriptions(store, SubscriptionQuery(order_by=order_by))) == 12
    counts = [
        len(subscriptions(store, SubscriptionQuery(where=SubscriptionFilter(condition=condition))))
        for condition in (Condition.OK, Condition.NEW, Condition.FAILING, Condition.SUSPECT)
    ]
    assert counts == [12, 0, 0, 0]
    assert not store.subscriptions([1])[0].suspect
    assert store.history.sends(10) == ()
    assert store.history.detail(1) is None
    assert store.history.of_subscription(1, 5) == ()
    assert store.history.tallies(1) == ((), ())
    assert [*store.history.failed_ids(1), *store.history.held_ids(1)] == []
    assert [*store.history.rows_for_export(DeliveryQuery(), Cancel())] == []
    assert store.history.keeping() == Keeping()
    assert store.history.forget(Keeping(1, 1), Cancel()) == 0
    assert store.history.recover() == 0
    rows = store.history.list(DeliveryQuery())
    assert rows.page(0, 10, Cancel()) == ([], 0)
    assert rows.total(Cancel()) == 0
    rows.close()


def test_it_is_upgraded_where_it_is_written_to(older: Path, url: str) -> None:
    before = everything(older)
    store = Store.open(url, create=False)
    read_all(store)
    store.mark_suspect([1])
    store.history.begin(start())
    store.close()
    assert version(older) == VERSION
    after = everything(older)
    assert {table: after[table] for table in ("users", "subscriptions")} == {
        table: before[table] for table in ("users", "subscriptions")
    }
    assert set(before["schema"]) < set(after["schema"])


def test_an_upgraded_file_is_as_a_new_one(older: Path, url: str, tmp_path: Path) -> None:
    Store.open(url).close()
    new = tmp_path / "new.db"
    Store.open(f"sqlite:///{new}").close()
    assert everything(older)["schema"] == everything(new)["schema"]


def test_it_is_not_touched_before_it_was_found_whole(older: Path, url: str) -> None:
    before = older.read_bytes()
    store = Store.open(url, unchecked=True)
    assert store.database.standing.checking
    read_all_but_recover = store.history.sends(1)
    assert read_all_but_recover == ()
    assert store.history.list(DeliveryQuery()).page(0, 1, Cancel()) == ([], 0)
    assert store.subscriptions_count() == 12
    assert version(older) == 1
    assert older.read_bytes()[100:] == before[100:], "its header tells of the journal mode alone"
    store.database.check()
    assert version(older) == VERSION
    assert store.mark_suspect([1, 2]) == 2
    store.close()


def test_read_only_it_stays_as_it_is_and_shows_everything(older: Path, url: str) -> None:
    before = older.read_bytes()
    store = Store.open(url, read_only=True, unchecked=True)
    store.database.check()
    read_all(store)
    with pytest.raises(StoreError, match="read-only"):
        store.mark_suspect([1])
    send = store.history.begin(start())
    assert [row.number for row in store.history.sends(5)] == [send]
    store.close()
    assert older.read_bytes() == before
    assert sorted(entry.name for entry in older.parent.iterdir()) == ["push.db", "push.db.history"]


def test_a_reader_notices_that_somebody_else_has_upgraded_it(older: Path, url: str) -> None:
    reader = Store.open(url, read_only=True)
    assert reader.history.sends(5) == ()
    writer = Store.open(url)
    send = writer.history.begin(start())
    try:
        assert [row.number for row in reader.history.sends(5)] == [send]
    finally:
        reader.close()
        writer.close()


def test_two_that_open_it_at_once_both_get_the_new_one(older: Path, url: str) -> None:
    both = [Store.open(url, unchecked=True) for _ in range(2)]
    for store in both:
        store.database.check()
        store.history.begin(start())
    assert [row.number for row in both[0].history.sends(5)] == [2, 1]
    for store in both:
        store.close()


def test_a_damaged_one_is_not_upgraded(older: Path, url: str) -> None:
    with closing(sqlite3.connect(older)) as raw:
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute("UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'subscriptions_by_id'")
        raw.commit()
    store = Store.open(url, unchecked=True)
    store.database.check()
    assert "damaged" in store.database.standing.problem
    store.close()
    with closing(sqlite3.connect(older)) as raw:
        assert raw.execute("SELECT version FROM schema_version").fetchone() == (1,)


def test_one_that_another_program_has_made_is_upgraded_once_it_is_unlocked(older: Path, url: str) -> None:
    with closing(sqlite3.connect(older)) as raw:
        raw.execute("PRAGMA application_id=0")
    store = Store.open(url, read_only=None)
    assert store.read_only
    store.close()
    assert version(older) == 1
    Store.open(url, read_only=False).close()
    assert version(older) == VERSION
    with closing(sqlite3.connect(older)) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (0,)


def test_version_2_keeps_its_history_and_then_tells_two_signers_of_one_origin_apart(
    store: Store, path: Path, url: str, tmp_path: Path
) -> None:
    store.vapid_keys()
    rows = filled(store, users=1, each=3)
    send = store.history.begin(start())
    store.history.intend(send, rows, AT)
    store.history.conclude(send, [delivery(rows[0], request=request())], AT)
    store.close()
    make_version_2(path)
    assert version(path) == 2
    before = everything(path)
    store = Store.open(url)
    assert version(path) == VERSION
    after = everything(path)
    assert {table: rows for table, rows in after.items() if table in ("users", "subscriptions")} == {
        table: rows for table, rows in before.items() if table in ("users", "subscriptions")
    }
    again = replace(request(), public_key="C" * 87)
    store.history.conclude(send, [delivery(rows[1], request=again), delivery(rows[2], request=request())], AT)
    told = [store.history.detail(number) for number in (1, 2, 3)]
    assert [one.request.public_key[0] for one in told if one and one.request] == ["B", "C", "B"]
    store.close()
    new = tmp_path / "new.db"
    Store.open(f"sqlite:///{new}").close()
    assert everything(path)["schema"] == everything(new)["schema"]


@pytest.mark.parametrize("where", [1, 2, 5, 12, 13, 0])
def test_a_kill_leaves_the_old_version_or_the_new_one(older: Path, url: str, where: int) -> None:
    command = [sys.executable, "-m", "tests.store.upgrade_child", str(older), str(where)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.read(1) == b"."
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert version(older) == (1 if where else VERSION)
    store = Store.open(url)
    assert store.subscriptions_count() == 12
    store.close()
    assert version(older) == VERSION
