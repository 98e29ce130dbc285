"""Another program that has a database file locked.

Runs on: any
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

HOLD: Final = """
import sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("PRAGMA locking_mode=" + sys.argv[2])
raw.execute("BEGIN EXCLUSIVE")
raw.execute("UPDATE users SET name = 'held'")
print("held", flush=True)
sys.stdin.read()
"""


class Holder:
    """Another program that has the file locked until it is let go."""

    def __init__(self, path: Path, locking_mode: str = "NORMAL") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), locking_mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"held\n"

    def __enter__(self) -> "Holder":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=10)
