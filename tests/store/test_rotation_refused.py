"""A rotation that is refused, stopped or overtaken has changed nothing, and leaves no file and no entry.

Runs on: any
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.keyring_file import FileKeyring, KeyringFile
from tests.store.conftest import AUTH, P256DH
from tests.store.kept_keys import IN_KEYRING, entry_of, file_in, notes
from tests.store.rotating import MANY, active, fill_bound, pairs, rotated, rotated_back
from tests.store.undo_rows import everything
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.push.secret import NO_SECRET
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.key_rows import Home
from webpush_admin.store.key_vault import StoredPair
from webpush_admin.store.rotation import Rotated, Rotation, rotate


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "before #1.db"


@pytest.fixture
def town(store: Store, backup: Path) -> Store:
    backup.parent.mkdir()
    return fill_bound(store, MANY // 2)


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
    told: list[StoreChange] = []
    town.add_listener(told.append)
    for fault, is_there in ((refuse, False), (commit_and_refuse, True)):
        event.listen(engine, "commit", fault)
        with pytest.raises(StoreError):
            rotated(town, MANY, backup)
        event.remove(engine, "commit", fault)
        assert backup.exists() == is_there
        assert (town.vapid_keys() == old) != is_there
        assert [change.kind for change in told] == ([ChangeKind.KEYS] if is_there else []), "who signs has to know"


def overtaken(monkeypatch: pytest.MonkeyPatch, somebody: Callable[[], object]) -> None:
    """Have somebody else commit while a key is being written to the keyring, after all was looked at."""
    write = FileKeyring.set_password

    def written(backend: FileKeyring, service: str, username: str, password: str) -> None:
        write(backend, service, username, password)
        somebody()

    # Who has the turn is about to name an entry.
    monkeypatch.setattr("webpush_admin.store.key_moving.TURN_S", 0.01)
    monkeypatch.setattr(FileKeyring, "set_password", written)


@pytest.mark.parametrize("how", ["rotated", "subscribed"])
def test_who_is_overtaken_changes_nothing(
    town: Store, other: Store, backup: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def somebody() -> None:
        if how == "rotated":
            # As many subscriptions as before: that alone tells nothing.
            rotated(other, MANY, backup.with_name("theirs.db"), keep=True)
            restore = "UPDATE subscriptions SET vapid_key_id = 2"
            other.database.write(lambda connection: connection.exec_driver_sql(restore))
        else:
            user = other.user_ids_after(None, 1)[0]
            other.add_subscription(user, endpoint="https://push.example.net/new", p256dh=P256DH, auth=AUTH)

    overtaken(monkeypatch, somebody)
    with pytest.raises(StoreError, match="changed meanwhile" if how == "rotated" else "There are 401 subscriptions"):
        rotated(town, MANY, backup, keep_in=IN_KEYRING)
    assert not backup.exists()
    assert keyring_file.entries == {}
    assert len(pairs(town.path)) == (2 if how == "rotated" else 1)
    assert town.counts() == (20, MANY + (how == "subscribed"))
    town.vapid_keys().check()


def test_an_undo_that_is_overtaken_changes_nothing(
    town: Store, other: Store, backup: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotated(town, MANY, backup, keep_in=IN_KEYRING)
    old = active(backup)
    before: list[object] = []

    def somebody() -> None:
        other.keys.add(old)
        before.append(everything(town.path))

    overtaken(monkeypatch, somebody)
    with pytest.raises(StoreError, match="changed meanwhile"):
        rotated_back(town, backup)
    assert before == [everything(town.path)]
    assert entry_of(old) not in keyring_file.entries


def test_a_private_key_that_cannot_be_had_is_not_thrown_away(
    town: Store, backup: Path, keyring_file: KeyringFile
) -> None:
    old = town.vapid_keys()
    town.keys.keep(1, IN_KEYRING)
    keyring_file.refuse("KeyringLocked")
    town.keys.lock()
    rotated(town, MANY, backup)
    keyring_file.refuse("")
    town.keys.moving.sweep()
    assert pairs(backup) == [(1, "", 1, "keyring", pairs(town.path)[0][4])], "it has none"
    assert keyring_file.entries[entry_of(old)] == old.private_key
    assert rotated_back(town, backup).restored == MANY
    town.keys.unlock(1, NO_SECRET)
    assert town.vapid_keys() == old


def test_a_private_key_that_was_destroyed_is_not_at_hand_any_more(
    town: Store, backup: Path, keyring_file: KeyringFile
) -> None:
    town.keys.keep(1, IN_KEYRING)
    old = StoredPair(1, VapidKeys(town.vapid_keys().public_key, ""), Home.KEYRING, "gone")
    assert not town.keys.vault.is_locked(old)
    rotated(town, MANY, backup)
    assert town.keys.vault.is_locked(old)
    assert [entry for entry in keyring_file.entries if "fault" not in entry] == []
