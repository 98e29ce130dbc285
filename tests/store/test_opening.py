"""What a URL and a file are, and that a refused file is as it was.

Runs on: any
"""

import os
import re
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from webpush_admin.push.errors import StoreError
from webpush_admin.store import Store, connections, engine, opening
from webpush_admin.store.opening import path_of, url_of


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://ada:secret@db.example.org/push", "PostgreSQL is not supported yet"),
        ("postgresql+psycopg://ada:secret@db.example.org/push", "PostgreSQL is not supported yet"),
        ("postgres://ada:secret@db.example.org/push", "PostgreSQL is not supported yet"),
        ("mysql://ada:secret@db.example.org/push", "mysql:// are not known"),
        ("sqlite+aiosqlite:///push.db", "sqlite+aiosqlite:// are not known"),
        ("push.db", "named by a URL"),
        ("", "named by a URL"),
        ("sqlite://", "memory is not supported"),
        ("sqlite:///", "memory is not supported"),
        ("sqlite:///:memory:", "memory is not supported"),
        ("sqlite://push.db", "three slashes"),
        ("sqlite:///a\0b", "NUL character"),
        ("<b>evil</b>://x", "bevilb:// are not known"),
    ],
)
def test_urls_that_name_no_file_are_refused_in_words(url: str, told: str) -> None:
    with pytest.raises(StoreError, match=re.escape(told)) as caught:
        path_of(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["a b.db", "100%.db", "a%20b.db", "#1?.db", "x?mode=memory", "ü&=;.db", "file:x.db", "'\".db"]
)
def test_every_file_name_can_be_written_in_a_url(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert path_of(url_of(path)) == path
    store = Store.open(url_of(path))
    store.add_user("ada")
    store.close()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
    again = Store.open(url_of(path), create=False)
    assert again.counts() == (0, 0)
    again.close()


def test_a_relative_path_is_taken_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Store.open("sqlite:///push.db").close()
    assert (tmp_path / "push.db").stat().st_size > 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_a_new_file_and_what_lies_beside_it_belong_to_the_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = os.umask(0)
    try:
        store = Store.open(f"sqlite:///{tmp_path / 'push.db'}")
        store.add_user("ada")
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(old)
    assert modes == {"push.db": 0o600, "push.db-wal": 0o600, "push.db-shm": 0o600}


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_an_existing_empty_file_keeps_its_mode(path: Path, url: str) -> None:
    path.touch()
    path.chmod(0o640)
    Store.open(url).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    Store.open(url, create=False).close()


def test_a_database_without_tables_is_empty_too(path: Path, url: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
    Store.open(url).close()
    Store.open(url, create=False).close()


@pytest.mark.parametrize("options", [{"create": False}, {"read_only": True}, {"create": False, "read_only": True}])
def test_nothing_is_made_where_nothing_may_be(path: Path, url: str, options: dict[str, bool]) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        Store.open(url, **options)
    assert not path.exists()
    path.touch()
    with pytest.raises(StoreError, match="is empty"):
        Store.open(url, **options)
    assert path.stat().st_size == 0


def test_the_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"folder of .* does not exist"):
        Store.open(f"sqlite:///{tmp_path}/missing/push.db")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="not a folder"):
        Store.open(f"sqlite:///{tmp_path}/file/push.db")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def _ours(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    for number in range(50):
        store.add_user(f"user {number}" * 20)
    store.close()


def _sql(*statements: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with closing(sqlite3.connect(path)) as raw:
            for statement in statements:
                raw.execute(statement)
            raw.commit()

    return make


def _ours_then(*statements: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        _ours(path)
        _sql(*statements)(path)

    return make


def _truncated(path: Path) -> None:
    _ours(path)
    path.write_bytes(path.read_bytes()[:4096])


def _scrambled(path: Path) -> None:
    _ours(path)
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)


STRANGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda path: path.write_text("hello, this is no database\n" * 100), "is not an SQLite database"),
    "one byte": (lambda path: path.write_bytes(b"\0"), "is not an SQLite database"),
    "a note": (lambda path: path.write_text("buy milk"), "is not an SQLite database"),
    "short text": (lambda path: path.write_text("x" * 511), "is not an SQLite database"),
    "zeros": (lambda path: path.write_bytes(bytes(8192)), "is not an SQLite database"),
    "another application": (_sql("CREATE TABLE notes(id INTEGER)"), "another application"),
    "another application with a log": (
        _sql("PRAGMA journal_mode=WAL", "CREATE TABLE subscriptions(id INTEGER)"),
        "another application",
    ),
    "another application id": (_sql("PRAGMA application_id=7", "PRAGMA user_version=3"), "another application"),
    "newer": (_ours_then("UPDATE schema_version SET version = 99"), "newer version of webpush-admin"),
    "no version": (_ours_then("DELETE FROM schema_version"), "tables that it should have"),
    "impossible version": (_ours_then("UPDATE schema_version SET version = -1"), "tables that it should have"),
    "table missing": (_ours_then("DROP TABLE settings"), "tables that it should have"),
    "column missing": (_ours_then("ALTER TABLE users DROP COLUMN created_at"), "tables that it should have"),
    "version table missing": (_ours_then("DROP TABLE schema_version"), "tables that it should have"),
    "truncated": (_truncated, "is damaged"),
    "scrambled": (_scrambled, "is damaged"),
}


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_strange_file_is_refused_and_left_as_it_was(path: Path, url: str, kind: str, read_only: bool) -> None:
    make, told = STRANGE[kind]
    make(path)
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(entry.name for entry in path.parent.iterdir())
    with pytest.raises(StoreError, match=told) as caught:
        Store.open(url, read_only=read_only)
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(entry.name for entry in path.parent.iterdir())) == before
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    for name, told in (
        ("fifo", "not a regular file"),
        ("folder", "is a directory"),
        (os.devnull, "not a regular file"),
    ):
        with pytest.raises(StoreError, match=told):
            Store.open(f"sqlite:///{tmp_path / name}")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="POSIX")
def test_a_link_that_leads_nowhere_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="link to a file that does not exist"):
        Store.open(f"sqlite:///{tmp_path / 'link'}")
    assert not (tmp_path / "nowhere").exists()


def test_a_locked_file_is_told_as_locked(path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_MS", 10)
    _ours(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA locking_mode=EXCLUSIVE")
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("UPDATE users SET name = 'x'")
        with pytest.raises(StoreError, match=r'"push\.db" is locked by another program'):
            Store.open(url)
        raw.execute("ROLLBACK")
    Store.open(url).close()


@pytest.mark.parametrize(("right", "told"), [(os.R_OK, "cannot be read"), (os.W_OK, "cannot be written to")])
def test_missing_rights_are_told(path: Path, url: str, monkeypatch: pytest.MonkeyPatch, right: int, told: str) -> None:
    _ours(path)
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != right)
    with pytest.raises(StoreError, match=told):
        Store.open(url)


def test_read_only_takes_what_is_there_and_writes_nothing(path: Path, url: str) -> None:
    _ours(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    store = Store.open(url, read_only=True)
    assert store.read_only
    assert store.user_ids_after(None, 10) == []
    with pytest.raises(StoreError, match="read-only"):
        store.add_user("ada")
    with pytest.raises(StoreError, match="no VAPID keys"):
        store.vapid_keys()
    store.close()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [entry.name for entry in path.parent.iterdir()] == ["push.db"]


def test_a_failed_making_leaves_no_file(path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_connection: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(engine, "make_tables", refuse)
    with pytest.raises(StoreError):
        Store.open(url)
    # SQLite may have written its first page by now; a new attempt takes it for the empty database that it is.
    monkeypatch.undo()
    Store.open(url).close()
