"""Sends in a process of its own, until it is killed.

Arguments: path of the database, and what to do: "wait" begins a send, intends 7 and concludes 3 of the rows, and waits;
"go" intends and concludes one after the other for ever, telling each time.

Runs on: child process
"""

import sys
from datetime import UTC, datetime

from tests.store.history.sent import delivery, start
from webpush_admin.push.answer import Outcome
from webpush_admin.store import Store


def _tell() -> None:
    sys.stdout.write(".")
    sys.stdout.flush()


def main(path: str, what: str) -> None:
    store = Store.open(f"sqlite:///{path}")
    (user,) = store.user_ids_after(None, 2)
    rows = store.subscriptions_of(user)
    if what == "wait":
        send = store.history.begin(start())
        store.history.intend(send, rows[:7], datetime.now(UTC))
        store.history.conclude(send, [delivery(row) for row in rows[:3]], datetime.now(UTC))
        _tell()
        sys.stdin.read()
    status = 200
    while True:
        # Another status each time, so that the rows tell which answer they know.
        status += 1
        send = store.history.begin(start())
        store.history.intend(send, rows, datetime.now(UTC))
        _tell()
        store.history.conclude(send, [delivery(row, Outcome.REJECTED, status) for row in rows], datetime.now(UTC))
        _tell()


if __name__ == "__main__":
    main(*sys.argv[1:])
