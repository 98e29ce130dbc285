"""Long work of a verb: its progress on a terminal, and Ctrl+C, after which nothing has changed.

Runs on: any
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from webpush_admin.cli.arguments import WRONG_USE, say
from webpush_admin.push.errors import PushError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.faults import STOPPED

INTERRUPTED: Final = 130
"""As shells have it: 128 and the number of SIGINT."""

_BETWEEN_S: Final = 0.1
_BAR: Final = 30
"""Characters of a bar."""
_ERASE: Final = "\r\x1b[K"


class Stopped(PushError):
    """Somebody pressed Ctrl+C."""


class TerminalWork:
    """One piece of work, in the line at the bottom of a terminal; on anything else nothing is printed.

    Args:
        cancel: Raised by Ctrl+C.
        doing: What is done, as in "Importing".
    """

    def __init__(self, cancel: Cancel, doing: str) -> None:
        self.cancel = cancel
        self._doing = doing
        self._shown = sys.stderr.isatty()
        self._is_shared = self._shown and sys.stdout.isatty()
        self._next_s = 0.0
        self._lock = threading.Lock()
        self._line = ""

    def advance(self, done: int, total: int | None = None) -> None:
        """Show how much is done."""
        if self._shown and time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + _BETWEEN_S
            # Somebody who prints above it to a terminal that stands still holds it.
            if self._lock.acquire(blocking=False):
                self._line = f"{self._doing}: {_bar(done, total) if total else f'{done:,}'}"
                self._write(_ERASE + self._line)
                self._lock.release()

    @contextmanager
    def above(self) -> Iterator[None]:
        """Take the line away while something else is printed to the same terminal; from any thread."""
        if not self._is_shared:
            yield
            return
        with self._lock:
            self._write(_ERASE)
            try:
                yield
            finally:
                self._write(self._line)

    def check(self) -> None:
        """Go on, unless somebody pressed Ctrl+C.

        Raises:
            Stopped: Somebody did.
        """
        if self.cancel.raised:
            raise Stopped(STOPPED)

    def end(self) -> None:
        """Clear the line."""
        if self._line:
            self._line = ""
            self._write(_ERASE)

    def _write(self, text: str) -> None:
        print(text, end="", file=sys.stderr, flush=True)


def _bar(done: int, total: int) -> str:
    part = min(done / total, 1.0)
    filled = int(part * _BAR)
    return f"[{'#' * filled}{'.' * (_BAR - filled)}] {part:4.0%}  {done:,} of {total:,}"


@contextmanager
def interruptible(cancel: Cancel) -> Iterator[None]:
    """Let Ctrl+C end the work at its next step.

    An exception in the middle of anything could come right after a commit, and would be told as if nothing had changed.
    """
    with on_interrupt(cancel.cancel):
        yield


@contextmanager
def on_interrupt(stop_it: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl+C call this in place of an exception in the middle of anything."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop_it()

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def told(verb: Callable[[], int]) -> int:
    """Return the exit code of a verb; what it raises is told in one sentence."""
    try:
        return verb()
    except Stopped as error:
        say(str(error))
    except KeyboardInterrupt:
        say(STOPPED)
    except PushError as error:
        say(str(error))
        return WRONG_USE
    return INTERRUPTED
