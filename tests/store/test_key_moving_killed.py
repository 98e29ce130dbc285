"""A process that is killed while it moves a private key leaves a pair that can be used, from exactly one named place.

Runs on: any
"""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.keyring_file import FILE, KeyringFile
from tests.store.kept_keys import entry_of, found_in, notes
from tests.store.moving_child import MOVES, PASSPHRASE
from webpush_admin.store import Store

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="POSIX")


def named(path: Path) -> list[tuple[str, bool]]:
    """Return where the private key is said to be, and whether the database holds it."""
    # SQLite's own recovery is a part of what is tested: the first that opens the file does it.
    with closing(sqlite3.connect(path)) as raw:
        statement = (
            "SELECT coalesce(home, 'database'), private_key <> '' FROM vapid_keys LEFT JOIN key_places ON id = key_id"
        )
        return [(home, bool(here)) for home, here in raw.execute(statement)]


def test_a_kill_leaves_the_key_in_one_named_place(
    tmp_path: Path, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.moving_child", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout)
    assert min(steps.values()) >= 4, steps
    for move in MOVES:
        homes = []
        public_key = ""
        for step in range(steps[move] + 1):
            folder = tmp_path / move / str(step)
            [(home, here)] = named(folder / "push.db")
            assert here == (home == "database"), (move, step)
            homes.append(home)
            monkeypatch.setenv(FILE, str(folder / "keyring.json"))
            store = Store.open(f"sqlite:///{folder / 'push.db'}")
            try:
                # As opening a session does.
                store.keys.moving.sweep()
                store.keys.unlock(1, PASSPHRASE)
                pair = store.vapid_keys()
                pair.check()
                assert public_key in ("", pair.public_key)
                public_key = pair.public_key
                assert notes(store) == [], (move, step)
            finally:
                store.close()
            entries = KeyringFile(folder / "keyring.json").entries
            assert entries == ({entry_of(pair): pair.private_key} if home == "keyring" else {}), (move, step)
            in_files = {"database": {"push.db"}, "keyring": {"keyring.json"}, "file": set()}[home]
            assert found_in(folder, pair) - {"keyring.new"} == in_files, (move, step)
        before, after = move.split("-")
        assert homes == sorted(homes, key=lambda home: home == after) if before != after else set(homes) == {after}
        assert {homes[0], homes[-1]} == {before, after}
