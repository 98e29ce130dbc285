"""Private keys move between the database, the keyring and encrypted files: whole, verified, and out of the old place.

Runs on: any
"""

import base64
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.keyring_file import BACKEND, FILE, FileKeyring, KeyringFile
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import InvalidKeys, KeysLocked, PassphraseNeeded, StoreError, StoreReadOnly
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys, from_base64url
from webpush_admin.store import Store, keys
from webpush_admin.store.key_rows import IN_DATABASE, Home, KeepIn
from webpush_admin.store.keyring_entries import SERVICE, entry_name

IN_KEYRING = KeepIn(Home.KEYRING)
PASSPHRASE = Secret("correct horse")


def spellings(pair: VapidKeys) -> list[bytes]:
    """Return the private key as bytes, and in every spelling that it may be met in."""
    scalar = from_base64url(pair.private_key)
    return [
        scalar,
        pair.private_key.encode(),
        base64.b64encode(scalar).rstrip(b"="),
        scalar.hex().encode(),
        scalar.hex().upper().encode(),
    ]


def found_in(folder: Path, pair: VapidKeys) -> set[str]:
    """Return the files of a folder, at any depth, that hold a private key."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if any(spelling in path.read_bytes() for spelling in spellings(pair))}


def entry_of(pair: VapidKeys) -> str:
    return f"{SERVICE}/{entry_name(pair.public_key)}"


def notes(store: Store) -> list[str]:
    with closing(sqlite3.connect(store.path)) as raw:
        return [name for (name,) in raw.execute("SELECT name FROM settings ORDER BY name")]


def file_in(folder: Path, name: str = "keys.pem") -> KeepIn:
    return KeepIn(Home.FILE, folder / name, PASSPHRASE)


def reopened(store: Store) -> Store:
    """Return the file opened as the next process would."""
    store.close()
    return Store.open(f"sqlite:///{store.path}")


def test_every_move_takes_the_key_along_and_leaves_it_in_one_place(
    store: Store, tmp_path: Path, keyring_file: KeyringFile
) -> None:
    pair = store.vapid_keys()
    told: list[StoreChange] = []
    store.add_listener(told.append)
    # All nine: from each place to each other one, and to itself.
    moves = [
        IN_DATABASE,
        IN_KEYRING,
        IN_KEYRING,
        file_in(tmp_path, "1.pem"),
        file_in(tmp_path, "2.pem"),
        IN_KEYRING,
        IN_DATABASE,
        file_in(tmp_path, "3.pem"),
        IN_DATABASE,
    ]
    for number, where in enumerate(moves, 1):
        moved = store.keys.keep(1, where)
        place = {Home.FILE: str(where.path), Home.KEYRING: entry_name(pair.public_key)}.get(where.home, "")
        assert (moved.home, moved.place, moved.locked) == (where.home, place, False)
        assert store.vapid_keys() == pair
        assert keyring_file.entries == ({entry_of(pair): pair.private_key} if where.home is Home.KEYRING else {})
        in_files = {Home.DATABASE: {"push.db"}, Home.KEYRING: {"keyring.json"}, Home.FILE: set()}[where.home]
        # Also the database's log, its index, the side folders in the cache: everything is below the test's folder.
        assert {name.removesuffix("-wal") for name in found_in(tmp_path, pair)} == in_files
        assert notes(store) == [], "nothing is left to be done"
        assert [change.kind for change in told] == [ChangeKind.PAIRS] * number
        if where.path is not None:
            assert stat.S_IMODE(where.path.stat().st_mode) == 0o600
            assert where.path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert {path.name for path in tmp_path.glob("*.pem")} == {"1.pem", "2.pem", "3.pem"}, "files stay"


def test_the_next_process_finds_it_where_it_is(store: Store, tmp_path: Path, keyring_file: KeyringFile) -> None:
    pair = store.vapid_keys()
    store.keys.keep(1, IN_KEYRING)
    after = reopened(store)
    try:
        assert after.keys.all()[0].locked
        assert after.vapid_keys() == pair, "the keyring is asked when the key is needed"
        assert not after.keys.all()[0].locked
        after.keys.keep(1, file_in(tmp_path))
    finally:
        after = reopened(after)
    try:
        with pytest.raises(KeysLocked) as locked:
            after.vapid_keys()
        assert str(locked.value) == (
            'The private key is in the encrypted file "keys.pem": unlock it in Keys, or give --passphrase-file.'
        )
        for _ in range(3):
            with pytest.raises(PassphraseNeeded):
                after.keys.unlock(1, Secret("wrong"))
        assert after.keys.all()[0].locked
        with pytest.raises(KeysLocked):
            after.keys.keep(1, IN_DATABASE)
        assert not after.keys.unlock(1, PASSPHRASE).locked
        assert after.vapid_keys() == pair
        after.keys.lock()
        with pytest.raises(KeysLocked):
            after.vapid_keys()
    finally:
        after.close()


def test_bytes_that_sqlite_left_in_its_pages_go_too(store: Store, tmp_path: Path, keyring_file: KeyringFile) -> None:
    """Rows grow and pages are split: SQLite leaves copies in the free room, which secure_delete does not reach."""
    made = [VapidKeys.generate() for _ in range(60)]

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")
        for pair in made:
            keys.insert_pair(connection, pair, active=False)
        connection.exec_driver_sql("UPDATE vapid_keys SET retired_at = 1700000000000 WHERE id % 2")

    store.database.write(fill)
    store.keys.remove(7)
    for number in range(1, 61):
        if number != 7:
            store.keys.keep(number, IN_KEYRING)
    for pair in made:
        assert found_in(tmp_path, pair) <= {"keyring.json"}
    # Opened again: closing moves the log.
    after = reopened(store)
    try:
        assert after.keys.pair(60) == made[59]
        assert all(found_in(tmp_path, pair) <= {"keyring.json"} for pair in made)
    finally:
        after.close()


def test_where_a_reader_was_in_the_way_the_log_is_scrubbed_at_the_next_opening(
    url: str, path: Path, tmp_path: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webpush_admin.store.connections.BUSY_TIMEOUT_MS", 10)
    store = Store.open(url)
    try:
        pair = store.vapid_keys()
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM vapid_keys").fetchone()
            store.keys.keep(1, IN_KEYRING)
            assert "push.db-wal" in found_in(tmp_path, pair)
            assert notes(store) == ["private keys to scrub"]
            reader.execute("COMMIT")
        store.keys.moving.sweep()
        assert found_in(tmp_path, pair) == {"keyring.json"}
        assert notes(store) == []
    finally:
        store.close()


def test_a_place_that_refuses_leaves_the_key_where_it_was(
    store: Store, tmp_path: Path, keyring_file: KeyringFile
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
        ("PasswordSetError", "it does not work .PasswordSetError."),
        ("KeyringLocked", "it is locked, and was not unlocked"),
        ("InitError", "it is locked, and was not unlocked"),
        ("NoKeyringError", "there is none that can be used on this system"),
        ("OSError", "it does not work .OSError."),
    ):
        keyring_file.refuse(fault)
        with pytest.raises(StoreError, match=sentence):
            store.keys.keep(1, IN_KEYRING)
    keyring_file.refuse("")
    assert store.keys.pair(1) == pair
    assert store.keys.all()[0].home is Home.DATABASE
    assert sorted(path.name for path in tmp_path.glob("*.pem")) == ["taken.pem"]
    assert taken.read_text() == "somebody's"
    # What could not even be looked at stays noted, and is looked at again.
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
    with pytest.raises(InvalidKeys, match="does not hold the private key of this pair"):
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


def test_a_pair_that_is_removed_leaves_the_keyring(store: Store, tmp_path: Path, keyring_file: KeyringFile) -> None:
    store.vapid_keys()
    made = VapidKeys.generate()
    store.keys.add(made)
    store.keys.keep(2, IN_KEYRING)
    store.keys.remove(2)
    assert keyring_file.entries == {}
    assert found_in(tmp_path, made) == set()
    assert notes(store) == []
    with pytest.raises(StoreError, match="private key is gone"):
        store.keys.keep(2, IN_KEYRING)


def test_a_private_key_that_is_none_is_not_moved(store: Store, path: Path, keyring_file: KeyringFile) -> None:
    store.vapid_keys()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE vapid_keys SET private_key = 'garbage'")
        raw.commit()
    with pytest.raises(InvalidKeys):
        store.keys.keep(1, IN_KEYRING)
    assert keyring_file.entries == {}
