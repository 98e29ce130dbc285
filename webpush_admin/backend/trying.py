"""Verbs for the sandbox push service.

Runs on: worker loop
"""

from collections.abc import Sequence
from uuid import UUID

from webpush_admin.backend.race import Races
from webpush_admin.backend.race_records import Race
from webpush_admin.backend.rush import rush
from webpush_admin.backend.session import Session
from webpush_admin.sandbox.records import InboxEntry, SandboxCounts, SandboxEndpoint, Temper


class Trying:
    """Each verb raises PushError with a sentence, also where no sandbox runs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._races = Races(session)

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

    async def racer(self, wished: UUID | None) -> UUID:
        """Return with whom a race can be shown: whom was wished for, where all their endpoints accept; else another."""
        return await self._races.racer(wished)

    async def race(self, user_id: UUID | None) -> Race:
        """Provoke a read that is overtaken by a change, and tell what the cache did; None takes whoever fits.

        It ends, and what it added is removed, also where nobody waits for it any more.
        """
        return await self._races.run(user_id if user_id is not None else await self._races.racer(None))

    async def rush(self, seconds: float) -> int:
        """Send to everybody who answers at once, many at a time, for so long; return how many dispatches there were."""
        return await rush(self._session, seconds)

    async def aclose(self) -> None:
        """End a race that runs."""
        await self._races.aclose()
