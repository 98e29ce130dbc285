"""Moves private keys in processes that are killed before each statement that changes something, and around each entry.

Arguments: a folder. In it a folder for each move and step is made, with what the kill left. Forked instead of started:
each of the many processes does nothing but the move.

Runs on: child process
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, event

from tests.keyring_file import FILE, FileKeyring
from tests.store.kept_keys import as_if_made_here
from webpush_admin.push.secret import Secret
from webpush_admin.store import Store
from webpush_admin.store.key_rows import IN_DATABASE, Home, KeepIn

PASSPHRASE = Secret("correct horse")
IN_KEYRING = KeepIn(Home.KEYRING)


def in_file(folder: Path, name: str) -> KeepIn:
    return KeepIn(Home.FILE, folder / name, PASSPHRASE)


_CHANGES = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE", "PRAGMA wal_checkpoint")
"""A kill before anything else leaves what one before these leaves."""

Where = Callable[[Path], KeepIn]

MOVES: dict[str, tuple[Where, Where]] = {
    "database-keyring": (lambda _: IN_DATABASE, lambda _: IN_KEYRING),
    "database-file": (lambda _: IN_DATABASE, lambda folder: in_file(folder, "new.pem")),
    "keyring-database": (lambda _: IN_KEYRING, lambda _: IN_DATABASE),
    "keyring-file": (lambda _: IN_KEYRING, lambda folder: in_file(folder, "new.pem")),
    "file-database": (lambda folder: in_file(folder.parent / "before", "old.pem"), lambda _: IN_DATABASE),
    "file-keyring": (lambda folder: in_file(folder.parent / "before", "old.pem"), lambda _: IN_KEYRING),
    "file-file": (
        lambda folder: in_file(folder.parent / "before", "old.pem"),
        lambda folder: in_file(folder, "new.pem"),
    ),
}


def main(folder: str) -> None:
    for name, (before, after) in MOVES.items():
        start = Path(folder) / name / "before"
        start.mkdir(parents=True)
        os.environ[FILE] = str(start / "keyring.json")
        store = Store.open(f"sqlite:///{start / 'push.db'}")
        store.vapid_keys()
        store.keys.keep(1, before(start))
        store.close()
        step = 0
        while _is_killed(start, Path(folder) / name / str(step), after, step):
            step += 1
    sys.stdout.write(json.dumps({name: len([*(Path(folder) / name).iterdir()]) - 2 for name in MOVES}))


def _is_killed(start: Path, place: Path, after: Where, step: int) -> bool:
    shutil.copytree(start, place)
    as_if_made_here(place / "push.db")
    os.environ[FILE] = str(place / "keyring.json")
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    store = Store.open(f"sqlite:///{place / 'push.db'}")
    store.keys.unlock(1, PASSPHRASE)
    _kill_at(step)
    # The writing connection is there by now, and is to be watched as well.
    with store.database._pools.writer.connect() as connection:
        _watch(connection.connection.dbapi_connection)
    store.keys.keep(1, after(place))
    os._exit(0)


_steps_left = 0


def _kill_at(step: int) -> None:
    global _steps_left
    _steps_left = step
    event.listen(Engine, "checkout", lambda raw, *_: _watch(raw))
    write, fsync = FileKeyring._write, os.fsync

    def watched_write(self: FileKeyring, entries: dict[str, str]) -> None:
        _step()
        write(self, entries)
        _step()

    def watched_fsync(descriptor: int) -> None:
        _step()
        fsync(descriptor)

    FileKeyring._write = watched_write  # type: ignore[method-assign]  # in a process that does nothing else
    os.fsync = watched_fsync  # type: ignore[assignment]  # only descriptors come by here


def _watch(raw: object) -> None:
    assert isinstance(raw, sqlite3.Connection)
    raw.set_trace_callback(lambda statement: _step() if statement.startswith(_CHANGES) else None)


def _step() -> None:
    global _steps_left
    _steps_left -= 1
    if _steps_left < 0:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
