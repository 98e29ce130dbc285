"""Whether an open file may be written to at this moment, and why not: as asked, damaged, or gone from its place.

Runs on: any
"""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from webpush_admin.push.errors import StoreError, StoreReadOnly
from webpush_admin.store.faults import READ_ONLY, shown_name
from webpush_admin.store.opening import Access

DAMAGED: Final = (
    "{name} is damaged: its content contradicts itself. Nothing is written to it any more: "
    "export what can be read, and restore a backup."
)
CHECKING: Final = "{name} is being checked for damage; it can be changed when that is through. Started {at} UTC."
GONE: Final = (
    "{name} was deleted or moved while it was open. What is shown was read before, and nothing is written any more: "
    "put it back, or open another database."
)
REPLACED: Final = (
    "{name} was replaced by another file while it was open. What is shown is the former one, and nothing is written "
    "any more: open it again."
)
UNREACHABLE: Final = (
    "{name} cannot be reached any more. What is shown was read before, and nothing is written until it is back."
)


class Standing:
    """What becomes of writing to one file. Any thread may ask, and tell what it has found out.

    Args:
        path: It exists.
        access: As the file was opened.
        unchecked: Writing waits until the file was found whole.
    """

    def __init__(self, path: Path, access: Access, *, unchecked: bool = False) -> None:
        self._path = path
        self._access = access
        self._began = f"{datetime.now(UTC):%H:%M}"
        self._damage = ""
        self._gone = ""
        self._checked = threading.Event()
        if not unchecked:
            self._checked.set()
        self._identity = self._look()

    @property
    def problem(self) -> str:
        """What is wrong with the file, as a sentence; "" where nothing is. It lasts until it is mended."""
        return self._gone or self._damage

    @property
    def reason(self) -> str:
        """Why nothing can be written now, as a sentence; "" where it can."""
        checking = "" if self._checked.is_set() else CHECKING.format(name=shown_name(self._path), at=self._began)
        return self.problem or self._access.reason or checking

    @property
    def checking(self) -> bool:
        """Nothing but the check stands in the way of writing."""
        return not (self._checked.is_set() or self.problem or self._access.reason)

    @property
    def read_only(self) -> bool:
        """Nothing can be written for as long as the file is open."""
        return bool(self._access.reason or self._damage)

    @property
    def unlockable(self) -> bool:
        """The operator may ask for a database that can be written to."""
        return self._access.unlockable and not self.problem

    def passed(self) -> None:
        """The file was found whole."""
        self._checked.set()

    def failed(self) -> None:
        """The file was found damaged."""
        self._damage = DAMAGED.format(name=shown_name(self._path))
        self._checked.set()

    def wait(self) -> None:
        """Wait until the check is through, or does not matter any more."""
        if not self._access.reason:
            self._checked.wait()

    def end(self) -> None:
        """Let nobody wait any more: the file is being closed."""
        self._checked.set()

    def look(self) -> str:
        """Look whether the file is still in its place; return what is wrong with it, see `problem`."""
        found = self._look()
        name = shown_name(self._path)
        if found is None:
            self._gone = (GONE if _is_missing(self._path) else UNREACHABLE).format(name=name)
        else:
            self._gone = "" if found == self._identity else REPLACED.format(name=name)
        return self.problem

    def refuse(self) -> None:
        """Go on, unless nothing may be written.

        Raises:
            StoreReadOnly: For as long as the file is open.
            StoreError: The file is not in its place.
        """
        if self._access.reason:
            raise StoreReadOnly(READ_ONLY)
        if self._damage:
            raise StoreReadOnly(self._damage)
        self.check_place()

    def check_place(self) -> None:
        """Go on, unless the path leads to another file by now, or to none.

        Raises:
            StoreError: It does.
        """
        self.look()
        if self._gone:
            raise StoreError(self._gone)

    def _look(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False
