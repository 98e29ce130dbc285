"""Sends in a process of its own, until it is killed.

Arguments: path of the database, and where to wait for that: "part" when of 7 intents 3 are concluded; or, in the second
of two sends to everybody, "intending" or "concluding" before the commit, "marked" between the rows and the history;
"go" waits nowhere, and tells each commit.

Runs on: child process
"""

import sys
from datetime import UTC, datetime
from typing import Any

from tests.store.history.sent import delivery, start
from webpush_admin.push.answer import Outcome
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store, subscriptions
from webpush_admin.store.history import writing


def _tell() -> None:
    sys.stdout.write(".")
    sys.stdout.flush()


def _wait(*_: Any, **__: Any) -> None:
    """Tell the parent, and never come back."""
    _tell()
    sys.stdin.read()


def _send(store: Store, rows: list[Subscription], status: int) -> None:
    send = store.history.begin(start())
    store.history.intend(send, rows, datetime.now(UTC))
    _tell()
    store.history.conclude(send, [delivery(row, Outcome.REJECTED, status) for row in rows], datetime.now(UTC))
    _tell()


def main(path: str, where: str) -> None:
    store = Store.open(f"sqlite:///{path}")
    (user,) = store.user_ids_after(None, 2)
    rows = store.subscriptions_of(user)
    if where == "part":
        send = store.history.begin(start())
        store.history.intend(send, rows[:7], datetime.now(UTC))
        store.history.conclude(send, [delivery(row) for row in rows[:3]], datetime.now(UTC))
        _wait()
    # Another status each time, so that the rows tell which answer they know.
    _send(store, rows, 500)
    if where == "intending":
        writing._count = _wait
    elif where == "concluding":
        writing._one_by_one = _wait  # type: ignore[assignment]  # it never returns
        writing._CONCLUDE = writing._CONCLUDE.replace("IS NULL", "IS NULL AND send % 2")  # type: ignore[misc]  # in the place of ours
    elif where == "marked":
        mark = subscriptions.mark
        subscriptions.mark = lambda *arguments: _wait(mark(*arguments))
    status = 501
    while True:
        _send(store, rows, status)
        status += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
