"""A file that is damaged, or not in its place any more, is not written to, and says so.

Runs on: any
"""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.test_read_only import fill
from webpush_admin.push.errors import StoreError, StoreReadOnly
from webpush_admin.store import Store
from webpush_admin.store.opening import SMALLEST_PAGE_BYTES

COUNT = "SELECT count(*) FROM users"


def damage(path: Path) -> None:
    """Overwrite a page in the middle of a database that has some hundred."""
    store = Store.open(f"sqlite:///{path}")
    for number in range(500):
        store.add_user(f"user {number} " + "x" * 2000)
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
    assert size >= SMALLEST_PAGE_BYTES
    with path.open("r+b") as file:
        file.seek(pages // 2 * size)
        file.write(os.urandom(size))


def users(store: Store) -> int:
    counted: int = store.database.read(lambda reader: reader.exec_driver_sql(COUNT).scalar_one())
    return counted


def test_a_whole_file_can_be_written_to_once_it_is_checked(url: str, path: Path) -> None:
    fill(path)
    store = Store.open(url, unchecked=True)
    standing = store.database.standing
    assert "being checked" in standing.reason
    assert standing.checking
    assert not standing.read_only
    assert not standing.problem
    writing = threading.Thread(target=lambda: store.add_user("Grace"))
    writing.start()
    assert users(store) == 1, "reading waits for nothing"
    store.database.check()
    writing.join(10)
    assert store.database.standing.reason == ""
    assert store.database.standing.checking is bool(store.database.standing.reason)
    assert users(store) == 2
    store.close()


def test_a_damaged_file_becomes_read_only(url: str, path: Path) -> None:
    damage(path)
    before = path.read_bytes()
    store = Store.open(url, unchecked=True)
    refused: list[str] = []

    def write() -> None:
        try:
            store.add_user("Grace")
        except StoreReadOnly as error:
            refused.append(str(error))

    writing = threading.Thread(target=write)
    writing.start()
    store.database.check()
    writing.join(10)
    standing = store.database.standing
    assert standing.reason == standing.problem
    assert not standing.checking
    assert standing.problem.startswith('"push.db" is damaged: ')
    assert refused == [standing.problem]
    assert not standing.unlockable
    store.close()
    assert path.read_bytes() == before


def test_a_check_ends_with_the_database_and_so_does_who_waits_for_it(url: str, path: Path) -> None:
    fill(path)
    store = Store.open(url, unchecked=True)
    told: list[str] = []

    def write() -> None:
        try:
            store.add_user("Grace")
        except StoreError as error:
            told.append(str(error))

    writing = threading.Thread(target=write)
    writing.start()
    store.close()
    writing.join(10)
    assert told == ["The database is closed."]
    with pytest.raises(StoreError, match="closed"):
        store.database.check()


def test_a_new_file_needs_no_check(url: str) -> None:
    store = Store.open(url, unchecked=True)
    store.add_user("Ada")
    store.close()


def test_a_file_that_was_deleted_is_told_and_not_written_to(tmp_path: Path, url: str, path: Path) -> None:
    fill(path)
    store = Store.open(url)
    assert store.database.standing.look() == ""
    for entry in tuple(tmp_path.iterdir()):
        entry.unlink()
    assert "was deleted or moved" in store.database.standing.look()
    with pytest.raises(StoreError, match="was deleted or moved"):
        store.add_user("Grace")
    assert users(store) == 1, "what has been read from can still be looked at"
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_comes_back_can_be_written_to_again(tmp_path: Path, url: str, path: Path) -> None:
    fill(path)
    store = Store.open(url)
    path.rename(tmp_path / "elsewhere.db")
    with pytest.raises(StoreError, match="was deleted or moved"):
        store.add_user("Grace")
    (tmp_path / "elsewhere.db").rename(path)
    store.add_user("Grace")
    assert store.database.standing.problem == ""
    store.close()


def test_a_file_that_was_replaced_is_told_and_the_new_one_is_as_it_was(tmp_path: Path, url: str, path: Path) -> None:
    fill(path)
    store = Store.open(url)
    other = tmp_path / "other.db"
    fill(other)
    writer = Store.open(f"sqlite:///{other}")
    writer.add_user("Grace")
    for name in ("push.db", "push.db-wal", "push.db-shm"):
        (tmp_path / name.replace("push", "other")).replace(tmp_path / name)
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    assert "was replaced by another file" in store.database.standing.look()
    with pytest.raises(StoreError, match="was replaced"):
        store.add_user("Edsger")
    # A connection that is made only now would be one to the other file.
    with pytest.raises(StoreError, match="was replaced"):
        store.database.read(lambda _: users(store))
    store.close()
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before
    writer.close()
