"""A database that is open for a verb of `webpush-admin vapid`: its pairs by name, what is locked, and Ctrl+C.

Runs on: any (its own loop, on the main thread)
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Self, TypeVar

from webpush_admin.backend.backend import Backend
from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.backend.records import BackendEvent, InfoChanged
from webpush_admin.cli.passphrases import Passphrases
from webpush_admin.cli.terminal import Stopped, TerminalWork, on_interrupt
from webpush_admin.cli.unlocking import unlock
from webpush_admin.push.errors import KeysLocked, PushError
from webpush_admin.push.events import Event
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.faults import STOPPED
from webpush_admin.store.key_rows import KeyState

_LOOK_S: Final = 0.1
_FINGERPRINT_DIGITS: Final = 16
_BETWEEN_DIGITS: Final = str.maketrans("", "", " :-")

NO_ACTIVE: Final = "The database holds no active key pair."

T = TypeVar("T")


class VapidDesk:
    """An open database. `opened` makes one."""

    def __init__(self, doing: str) -> None:
        self._work = TerminalWork(Cancel(), doing)
        self._news = asyncio.Event()
        self._backend = Backend(self._hear)

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, parsed: argparse.Namespace, doing: str, *, writes: bool, create: bool = False
    ) -> AsyncIterator[Self]:
        """Open the database of the arguments, and close it in the end.

        Args:
            parsed: The arguments.
            doing: What is done, for a terminal.
            writes: Something is to be changed in it: waits until it is known to be whole.
            create: A missing or empty file is made.

        Raises:
            PushError: It cannot be used, or nothing can be written to it.
            Stopped: Somebody pressed Ctrl+C before anything began.
        """
        desk = cls(doing)
        loop = asyncio.get_running_loop()
        with on_interrupt(lambda: loop.call_soon_threadsafe(desk._stop)):
            try:
                await desk._open(parsed.database, writes=writes, create=create)
                yield desk
            finally:
                desk._work.end()
                await desk._backend.close()

    @property
    def backend(self) -> Backend:
        """The verbs, for what changes nothing or cannot be stopped any more."""
        return self._backend

    async def info(self) -> KeysInfo:
        """Return every pair."""
        return await self._backend.keys.info()

    async def pair(self, named: str) -> KeyPairInfo:
        """Return a pair by its fingerprint or number; the active one where none is named.

        Raises:
            PushError: There is none, or its private key is gone for good.
        """
        pairs = (await self.info()).pairs
        if not named:
            found = next((pair for pair in pairs if pair.state is KeyState.ACTIVE), None)
            if found is None:
                raise PushError(NO_ACTIVE)
            return found
        # One that was imported again is there twice: its public half alone, and whole.
        known = [pair for pair in pairs if _is_called(pair, named)]
        found = next((pair for pair in known if pair.state is not KeyState.RETIRED), None)
        if found is None:
            # What was given is not repeated: it may be a private key, by mistake.
            what = "is gone for good" if known else "is not there"
            raise PushError(f"That key pair {what}: `vapid show` tells the fingerprint and number of each.")
        return found

    async def unlock(self, pair: KeyPairInfo, passphrases: Passphrases) -> None:
        """Have the private key of a pair, where it is in an encrypted file.

        Raises:
            PushError: There is no passphrase, or it is another.
        """
        await unlock(self._backend, pair, passphrases)
        self.check()

    async def shown(self, verb: Coroutine[Any, Any, T]) -> T:
        """Return what long work returns; its progress is shown, and Ctrl+C ends it.

        Raises:
            Stopped: Somebody pressed Ctrl+C, and nothing was changed.
        """
        task = asyncio.create_task(verb, name="webpush-vapid")
        while not (await asyncio.wait({task}, timeout=_LOOK_S))[0]:
            for work in self._backend.works.progress[-1:]:
                self._work.advance(work.done, work.total)
        self._work.end()
        try:
            return task.result()
        except KeysLocked:
            raise
        except PushError:
            # What was stopped says so in words of its own; what was done by then is told as done.
            self.check()
            raise

    def check(self) -> None:
        """Go on, unless somebody pressed Ctrl+C.

        Raises:
            Stopped: Somebody did.
        """
        if self._work.cancel.raised:
            raise Stopped(STOPPED)

    async def _open(self, url: str, *, writes: bool, create: bool) -> None:
        await self._backend.open(url, create=create, read_only=None if writes else True, first_keys=False)
        # Until the file has been checked for damage nothing is written to it.
        while writes and (await self._backend.info()).checking:
            self.check()
            self._news.clear()
            await self._news.wait()
        self.check()
        info = await self._backend.info()
        if writes and info.read_only:
            raise PushError(f"{info.read_only} Nothing was changed.")

    def _hear(self, event: Event | BackendEvent) -> None:
        if isinstance(event, InfoChanged):
            self._news.set()

    def _stop(self) -> None:
        self._work.cancel.cancel()
        self._news.set()
        # No database may be open yet, or not any more.
        with suppress(PushError):
            self._backend.works.stop_all()


def _is_called(pair: KeyPairInfo, named: str) -> bool:
    plain = named.translate(_BETWEEN_DIGITS).lower()
    if len(plain) == _FINGERPRINT_DIGITS:
        return plain == pair.fingerprint.translate(_BETWEEN_DIGITS)
    return named == str(pair.id) or named == pair.public_key
