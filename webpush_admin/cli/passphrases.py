"""Passphrases: from a file, or typed on a terminal; never an argument, which every user of the machine can read.

Runs on: any
"""

import getpass
import os
import signal
import stat
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from webpush_admin.cli.arguments import say
from webpush_admin.cli.terminal import Stopped
from webpush_admin.push.errors import PassphraseNeeded, PushError
from webpush_admin.push.secret import NO_SECRET, Secret
from webpush_admin.store.faults import STOPPED, shown_name

FROM_FILE: Final = "--passphrase-file"
"""The option, in each verb that has one passphrase."""

MAX_BYTES: Final = 4096
TRIES: Final = 3
"""Of a passphrase that is typed."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Passphrases:
    """Where one passphrase comes from.

    Attributes:
        option: That names a file with it, as the command line has it.
        given: What that file says; nothing where the option was not given.
    """

    option: str
    given: Secret = NO_SECRET

    @classmethod
    def of(cls, option: str, file: Path | None) -> "Passphrases":
        """Read the file that was given with an option, if one was.

        Raises:
            PushError: It cannot be read, or holds no passphrase.
        """
        return cls(option, NO_SECRET if file is None else _first_line(file))

    async def opens(self, what: str, use: Callable[[Secret], Awaitable[T]]) -> T:
        """Return what `use` returns with the passphrase of what is there; one that was typed wrong is asked for again.

        Raises:
            PushError: There is none, or it is another; or what `use` raises.
            Stopped: Somebody pressed Ctrl+C in place of typing it.
        """
        if self.given:
            return await use(self.given)
        for _ in range(TRIES - 1):
            typed = self._typed(what)
            try:
                return await use(typed)
            except PassphraseNeeded as error:
                say(str(error))
        return await use(self._typed(what))

    def make(self, what: str) -> Secret:
        """Return a passphrase for what is being made; it is typed twice.

        Raises:
            PushError: There is none, or it was not the same twice.
            Stopped: Somebody pressed Ctrl+C in place of typing it.
        """
        if self.given:
            return self.given
        first = self._typed(what)
        if not first:
            raise PushError("The passphrase is empty: nothing was changed.")
        if self._typed(f"{what}, once more") != first:
            raise PushError("The passphrase was not the same twice: nothing was changed.")
        return first

    def _typed(self, what: str) -> Secret:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise PassphraseNeeded(f"The passphrase {what} is needed: give {self.option} FILE, or use a terminal.")
        # Whoever listens for Ctrl+C elsewhere lets a read go on: here it ends the question.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return Secret(getpass.getpass(f"Passphrase {what}: "))
        except KeyboardInterrupt:
            print(file=sys.stderr)
            raise Stopped(STOPPED) from None
        except (EOFError, OSError):
            raise PushError("No passphrase was typed: nothing was changed.") from None
        finally:
            signal.signal(signal.SIGINT, before)


def _first_line(file: Path) -> Secret:
    try:
        with file.open("rb") as source:
            status = os.fstat(source.fileno())
            line = Secret(source.readline(MAX_BYTES + 1).rstrip(b"\r\n").decode())
    except UnicodeDecodeError:
        told = "is no text in UTF-8"
    except (OSError, ValueError) as error:
        told = f"cannot be read: {(error.strerror if isinstance(error, OSError) else '') or 'the name cannot be used'}"
    else:
        if line and len(line.text) <= MAX_BYTES:
            # A pipe, as in <(pass show push), is nobody else's.
            if stat.S_ISREG(status.st_mode) and os.name == "posix" and status.st_mode & 0o077:
                say(f"The passphrase file {shown_name(file)} can be read by others: chmod 600 keeps it to you.")
            return line
        told = f"holds no passphrase of at most {MAX_BYTES} characters in its first line"
    raise PushError(f"The passphrase file {shown_name(file)} {told}.")
