"""Verbs for the sandbox push service.

Runs on: worker loop
"""

from collections.abc import Sequence

from webpush_admin.backend.session import Session
from webpush_admin.sandbox.records import InboxEntry, SandboxCounts, SandboxEndpoint, Temper


class Trying:
    """Each verb raises PushError with a sentence, also where no sandbox runs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def endpoints(self) -> tuple[SandboxEndpoint, ...]:
        """Return every endpoint of the sandbox."""
        sandbox = self._session.sandbox
        return await self._session.calls.run(sandbox.endpoints)

    async def set_temper(self, endpoints: Sequence[str], temper: Temper) -> None:
        """Change how endpoints answer from now on."""
        sandbox = self._session.sandbox
        await self._session.calls.run(lambda: sandbox.set_temper(endpoints, temper))

    async def inbox(self, after: int) -> tuple[InboxEntry, ...]:
        """Return what arrived after entry number `after`, the oldest first, at most 1000."""
        sandbox = self._session.sandbox
        return await self._session.calls.run(lambda: sandbox.inbox(after, 1000))

    async def counts(self) -> SandboxCounts:
        """Return what the sandbox has seen since it was started."""
        sandbox = self._session.sandbox
        return await self._session.calls.run(sandbox.counts)
