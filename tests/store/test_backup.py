"""A backup is a whole database that opens, or it is not there.

Runs on: any
"""

import os
import stat
from pathlib import Path

import pytest

from tests.store.conftest import Add
from webpush_admin.push.errors import StoreError
from webpush_admin.store import Store, backup
from webpush_admin.store.engine import Database


def test_a_backup_opens_as_the_database_that_it_was(store: Store, add: Add, tmp_path: Path) -> None:
    keys = store.vapid_keys()
    user = store.add_user("ada")
    rows = [add(user.id, f"https://push.example.net/{number}") for number in range(3)]
    target = tmp_path / "back up #1%20?.db"
    store.backup(target)
    if os.name != "nt":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    store.regenerate_vapid_keys()
    restored = Store.open(f"sqlite:///{target}", create=False)
    assert restored.vapid_keys() == keys
    assert restored.subscriptions_of(user.id) == rows
    assert restored.user(user.id) == user
    restored.close()
    assert {entry.name for entry in tmp_path.iterdir() if entry.name.startswith("back")} == {target.name}


def test_a_backup_of_a_read_only_store(store: Store, url: str, tmp_path: Path) -> None:
    store.add_user("ada")
    reading = Store.open(url, read_only=True)
    reading.backup(tmp_path / "backup.db")
    reading.close()
    assert (tmp_path / "backup.db").stat().st_size > 0


def test_an_existing_file_is_never_written_over(store: Store, tmp_path: Path, path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for target in (tmp_path / "precious", path, tmp_path, tmp_path / "link"):
        with pytest.raises(StoreError, match="exists already"):
            store.backup(target)
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be made"):
        store.backup(tmp_path / "missing" / "backup.db")


def test_a_copy_that_cannot_be_read_again_does_not_count(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "backup.db"

    def broken(self: Database, path: Path) -> None:
        whole(self, path)
        content = bytearray(path.read_bytes())
        content[-2000:] = b"\xff" * 2000
        path.write_bytes(content)

    whole = Database.copy_to
    for number in range(200):
        store.add_user(f"user {number}" * 20)
    monkeypatch.setattr(Database, "copy_to", broken)
    with pytest.raises(StoreError, match="could not be read again"):
        store.backup(target)
    assert not target.exists()


def test_an_empty_copy_does_not_count(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "copy_to", lambda _self, _path: None)
    with pytest.raises(StoreError, match="could not be read again"):
        store.backup(tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()


def test_a_file_is_checked_page_by_page(path: Path, store: Store) -> None:
    store.close()
    backup.check(path)
