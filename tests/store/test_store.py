"""The store as a whole: who is told, several threads and processes, and the end.

Runs on: any
"""

import gc
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.store.conftest import Add
from tests.store.reading import users
from webpush_admin.push.dispatch_store import AnswerMark, ChangeKind, DispatchStore, StoreChange
from webpush_admin.push.errors import StoreError
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.rows import SubscriptionQuery, UserQuery

USERS, SUBSCRIPTIONS, KEYS = ChangeKind.USERS, ChangeKind.SUBSCRIPTIONS, ChangeKind.KEYS


def test_a_store_is_what_the_dispatcher_asks_for(store: Store) -> None:
    asked: DispatchStore = store
    assert asked.foreign_version() == store.foreign_version()


def test_every_commit_is_told_once_with_whose_and_by_whom(store: Store, add: Add) -> None:
    told: list[StoreChange] = []
    remove = store.add_listener(told.append)

    def since() -> list[StoreChange]:
        found, told[:] = list(told), []
        return found

    me = object()
    ada = store.add_user("ada")
    whose = frozenset({ada.id})
    assert since() == [StoreChange(USERS, whose)]
    store.rename_user(ada.id, "Ada")
    assert since() == [StoreChange(USERS, whose)]
    store.vapid_keys()
    store.vapid_keys()
    assert since() == [StoreChange(KEYS)]
    row = add(ada.id)
    assert since() == [StoreChange(SUBSCRIPTIONS, whose)]
    store.edit_subscription(row.id or 0, endpoint=row.endpoint, p256dh="x", auth="y", user_agent=None)
    assert since() == [StoreChange(SUBSCRIPTIONS, whose)]
    row = store.subscriptions_of(ada.id)[0]
    store.record_answers([AnswerMark(row, 404, datetime.now(UTC))])
    store.set_setting("subject", "mailto:ops@example.org")
    assert store.delete_subscriptions([], by=me) == []
    assert since() == []
    store.delete_subscriptions([row], by=me)
    assert since() == [StoreChange(SUBSCRIPTIONS, whose, me)]
    add(ada.id)
    store.regenerate_vapid_keys(by=me)
    assert since()[1:] == [StoreChange(KEYS, by=me)]
    add(ada.id)
    store.delete_users([ada.id], by=me)
    assert since()[1:] == [StoreChange(USERS, whose, me), StoreChange(SUBSCRIPTIONS, whose, me)]
    remove()
    remove()
    store.add_user("bob")
    assert told == []


def test_nobody_is_told_of_what_was_refused(store: Store, add: Add) -> None:
    told: list[StoreChange] = []
    store.add_listener(told.append)
    refused: list[Callable[[], object]] = [
        lambda: store.rename_user(uuid4(), "x"),
        lambda: add(uuid4()),
        lambda: store.regenerate_vapid_keys(7),
        lambda: store.add_user("\ud800"),
    ]
    for attempt in refused:
        with pytest.raises(StoreError):
            attempt()
    assert told == []


def test_a_listener_is_called_after_the_commit_outside_the_lock_on_the_same_thread(store: Store, other: Store) -> None:
    seen: list[tuple[int, int]] = []

    def listen(change: StoreChange) -> None:
        seen.append((threading.get_ident(), len(users(other))))
        if len(seen) == 1:
            # It may write itself: the lock is free again.
            store.add_user("second")

    store.add_listener(listen)
    store.add_user("first")
    assert seen == [(threading.get_ident(), 1), (threading.get_ident(), 2)]


def test_only_what_others_commit_moves_the_foreign_version(store: Store, other: Store, add: Add) -> None:
    before = store.foreign_version()
    ada = store.add_user("ada")
    row = add(ada.id)
    store.record_answers([AnswerMark(row, 201, datetime.now(UTC))])
    store.subscriptions_of(ada.id)
    other.subscriptions_of(ada.id)
    assert store.foreign_version() == before
    other.add_user("bob")
    moved = store.foreign_version()
    assert moved != before
    assert store.foreign_version() == moved
    other.record_answers([AnswerMark(row, 201, datetime.now(UTC))])
    store.add_user("carol")
    assert store.foreign_version() != moved, "a commit of our own hides nobody else's"


def test_another_process_moves_the_foreign_version(store: Store, url: str) -> None:
    before = store.foreign_version()
    program = (
        "import sys; from webpush_admin.store import Store; s = Store.open(sys.argv[1]); s.add_user('x'); s.close()"
    )
    subprocess.run([sys.executable, "-c", program, url], check=True, timeout=60)
    assert store.foreign_version() != before
    assert len(users(store)) == 1


def test_the_foreign_version_never_waits_for_a_writer(store: Store, other: Store) -> None:
    before = store.foreign_version()
    other.add_user("bob")
    asked: list[int] = []

    def hold(_connection: object) -> None:
        thread = threading.Thread(target=lambda: asked.append(store.foreign_version()))
        thread.start()
        thread.join(10)

    store.database.write(hold)
    assert asked == [before]
    assert store.foreign_version() != before


def test_reading_goes_on_while_somebody_writes(store: Store, other: Store, add: Add) -> None:
    ada = store.add_user("ada")
    row = add(ada.id)
    found: list[object] = []

    def hold(connection: Any) -> None:
        connection.exec_driver_sql("DELETE FROM subscriptions")
        thread = threading.Thread(target=lambda: found.append(store.subscriptions_of(ada.id)))
        thread.start()
        thread.join(10)
        found.append(other.subscriptions_of(ada.id))

    store.database.write(hold)
    assert found == [[row], [row]]
    assert store.subscriptions_of(ada.id) == []


def test_many_threads_lose_nothing(store: Store) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            user = store.add_user(f"user {number}")
            for row in range(10):
                store.add_subscription(user.id, endpoint=f"https://push.example.net/{row}", p256dh="x", auth="y")
                assert len(store.subscriptions_of(user.id)) == row + 1
            store.delete_subscriptions(store.subscriptions_of(user.id)[:5])
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.counts() == (12, 60)


def test_a_failed_change_changes_nothing(store: Store) -> None:
    def half(connection: Any) -> None:
        connection.exec_driver_sql("INSERT INTO settings VALUES ('a', 'b')")
        raise StoreError("no")

    with pytest.raises(StoreError, match="no"):
        store.database.write(half)
    assert store.setting("a") is None
    store.set_setting("a", "c")


EVERY_CALL: dict[str, Callable[[Store], object]] = {
    "vapid_keys": lambda store: store.vapid_keys(),
    "bound_pairs": lambda store: store.bound_pairs(),
    "keys_created_at": lambda store: store.keys_created_at(),
    "regenerate_vapid_keys": lambda store: store.regenerate_vapid_keys(),
    "add_user": lambda store: store.add_user("x"),
    "rename_user": lambda store: store.rename_user(uuid4(), "x"),
    "delete_users": lambda store: store.delete_users([uuid4()]),
    "user": lambda store: store.user(uuid4()),
    "list_users": lambda store: store.list_users(UserQuery()).total(Cancel()),
    "names_of": lambda store: store.names_of([uuid4()]),
    "user_ids_after": lambda store: store.user_ids_after(None, 1),
    "counts": lambda store: store.counts(),
    "add_subscription": lambda store: store.add_subscription(uuid4(), endpoint="", p256dh="", auth=""),
    "edit_subscription": lambda store: store.edit_subscription(1, endpoint="", p256dh="", auth="", user_agent=None),
    "subscriptions_of": lambda store: store.subscriptions_of(uuid4()),
    "subscription": lambda store: store.subscription(1),
    "subscriptions": lambda store: store.subscriptions([1]),
    "list_subscriptions": lambda store: store.list_subscriptions(SubscriptionQuery()).page(0, 1, Cancel()),
    "subscriptions_count": lambda store: store.subscriptions_count(),
    "mark_suspect": lambda store: store.mark_suspect([1]),
    "unmark": lambda store: store.unmark([1]),
    "delete_subscriptions": lambda store: store.delete_subscriptions([]),
    "foreign_version": lambda store: store.foreign_version(),
    "setting": lambda store: store.setting("x"),
    "set_setting": lambda store: store.set_setting("x", "y"),
}


@pytest.mark.parametrize("name", EVERY_CALL)
def test_a_closed_store_says_so(store: Store, name: str) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match=r"^The database is closed\.$"):
        EVERY_CALL[name](store)


def test_the_list_of_calls_is_whole() -> None:
    public = {name for name, value in vars(Store).items() if callable(value) and not name.startswith("_")}
    assert public - set(EVERY_CALL) == {"add_listener", "record_answers", "backup", "close", "tell"}


def test_a_closed_store_makes_no_backup(store: Store, tmp_path: Path) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.backup(tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()


def test_closing_leaves_one_file_and_no_warning(path: Path, url: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store = Store.open(url)
        threads = [threading.Thread(target=store.counts) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        store.add_user("ada")
        store.close()
        del store
        gc.collect()
    assert [entry.name for entry in path.parent.iterdir()] == ["push.db"]


def test_a_user_without_subscriptions_is_read_as_such(store: Store) -> None:
    assert store.subscriptions_of(UUID(int=0)) == []
