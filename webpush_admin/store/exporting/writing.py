"""Writes an export: to a file that is whole or not there, or to a stream.

Runs on: any
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from webpush_admin.push.errors import PushError
from webpush_admin.store.exporting.lines import Row, Writing, writing
from webpush_admin.store.exporting.reading import Exported
from webpush_admin.store.exporting.records import ExportOptions, ExportResult
from webpush_admin.store.faults import shown_name
from webpush_admin.store.identity import HISTORY_ENDING
from webpush_admin.store.watched import Watched

Batches = Iterator[Sequence[Exported]]

_BESIDE_A_DATABASE: Final = tuple(
    kind + ending for kind in ("", HISTORY_ENDING) for ending in ("", "-wal", "-shm", "-journal")
)


def check_target(path: Path, database: Path, *, overwrite: bool) -> bool:
    """Refuse a target before anything is read for it; return whether there is a file that would be replaced.

    Raises:
        PushError: There is a file that is not to be overwritten, or it is the open database.
    """
    name = shown_name(path)
    try:
        for ending in _BESIDE_A_DATABASE:
            part = database.with_name(database.name + ending)
            if path.exists() and part.exists() and path.samefile(part):
                raise PushError(f"{name} is the open database: choose another name.")
        if path.is_dir():
            raise PushError(f"{name} is a directory: choose a file.")
        if path.exists() and not path.is_file():
            raise PushError(f"{name} is not a regular file.")
        if not overwrite and path.exists():
            raise PushError(f"{name} exists already: choose another name, or ask for it to be overwritten.")
        if not path.absolute().parent.is_dir():
            raise PushError(f"The folder of {name} does not exist.")
        return path.exists()
    except (OSError, ValueError):
        raise PushError(f"{name} cannot be looked at: check the path and its permissions.") from None


def to_file(batches: Batches, path: Path, options: ExportOptions, *, overwrite: bool, work: Watched) -> ExportResult:
    """Write subscriptions as `write_file` does."""
    return write_file(batches, path, writing(options), overwrite=overwrite, work=work)


def write_file(
    batches: Iterator[Sequence[Row]], path: Path, how: Writing[Row], *, overwrite: bool, work: Watched
) -> ExportResult:
    """Write a file that only its owner can read; what was there is replaced in one step, after the new one is whole.

    Raises:
        PushError: It was stopped, the disk refuses, or there is a file by now; nothing of ours is left.
    """
    path = path.absolute()
    try:
        # Beside the target: only within one file system is a replacement one step. mkstemp gives it mode 0600.
        descriptor, made = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    except (OSError, ValueError):
        raise PushError(f"{shown_name(path)} cannot be made: check its folder and the permissions.") from None
    temporary = Path(made)
    try:
        with open(descriptor, "wb") as target:  # noqa: PTH123 - a descriptor has no path
            rows = _write_stream(batches, lambda block: _write(target.write, block, path), how, work)
            target.flush()
            os.fsync(target.fileno())
            size = target.tell()
        # The last moment to stop: after this there is a file.
        work.check()
        _publish(temporary, path, overwrite=overwrite)
    except OSError:
        failed = True
    else:
        return ExportResult(rows, size, path)
    finally:
        temporary.unlink(missing_ok=True)
    assert failed
    raise PushError(f"{shown_name(path)} cannot be written: check the room on the disk and the permissions.")


def to_stream(batches: Batches, write: Callable[[bytes], object], options: ExportOptions, work: Watched) -> int:
    """Write subscriptions to whatever takes bytes; return how many rows there were.

    Raises:
        PushError: It was stopped.
    """
    return _write_stream(batches, write, writing(options), work)


def _write_stream(
    batches: Iterator[Sequence[Row]], write: Callable[[bytes], object], how: Writing[Row], work: Watched
) -> int:
    done = 0
    write(how.head.encode())
    for batch in batches:
        work.check()
        if batch:
            # What SQLite gave us has no halves of characters: undecodable text was replaced when it was read.
            write(how.rows(batch, done == 0).encode())
            done += len(batch)
            work.advance(done)
    write(how.tail(done > 0).encode())
    return done


def _write(write: Callable[[bytes], object], block: bytes, path: Path) -> None:
    try:
        write(block)
        return
    except OSError:
        pass
    raise PushError(f"{shown_name(path)} cannot be written: check the room on the disk.")


def _publish(temporary: Path, path: Path, *, overwrite: bool) -> None:
    """Give the file its name."""
    if overwrite:
        temporary.replace(path)
    else:
        try:
            # A link never replaces what somebody made there meanwhile.
            os.link(temporary, path)
        except FileExistsError:
            raise PushError(f"{shown_name(path)} exists by now: choose another name.") from None
        except OSError:
            # A file system without links, as on sticks and shares.
            if path.exists():
                raise PushError(f"{shown_name(path)} exists by now: choose another name.") from None
            temporary.replace(path)
    with suppress(OSError):
        # Windows opens no folders.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
