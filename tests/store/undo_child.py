"""Deletes or restores in a process of its own, and waits to be killed where it was told to.

Arguments: path of the database, "delete" or "undo", and after which call of its progress it waits: a number, or
"commit" for what comes after the commit, or "running" to tell the last call before the commit and go on.

Runs on: child process
"""

import sys
from array import array
from uuid import UUID

from webpush_admin.push.dispatch_store import StoreChange
from webpush_admin.store import bulk, kept
from webpush_admin.store.store import Store
from webpush_admin.store.undo import Undo

DELETED = array("q", range(1, 201))
USERS = [UUID(int=number) for number in (19, 20)]


def _tell(_change: StoreChange | None = None) -> None:
    sys.stdout.write(".")
    sys.stdout.flush()


def _wait() -> None:
    """Tell the parent, and never come back."""
    _tell()
    sys.stdin.read()


def main(path: str, verb: str, where: str) -> None:
    kept.CHUNK = 7  # type: ignore[misc]  # small, so that there are many places to be killed at
    bulk.MANY = 1  # type: ignore[misc]  # with indexes set aside, of which none may be missing afterwards
    store = Store.open(f"sqlite:///{path}")
    undo = Undo(store, lambda: None)
    calls = 0

    def go_on(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if where.isdecimal() and calls == int(where):
            _wait()
        if where == "running" and done == total:
            _tell()

    if verb == "undo":
        undo.delete(DELETED, USERS, lambda done, total: None)
    if where == "commit":
        store.add_listener(lambda change: _wait())
    if verb == "undo":
        undo.undo(go_on)
    else:
        undo.delete(DELETED, USERS, go_on)
    # Told also where the place was never reached: the parent must not wait for ever.
    _wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
