"""Deletes the rows of one user and restores them, in a process of its own that waits to be killed.

Arguments: path of the database, and after which call of its progress it waits, or "commit" for after the commit.

Runs on: child process
"""

import sys
from uuid import UUID

from webpush_admin.push.dispatch_store import StoreChange
from webpush_admin.store import pruned
from webpush_admin.store.store import Store


def _wait(_change: StoreChange | None = None) -> None:
    """Tell the parent, and never come back."""
    sys.stdout.write(".")
    sys.stdout.flush()
    sys.stdin.read()


def main(path: str, where: str) -> None:
    pruned.CHUNK = 2  # type: ignore[misc]  # small, so that there are many places to be killed at
    store = Store.open(f"sqlite:///{path}")
    store.pruned.most = 1000
    calls = 0

    def told(_done: int) -> None:
        nonlocal calls
        calls += 1
        if where.isdecimal() and calls == int(where):
            _wait()

    gone = store.delete_subscriptions(store.subscriptions_of(UUID(int=1)))
    if where == "commit":
        store.add_listener(_wait)
    store.pruned.restore([row.id or 0 for row in gone], told)


if __name__ == "__main__":
    main(*sys.argv[1:])
