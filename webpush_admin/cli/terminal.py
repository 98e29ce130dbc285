"""Long work of a verb: its progress on a terminal, and Ctrl+C, after which nothing has changed.

Runs on: any
"""

import signal
import sys
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
        self._next_s = 0.0

    def advance(self, done: int, total: int | None = None) -> None:
        """Show how much is done."""
        if self._shown and time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + _BETWEEN_S
            print(
                f"{_ERASE}{self._doing}: {done:,}{f' of {total:,}' if total else ''}",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def check(self) -> None:
        """Go on, unless somebody pressed Ctrl+C.

        Raises:
            Stopped: Somebody did.
        """
        if self.cancel.raised:
            raise Stopped(STOPPED)

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            print(_ERASE, end="", file=sys.stderr, flush=True)


@contextmanager
def interruptible(cancel: Cancel) -> Iterator[None]:
    """Let Ctrl+C end the work at its next step.

    An exception in the middle of anything could come right after a commit, and would be told as if nothing had changed.
    """

    def raise_flag(_number: int, _frame: FrameType | None) -> None:
        cancel.cancel()

    before = signal.signal(signal.SIGINT, raise_flag)
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
