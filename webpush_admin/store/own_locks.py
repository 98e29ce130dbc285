"""Locks on an open database that stay, whatever else in this process opens the file and closes it again.

SQLite's own are POSIX locks, which belong to the process: closing any other descriptor of the file drops all of them.
A file chooser does just that, which looks into every file of a folder for its type. Another process then finds nobody
at the file, takes the write-ahead log for left over and deletes it, and whatever is written here from then on is lost.
Sources: https://www.sqlite.org/howtocorrupt.html, section 2.2; man fcntl_locking(2), "Open file description locks".

Runs on: any
"""

import os
import struct
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Final

from webpush_admin.store.opening import log_of

if sys.platform == "linux":
    import fcntl

SHARED: Final = (0x40000000 + 2, 510)
"""First byte and size of what every connection locks while it is open. Source: os.h of SQLite, SHARED_FIRST"""

IN_USE: Final = (128, 1)
"""The same in the index of the log. Source: os_unix.c of SQLite, UNIX_SHM_DMS"""

_LOCK: Final = "hhqqi0q"
"""`struct flock`."""

_guard: Final = threading.Lock()
_open: Final[Counter[Path]] = Counter()
_left: Final[dict[Path, list[int]]] = {}
"""Descriptors that wait to be closed until nobody in this process has the file open."""


class OwnLocks:
    """Says for as long as a file is open that somebody has it open. Only Linux has such locks.

    Args:
        path: A database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()
        self._taken: list[tuple[int, tuple[int, int]]] = []

    def take(self) -> None:
        """Lock the file and the index of its log as everybody who reads does, after the first connection was made."""
        log = log_of(self._path)
        # Without a log nobody has anything locked between two transactions: it would keep everybody from writing.
        if sys.platform != "linux" or self._taken or not log.exists():
            return
        index = log.with_name(f"{log.name.removesuffix('-wal')}-shm")
        for path, part in ((self._path, SHARED), (index, IN_USE)):
            # Not every file system has such locks; nothing is lost without them unless somebody opens the file twice.
            with suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY)
                self._taken.append((descriptor, part))
                fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack(_LOCK, fcntl.F_RDLCK, os.SEEK_SET, *part, 0))
        if self._taken:
            with _guard:
                _open[self._path] += 1

    def release(self) -> None:
        """Unlock, for the last connection removes the log, which it may not while anybody seems to be there."""
        if sys.platform != "linux":
            return
        for descriptor, part in self._taken:
            with suppress(OSError):
                fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack(_LOCK, fcntl.F_UNLCK, os.SEEK_SET, *part, 0))

    def close(self) -> None:
        """Close the descriptors, after the connections: it drops the locks of those that are open in this process."""
        if not self._taken:
            return
        with _guard:
            _open[self._path] -= 1
            _left.setdefault(self._path, []).extend(descriptor for descriptor, _ in self._taken)
            left = _left.pop(self._path) if not _open[self._path] else []
        self._taken = []
        for descriptor in left:
            with suppress(OSError):
                os.close(descriptor)
