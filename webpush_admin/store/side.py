"""A folder beside the database for what lives only as long as it is open: findings of the audit, rows to undo.

It lies in the user's cache, is readable by its owner alone, and goes with the process: also after a kill, by the next.

Runs on: any
"""

import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from webpush_admin.push.errors import StoreError

_PREFIX: Final = "open-"


class SideFolder:
    """Made when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None

    def file(self, name: str) -> Path:
        """Return the path of a file in it; the folder is there, the file may not be.

        Raises:
            StoreError: The folder cannot be made.
        """
        with self._lock:
            if self._path is None:
                self._path = _make()
            return self._path / name

    def remove(self) -> None:
        """Remove it with all that is in it. Idempotent."""
        with self._lock:
            path, self._path = self._path, None
        if path is not None:
            shutil.rmtree(path, ignore_errors=True)


def _make() -> Path:
    try:
        parent = user_cache_path("webpush-admin", appauthor=False)
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(parent)
        # mkdtemp makes it with mode 0700.
        return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    except OSError:
        pass
    raise StoreError("The cache folder cannot be written to: check its permissions and the room on the disk.")


def _sweep(parent: Path) -> None:
    """Remove the folders of processes that have ended without doing so."""
    for left in parent.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not _lives(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    if os.name != "posix":
        # There, nobody can remove a file that is open: what can be removed belongs to nobody.
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
