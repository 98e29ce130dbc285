"""A file that is only read is as it was afterwards, and so is what lies beside it; the file says itself whether it is.

Runs on: any
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest

from tests.store.conftest import AUTH, P256DH
from webpush_admin.push.errors import StoreError, StoreReadOnly
from webpush_admin.store import Store

NOBODY = 65534


def fill(path: Path) -> UUID:
    """Make a database of ours with a key and a subscription; return whose it is."""
    store = Store.open(f"sqlite:///{path}")
    store.vapid_keys()
    user = store.add_user("Ada")
    store.add_subscription(user.id, endpoint="https://push.example.net/1", p256dh=P256DH, auth=AUTH)
    store.close()
    return user.id


def restore_from_dump(path: Path) -> UUID:
    """Make the file that `.dump` and `.read` make of a database of ours; it loses `PRAGMA application_id`."""
    source = path.with_name("source.db")
    user_id = fill(source)
    with closing(sqlite3.connect(source)) as raw, closing(sqlite3.connect(path)) as restored:
        restored.executescript("\n".join(raw.iterdump()))
    source.unlink()
    return user_id


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return bytes and time of change of everything in a folder."""
    return {entry.name: (entry.read_bytes(), entry.stat().st_mtime_ns) for entry in folder.iterdir()}


def use(store: Store, user_id: UUID) -> None:
    """Read and try to write, as a session does."""
    assert [row.endpoint for row in store.subscriptions_of(user_id)] == ["https://push.example.net/1"]
    assert store.vapid_keys().public_key
    store.database.check()
    store.foreign_version()
    for change in (
        lambda: store.add_user("Grace"),
        lambda: store.set_setting("vapid_subject", "mailto:ops@example.org"),
        lambda: store.delete_subscriptions(store.subscriptions_of(user_id)),
        lambda: store.regenerate_vapid_keys(),
    ):
        with pytest.raises(StoreReadOnly, match="read-only"):
            change()


@contextmanager
def as_nobody() -> Iterator[Path]:
    """Give up root's rights, where these are ours, and lend a folder: permissions bind root not at all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield folder
        finally:
            if os.getresuid()[2] == 0:
                os.setresuid(0, 0, 0)
            with suppress(OSError):
                folder.chmod(0o755)


@pytest.mark.parametrize("read_only", [True, None])
def test_a_file_without_our_mark_is_left_as_it_was(
    tmp_path: Path, url: str, path: Path, read_only: bool | None
) -> None:
    user_id = restore_from_dump(path)
    before = state(tmp_path)
    store = Store.open(url, read_only=read_only)
    assert store.read_only
    assert store.database.standing.unlockable
    if read_only is None:
        assert "was made by another program" in store.database.standing.reason
    use(store, user_id)
    assert state(tmp_path) == before, "while it is open, too: it has no write-ahead log"
    store.close()
    assert state(tmp_path) == before


def test_changes_may_be_allowed_and_leave_the_journal_mode(tmp_path: Path, url: str, path: Path) -> None:
    restore_from_dump(path)
    store = Store.open(url, read_only=False)
    assert not store.read_only
    store.add_user("Grace")
    store.close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["push.db"]
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert raw.execute("PRAGMA application_id").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM users").fetchone() == (2,)


def test_a_file_of_ours_that_was_asked_for_read_only(tmp_path: Path, url: str, path: Path) -> None:
    user_id = fill(path)
    before = state(tmp_path)
    store = Store.open(url, read_only=True)
    use(store, user_id)
    assert state(tmp_path)["push.db"] == before["push.db"]
    store.close()
    assert state(tmp_path) == before


def test_a_file_of_ours_decides_to_be_written_to(url: str, path: Path) -> None:
    fill(path)
    store = Store.open(url, read_only=None)
    assert store.database.standing.reason == ""
    store.add_user("Grace")
    store.close()


def test_the_log_of_who_writes_meanwhile_stays(tmp_path: Path, url: str, path: Path) -> None:
    fill(path)
    writer = Store.open(url)
    writer.add_user("Grace")
    before = state(tmp_path)
    store = Store.open(url, read_only=True)
    assert store.database.read(lambda reader: reader.exec_driver_sql("SELECT count(*) FROM users").scalar_one()) == 2
    version = store.foreign_version()
    store.close()
    after = state(tmp_path)
    assert {name: after[name] for name in ("push.db", "push.db-wal")} == {
        name: before[name] for name in ("push.db", "push.db-wal")
    }
    assert after.keys() == before.keys()
    again = Store.open(url, read_only=True)
    writer.add_user("Edsger")
    assert again.foreign_version() != version
    writer.close()
    again.close()


def test_what_was_written_while_it_was_only_read_is_not_moved_by_who_reads(url: str, path: Path) -> None:
    fill(path)
    store = Store.open(url, read_only=True)
    writer = Store.open(url)
    writer.add_user("Grace")
    writer.close()
    before = path.read_bytes()
    store.close()
    assert path.read_bytes() == before
    again = Store.open(url)
    assert again.database.read(lambda reader: reader.exec_driver_sql("SELECT count(*) FROM users").scalar_one()) == 2
    again.close()


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
@pytest.mark.parametrize("what", ["file", "folder", "both"])
def test_permissions_make_it_read_only(what: str) -> None:
    with as_nobody() as folder:
        path = folder / "push.db"
        user_id = fill(path)
        if what != "folder":
            path.chmod(0o444)
        if what != "file":
            folder.chmod(0o555)
        before = state(folder)
        with pytest.raises(StoreError, match="cannot be written to"):
            Store.open(f"sqlite:///{path}", read_only=False)
        assert state(folder) == before
        store = Store.open(f"sqlite:///{path}", read_only=None)
        standing = store.database.standing
        assert "permissions" in standing.reason
        assert ("folder" in standing.reason) is (what == "folder")
        assert not standing.unlockable
        use(store, user_id)
        assert state(folder) == before
        store.close()
        assert state(folder) == before


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="takes two who may do different things")
def test_who_may_write_is_followed_by_who_may_not() -> None:
    with as_nobody() as folder:
        path = folder / "push.db"
        fill(path)
        path.chmod(0o444)
        folder.chmod(0o555)
        store = Store.open(f"sqlite:///{path}", read_only=None)
        users = "SELECT count(*) FROM users"
        before = store.foreign_version()
        assert store.foreign_version() == before
        os.setresuid(0, 0, 0)
        writer = Store.open(f"sqlite:///{path}")
        writer.add_user("Grace")
        os.setresuid(NOBODY, NOBODY, 0)
        assert store.foreign_version() != before
        assert store.database.read(lambda reader: reader.exec_driver_sql(users).scalar_one()) == 2
        os.setresuid(0, 0, 0)
        store.close()
        writer.close()


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_file_that_may_not_be_read_is_refused() -> None:
    with as_nobody() as folder:
        path = folder / "push.db"
        fill(path)
        path.chmod(0)
        with pytest.raises(StoreError, match="cannot be read"):
            Store.open(f"sqlite:///{path}", read_only=None)
        path.chmod(0o600)


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE more(id INTEGER)"],
        ["DROP TABLE settings"],
        ["ALTER TABLE users ADD COLUMN email TEXT"],
    ],
    ids=["a table more", "a table less", "a column more"],
)
def test_other_tables_are_refused(tmp_path: Path, url: str, path: Path, statements: list[str]) -> None:
    restore_from_dump(path)
    with closing(sqlite3.connect(path)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()
    before = state(tmp_path)
    with pytest.raises(StoreError, match=r"another application|tables that it should have"):
        Store.open(url, read_only=None)
    assert state(tmp_path) == before


def test_a_link_is_followed_to_what_lies_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    user_id = fill(tmp_path / "there" / "push.db")
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "there" / "push.db")
    store = Store.open(f"sqlite:///{link}", read_only=True)
    use(store, user_id)
    store.close()
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["link.db", "push.db", "there"]
