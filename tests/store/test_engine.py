"""What the open file does under pressure: reads that end, disks that are full, others who write.

Runs on: any
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from webpush_admin.push.errors import StoreError
from webpush_admin.push.store_calls import THREADS
from webpush_admin.store import Store, people
from webpush_admin.store.cancel import Cancel

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
LONG = ENDLESS.replace("FROM n)", "FROM n WHERE i < 20000000)")


def test_closing_interrupts_a_read(store: Store) -> None:
    started = threading.Event()
    failures: list[str] = []
    used: list[Any] = []

    def work(connection: Any) -> object:
        used.append(connection.connection.dbapi_connection)
        started.set()
        return connection.exec_driver_sql(ENDLESS).fetchall()

    def read() -> None:
        try:
            store.database.read(work)
        except StoreError as refusal:
            failures.append(str(refusal))
            assert not used[0].is_in_vain(), "it was interrupted, long before its deadline"
            failures.append("in time")

    thread = threading.Thread(target=read)
    thread.start()
    started.wait(10)
    store.close()
    thread.join(10)
    assert failures == ["The database is closed.", "in time"]


@pytest.mark.parametrize(("ends", "said"), [("cancel", "Stopped: nothing was changed."), ("close", "is closed.")])
def test_a_write_that_can_be_cancelled_ends_in_the_midst_of_a_statement(
    ends: str, said: str, store: Store, url: str
) -> None:
    started = threading.Event()
    cancel = Cancel()

    def work(connection: Any) -> object:
        people.add(connection, "Ada")
        started.set()
        return connection.exec_driver_sql(LONG).fetchall()

    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(store.database.write, work, cancel=cancel)
        started.wait(10)
        if ends == "cancel":
            cancel.cancel()
        else:
            store.close()
        with pytest.raises(StoreError, match=said):
            writing.result(10)
    store.close()
    again = Store.open(url)
    try:
        assert (
            again.database.read(lambda connection: connection.exec_driver_sql("SELECT * FROM users").fetchall()) == []
        )
        again.add_user("Bob")
    finally:
        again.close()


def test_a_write_that_was_cancelled_leaves_the_connection_to_the_next(store: Store) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(StoreError, match="Stopped"):
        store.database.write(lambda connection: connection.exec_driver_sql(LONG).fetchall(), cancel=cancel)
    assert store.add_user("Ada").name == "Ada"


def test_a_read_ends_at_its_deadline(store: Store) -> None:
    with pytest.raises(StoreError, match="took too long"):
        store.database.read(lambda connection: connection.exec_driver_sql(ENDLESS).fetchall(), deadline_s=0.01)
    assert store.counts() == (0, 0), "the connection can be used again"


def test_a_full_disk_is_told_and_changes_nothing(store: Store) -> None:
    def shrink(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    store.database.write(shrink)
    with pytest.raises(StoreError, match="disk is full"):
        store.add_user("x" * 1_000_000)
    assert store.database.read(lambda reader: reader.exec_driver_sql("SELECT count(*) FROM users").scalar_one()) == 0


def test_a_table_that_vanished_is_told_without_its_sql(store: Store) -> None:
    store.database.write(lambda connection: connection.exec_driver_sql("DROP TABLE settings"))
    with pytest.raises(StoreError, match="tables that it should have") as caught:
        store.setting("subject")
    assert "SELECT" not in str(caught.value)
    assert caught.value.__context__ is None


def test_the_writer_waits_for_another_process_and_then_says_so(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.database.write(lambda connection: connection.exec_driver_sql("SELECT 1"))
    store.database._pools.writer.raw_connection().execute("PRAGMA busy_timeout=10")

    def hold(_connection: object) -> None:
        with pytest.raises(StoreError, match="locked by another program"):
            store.add_user("ada")

    other.database.write(hold)
    assert store.add_user("ada").name == "ada"


def test_reads_of_eight_dispatching_and_eight_other_threads_wait_for_nobody(store: Store) -> None:
    together = threading.Barrier(2 * THREADS, timeout=5.0)
    # Each holds its connection until all of them have one.
    threads = ThreadPoolExecutor(2 * THREADS)
    done = [threads.submit(store.database.read, lambda _: together.wait()) for _ in range(2 * THREADS)]
    assert sorted(one.result() for one in done) == list(range(2 * THREADS))
    threads.shutdown()
