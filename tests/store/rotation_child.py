"""Rotates, and takes rotations back, in processes that are killed around each step and within long statements.

Arguments: a folder. In it a folder for each case and step is made, with what the kill left. Forked instead of started:
each of the many processes does nothing but its one verb.

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
from typing import Any

from sqlalchemy import Engine, event

from tests.keyring_file import FILE, FileKeyring
from tests.store.kept_keys import as_if_made_here
from tests.store.rotating import rotated, rotated_back, unbind
from tests.store.undo_rows import fill
from webpush_admin.store import Store, backup, bulk, connections, rotation_undo
from webpush_admin.store.key_rows import IN_DATABASE, Home, KeepIn

IN_KEYRING = KeepIn(Home.KEYRING)
ROWS = 60
BACKUP = "before.db"

_CHANGES = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE", "PRAGMA wal_checkpoint", "VACUUM", "CREATE INDEX")
"""A kill before anything else leaves what one before these leaves."""

CASES: dict[str, tuple[KeepIn, bool, bool]] = {
    "delete-database": (IN_DATABASE, False, False),
    "keep-database": (IN_DATABASE, True, False),
    "delete-keyring": (IN_KEYRING, False, False),
    "undo-keyring": (IN_KEYRING, False, True),
}
"""Where keys are kept, whether subscriptions are, and whether the rotation is taken back."""


def main(folder: str) -> None:
    rotation_undo.CHUNK = 7  # type: ignore[attr-defined]  # small, so that there are many places to be killed at
    bulk.MANY = 1  # type: ignore[misc]  # with indexes set aside, of which none may be missing afterwards
    for name, case in CASES.items():
        start = Path(folder) / name / "start"
        start.mkdir(parents=True)
        _prepare(start, *case)
        step = 0
        while _is_killed(start, start.with_name(str(step)), case, step):
            step += 1
    sys.stdout.write(json.dumps({name: len([*(Path(folder) / name).iterdir()]) - 2 for name in CASES}))


def _prepare(start: Path, where: KeepIn, keep: bool, undo: bool) -> None:
    os.environ[FILE] = str(start / "keyring.json")
    store = Store.open(f"sqlite:///{start / 'push.db'}")
    store.vapid_keys()
    store.keys.keep(1, where)
    fill(store, users=6, each=ROWS // 6)
    store.database.write(lambda connection: connection.exec_driver_sql("UPDATE subscriptions SET vapid_key_id = 1"))
    unbind(store.path, ROWS // 2)
    if undo:
        rotated(store, ROWS, start / BACKUP, keep=keep, keep_in=where)
        user = store.user_ids_after(None, 1) or [store.add_user("later").id]
        store.add_subscription(user[0], endpoint="https://push.example.net/since", p256dh="x" * 87, auth="y" * 22)
    store.close()


def _is_killed(start: Path, place: Path, case: tuple[KeepIn, bool, bool], step: int) -> bool:
    shutil.copytree(start, place)
    as_if_made_here(place / "push.db")
    os.environ[FILE] = str(place / "keyring.json")
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    where, keep, undo = case
    store = Store.open(f"sqlite:///{place / 'push.db'}")
    # As a running session has it; what is unlocked by this is a part of neither verb.
    store.vapid_keys()
    _kill_at(step)
    # The writing connection is there by now, and is to be watched as well.
    _watch(store.database._pools.raw_writer())
    if undo:
        rotated_back(store, place / BACKUP)
    else:
        rotated(store, ROWS, place / BACKUP, keep=keep, keep_in=where)
    os._exit(0)


_steps_left = 0


def _kill_at(step: int) -> None:
    global _steps_left
    _steps_left = step
    event.listen(Engine, "checkout", lambda raw, *_: _watch(raw))
    FileKeyring._write = _around(FileKeyring._write)  # type: ignore[method-assign]  # nothing else runs here
    os.fsync = _around(os.fsync)
    backup.make_target = _around(backup.make_target)
    backup.check = _around(backup.check)
    # The copy is the one long statement: killed before, within and after it.
    connections._STEPS_BETWEEN_CHECKS = 3_000  # type: ignore[misc]  # of some thousands
    reading = connections.Pools.separate

    def separate(pools: connections.Pools, told: Callable[[], None] | None) -> connections.Reading:
        return reading(pools, _around(told) if told is not None else None)

    connections.Pools.separate = separate  # type: ignore[method-assign,assignment]  # nothing else runs here


def _around(work: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*given: Any, **named: Any) -> Any:
        _step()
        done = work(*given, **named)
        _step()
        return done

    return watched


def _watch(raw: object) -> None:
    assert isinstance(raw, sqlite3.Connection)
    raw.set_trace_callback(lambda statement: _step() if statement.lstrip().startswith(_CHANGES) else None)


def _step() -> None:
    global _steps_left
    _steps_left -= 1
    if _steps_left < 0:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
