"""How long the history is kept.

Runs on: any
"""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.history.sent import delivery, one_user, raw, start
from webpush_admin.push.answer import Outcome
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.history import keeping
from webpush_admin.store.history_rows import Keeping, SendState

NOW = datetime.now(UTC)


@pytest.fixture
def filled(store: Store, path: Path) -> Store:
    """Four sends to ten rows each, 40, 30, 20 and 10 days ago, and one that runs since 50 days."""
    rows = one_user(store, 10)
    for days in (40, 30, 20, 10):
        at = NOW - timedelta(days=days)
        send = store.history.begin(start(f"{days}", payload="kept"))
        store.history.intend(send, rows, at)
        store.history.conclude(send, [delivery(row) for row in rows], at)
        store.history.end(send, SendState.ENDED)
        store.database.write(
            lambda connection, send=send, days=days: connection.exec_driver_sql(  # type: ignore[misc]  # bound now
                "UPDATE sends SET at = at - ? WHERE id = ?", (days * 86_400_000, send)
            )
        )
    store.history.intend(store.history.begin(start("runs")), rows[:5], NOW - timedelta(days=50))
    return store


def left(path: Path) -> dict[int, int]:
    return dict(raw(path, "SELECT send, count(*) FROM deliveries GROUP BY 1"))


def test_what_is_too_old_goes_and_sends_keep_their_totals(filled: Store, path: Path) -> None:
    before = [row.counts for row in filled.history.sends(10)]
    assert filled.history.forget(Keeping(days=25, deliveries=0), Cancel()) == 20
    assert left(path) == {3: 10, 4: 10, 5: 5}, "what is under way stays"
    assert [row.counts for row in filled.history.sends(10)] == before
    assert [row.start.payload for row in filled.history.sends(10)] == [None, "kept", "kept", None, None]
    assert raw(path, "SELECT DISTINCT send FROM requests ORDER BY 1") == [(3,), (4,)]
    assert filled.history.forget(Keeping(days=25, deliveries=0), Cancel()) == 0


@pytest.mark.parametrize("chunk", [1, 7, 2000])
def test_what_is_too_much_goes_oldest_first(
    filled: Store, path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CHUNK", chunk)
    assert filled.history.forget(Keeping(days=0, deliveries=18), Cancel()) == 27
    assert left(path) == {3: 3, 4: 10, 5: 5}
    assert filled.history.forget(Keeping(days=0, deliveries=1), Cancel()) == 13
    assert left(path) == {5: 5}


def test_what_was_said_is_kept_no_longer_than_who_got_it(filled: Store) -> None:
    assert filled.history.forget(Keeping(days=0, deliveries=18), Cancel()) == 27
    kept = [(row.start.payload, row.start.title != "") for row in filled.history.sends(10)]
    assert kept == [(None, True), ("kept", True), ("kept", True), (None, False), (None, False)]


def test_no_limit_keeps_everything(filled: Store, path: Path) -> None:
    assert filled.history.forget(Keeping(0, 0), Cancel()) == 0
    assert filled.history.forget(Keeping(100_000_000, 45), Cancel()) == 0
    assert sum(left(path).values()) == 45


def test_it_ends_when_nobody_wants_it_any_more(filled: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "CHUNK", 5)
    cancel = Cancel()
    real = keeping._forget

    def once(*arguments: object, **named: object) -> int:
        cancel.cancel()
        return real(*arguments, **named)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(keeping, "_forget", once)
    assert filled.history.forget(Keeping(days=1, deliveries=1), cancel) == 5
    assert sum(left(path).values()) == 40


def test_others_write_between_the_chunks(filled: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "CHUNK", 1)
    real = keeping._ask
    writers: list[threading.Thread] = []

    def ask(*arguments: object) -> object:
        # While it is looked what goes next, nobody holds the lock.
        writer = threading.Thread(target=lambda: filled.set_setting("x", str(len(writers))))
        writer.start()
        writer.join()
        writers.append(writer)
        return real(*arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(keeping, "_ask", ask)
    assert filled.history.forget(Keeping(days=35, deliveries=0), Cancel()) == 10
    assert len(writers) >= 10


def test_how_much_is_kept_is_kept_with_the_database(store: Store, url: str) -> None:
    assert store.history.keeping() == Keeping()
    store.history.set_keeping(Keeping(7, 500))
    assert store.history.keeping() == Keeping(7, 500)
    store.close()
    only = Store.open(url, read_only=True)
    assert only.history.keeping() == Keeping(7, 500)
    only.history.set_keeping(Keeping(8, 600))
    assert only.history.keeping() == Keeping(8, 600)
    only.close()
    again = Store.open(url)
    again.set_setting(keeping.DAYS_SETTING, "many")
    again.set_setting(keeping.DELIVERIES_SETTING, "-5")
    assert again.history.keeping() == Keeping(90, 0)
    again.close()


def test_a_request_that_is_forgotten_while_its_send_runs_is_not_mixed_up(store: Store, path: Path) -> None:
    rows = one_user(store, 3)
    send = store.history.begin(start())
    store.history.intend(send, rows, NOW)
    store.history.conclude(send, [delivery(rows[0])], NOW - timedelta(days=9))
    store.history.forget(Keeping(5, 0), Cancel())
    store.history.conclude(send, [delivery(rows[0], Outcome.ACCEPTED)], NOW)
    joined = (
        "SELECT count(*) FROM deliveries JOIN requests ON requests.id = request AND requests.send = deliveries.send"
    )
    assert raw(path, joined) == [(1,)]
