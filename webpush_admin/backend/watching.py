"""Takes the snapshots that the window shows, and notices other programs that write to the database.

Runs on: worker loop
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from webpush_admin.backend.records import ChangedByOthers, DatabaseChanged, InfoChanged, SendProgress, Snapshot
from webpush_admin.backend.session import Session
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import PushError
from webpush_admin.sandbox.records import SandboxCounts
from webpush_admin.store.store import Store

SNAPSHOT_S: Final = 0.1
LOOK_S: Final = 0.5
"""How often the sandbox and the database file are asked."""

STILL_S: Final = 1.0
"""A snapshot in which nothing moved is only published this often: an idle window stays idle."""


class Watching:
    """Publishes a snapshot about ten times a second while something moves.

    Attributes:
        snapshot: The newest; replaced, never changed. Read from any thread.
    """

    def __init__(self, session: Session) -> None:
        self.snapshot = Snapshot(taken_s=time.monotonic())
        self._session = session
        self._sandbox: SandboxCounts | None = None
        self._foreign_version: int | None = None
        self._info = session.info
        self._task: asyncio.Task[None] | None = None
        self._progress: Callable[[], SendProgress | None] = lambda: None

    def start(self, progress: Callable[[], SendProgress | None]) -> None:
        """Begin to watch; `progress` tells how far the running send is."""
        self._progress = progress
        self._task = asyncio.create_task(self._watch(), name="webpush-watching")

    async def publish(self) -> None:
        """Take a snapshot now, the sandbox's counts with it."""
        await self._ask_sandbox()
        self._take()

    async def aclose(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _watch(self) -> None:
        looked_s = 0.0
        while True:
            now_s = time.monotonic()
            if now_s - looked_s >= LOOK_S:
                looked_s = now_s
                await self._look_at_file()
                await self._ask_sandbox()
            self._take()
            await asyncio.sleep(SNAPSHOT_S)

    def _take(self) -> None:
        dispatcher = self._session.dispatcher
        taken = Snapshot(
            taken_s=time.monotonic(),
            cache=dispatcher.cache_stats(),
            pushes=dispatcher.push_stats(),
            sending=self._progress(),
            sandbox=self._sandbox,
            works=self._session.works.progress,
        )
        still = replace(taken, taken_s=self.snapshot.taken_s) == self.snapshot
        if not still or taken.taken_s - self.snapshot.taken_s >= STILL_S:
            self.snapshot = taken

    async def _ask_sandbox(self) -> None:
        sandbox = self._session.opening.sandbox
        if sandbox is not None:
            # A sandbox that has ended says so to whoever asks it for something; its last counts stay.
            with contextlib.suppress(PushError):
                self._sandbox = await self._session.calls.run(sandbox.counts)

    async def _look_at_file(self) -> None:
        version: int | None
        try:
            version = await self._session.read(_look)
        except PushError:
            version = self._foreign_version  # busy or locked: the next look tells
        if version is not None and self._foreign_version not in (None, version):
            self._session.emit(ChangedByOthers(datetime.now(UTC)))
            # A dispatcher follows its keys by itself; where there is none, what was wrong may just have been mended.
            before = self._session.info
            with contextlib.suppress(PushError):
                await self._session.follow_others()
            if self._session.info != before:
                self._session.emit(DatabaseChanged(ChangeKind.KEYS, frozenset()))
        self._foreign_version = version
        if self._info != self._session.info:
            self._info = self._session.info
            self._session.emit(InfoChanged())


def _look(store: Store) -> int:
    store.database.standing.look()
    return store.foreign_version()
