"""The pair of a backup is in force again with its subscriptions, and nothing of what was made since is lost.

Runs on: any
"""

import shutil
import sqlite3
from array import array
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from tests.keyring_file import KeyringFile
from tests.store.conftest import AUTH, P256DH
from tests.store.kept_keys import IN_KEYRING, PASSPHRASE, entry_of, file_in, notes, reopened
from tests.store.rotating import MANY, bound, fill_bound, pairs, rotated, rotated_back, unbind
from tests.store.undo_rows import everything
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import KeysLocked, PushError, StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.key_rows import KeyState
from webpush_admin.store.rotation import LAST_BACKUP
from webpush_admin.store.rotation_undo import RotatedBack, undo_rotation
from webpush_admin.store.undo import Undo

USERS = [UUID(int=number) for number in range(1, 21)]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "before.db"


@pytest.fixture
def town(store: Store, backup: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr("webpush_admin.store.rotation_undo.CHUNK", 30)
    monkeypatch.setattr("webpush_admin.store.bulk.MANY", 1)
    backup.parent.mkdir()
    return fill_bound(store, MANY // 4)


def states(store: Store) -> list[tuple[int, KeyState]]:
    return sorted(((pair.id, pair.state) for pair in store.keys.all()), key=lambda one: one[0])


def subscribed(store: Store, user: UUID, endpoint: str) -> int:
    """Return the number of a subscription that was just made."""
    return store.add_subscription(user, endpoint=endpoint, p256dh=P256DH, auth=AUTH).id or 0


def test_everything_is_as_it_was_and_the_pair_in_between_is_kept(town: Store, backup: Path) -> None:
    old, before = town.vapid_keys(), everything(town.path)
    rotated(town, MANY, backup)
    new, kept = town.vapid_keys(), backup.read_bytes()
    told: list[StoreChange] = []
    town.add_listener(told.append)
    assert rotated_back(town, backup) == RotatedBack(restored=MANY, there_again=0, bound=0)
    assert town.vapid_keys() == old
    assert everything(town.path) == before, "rows, users and indexes"
    assert pairs(town.path) == [(1, old.private_key, 1, "database", ""), (2, new.private_key, 0, "database", "")]
    assert states(town) == [(1, KeyState.ACTIVE), (2, KeyState.INACTIVE)]
    assert [change.kind for change in told] == [ChangeKind.KEYS]
    assert notes(town) == []
    assert backup.read_bytes() == kept
    assert [file.name for file in backup.parent.iterdir()] == [backup.name]
    with pytest.raises(StoreError, match="is in force already"):
        rotated_back(town, backup)


def test_what_was_made_since_stays_with_the_pair_that_it_was_made_with(town: Store, backup: Path) -> None:
    endpoints = [row.endpoint for row in town.subscriptions_of(USERS[1])[:2]]
    rotated(town, MANY, backup)
    town.delete_users([USERS[0]])
    late = town.add_user("late").id
    anew = [subscribed(town, USERS[1], endpoint) for endpoint in endpoints]
    made = [*anew, subscribed(town, late, "https://push.example.net/late")]
    unbind(town.path, made[0])
    assert min(made) > MANY, "no number is given twice"
    assert rotated_back(town, backup) == RotatedBack(restored=MANY - 2, there_again=2, bound=3)
    assert bound(town.path)[2] == 3
    assert {row.subscription.vapid_key_id for row in town.subscriptions(made)} == {2}
    assert set(town.bound_pairs()) == {2}
    assert len(town.subscriptions_of(USERS[1])) == 20
    assert len(town.subscriptions_of(USERS[0])) == 20, "their owner came back too"
    # And to the pair in between again: whose rows are whose is known.
    assert rotated(town, MANY - 2, backup.with_name("second.db"), key_id=2, keep=True).bound == MANY - 2
    assert bound(town.path) == {1: MANY - 2, 2: 3}


def test_rows_that_say_of_the_pair_of_the_backup_are_its_own(town: Store, backup: Path) -> None:
    rotated(town, MANY, backup)
    mine, late = (subscribed(town, USERS[0], f"https://push.example.net/{name}") for name in ("mine", "late"))
    with closing(sqlite3.connect(town.path)) as raw, raw:
        raw.execute("UPDATE subscriptions SET vapid_key_id = 1 WHERE id = ?", (mine,))
    assert rotated_back(town, backup) == RotatedBack(restored=MANY, there_again=0, bound=1)
    assert [town.subscriptions([one])[0].subscription.vapid_key_id for one in (mine, late)] == [1, 2]


def test_after_a_rotation_that_kept_all_only_the_pair_comes_back(town: Store, backup: Path) -> None:
    old = town.vapid_keys()
    rotated(town, MANY, backup, keep=True)
    pruned = town.subscriptions_of(USERS[0])[:3]
    town.delete_subscriptions(pruned)
    subscribed(town, USERS[0], pruned[0].endpoint)
    assert rotated_back(town, backup) == RotatedBack(restored=0, there_again=0, bound=1)
    assert town.vapid_keys() == old
    assert bound(town.path) == {1: MANY - 3, 2: 1}, "what was pruned since stays away"


def test_a_key_comes_back_to_where_the_present_one_is_kept(
    town: Store, backup: Path, keyring_file: KeyringFile
) -> None:
    old = town.vapid_keys()
    town.keys.keep(1, IN_KEYRING)
    rotated(town, MANY, backup, keep_in=IN_KEYRING)
    new = town.vapid_keys()
    assert rotated_back(town, backup).restored == MANY
    assert keyring_file.entries == {entry_of(pair): pair.private_key for pair in (old, new)}
    assert [row[1:4] for row in pairs(town.path)] == [("", 1, "keyring"), ("", 0, "keyring")]
    again = reopened(town)
    assert again.vapid_keys() == old
    assert notes(again) == []
    again.close()


def test_a_key_that_was_locked_then_comes_back_locked(town: Store, backup: Path, tmp_path: Path) -> None:
    old = town.vapid_keys()
    town.keys.keep(1, file_in(tmp_path))
    locked = reopened(town)
    rotated(locked, MANY, backup)
    assert rotated_back(locked, backup).restored == MANY
    with pytest.raises(KeysLocked, match="encrypted file"):
        locked.vapid_keys()
    locked.keys.unlock(1, PASSPHRASE)
    assert locked.vapid_keys() == old
    locked.close()


def test_a_backup_of_a_rotation_before_the_last_one_and_one_that_was_opened_since(town: Store, backup: Path) -> None:
    old, before = town.vapid_keys(), everything(town.path)["subscriptions"]
    rotated(town, MANY, backup)
    mine = subscribed(town, USERS[3], "https://push.example.net/second")
    second = backup.with_name("second.db")
    rotated(town, 1, second)
    opened = Store.open(f"sqlite:///{backup}")
    assert opened.vapid_keys() == old
    # Not closed: it has a write-ahead log beside it.
    assert rotated_back(town, backup).restored == MANY
    opened.close()
    assert everything(town.path)["subscriptions"] == before
    assert states(town) == [(1, KeyState.ACTIVE), (2, KeyState.RETIRED), (3, KeyState.INACTIVE)]
    assert town.setting(LAST_BACKUP) == str(second), "that one still has something to give back"
    assert rotated_back(town, second) == RotatedBack(restored=1, there_again=0, bound=MANY)
    assert bound(town.path) == {1: MANY, 2: 1}
    assert town.subscriptions([mine])[0].subscription.vapid_key_id == 2


def test_what_is_no_backup_of_this_database_is_refused_in_words(town: Store, backup: Path, tmp_path: Path) -> None:
    rotated(town, MANY, backup)
    before, folder = everything(town.path), backup.parent
    (folder / "text.db").write_text("not a database " * 100)
    (folder / "empty.db").touch()
    other = Store.open(f"sqlite:///{folder / 'other.db'}")
    other.vapid_keys()
    other.close()
    Store.open(f"sqlite:///{folder / 'keyless.db'}").close()
    for name, change in (
        ("mismatch.db", "UPDATE vapid_keys SET private_key = 'lhwtldWPEbRaMj0iXZ2GA8jaOq_0wfDoOMvcOEnM5fk'"),
        ("odd.db", "UPDATE key_places SET home = 'cellar'"),
    ):
        shutil.copy(backup, folder / name)
        with closing(sqlite3.connect(folder / name)) as raw:
            raw.execute("INSERT INTO key_places (key_id, home) VALUES (1, 'database')")
            raw.execute("UPDATE vapid_keys SET private_key = ''" if name == "odd.db" else change)
            raw.execute(change)
            raw.commit()
    content = bytearray(backup.read_bytes())
    content[-3000:] = b"\xff" * 3000
    (folder / "damaged.db").write_bytes(content)
    for name, told in {
        "nowhere.db": "does not exist",
        "text.db": "is not an SQLite database",
        "empty.db": "is empty",
        "other.db": "is no backup of this database",
        "keyless.db": "holds no active key pair",
        "mismatch.db": "does not belong to its public key",
        "odd.db": "'cellar', which is not known",
        "damaged.db": "damaged",
    }.items():
        with pytest.raises(StoreError, match=told) as caught:
            rotated_back(town, folder / name)
        assert str(caught.value).endswith("."), name
    with pytest.raises(StoreError, match="in force already"):
        rotated_back(town, town.path)
    assert everything(town.path) == before
    assert states(town) == [(1, KeyState.RETIRED), (2, KeyState.ACTIVE)]
    reading = Store.open(f"sqlite:///{town.path}", read_only=True)
    with pytest.raises(StoreError, match="read-only"):
        rotated_back(reading, backup)
    reading.close()


@pytest.mark.parametrize("where", [1, 5, 14, "middle"])
def test_what_is_stopped_changes_nothing(
    town: Store, backup: Path, keyring_file: KeyringFile, where: int | str
) -> None:
    town.keys.keep(1, IN_KEYRING)
    rotated(town, MANY, backup, keep_in=IN_KEYRING)
    before, keys_before, entries = everything(town.path), pairs(town.path), keyring_file.entries
    calls, cancel = [], Cancel()

    def told(done: int, total: int) -> None:
        calls.append((done, total))
        if len(calls) == where:
            raise PushError("enough")
        if where == "middle" and done > MANY // 2:
            # The next statement is the one that is ended.
            town.database._pools.raw_writer().set_progress_handler(lambda: cancel.raised, 1)
            cancel.cancel()

    with pytest.raises(PushError, match="Stopped" if where == "middle" else "enough"):
        undo_rotation(town, backup, told, cancel)
    assert all(0 <= done <= total == MANY for done, total in calls)
    assert everything(town.path) == before
    assert pairs(town.path) == keys_before
    assert keyring_file.entries == entries
    assert backup.exists()


def test_deletions_can_be_undone_as_long_as_the_pair_that_signed_is_kept(town: Store, backup: Path) -> None:
    changes: list[None] = []
    undo = Undo(town, lambda: changes.append(None))
    undo.delete(array("q", range(1, 6)), (), lambda done, total: None)
    rotated(town, MANY - 5, backup, keep=True)
    undo.forget_lost()
    assert [step.subscriptions for step in undo.steps] == [5]
    assert undo.undo(lambda done, total: None).subscriptions == 5
    assert bound(town.path) == {1: MANY}, "those that said of no pair are the old one's"
    undo.delete(array("q", (1, 2)), (), lambda done, total: None)
    rotated_back(town, backup)
    undo.undo(lambda done, total: None)
    assert bound(town.path) == {1: MANY}
    # Bound to a pair that is gone by the time that they come back, and signed for by the active one then.
    town.keys.add(VapidKeys.generate())
    with closing(sqlite3.connect(town.path)) as raw, raw:
        raw.execute("UPDATE subscriptions SET vapid_key_id = 3 WHERE id = 1")
    undo.delete(array("q", (1, 2)), (), lambda done, total: None)
    town.keys.remove(3)
    rotated(town, MANY - 2, backup.with_name("kept.db"), key_id=2, keep=True)
    undo.undo(lambda done, total: None)
    assert bound(town.path) == {1: MANY}
    rotated(town, 0, backup.with_name("back.db"), key_id=1, keep=True)
    undo.delete(array("q", range(10, 13)), (), lambda done, total: None)
    rotated(town, MANY - 3, backup.with_name("second.db"))
    changes.clear()
    undo.forget_lost()
    assert not len(undo.steps)
    assert changes
