"""A process that is killed while it deletes, or restores, leaves the old state or the new one."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.store.undo_child import DELETED, USERS
from tests.store.undo_rows import everything, fill
from webpush_admin.store.store import Store
from webpush_admin.store.undo import Undo

ROOT = Path(__file__).parents[2]

State = dict[str, list[tuple[Any, ...]]]

PLACES = (
    *(("delete", where) for where in ("1", "2", "20", "45", "68", "71", "74", "running", "commit")),
    *(("undo", where) for where in ("1", "2", "15", "33", "36", "39", "running", "commit")),
)
"""Calls of the progress: rows are copied, deleted or inserted, indexes made again; around the commit; after it."""


@pytest.fixture
def states(store: Store, path: Path) -> tuple[State, State]:
    """Return what is in the database before a deletion, and after it; it is back before it."""
    store.vapid_keys()
    fill(store, users=20, each=20)
    before = everything(path)
    undo = Undo(store, lambda: None)
    undo.delete(DELETED, USERS, lambda done, total: None)
    after = everything(path)
    undo.undo(lambda done, total: None)
    assert everything(path) == before
    store.close()
    return before, after


def _kill(path: Path, verb: str, where: str) -> None:
    command = [sys.executable, "-m", "tests.store.undo_child", str(path), verb, where]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.read(1) == b".", "it has reached the place"
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


@pytest.mark.parametrize(("verb", "where"), PLACES)
def test_a_kill_leaves_the_old_state_or_the_new_one(
    states: tuple[State, State], path: Path, verb: str, where: str
) -> None:
    before, after = states
    old, new = (before, after) if verb == "delete" else (after, before)
    _kill(path, verb, where)
    # SQLite's own recovery is a part of what is tested: the first that opens the file does it.
    found = everything(path)
    if where == "commit":
        assert found == new
    elif where == "running":
        assert found in (old, new)
    else:
        assert found == old
    reopened = Store.open(f"sqlite:///{path}")
    try:
        assert len(reopened.subscriptions_of(USERS[0])) == len(
            [row for row in found["subscriptions"] if row[1] == USERS[0].hex.encode()]
        )
        folder = reopened.database.side.file("x").parent
        assert [*folder.parent.glob("open-*")] == [folder], "what the killed process had kept is gone"
    finally:
        reopened.close()
