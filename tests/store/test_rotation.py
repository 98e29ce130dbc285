"""Another pair is put in force whole, with a complete backup, or nothing has changed and nothing is left.

Runs on: any
"""

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.keyring_file import KeyringFile
from tests.store.conftest import AUTH, P256DH
from tests.store.kept_keys import IN_KEYRING, PASSPHRASE, entry_of, file_in, found_in, notes, reopened
from tests.store.rotating import active, bound, pairs, rotated, unbind
from tests.store.undo_rows import everything, fill
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import KeysLocked, PushError, StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.key_rows import Home, KeyState
from webpush_admin.store.rotation import LAST_BACKUP, Rotated, Rotation, rotate

MANY = 400


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "before #1.db"


@pytest.fixture
def town(store: Store, backup: Path) -> Store:
    """A database with 400 subscriptions of 20 users, half of which say what pair they were made with."""
    backup.parent.mkdir()
    store.vapid_keys()
    fill(store, users=20, each=20)
    store.database.write(lambda connection: connection.exec_driver_sql("UPDATE subscriptions SET vapid_key_id = 1"))
    unbind(store.path, MANY // 2)
    return store


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


@pytest.mark.parametrize(
    ("expected", "how", "told"),
    [
        (MANY - 1, {}, "There are 400 subscriptions by now, not 399"),
        (MANY, {"key_id": 7}, "no such key pair"),
        (MANY, {"key_id": 1}, "is the active one already"),
        (MANY, {"backup": "taken.db"}, "exists already"),
        (MANY, {"backup": "nowhere/before.db"}, "cannot be made"),
        (MANY, {"keep_in": "taken.pem"}, "exists already"),
    ],
)
def test_a_refusal_changes_nothing_and_leaves_nothing(
    town: Store, backup: Path, keyring_file: KeyringFile, expected: int, how: dict[str, object], told: str
) -> None:
    folder = backup.parent
    for name in ("taken.db", "taken.pem"):
        (folder / name).write_text("somebody's")
    target = folder / str(how.pop("backup", backup.name))
    where = IN_KEYRING if "keep_in" not in how else file_in(folder, str(how["keep_in"]))
    before, keys_before = everything(town.path), pairs(town.path)
    with pytest.raises(StoreError, match=told):
        rotated(town, expected, target, **{**how, "keep_in": where})
    assert everything(town.path) == before
    assert pairs(town.path) == keys_before
    assert {file.name for file in folder.iterdir()} == {"taken.db", "taken.pem"}
    assert (folder / "taken.db").read_text() == (folder / "taken.pem").read_text() == "somebody's"
    assert keyring_file.entries == {}
    assert notes(town) == []


def test_without_an_active_pair_there_is_nothing_to_keep_subscriptions_with(town: Store, backup: Path) -> None:
    town.database.write(lambda connection: connection.exec_driver_sql("UPDATE subscriptions SET vapid_key_id = NULL"))
    town.database.write(lambda connection: connection.exec_driver_sql("DELETE FROM vapid_keys"))
    with pytest.raises(StoreError, match="No pair is active"):
        rotated(town, MANY, backup, keep=True)
    assert rotated(town, MANY, backup) == Rotated(deleted=MANY)
    assert pairs(backup) == []


def test_a_broken_pair_can_be_rotated_away(town: Store, backup: Path) -> None:
    other = VapidKeys.generate().private_key
    town.database.write(
        lambda connection: connection.exec_driver_sql("UPDATE vapid_keys SET private_key = ?", (other,))
    )
    rotated(town, MANY, backup)
    town.vapid_keys().check()
    assert active(backup).private_key == other


@pytest.mark.parametrize("where", [1, 2, "copying"])
def test_what_is_stopped_leaves_nothing(
    town: Store, backup: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch, where: int | str
) -> None:
    before, cancel, calls = everything(town.path), Cancel(), []

    def told(done: int, total: int) -> None:
        calls.append((done, total))
        if len(calls) == where:
            raise PushError("Stopped: nothing was changed.")

    if where == "copying":
        monkeypatch.setattr("webpush_admin.store.connections._STEPS_BETWEEN_CHECKS", 20)
        copy_to = town.database.copy_to

        def stopped(path: Path, *, cancel: Cancel, told: Callable[[], None]) -> None:
            def told_and_stopped() -> None:
                told()
                cancel.cancel()

            copy_to(path, cancel=cancel, told=told_and_stopped)

        monkeypatch.setattr(town.database, "copy_to", stopped)
    with pytest.raises(PushError, match="Stopped: nothing was changed"):
        rotate(town, Rotation(MANY, backup, keep_in=IN_KEYRING), told, cancel)
    assert all(0 <= done <= total == MANY for done, total in calls)
    assert everything(town.path) == before
    assert [*backup.parent.iterdir()] == []
    assert keyring_file.entries == {}
    assert notes(town) == []


def test_nobody_can_write_between_the_backup_and_the_change(
    town: Store, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_to, tried = town.database.copy_to, []

    def overtaken(path: Path, **how: object) -> None:
        copy_to(path, **how)  # type: ignore[arg-type]  # as they were given
        for statement in ("UPDATE subscriptions SET last_status = 404", "DELETE FROM subscriptions WHERE id = 1"):
            raw = sqlite3.connect(town.path, timeout=0)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                raw.execute(statement)
            raw.close()
            tried.append(statement)

    monkeypatch.setattr(town.database, "copy_to", overtaken)
    before = everything(town.path)
    rotated(town, MANY, backup)
    assert len(tried) == 2
    assert everything(backup) == before


def test_a_backup_that_lacks_something_does_not_count(
    town: Store, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_to, before = town.database.copy_to, everything(town.path)
    for damage in (
        "DELETE FROM subscriptions WHERE id = 7",
        "DELETE FROM users; DELETE FROM subscriptions",
        "UPDATE vapid_keys SET private_key = 'x'",
    ):

        def damaged(path: Path, damage: str = damage, **how: object) -> None:
            copy_to(path, **how)  # type: ignore[arg-type]  # as they were given
            raw = sqlite3.connect(path)
            raw.executescript(damage)
            raw.close()

        monkeypatch.setattr(town.database, "copy_to", damaged)
        monkeypatch.setattr("webpush_admin.store.rotation.private_half", lambda *_: None)
        with pytest.raises(StoreError, match="could not be read again"):
            rotated(town, MANY, backup)
        assert [*backup.parent.iterdir()] == []
        assert everything(town.path) == before


def test_a_commit_that_the_disk_refuses_leaves_no_backup_and_one_that_it_only_says_so_of_leaves_it(
    town: Store, backup: Path
) -> None:
    def refuse(_connection: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    def commit_and_refuse(connection: object) -> None:
        engine.dialect.do_commit(connection.connection)  # type: ignore[attr-defined]  # of SQLAlchemy
        refuse(connection)

    engine, old = town.database._pools.writer, town.vapid_keys()
    for fault, is_there in ((refuse, False), (commit_and_refuse, True)):
        event.listen(engine, "commit", fault)
        with pytest.raises(StoreError):
            rotated(town, MANY, backup)
        event.remove(engine, "commit", fault)
        assert backup.exists() == is_there
        assert (town.vapid_keys() == old) != is_there


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
