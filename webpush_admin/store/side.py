"""A folder beside the database for what lives only as long as it is open: findings of the audit, rows to undo.

It lies in the user's cache, is readable by its owner alone, and goes with the process: also after a kill, by the next.

Runs on: any
"""

import os
import platform
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from webpush_admin.push.errors import StoreError

_APP: Final = "webpush-admin"
_PREFIX: Final = "open-"
_HELD: Final = "held.db"
_TURN_S: Final = 10.0

NO_CACHE: Final = "The cache folder cannot be written to: check its permissions and the room on the disk."
BUSY: Final = "Another webpush-admin is busy with the {purpose}: try again when it has finished."


class SideFolder:
    """Made when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._held: sqlite3.Connection | None = None

    def file(self, name: str) -> Path:
        """Return the path of a file in it; the folder is there, the file may not be.

        Raises:
            StoreError: The folder cannot be made.
        """
        with self._lock:
            if self._path is None:
                self._path, self._held = _make()
            return self._path / name

    @property
    def owner(self) -> str:
        """A text by which other processes find out whether this one still has the database open, see `is_over`.

        "" where the folder cannot be made: then they cannot.
        """
        try:
            return f"{platform.node()}\n{self.file(_HELD).parent}"
        except StoreError:
            return ""

    def remove(self) -> None:
        """Remove it with all that is in it. Idempotent."""
        with self._lock:
            path, self._path = self._path, None
            held, self._held = self._held, None
        if held is not None:
            held.close()
        if path is not None:
            shutil.rmtree(path, ignore_errors=True)


def is_over(owner: str) -> bool | None:
    """Return whether the process with this `SideFolder.owner` has closed its database, or has ended.

    None where that cannot be known: it runs on another machine, or for another user.
    """
    machine, _, name = owner.partition("\n")
    folder = Path(name)
    if not name or machine != platform.node() or folder.parent != user_cache_path(_APP, appauthor=False):
        return None
    try:
        if not folder.is_dir():
            return True
        _hold(folder).close()
    except (OSError, ValueError):
        return None
    except sqlite3.Error:
        return False  # somebody holds it
    return True


@contextmanager
def turn(purpose: str, wait_s: float) -> Iterator[None]:
    """Let one process of this user at a time do something, whichever database it has open.

    Raises:
        StoreError: Another one does it, or it cannot be found out.
    """
    busy = False
    try:
        folder = user_cache_path(_APP, appauthor=False) / purpose
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = _hold(folder, wait_s)
    except OSError:
        held = None
    except sqlite3.Error as error:
        held, busy = None, getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    if held is None:
        raise StoreError(BUSY.format(purpose=purpose) if busy else NO_CACHE)
    with closing(held):
        yield


def _make() -> tuple[Path, sqlite3.Connection]:
    """Make a folder, and hold it for as long as the connection is open."""
    try:
        parent = user_cache_path(_APP, appauthor=False)
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # One process at a time: none finds the folder of another that does not hold it yet.
        with closing(_hold(parent, _TURN_S)):
            _sweep(parent)
            # mkdtemp makes it with mode 0700.
            path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
            return path, _hold(path)
    except (OSError, sqlite3.Error):
        pass
    raise StoreError(NO_CACHE)


def _sweep(parent: Path) -> None:
    """Remove the folders of processes that have ended without doing so."""
    for left in parent.glob(f"{_PREFIX}*-*"):
        try:
            _hold(left).close()
        except sqlite3.Error:
            continue  # somebody holds it
        shutil.rmtree(left, ignore_errors=True)


def _hold(folder: Path, wait_s: float = 0) -> sqlite3.Connection:
    """Hold a folder against everybody else, also in other processes, until the connection is closed.

    By a lock of SQLite's, which ends with its process on every system; process ids are given to others again.

    Raises:
        sqlite3.Error: Somebody holds it, or the disk refuses.
    """
    raw = sqlite3.connect(folder / _HELD, timeout=wait_s, isolation_level=None, check_same_thread=False)
    try:
        raw.execute("BEGIN EXCLUSIVE")
    except BaseException:
        raw.close()
        raise
    return raw
