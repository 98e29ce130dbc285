"""Upgrades a database in a process of its own, and waits to be killed.

Arguments: path of the database, and after which statement of the upgrade it waits; 0 for after its commit.

Runs on: child process
"""

import sys
from typing import Any

from sqlalchemy import Connection, event

from webpush_admin.store import Store, engine, making


def _wait() -> None:
    sys.stdout.write(".")
    sys.stdout.flush()
    sys.stdin.read()


def main(path: str, where: str) -> None:
    done = 0

    def upgrade(connection: Connection) -> None:
        def count(*_: Any) -> None:
            nonlocal done
            done += 1
            if done == int(where):
                _wait()

        event.listen(connection, "after_cursor_execute", count)
        making.upgrade(connection)

    engine.upgrade = upgrade  # type: ignore[attr-defined]  # the name by which it is called
    Store.open(f"sqlite:///{path}")
    # Told also where the place was never reached: the parent must not wait for ever.
    _wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
