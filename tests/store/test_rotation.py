"""Another pair is put in force whole, with a complete backup, or nothing has changed and nothing is left.

Runs on: any
"""

import os
import sqlite3
import stat
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.keyring_file import KeyringFile
from tests.store.conftest import AUTH, P256DH
from tests.store.kept_keys import IN_KEYRING, PASSPHRASE, entry_of, file_in, found_in, notes, reopened
from tests.store.rotating import MANY, active, bound, fill_bound, pairs, rotated
from tests.store.undo_rows import everything
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import KeysLocked, PushError, StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store
from webpush_admin.store.key_rows import Home, KeyState
from webpush_admin.store.rotation import LAST_BACKUP, Rotated


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "before #1.db"


@pytest.fixture
def town(store: Store, backup: Path) -> Store:
    backup.parent.mkdir()
    return fill_bound(store, MANY // 2)


def test_old_subscriptions_go_and_the_backup_has_them_with_their_key(town: Store, backup: Path) -> None:
    old, before = town.vapid_keys(), everything(town.path)
    told: list[StoreChange] = []
    town.add_listener(told.append)
    assert rotated(town, MANY, backup) == Rotated(deleted=MANY)
    new = town.vapid_keys()
    assert new != old
    assert pairs(town.path) == [(1, None, 0, "database", ""), (2, new.private_key, 1, "database", "")]
    assert town.counts() == (0, 0)
    assert [change.kind for change in told] == [ChangeKind.KEYS]
    assert town.setting(LAST_BACKUP) == str(backup)
    assert notes(town) == [LAST_BACKUP]
    if os.name != "nt":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert everything(backup) == before
    assert active(backup) == old
    assert found_in(town.path.parent, old) == {backup.name}, "nowhere else, not even in what is free"
    assert [file.name for file in backup.parent.iterdir()] == [backup.name]
    restored = Store.open(f"sqlite:///{backup}", create=False)
    assert restored.vapid_keys() == old
    restored.close()
    # A setting of the connection holds for the others' transactions too.
    with pytest.raises(StoreError, match="breaks a rule"):
        town.database.write(
            lambda connection: connection.exec_driver_sql(
                "INSERT INTO subscriptions (user_id, endpoint, p256dh, auth, created_at) VALUES ('x', 'x', 'x', 'x', 1)"
            )
        )


def test_kept_subscriptions_are_bound_to_the_old_pair(town: Store, backup: Path) -> None:
    old, before = town.vapid_keys(), everything(town.path)
    assert rotated(town, MANY, backup, keep=True) == Rotated(bound=MANY)
    new = town.vapid_keys()
    assert pairs(town.path) == [(1, old.private_key, 0, "database", ""), (2, new.private_key, 1, "database", "")]
    assert bound(town.path) == {1: MANY}
    assert [row[:-1] for row in everything(town.path)["subscriptions"]] == [row[:-1] for row in before["subscriptions"]]
    assert {number: pair.keys for number, pair in town.bound_pairs().items()} == {1: old}
    assert everything(backup) == before
    assert active(backup) == old
    assert [pair.state for pair in town.keys.all()] == [KeyState.ACTIVE, KeyState.INACTIVE]


def test_a_page_that_sends_its_old_subscription_again_leaves_it_to_the_old_pair(town: Store, backup: Path) -> None:
    rotated(town, MANY, backup, keep=True)
    row = town.subscriptions_of(town.user_ids_after(None, 1)[0])[0]
    assert row.user_id is not None
    send = partial(town.add_subscription, row.user_id, endpoint=row.endpoint, p256dh=row.p256dh)
    again = send(auth=row.auth)
    assert (again.id, again.vapid_key_id) == (row.id, 1), "no browser changes the key of a subscription that it has"
    other = send(auth=AUTH[::-1])
    assert (other.id, other.vapid_key_id) == (row.id, 2)
    assert bound(town.path) == {1: MANY - 1, 2: 1}


def test_rows_of_a_pair_that_is_gone_stay_with_the_one_that_signs_for_them(town: Store, backup: Path) -> None:
    town.keys.add(VapidKeys.generate())
    town.keys.remove(2)
    with closing(sqlite3.connect(town.path)) as raw, raw:
        raw.execute("UPDATE subscriptions SET vapid_key_id = 2 WHERE id <= 10")
    assert rotated(town, MANY, backup, keep=True) == Rotated(bound=MANY)
    assert bound(town.path) == {1: MANY}, "the new pair would sign for the others"


@pytest.mark.parametrize("keep", [False, True])
def test_rows_of_other_pairs_stay_with_them_also_where_theirs_becomes_the_active_one(
    town: Store, backup: Path, keep: bool
) -> None:
    rotated(town, MANY, backup.with_name("first.db"), keep=True)
    user = town.user_ids_after(None, 1)[0]
    fresh = town.add_subscription(user, endpoint="https://push.example.net/new", p256dh=P256DH, auth=AUTH)
    assert fresh.vapid_key_id == 2
    # Back to the first pair, which 400 rows are bound to: one is the second's.
    with pytest.raises(StoreError, match="There are 1 subscriptions by now, not 401"):
        rotated(town, MANY + 1, backup, key_id=1, keep=keep)
    assert rotated(town, 1, backup, key_id=1, keep=keep) == (Rotated(bound=1) if keep else Rotated(deleted=1))
    assert bound(town.path) == ({1: MANY, 2: 1} if keep else {1: MANY})
    assert [(pair.id, pair.state) for pair in town.keys.all()] == [
        (1, KeyState.ACTIVE),
        (2, KeyState.INACTIVE if keep else KeyState.RETIRED),
    ]
    assert town.keys.all()[0].retired_at is None


def test_a_key_in_the_keyring_follows_and_the_backup_does_without_it(
    town: Store, backup: Path, keyring_file: KeyringFile
) -> None:
    old = town.vapid_keys()
    town.keys.keep(1, IN_KEYRING)
    assert rotated(town, MANY, backup, keep_in=IN_KEYRING) == Rotated(deleted=MANY)
    new = town.vapid_keys()
    assert keyring_file.entries == {entry_of(new): new.private_key}, "the old one is gone"
    assert pairs(town.path)[1][1:4] == ("", 1, "keyring")
    assert active(backup) == old, "its key is in it"
    assert pairs(backup)[0][3:] == ("database", "")
    assert found_in(town.path.parent, new) == {keyring_file.path.name}
    assert found_in(town.path.parent, old) == {backup.name}
    again = reopened(town)
    assert again.vapid_keys() == new
    again.close()


def test_a_key_in_a_file_stays_there_and_a_locked_one_is_not_in_the_backup(
    town: Store, backup: Path, tmp_path: Path
) -> None:
    old = town.vapid_keys()
    town.keys.keep(1, file_in(tmp_path, "old.pem"))
    locked = reopened(town)
    with pytest.raises(KeysLocked):
        locked.vapid_keys()
    assert rotated(locked, MANY, backup, keep_in=file_in(tmp_path, "new.pem")) == Rotated(deleted=MANY)
    new = locked.vapid_keys()
    assert [row[1:] for row in pairs(locked.path)] == [
        (None, 0, "file", str(tmp_path / "old.pem")),
        ("", 1, "file", str(tmp_path / "new.pem")),
    ]
    assert (tmp_path / "old.pem").exists()
    assert pairs(backup) == [(1, "", 1, "file", str(tmp_path / "old.pem"))]
    assert found_in(tmp_path, old) | found_in(tmp_path, new) == set()
    later = reopened(locked)
    later.keys.unlock(2, PASSPHRASE)
    assert later.vapid_keys() == new
    later.close()


def test_pruned_rows_come_back_as_long_as_their_pair_is_there(town: Store, backup: Path) -> None:
    town.pruned.most = 100
    ids = [1, MANY]
    gone = [row.subscription for row in town.subscriptions(ids)]
    assert [row.vapid_key_id for row in gone] == [None, 1]
    town.delete_subscriptions(gone)
    rotated(town, MANY - 2, backup, keep=True)
    assert town.pruned.restore(ids, lambda _: None).restored == tuple(ids)
    assert bound(town.path) == {1: MANY}, "what the active pair would be wrong for"
    town.delete_subscriptions([row.subscription for row in town.subscriptions(ids)])
    rotated(town, 0, backup.with_name("second.db"))
    assert len(town.pruned) == 2, "the first pair can still sign"
    rotated(town, 0, backup.with_name("third.db"), key_id=1)
    rotated(town, MANY - 2, backup.with_name("fourth.db"))
    assert len(town.pruned) == 0, "nobody needs secrets that are of no use"


def test_the_new_pair_is_where_it_was_wished(town: Store, backup: Path, keyring_file: KeyringFile) -> None:
    rotated(town, MANY, backup, keep_in=IN_KEYRING, keep=True)
    assert [(pair.home, pair.locked) for pair in town.keys.all()] == [(Home.KEYRING, False), (Home.DATABASE, False)]
    keyring_file.refuse("KeyringLocked")
    with pytest.raises(PushError, match="keyring"):
        rotated(town, 0, backup.with_name("second.db"), keep_in=IN_KEYRING)
    assert [file.name for file in backup.parent.iterdir()] == [backup.name]
