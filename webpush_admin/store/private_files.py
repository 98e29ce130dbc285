"""Small files that hold a secret: read with care, and written for their owner alone.

Runs on: any
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.store.faults import shown_name


def read_start(path: Path, most: int) -> bytes:
    """Return a file, and of one that is larger the first `most` bytes and one more.

    Raises:
        PushError: It is no file, or cannot be read.
    """
    reason = "cannot be read: check the permissions"
    try:
        # Not to wait for ever where it is a pipe.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read(most + 1)
        reason = "is no file, but a device or a pipe: choose a file"
    except FileNotFoundError:
        reason = "is not there: choose another file"
    except IsADirectoryError:
        reason = "is a folder: choose the file in it that holds the keys"
    except (OSError, ValueError):
        pass
    raise PushError(f"{shown_name(path)} {reason}.")


def write_new(path: Path, data: bytes, is_right: Callable[[bytes], bool]) -> None:
    """Write a new file that its owner alone can read, have it on the disk, and read it again.

    Args:
        path: Where nothing is yet.
        data: All of it.
        is_right: Looks at what was read again.

    Raises:
        StoreError: The file exists, or cannot be written; nothing of ours is left then.
    """
    try:
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        refusal = f"The file {shown_name(path)} exists already: choose another name."
    except (OSError, ValueError):
        refusal = f"The file {shown_name(path)} cannot be made: check its folder and the permissions."
    else:
        try:
            _fill(descriptor, data)
            _to_disk(path.absolute().parent)
            right = is_right(read_start(path, len(data)))
        except OSError:
            refusal = f"The file {shown_name(path)} cannot be written: the disk reports an error."
        except BaseException:
            path.unlink(missing_ok=True)
            del data
            raise
        else:
            if right:
                return
            refusal = f"The file {shown_name(path)} could not be read again: it does not count."
        with suppress(OSError):
            path.unlink()
    # Raised out here and without the bytes, which a traceback might show.
    del data
    raise StoreError(refusal)


def _fill(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _to_disk(folder: Path) -> None:
    with suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
