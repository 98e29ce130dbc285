"""Private keys move between the database, the keyring and encrypted files: whole, verified, and out of the old place.

Runs on: any
"""

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.keyring_file import KeyringFile
from tests.store.kept_keys import IN_KEYRING, PASSPHRASE, entry_of, file_in, found_in, notes, reopened
from tests.store.rotating import rotated
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import KeysLocked, PassphraseNeeded, StoreError
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store, key_moving, key_places, keys
from webpush_admin.store.key_rows import IN_DATABASE, Home
from webpush_admin.store.keyring_entries import KeyringEntries, entry_name
from webpush_admin.store.side import turn


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
    third = VapidKeys.generate()
    store.keys.remove(store.keys.add(third).id)
    assert found_in(tmp_path, third) == set(), "nor is a byte of it left in the database"


def test_a_copy_of_a_database_deletes_no_entry_that_was_noted_in_the_first(
    store: Store, tmp_path: Path, keyring_file: KeyringFile
) -> None:
    """A rotation writes its backup while the entry of the new pair is noted and not yet named."""
    pair = store.vapid_keys()
    with store.keys.moving.put(pair, IN_KEYRING) as kept:
        store.backup(tmp_path / "backup.db")
        store.database.write(lambda connection: kept.take_over(connection, 1))
    copy = Store.open(f"sqlite:///{tmp_path / 'backup.db'}")
    try:
        assert len(notes(copy)) == 1
        copy.keys.moving.sweep()
    finally:
        copy.close()
    assert keyring_file.entries == {entry_of(pair): pair.private_key}


@pytest.mark.parametrize("leaves", ["keep", "rotate", "replace", "import"])
def test_a_copy_of_a_database_deletes_no_entry_that_the_first_has_made(
    store: Store, tmp_path: Path, keyring_file: KeyringFile, leaves: str
) -> None:
    """Who tries something out in a copy must not take the private key from the original."""
    pair = store.vapid_keys()
    store.keys.keep(1, IN_KEYRING)
    store.backup(tmp_path / "copy.db")
    copy = Store.open(f"sqlite:///{tmp_path / 'copy.db'}")
    try:
        if leaves == "import":
            copy.keys.add(pair)
        elif leaves == "rotate":
            rotated(copy, 0, tmp_path / "before.db", keep_in=IN_KEYRING)
        elif leaves == "replace":
            copy.regenerate_vapid_keys()
        else:
            # Also where it came back to the entry meanwhile.
            for where in (IN_KEYRING, IN_DATABASE, IN_KEYRING, IN_DATABASE):
                copy.keys.keep(1, where)
        copy.keys.moving.sweep()
        assert notes(copy) in ([], ["last_rotation_backup"])
    finally:
        copy.close()
    assert keyring_file.entries[entry_of(pair)] == pair.private_key
    again = reopened(store)
    assert again.vapid_keys() == pair
    again.keys.keep(1, IN_DATABASE)
    assert entry_of(pair) not in keyring_file.entries, "the original may"
    again.close()


def test_one_process_at_a_time_changes_the_keyring(
    store: Store, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.vapid_keys()
    monkeypatch.setattr(key_moving, "TURN_S", 0.01)
    with turn("keyring", 0), pytest.raises(StoreError, match="Another webpush-admin is busy with the keyring"):
        store.keys.keep(1, IN_KEYRING)
    assert keyring_file.entries == {}
    store.keys.keep(1, IN_KEYRING)
    with turn("keyring", 0):
        assert store.keys.keep(1, IN_DATABASE).home is Home.DATABASE
        assert len(notes(store)) == 1, "the entry is deleted at the next opening"
    store.keys.moving.sweep()
    assert (keyring_file.entries, notes(store)) == ({}, [])


@pytest.mark.parametrize("leaves", ["keep", "rotate"])
def test_no_entry_is_deleted_before_the_disk_has_what_names_it_no_more(
    store: Store, tmp_path: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch, leaves: str
) -> None:
    """A machine that loses its power takes back the newest commits, but not what a keyring has forgotten."""
    store.vapid_keys()
    store.keys.keep(1, IN_KEYRING)
    raw = store.database._pools.raw_writer()
    (usual,) = raw.execute("PRAGMA synchronous").fetchone()
    done: list[str] = []
    delete = KeyringEntries.delete

    def deleted(entries: KeyringEntries, entry: str) -> None:
        done.append("deleted")
        delete(entries, entry)

    monkeypatch.setattr(KeyringEntries, "delete", deleted)
    raw.set_trace_callback(done.append)
    if leaves == "keep":
        store.keys.keep(1, IN_DATABASE)
    else:
        rotated(store, 0, tmp_path / "before.db")
    raw.set_trace_callback(None)
    written = done.index("PRAGMA synchronous=FULL")
    commit = done.index("COMMIT", written)
    assert any(step.startswith("DELETE FROM settings") for step in done[written:commit]), "else nothing is written"
    assert commit < done.index("deleted")
    assert raw.execute("PRAGMA synchronous").fetchone() == (usual,) == (1,)
    assert (keyring_file.entries, [name for name in notes(store) if "keyring" in name]) == ({}, [])


def test_a_sweep_that_the_end_overtakes_opens_nothing_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.vapid_keys()
    store.database.write(key_places.note_scrub)
    noted = key_places.noted

    def and_closed(connection: Connection) -> tuple[str, list[str]]:
        found = noted(connection)
        # By the time that the file is to be scrubbed, somebody has closed it.
        ending.start()
        return found

    ending = threading.Thread(target=store.close)
    scrub = store.database.scrub

    def scrubbed() -> bool:
        ending.join(10)
        return scrub()

    monkeypatch.setattr(key_places, "noted", and_closed)
    monkeypatch.setattr(store.database, "scrub", scrubbed)
    store.keys.moving.sweep()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["push.db"]
    again = Store.open(f"sqlite:///{store.path}")
    assert again.database.read(noted)[0], "it stays noted"
    again.close()
