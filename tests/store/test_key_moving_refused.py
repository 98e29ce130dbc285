"""A private key stays where it was, whatever the new place, or somebody else, does; nothing of it is left there.

Runs on: any
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from tests.keyring_file import BACKEND, FILE, FileKeyring, KeyringFile
from tests.store.conftest import Add
from tests.store.kept_keys import IN_KEYRING, PASSPHRASE, entry_of, file_in, notes, reopened
from tests.store.rotating import rotated
from webpush_admin.push.errors import InvalidKeys, StoreError, StoreReadOnly
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store
from webpush_admin.store.key_rows import IN_DATABASE, Home, KeepIn
from webpush_admin.store.keyring_entries import entry_name


def _refuse(*_: object) -> None:
    raise PermissionError


def test_a_place_that_refuses_leaves_the_key_where_it_was(
    store: Store, tmp_path: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = store.vapid_keys()
    taken = tmp_path / "taken.pem"
    taken.write_text("somebody's")
    refused: list[tuple[KeepIn, str]] = [
        (KeepIn(Home.FILE, taken, PASSPHRASE), '"taken.pem" exists already: choose another name.'),
        (KeepIn(Home.FILE, tmp_path / "missing" / "keys.pem", PASSPHRASE), "cannot be made: check its folder"),
        (KeepIn(Home.FILE, tmp_path / "keys.pem"), "needs a passphrase: choose one."),
        (KeepIn(Home.FILE, tmp_path / "a\0b", PASSPHRASE), "cannot be made"),
        (KeepIn(Home.FILE, None, PASSPHRASE), "Choose the file"),
        (KeepIn(Home.FILE, tmp_path / "half\udc80", PASSPHRASE), "half a character"),
    ]
    for where, sentence in refused:
        with pytest.raises(StoreError, match=sentence) as caught:
            store.keys.keep(1, where)
        assert str(caught.value).count(". ") == 0
    for fault, sentence in (
        ("PasswordSetError", "The system's keyring refuses (PasswordSetError): keep the private key in an encrypted"),
        ("KeyringLocked", "The system's keyring is locked: unlock it, and try again."),
        ("InitError", "The system's keyring is locked: unlock it, and try again."),
        ("NoKeyringError", "This system has no keyring that can be used: keep the private key in an encrypted file"),
        ("OSError", "The system's keyring refuses (OSError): keep the private key in an encrypted file instead."),
    ):
        keyring_file.refuse(fault)
        with pytest.raises(StoreError, match=re.escape(sentence)):
            store.keys.keep(1, IN_KEYRING)
    keyring_file.refuse("")
    assert store.keys.pair(1) == pair
    assert store.keys.all()[0].home is Home.DATABASE
    assert sorted(path.name for path in tmp_path.glob("*.pem")) == ["taken.pem"]
    assert taken.read_text() == "somebody's"
    assert notes(store) == []
    # One that takes nothing may have taken it: that is looked at again.
    monkeypatch.setattr(FileKeyring, "set_password", _refuse)
    with pytest.raises(StoreError, match="PermissionError"):
        store.keys.keep(1, IN_KEYRING)
    assert notes(store) == [f"keyring entry to delete: {entry_name(pair.public_key)}"]
    store.keys.moving.sweep()
    assert notes(store) == []


def test_a_keyring_that_gives_back_something_else_is_not_trusted(
    store: Store, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = store.vapid_keys()
    other = VapidKeys.generate()
    put = FileKeyring.set_password
    monkeypatch.setattr(
        FileKeyring, "set_password", lambda self, service, name, _: put(self, service, name, other.private_key)
    )
    with pytest.raises(StoreError, match="gives back another key"):
        store.keys.keep(1, IN_KEYRING)
    assert store.vapid_keys() == pair
    assert keyring_file.entries == {}
    assert notes(store) == []


def test_in_a_read_only_database_nothing_is_moved(
    store: Store, url: str, tmp_path: Path, keyring_file: KeyringFile
) -> None:
    store.vapid_keys()
    reading = Store.open(url, read_only=True)
    try:
        for where in (IN_KEYRING, file_in(tmp_path)):
            with pytest.raises(StoreReadOnly, match="read-only"):
                reading.keys.keep(1, where)
    finally:
        reading.close()
    assert keyring_file.entries == {}
    assert not (tmp_path / "keys.pem").exists()


def test_a_key_that_somebody_else_moves_meanwhile_is_moved_once(
    store: Store, other: Store, tmp_path: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = store.vapid_keys()
    write = store.database.write

    def late(*args: object, **named: object) -> object:
        monkeypatch.undo()
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", BACKEND)
        monkeypatch.setenv(FILE, str(keyring_file.path))
        other.keys.keep(1, file_in(tmp_path, "theirs.pem"))
        return write(*args, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(store.database, "write", late)
    with pytest.raises(StoreError, match="changed meanwhile: nothing was changed"):
        store.keys.keep(1, file_in(tmp_path, "ours.pem"))
    assert not (tmp_path / "ours.pem").exists()
    assert other.vapid_keys() == pair
    assert store.keys.unlock(1, PASSPHRASE).place == str(tmp_path / "theirs.pem")


def test_an_entry_that_another_database_made_is_not_taken_away_by_a_failure(
    store: Store, tmp_path: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = store.vapid_keys()
    second = Store.open(f"sqlite:///{tmp_path / 'second.db'}")
    try:
        second.keys.add(pair)
        second.keys.keep(1, IN_KEYRING)
        monkeypatch.setattr("webpush_admin.store.key_places.move", lambda *_: (_ for _ in ()).throw(StoreError("No.")))
        with pytest.raises(StoreError, match="No"):
            store.keys.keep(1, IN_KEYRING)
    finally:
        second.close()
    assert keyring_file.entries == {entry_of(pair): pair.private_key}


def test_a_private_key_that_is_none_is_not_moved(store: Store, path: Path, keyring_file: KeyringFile) -> None:
    store.vapid_keys()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE vapid_keys SET private_key = 'garbage'")
        raw.commit()
    with pytest.raises(InvalidKeys):
        store.keys.keep(1, IN_KEYRING)
    assert keyring_file.entries == {}


@pytest.mark.parametrize("unreadable", [False, True], ids=["readable", "unreadable"])
@pytest.mark.parametrize("home", [Home.KEYRING, Home.FILE])
def test_a_commit_that_the_disk_only_says_to_refuse_leaves_the_key_where_it_is_named(
    store: Store,
    tmp_path: Path,
    keyring_file: KeyringFile,
    monkeypatch: pytest.MonkeyPatch,
    home: Home,
    unreadable: bool,
) -> None:
    pair = store.vapid_keys()
    engine = store.database._pools.writer

    def commit_and_refuse(connection: Connection) -> None:
        if connection.exec_driver_sql("SELECT 1 FROM key_places WHERE place <> ''").first():
            event.remove(engine, "commit", commit_and_refuse)
            engine.dialect.do_commit(connection.connection)
            if unreadable:
                # Nor can it be found out what became of it.
                monkeypatch.setattr("webpush_admin.store.key_places.is_named", refuse)
            raise sqlite3.OperationalError("disk I/O error")

    def refuse(*_: object) -> bool:
        raise StoreError("The disk reports an error.")

    event.listen(engine, "commit", commit_and_refuse)
    with pytest.raises(StoreError):
        store.keys.keep(1, KeepIn(home, tmp_path / "kept.pem", PASSPHRASE))
    again = reopened(store)
    try:
        again.keys.moving.sweep()
        assert again.keys.all()[0].home is home
        again.keys.unlock(1, PASSPHRASE)
        assert again.vapid_keys() == pair
        assert notes(again) == []
    finally:
        again.close()


def test_what_a_destroyed_pair_says_of_its_place_keeps_no_entry_alive(
    store: Store, tmp_path: Path, keyring_file: KeyringFile
) -> None:
    """Rotated away while it was locked, it names an entry that is another row's since."""
    pair = store.vapid_keys()
    store.keys.keep(1, IN_KEYRING)
    store.keys.lock()
    rotated(store, 0, tmp_path / "before.db")
    assert keyring_file.entries == {entry_of(pair): pair.private_key}
    again = store.keys.add(pair)
    store.keys.keep(again.id, IN_KEYRING)
    store.keys.keep(again.id, IN_DATABASE)
    assert keyring_file.entries == {}
    assert notes(store) == ["last_rotation_backup"]


def test_a_pair_that_is_needed_is_not_removed(store: Store, add: Add) -> None:
    pair, user = store.vapid_keys(), store.add_user("ada").id
    with pytest.raises(StoreError, match="is the active one: rotate to another one first"):
        store.keys.remove(1)
    add(user)
    other = store.keys.add(VapidKeys.generate())
    store.database.write(lambda connection: connection.exec_driver_sql("UPDATE subscriptions SET vapid_key_id = 2"))
    with pytest.raises(StoreError, match="bound to this pair"):
        store.keys.remove(other.id)
    assert store.vapid_keys() == pair
    assert set(store.bound_pairs()) == {other.id}
