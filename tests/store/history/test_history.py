"""What is written down of a send, and what of it is left when somebody is killed.

Runs on: any
"""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.history.sent import AT, LATER, SERVER_FAILS, delivery, fill, one_user, raw, start
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import StoreError
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.history import broken_off, codes
from webpush_admin.store.history.history import History
from webpush_admin.store.history_rows import DeliveryQuery, Keeping, SendState
from webpush_admin.store.schema import OUTCOME_COLUMNS

ROOT = Path(__file__).parents[3]
TOTALS = f"SELECT state, intended, {', '.join(OUTCOME_COLUMNS)}, pruned FROM sends"


def test_every_outcome_and_state_has_a_number_and_a_total() -> None:
    assert set(codes.OUTCOMES) == set(Outcome)
    assert set(codes.STATES) == set(SendState)
    assert tuple(outcome.name.lower() for outcome in codes.OUTCOMES) == OUTCOME_COLUMNS
    assert [codes.outcome_of(code) for code in (0, 99, -1)] == [Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert codes.state_of(99) is SendState.BROKEN_OFF


def test_an_answer_is_written_with_its_intent_and_its_row(store: Store, path: Path) -> None:
    rows = one_user(store, 5)
    send = store.history.begin(start(targets=5))
    store.history.intend(send, rows, AT)
    store.history.conclude(
        send,
        [
            delivery(rows[0]),
            delivery(rows[1], Outcome.REJECTED, 503, diagnosis=SERVER_FAILS, body="later", headers=(("x-odd", "1"),)),
            delivery(rows[2], Outcome.REJECTED, 404),
            delivery(rows[3], Outcome.UNREACHABLE, None, attempts=3),
        ],
        LATER,
    )
    assert store.history.end(send, SendState.STOPPED) == 1
    assert raw(path, TOTALS) == [(2, 5, 1, 0, 2, 1, 0, 0, 1, 0)]
    assert raw(path, "SELECT outcome, status, rule, body, attempts FROM deliveries ORDER BY id") == [
        (0, 201, "", "", 1),
        (2, 503, "any-5xx", "later", 1),
        (2, 404, "", "", 1),
        (3, None, "", "", 3),
        (6, None, "", "", 0),
    ]
    assert raw(path, "SELECT count(*) FROM requests") == [(3,)], "one for each origin"
    now = store.subscriptions_of(rows[0].user_id)  # type: ignore[arg-type]  # of a stored row
    assert [row.last_status for row in now] == [201, 503, 404, None, None]
    assert (now[0].last_success_at, now[2].first_404_at, now[1].first_404_at) == (LATER, LATER, None)


def test_what_was_never_intended_or_was_given_up_is_written_all_the_same_and_nothing_twice(
    store: Store, path: Path
) -> None:
    rows = one_user(store, 3)
    send = store.history.begin(start())
    store.history.intend(send, rows[:2], AT)
    store.history.conclude(send, [delivery(rows[0])], LATER)
    store.history.end(send, SendState.BROKEN_OFF)
    for _ in range(2):
        store.history.conclude(send, [delivery(row) for row in rows], LATER)
    assert raw(path, TOTALS) == [(3, 3, 3, 0, 0, 0, 0, 0, 0, 0)]
    assert raw(path, "SELECT count(*), sum(outcome) FROM deliveries") == [(3, 0)]


def test_a_batch_that_fails_leaves_nothing_behind(store: Store, path: Path) -> None:
    rows = one_user(store, 3)
    send = store.history.begin(start())
    store.history.intend(send, rows, AT)
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TRIGGER no BEFORE UPDATE ON sends BEGIN SELECT raise(ABORT, 'no'); END")
        with pytest.raises(Exception, match="refused the change"):
            store.history.conclude(send, [delivery(row) for row in rows], LATER)
        assert raw(path, "SELECT count(*) FROM requests") == [(0,)]
        other.execute("DROP TRIGGER no")
    store.history.conclude(send, [delivery(row) for row in rows], LATER)
    assert raw(path, "SELECT count(*) FROM deliveries JOIN requests ON requests.id = request") == [(3,)]


def test_a_request_is_written_once_for_each_origin_of_a_send(store: Store, path: Path) -> None:
    rows = one_user(store, 9)
    for _ in range(2):
        send = store.history.begin(start())
        for place in range(9):
            store.history.conclude(send, [delivery(rows[place])], LATER)
    assert raw(path, "SELECT send, count(*) FROM requests GROUP BY 1") == [(1, 3), (2, 3)]
    theirs = "requests.id = request AND requests.send = deliveries.send AND origin = 'https://' || host"
    assert raw(path, f"SELECT count(*) FROM deliveries JOIN requests ON {theirs}") == [(18,)]


def test_half_a_character_does_not_stop_a_send(store: Store, path: Path) -> None:
    rows = one_user(store, 1)
    send = store.history.begin(start("\ud800", title="a\udc00b", payload="\ud800"))
    store.history.intend(send, rows, AT)
    store.history.conclude(send, [delivery(rows[0], reason="\ud800", headers=(("date", "\ud800"),))], LATER)
    assert raw(path, "SELECT target, title, payload FROM sends") == [("?", "a?b", "?")]
    assert raw(path, "SELECT reason FROM deliveries") == [("?",)]


def test_held_rows_that_are_deleted_later_count_as_pruned(store: Store, path: Path) -> None:
    rows = one_user(store, 4)
    send = store.history.begin(start())
    store.history.intend(send, rows, AT)
    gone = [delivery(row, Outcome.GONE, 410, held=place > 0, pruned=place == 0) for place, row in enumerate(rows)]
    store.history.conclude(send, gone, LATER)
    assert store.history.mark_pruned(send, [row.id or 0 for row in rows[:3]]) == 2
    assert raw(path, "SELECT pruned FROM sends") == [(3,)]
    assert raw(path, "SELECT pruned, held FROM deliveries ORDER BY id") == [(1, 0), (1, 0), (1, 0), (0, 1)]


def test_nothing_secret_reaches_the_file(store: Store, path: Path) -> None:
    rows = fill(store, 3, 4)
    store.delete_users([row.user_id for row in rows if row.user_id])
    store.database.write(lambda connection: connection.exec_driver_sql("DELETE FROM subscriptions"))
    send = store.history.begin(start(title="", payload=None))
    store.history.intend(send, rows, AT)
    store.history.conclude(send, [delivery(row) for row in rows], LATER)
    store.close()
    with closing(sqlite3.connect(path)) as other:
        # What the deleted rows had left in free pages is not the history's.
        other.execute("VACUUM")
    content = path.read_bytes()
    assert b"fcm.googleapis.com" in content, "the host is there"
    for row in rows:
        for secret in (row.p256dh, row.auth, row.endpoint, row.endpoint.rpartition("/")[2], row.endpoint[-5:]):
            assert secret.encode() not in content
    assert b"eyJ" not in content


EVERY_CALL: dict[str, Callable[[History], object]] = {
    "begin": lambda history: history.begin(start()),
    "intend": lambda history: history.intend(1, [Subscription("", "", "", 1)], AT),
    "conclude": lambda history: history.conclude(1, [delivery(Subscription("", "", "", 1))], AT),
    "end": lambda history: history.end(1, SendState.ENDED),
    "mark_pruned": lambda history: history.mark_pruned(1, [1]),
    "recover": lambda history: history.recover(),
    "list": lambda history: history.list(DeliveryQuery()),
    "rows_for_export": lambda history: next(history.rows_for_export(DeliveryQuery(), Cancel())),
    "sends": lambda history: history.sends(1),
    "send": lambda history: history.send(1),
    "detail": lambda history: history.detail(1),
    "of_subscription": lambda history: history.of_subscription(1, 1),
    "newest_of": lambda history: history.newest_of([1]),
    "tallies": lambda history: history.tallies(1),
    "failed_ids": lambda history: history.failed_ids(1),
    "held_ids": lambda history: history.held_ids(1),
    "keeping": lambda history: history.keeping(),
    "set_keeping": lambda history: history.set_keeping(Keeping()),
    "forget": lambda history: history.forget(Keeping(), Cancel()),
}


@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_closed_says_so(store: Store, path: Path, url: str, read_only: bool) -> None:
    public = {name for name, value in vars(History).items() if callable(value) and not name.startswith("_")}
    assert public - set(EVERY_CALL) == {"close"}
    store.close()
    again = Store.open(url, read_only=read_only)
    again.history.begin(start())
    again.close()
    again.close()
    for call in EVERY_CALL.values():
        with pytest.raises(StoreError, match=r"^The database is closed\.$"):
            call(again.history)
    assert [*again.database.side.file("x").parent.parent.glob("open-*")] == [again.database.side.file("x").parent]
    again.database.side.remove()


# Several processes


@pytest.fixture
def child(path: Path, store: Store) -> "subprocess.Popen[bytes]":
    """A process that has begun a send to the rows in the database, intended 7 and concluded 3 of them."""
    one_user(store, 10)
    command = [sys.executable, "-m", "tests.store.history.child", str(path), "part"]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.read(1) == b"."
    return child


def test_a_send_breaks_off_with_its_process_and_not_before(
    store: Store, path: Path, child: "subprocess.Popen[bytes]"
) -> None:
    with child:
        assert store.history.recover() == 0, "it lives"
        assert raw(path, TOTALS) == [(0, 7, 3, 0, 0, 0, 0, 0, 0, 0)]
        child.send_signal(signal.SIGKILL)
    assert store.history.recover() == 4
    assert store.history.recover() == 0
    assert raw(path, TOTALS) == [(3, 7, 3, 0, 0, 0, 0, 0, 4, 0)]
    assert raw(path, "SELECT ended_at = heard_at, owner FROM sends") == [(1, None)]


def test_a_send_of_elsewhere_breaks_off_when_it_was_silent_for_long(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.history.intend(store.history.begin(start()), one_user(store, 2), AT)
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE sends SET owner = 'another machine' || char(10) || '/tmp/open-1'")
        other.commit()
    assert store.history.recover() == 0
    monkeypatch.setattr(broken_off, "SILENT", timedelta(days=-1))
    assert store.history.recover() == 2


def test_two_stores_in_one_process_know_each_other(store: Store, other: Store) -> None:
    store.history.intend(store.history.begin(start()), one_user(store, 2), AT)
    assert other.history.recover() == 0
    store.close()
    assert other.history.recover() == 2


# Read-only databases


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_a_database_that_is_not_written_to_has_its_history_beside_it(store: Store, path: Path, url: str) -> None:
    rows = one_user(store, 3)
    first = store.history.begin(start())
    store.history.intend(first, rows[:1], AT)
    store.history.conclude(first, [delivery(rows[0])], AT)
    store.history.end(first, SendState.ENDED)
    store.close()
    before = path.read_bytes()
    only = Store.open(url, read_only=True)
    try:
        assert only.history.recover() == 0
        assert [entry.name for entry in path.parent.iterdir() if "-" not in entry.name] == ["push.db"]
        send = only.history.begin(start())
        assert send == first + 1, "its own history goes on there"
        only.history.intend(send, rows, AT)
        only.history.conclude(send, [delivery(row) for row in rows[:2]], LATER)
        assert only.history.end(send, SendState.ENDED) == 1
    finally:
        only.close()
    beside = path.with_name("push.db.history")
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["push.db", "push.db.history"]
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert path.read_bytes() == before
    assert raw(beside, TOTALS) == [(1, 1, 1, 0, 0, 0, 0, 0, 0, 0), (1, 3, 2, 0, 0, 0, 0, 0, 1, 0)]
    with pytest.raises(Exception, match="another application"):
        Store.open(f"sqlite:///{beside}")


def test_a_folder_that_cannot_be_written_to_leaves_the_history_to_the_users_own(
    store: Store, path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    real = os.access
    monkeypatch.setattr(
        os, "access", lambda where, mode: not (mode == os.W_OK and where == path.parent) and real(where, mode)
    )
    only = Store.open(url, read_only=None)
    try:
        assert only.read_only
        send = only.history.begin(start())
        only.history.end(send, SendState.ENDED)
        place = only.history.place.to_read()
        assert place is not None
        assert place.path.parent.name == "history"
        assert stat.S_IMODE(place.path.stat().st_mode) == 0o600
    finally:
        only.close()
    assert [entry.name for entry in path.parent.iterdir()] == ["push.db"]


def test_a_history_that_is_something_else_is_refused(store: Store, path: Path, url: str) -> None:
    store.close()
    path.with_name("push.db.history").write_text("x" * 600)
    only = Store.open(url, read_only=True)
    try:
        with pytest.raises(Exception, match="not an SQLite database"):
            only.history.begin(start())
    finally:
        only.close()
