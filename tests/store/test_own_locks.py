"""A database that is open keeps its log, also where something else in this process opens the file and closes it again.

Runs on: any
"""

import subprocess
import sys
from pathlib import Path

import pytest

from webpush_admin.store import Store

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has locks that belong to a descriptor")

WRITER = """
import sqlite3, sys
raw = sqlite3.connect(sys.argv[1])
raw.execute("INSERT OR REPLACE INTO settings VALUES ('other', hex(randomblob(4)))")
raw.commit()
print(raw.execute("SELECT count(*) FROM users").fetchone()[0])
raw.close()
"""


def write_elsewhere(path: Path) -> int:
    """Write as another program does, which closes the file then; return how many users it saw."""
    done = subprocess.run([sys.executable, "-c", WRITER, path], check=True, capture_output=True, text=True)
    return int(done.stdout)


def look_at(path: Path) -> None:
    """Look into a file and all beside it, as a file chooser does."""
    for one in path.parent.glob(f"{path.name}*"):
        one.read_bytes()


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def test_what_is_written_after_a_chooser_has_looked_into_the_folder_is_not_lost(store: Store, path: Path) -> None:
    store.add_user("Ada")
    look_at(path)
    log = log_of(path).stat().st_ino
    before = store.foreign_version()
    assert write_elsewhere(path) == 1
    assert log_of(path).stat().st_ino == log, "the other program took the log for left over"
    assert store.foreign_version() != before
    store.add_user("Bob")
    store.close()
    assert not log_of(path).exists(), "whoever leaves last takes the log away"
    assert write_elsewhere(path) == 2


def test_closing_it_once_takes_nothing_from_who_has_it_open_too(store: Store, other: Store, path: Path) -> None:
    other.close()
    assert write_elsewhere(path) == 0
    assert log_of(path).exists()
    store.add_user("Ada")
    assert write_elsewhere(path) == 1


def test_a_reader_keeps_its_log_too(store: Store, path: Path, url: str) -> None:
    store.add_user("Ada")
    reader = Store.open(url, read_only=True)
    store.close()
    look_at(path)
    assert write_elsewhere(path) == 1
    assert log_of(path).exists()
    reader.close()
