"""Looks after the history in the background: ends what broke off, forgets what is beyond what is kept.

Runs on: worker loop
"""

import asyncio
import logging
from typing import Final

from webpush_admin.backend.records import HistoryChanged, WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError
from webpush_admin.store.cancel import Cancel

SHOWN_AFTER_S: Final = 0.5
"""Shorter work is over before anybody could read what it does."""

_log = logging.getLogger(__name__)


class Tidying:
    """One task at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._recovery: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """End what another process had begun and could not end, then forget."""
        self._recovery = asyncio.create_task(self._recover(), name="webpush-recovery")
        self.begin()

    async def recovered(self) -> None:
        """Return when what broke off is told so: what begins after this is not taken for it."""
        if self._recovery is not None:
            # Not shielded, which would raise where the database is closed meanwhile.
            await asyncio.wait({self._recovery})

    def begin(self) -> None:
        """Forget what is beyond what is kept, unless that is going on."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._forget(), name="webpush-forgetting")

    async def aclose(self) -> None:
        """Stop; closing the database ends what its threads do."""
        tasks = [task for task in (self._recovery, self._task) if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _recover(self) -> None:
        try:
            unknown = await self._session.work(lambda store: store.history.recover())
        except PushError as error:
            _log.warning("The history cannot be looked after: %s", error)
            return
        if unknown:
            _log.warning("A send broke off: %d of its pushes may have arrived.", unknown)
            self._session.emit(HistoryChanged(0, unknown))

    async def forget(self) -> int:
        """Forget what is beyond what is kept; return how many deliveries went. Shown among the works once it lasts.

        Raises:
            PushError: It was stopped, or the database refuses: what has gone is gone.
        """
        cancel = Cancel()
        forgetting = asyncio.create_task(
            self._session.work(lambda store: store.history.forget(store.history.keeping(), cancel))
        )
        try:
            await asyncio.wait({forgetting}, timeout=SHOWN_AFTER_S)
            if not forgetting.done():
                with self._session.works.running(WorkKind.FORGET, cancel=cancel):
                    await asyncio.wait({forgetting})
            gone = await forgetting
        finally:
            cancel.cancel()
            # Where nobody waits any longer: closing the database ends it, and nobody would hear of that.
            forgetting.cancel()
        if gone:
            self._session.emit(HistoryChanged(0))
        return gone

    async def _forget(self) -> None:
        await self.recovered()
        settling = self._session.settling
        if settling is not None and not settling.done():
            # A large file is written to only when it was checked, and not a moment of that is hurried.
            await asyncio.wait({settling})
            await self._recover()
        try:
            await self.forget()
        except PushError as error:
            _log.warning("The history could not be shortened: %s", error)
