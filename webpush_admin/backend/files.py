"""Verbs for files that are not open: which of them are there, and which is a database.

Runs on: worker loop
"""

import itertools
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from webpush_admin.backend.key_marks import looks_like_keys
from webpush_admin.push.errors import PushError
from webpush_admin.push.key_formats.reading import LIMIT_BYTES
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.store.private_files import read_start

ENDINGS: Final = (".db", ".sqlite", ".sqlite3")
HEADER: Final = b"SQLite format 3\0"
"""Source: https://www.sqlite.org/fileformat.html, section 1.3.1"""

T = TypeVar("T")


class Files:
    """Needs no open database. Each verb raises PushError with a sentence."""

    async def existing(self, paths: Sequence[Path]) -> frozenset[Path]:
        """Return those of the paths where there is a file."""
        return await _run(lambda: frozenset(path for path in paths if _is_file(path)))

    async def free(self, path: Path) -> Path:
        """Return the path, or the first of "name-2.csv", "name-3.csv" … where nothing is there yet."""
        return await _run(lambda: _free(path))

    async def is_database(self, path: Path, opened: Path | None) -> bool:
        """Return whether a file is a database, by its name or by its first bytes.

        Args:
            path: Anything that somebody dropped on the window.
            opened: The file of the open database.

        Raises:
            PushError: It is no file, or cannot be read.
        """
        return await _run(lambda: _is_database(path, opened))

    async def holds_keys(self, path: Path) -> bool:
        """Return whether a file looks like one of keys, and not of subscriptions.

        Raises:
            PushError: It is no file, or cannot be read.
        """
        return await _run(lambda: looks_like_keys(read_start(path, LIMIT_BYTES)))


async def _run(function: Callable[[], T]) -> T:
    calls = StoreCalls()
    try:
        return await calls.run(function)
    finally:
        calls.close()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _free(path: Path) -> Path:
    numbered = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in itertools.count(2))
    return next(one for one in itertools.chain((path,), numbered) if not os.path.lexists(one))


def _is_database(path: Path, opened: Path | None) -> bool:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PushError("Only files can be dropped here.")
        if path.suffix.lower() in ENDINGS:
            return True
        # The open database is not read: closing another descriptor of it would drop its locks.
        if opened is not None and os.path.samestat(status, opened.stat()):
            return True
        with path.open("rb") as file:
            return file.read(len(HEADER)) == HEADER
    except (OSError, ValueError):
        pass
    raise PushError("The file that was dropped cannot be read.")
