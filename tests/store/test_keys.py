"""The key pair: made once, replaced whole or not at all, whatever happens meanwhile.

Runs on: any
"""

import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.keyring_file import KeyringFile
from tests.store.conftest import Add
from tests.store.kept_keys import IN_KEYRING, entry_of, notes
from tests.store.rotating import pairs
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store

CHILDREN_START = "import sys; from webpush_admin.store import Store; store = Store.open(sys.argv[1])\n"


def test_the_first_call_makes_the_pair(store: Store, other: Store) -> None:
    assert store.keys_created_at() is None
    made = store.vapid_keys()
    assert len(made.public_key) == 87
    made.check()
    assert store.vapid_keys() == made
    assert other.vapid_keys() == made
    since = store.keys_created_at()
    assert since is not None
    assert abs((datetime.now(UTC) - since).total_seconds()) < 60


def test_subscriptions_without_keys_are_told_and_kept(store: Store, add: Add) -> None:
    add(store.add_user("ada").id)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"holds 1 subscription but no VAPID keys.*Import it"):
            store.vapid_keys()
    assert store.counts() == (1, 1)
    assert store.keys_created_at() is None


def test_many_first_calls_make_one_pair(url: str) -> None:
    stores = [Store.open(url) for _ in range(8)]
    start = threading.Barrier(8)
    found: list[VapidKeys] = []

    def ask(store: Store) -> None:
        start.wait()
        found.append(store.vapid_keys())

    threads = [threading.Thread(target=ask, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(found) == 8
    assert len({keys.private_key for keys in found}) == 1


def test_a_pair_that_somebody_else_made_meanwhile_is_taken_and_not_told(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[StoreChange] = []
    store.add_listener(told.append)
    theirs: list[VapidKeys] = []
    generate = VapidKeys.generate

    def late() -> VapidKeys:
        monkeypatch.undo()
        theirs.append(other.vapid_keys())
        return generate()

    monkeypatch.setattr(VapidKeys, "generate", late)
    assert [store.vapid_keys()] == theirs
    assert told == []


def test_several_processes_make_one_pair_in_a_file_that_was_not_there(path: Path, url: str) -> None:
    program = CHILDREN_START + "print(store.vapid_keys().public_key); store.close()"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", program, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    told = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], told
    assert len({out for out, _ in told}) == 1
    assert [entry.name for entry in path.parent.iterdir()] == ["push.db"]


def test_regenerating_deletes_every_subscription_and_retires_the_old_pair(store: Store, add: Add, path: Path) -> None:
    old = store.vapid_keys()
    user = store.add_user("ada")
    assert add(user.id).vapid_key_id == 1
    new = store.regenerate_vapid_keys()
    assert new != old
    assert store.vapid_keys() == new
    assert store.subscriptions_of(user.id) == []
    assert store.user(user.id) == user
    assert add(user.id).vapid_key_id == 2
    with closing(sqlite3.connect(path)) as raw:
        pairs = raw.execute("SELECT public_key, private_key, active, retired_at IS NULL FROM vapid_keys").fetchall()
    assert pairs == [(old.public_key, None, 0, 0), (new.public_key, new.private_key, 1, 1)]


def test_keys_can_be_regenerated_where_there_were_none(store: Store, add: Add) -> None:
    add(store.add_user("ada").id)
    assert store.regenerate_vapid_keys() == store.vapid_keys()
    assert store.counts() == (0, 0)


def test_another_number_of_subscriptions_changes_nothing(store: Store, other: Store, add: Add) -> None:
    old = store.vapid_keys()
    user = store.add_user("ada")
    row = add(user.id)
    other.add_subscription(user.id, endpoint="https://push.example.net/late", p256dh="x", auth="y")
    with pytest.raises(StoreError, match="There are 2 subscriptions by now, not 1"):
        store.regenerate_vapid_keys(1)
    assert store.vapid_keys() == old
    assert row in store.subscriptions_of(user.id)
    assert store.regenerate_vapid_keys(2) == other.vapid_keys()


def test_two_active_pairs_are_impossible(store: Store, path: Path) -> None:
    store.vapid_keys()
    with closing(sqlite3.connect(path)) as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute("INSERT INTO vapid_keys(public_key, private_key, created_at, active) VALUES ('a', 'b', 1, 1)")


KILLED = (
    CHILDREN_START
    + """
import os, signal
from sqlalchemy import Engine, event
left = int(sys.argv[2])

def step(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "after_cursor_execute", step)
event.listen(Engine, "commit", step)
store.regenerate_vapid_keys()
print("done")
"""
)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="POSIX")
def test_a_killed_regeneration_leaves_the_old_state_or_the_new_one(path: Path, url: str) -> None:
    """Kills the process after each statement in turn, and before the commit, until there is a new pair."""
    store = Store.open(url)
    old = store.vapid_keys()
    user = store.add_user("ada")
    for number in range(300):
        store.add_subscription(user.id, endpoint=f"https://push.example.net/{number}", p256dh="x" * 87, auth="y")
    killed = 0
    while store.vapid_keys() == old:
        assert store.counts() == (1, 300)
        child = subprocess.run(
            [sys.executable, "-c", KILLED, url, str(killed)], capture_output=True, text=True, timeout=60, check=False
        )
        assert child.returncode == -signal.SIGKILL, child.stderr
        killed += 1
    assert killed > 6, "BEGIN, count, retire, insert, delete, commit, and what comes after it"
    assert store.counts() == (0, 0)
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_settings_are_kept(store: Store, other: Store) -> None:
    assert store.setting("subject") is None
    store.set_setting("subject", "mailto:ops@example.org")
    store.set_setting("subject", "mailto:on-call@example.org")
    assert other.setting("subject") == "mailto:on-call@example.org"
    assert store.setting("other") is None


def test_no_private_key_is_shown(store: Store, path: Path) -> None:
    keys = store.vapid_keys()
    assert keys.private_key not in repr(keys) + repr(store)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TRIGGER no_more BEFORE INSERT ON vapid_keys BEGIN SELECT RAISE(ABORT, 'no'); END")
        raw.commit()
    with pytest.raises(StoreError) as caught:
        store.regenerate_vapid_keys()
    assert caught.value.__context__ is None
    assert str(caught.value) == '"push.db" refused the change: it breaks a rule of its tables.'
    assert store.vapid_keys() == keys


def test_a_pair_in_the_keyring_goes_too_once_everybody_knows(store: Store, keyring_file: KeyringFile) -> None:
    old = store.vapid_keys()
    store.keys.keep(1, IN_KEYRING)
    told: list[tuple[ChangeKind, bool]] = []
    # Whoever signs with the old pair must not wait for a keyring that asks its user.
    store.add_listener(lambda change: told.append((change.kind, entry_of(old) in keyring_file.entries)))
    new = store.regenerate_vapid_keys()
    assert told == [(ChangeKind.KEYS, True)]
    assert keyring_file.entries == {}
    assert (pairs(store.path)[0][1:4], store.vapid_keys()) == ((None, 0, "database"), new)
    assert notes(store) == []
