"""A process that is killed while it rotates leaves the old pair or the new one, and a whole backup with the new one.

Runs on: any
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.keyring_file import BACKEND, FILE, KeyringFile
from tests.store.kept_keys import entry_of, found_in, notes
from tests.store.rotating import active, bound
from tests.store.rotation_child import BACKUP, CASES, ROWS
from tests.store.undo_rows import everything
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store
from webpush_admin.store.key_rows import Home
from webpush_admin.store.rotation import LAST_BACKUP

ROOT = Path(__file__).parents[2]

Rows = list[tuple[Any, ...]]

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="POSIX")


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """Return what the kills have left, and how many there were of each case."""
    folder = tmp_path_factory.mktemp("killed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.rotation_child", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHON_KEYRING_BACKEND": BACKEND},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


@pytest.mark.parametrize("case", CASES)
def test_a_kill_leaves_one_pair_with_all_that_is_its_own(
    steps: tuple[Path, dict[str, int]],
    case: str,
    keyring_file: KeyringFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, counts = steps
    where, keep, undo = CASES[case]
    assert counts[case] >= 15, counts
    place = folder / case
    start = everything(place / "start" / "push.db")["subscriptions"]
    forces = []
    for step in range(counts[case] + 1):
        left = place / str(step)
        # SQLite's own recovery is a part of what is tested: the first that opens the file does it.
        found = everything(left / "push.db")["subscriptions"]
        public_key = active(left / "push.db").public_key
        monkeypatch.setenv(FILE, str(left / "keyring.json"))
        store = Store.open(f"sqlite:///{left / 'push.db'}")
        try:
            store.keys.moving.sweep()
            in_force = store.vapid_keys()
            in_force.check()
            assert in_force.public_key == public_key
            assert set(notes(store)) <= {LAST_BACKUP}, (step, notes(store))
            others = [pair.keys for pair in store.bound_pairs().values()]
            known = store.keys.all()
            old = VapidKeys(known[-1].public_key, "") if len(known) > 1 else in_force
        finally:
            store.close()
        first = min(known, key=lambda pair: pair.id)
        rotated = known[0].id != first.id
        forces.append(rotated)
        if undo:
            _look_at_undone(left, rotated=rotated, found=found, start=start)
        elif not rotated:
            assert found == start, step
            assert len(known) == 1
        else:
            # The backup is whole, its pair checks, and its rows are those that there were.
            assert everything(left / BACKUP)["subscriptions"] == start
            copied = active(left / BACKUP)
            copied.check()
            assert copied.public_key == first.public_key == old.public_key
            assert bound(left / "push.db") == ({1: ROWS} if keep else {})
            assert others == ([copied] if keep else [])
            if not keep:
                assert BACKUP in found_in(left, copied)
                assert found_in(left, copied) <= {BACKUP, "keyring.new"}, step
        entries = KeyringFile(left / "keyring.json").entries
        named = [pair for pair in known if pair.home is Home.KEYRING and pair.state.value != "retired"]
        assert len(entries) == len(named), step
        assert {entry_of(VapidKeys(pair.public_key, "")) for pair in named} == set(entries)
    assert forces == sorted(forces, reverse=undo), "from one state to the other, and never back"
    assert {forces[0], forces[-1]} == {False, True}
    assert (where.home is Home.KEYRING) == ("keyring" in case)


def _look_at_undone(left: Path, *, rotated: bool, found: Rows, start: Rows) -> None:
    if rotated:
        assert found == start
        return
    with closing(sqlite3.connect(left / "push.db")) as raw:
        assert raw.execute("SELECT count(*) FROM subscriptions").fetchone() == (ROWS + 1,)
        assert raw.execute("SELECT count(*) FROM subscriptions WHERE vapid_key_id = 2").fetchone() == (1,)
    backed_up = everything(left / BACKUP)["subscriptions"]
    assert [row for row in found if row in backed_up] == backed_up
