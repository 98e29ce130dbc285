"""What is imported, as bytes and as text: a file, a pasted text, or what came through a pipe.

A file is read piece by piece and never held, so its size costs time and room on the disk but no memory. That is why a
file may be far larger than a text that is pasted: an export of a million subscriptions has some 700 MB, and must find
its way back.

Runs on: any
"""

import codecs
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from webpush_admin.push.errors import PushError
from webpush_admin.store.faults import shown_name

MAX_FILE_BYTES: Final = 1 << 30
MAX_PASTED_CHARACTERS: Final = 20_000_000

_BLOCK_BYTES: Final = 1 << 18
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_SQLITE: Final = b"SQLite format 3\0"


class SourceFile:
    """Something that can be read more than once.

    Attributes:
        name: For sentences: a file name in quotes, or "The text".
        size: In bytes.
    """

    def __init__(self, name: str, binary: IO[bytes], size: int) -> None:
        self.name = name
        self.size = size
        self._binary = binary

    @property
    def position(self) -> int:
        """How many bytes were read, for progress."""
        return self._binary.tell()

    @contextmanager
    def text(self) -> Iterator[io.TextIOWrapper]:
        """Read it from its beginning; line ends stay as they are.

        Raises:
            PushError: Out of the context, where something that was read is no UTF-8.
        """
        self._binary.seek(0)
        wrapper = io.TextIOWrapper(self._binary, encoding="utf-8-sig", errors="strict", newline="")
        try:
            yield wrapper
            return
        except UnicodeDecodeError:
            pass
        finally:
            # Closing it would close what is read again.
            wrapper.detach()
        raise PushError(f"{self.name} is not UTF-8 in line {self._bad_line():,}: save it as UTF-8.")

    def _bad_line(self) -> int:
        self._binary.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        line = 1
        while block := self._binary.read(_BLOCK_BYTES):
            try:
                line += decoder.decode(block).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object.count(b"\n", 0, error.start)
        # What is cut is the very last character.
        return line

    def check(self) -> None:
        """Refuse what is plainly something else.

        Raises:
            PushError: It is empty, a database, or text in another encoding.
        """
        self._binary.seek(0)
        head = self._binary.read(len(_SQLITE))
        if not head:
            raise PushError(f"{self.name} is empty.")
        if head == _SQLITE:
            raise PushError(f"{self.name} is a database: open it instead of importing it.")
        if head[:2] in _UTF_16:
            raise PushError(f"{self.name} is UTF-16: save it as UTF-8.")


@contextmanager
def open_file(path: Path) -> Iterator[SourceFile]:
    """Open a regular file.

    Raises:
        PushError: It cannot be read, or is too large.
    """
    name = shown_name(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PushError(f"{name} is a directory.")
        # Asked first: a pipe would be waited for.
        if not stat.S_ISREG(status.st_mode):
            raise PushError(f"{name} is not a regular file.")
        binary = path.open("rb")
    except FileNotFoundError:
        raise PushError(f"There is no file {name}.") from None
    except (OSError, ValueError):
        raise PushError(f"{name} cannot be read: check the path and its permissions.") from None
    with binary:
        size = os.fstat(binary.fileno()).st_size
        if size > MAX_FILE_BYTES:
            raise PushError(f"{name} has {size:,} bytes; {MAX_FILE_BYTES:,} are allowed: divide it.")
        yield SourceFile(name, binary, size)


@contextmanager
def open_text(text: str) -> Iterator[SourceFile]:
    """Take a text that was pasted.

    Raises:
        PushError: It is too long, or holds half a character.
    """
    if len(text) > MAX_PASTED_CHARACTERS:
        raise PushError(
            f"The text has {len(text):,} characters; {MAX_PASTED_CHARACTERS:,} are allowed: import it as a file."
        )
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise PushError("The text holds half a character (a lone surrogate).") from None
    yield SourceFile("The text", io.BytesIO(content), len(content))


def spool(stream: IO[bytes], path: Path) -> None:
    """Write what comes through a pipe to a file, which can be read twice.

    Raises:
        PushError: It is too long, or the disk refuses.
    """
    size = 0
    try:
        with path.open("xb") as target:
            while block := stream.read(_BLOCK_BYTES):
                size += len(block)
                if size > MAX_FILE_BYTES:
                    break
                target.write(block)
    except OSError:
        raise PushError("What is to be imported cannot be kept: check the room on the disk.") from None
    if size > MAX_FILE_BYTES:
        raise PushError(f"There are more than {MAX_FILE_BYTES:,} bytes to import: divide them.")
