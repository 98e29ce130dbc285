"""Verbs of the audit: look at every subscription, tell what is wrong, look again before something is deleted.

Runs on: worker loop
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from webpush_admin.backend.audit_records import Audited, AuditedService, AuditReport
from webpush_admin.backend.records import WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.backend.work import Work
from webpush_admin.push.errors import PushError
from webpush_admin.store.audit import Sources, audit, audit_again, size
from webpush_admin.store.checks import GROUPS, Checks
from webpush_admin.store.rows import Finding

BUSY: Final = "The subscriptions are being checked already."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Ended:
    """The newest audit that ended.

    Attributes:
        checked: By place in `GROUPS`.
        flagged: Then.
        state: Of the database when it began, see `Audit._state`.
    """

    at: datetime
    took_s: float
    checked: tuple[int, ...]
    flagged: int
    state: tuple[int, int]


class Audit:
    """Each verb raises PushError with a sentence. Nothing is ever deleted here, nor written to the database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ended: _Ended | None = None
        self._busy = False

    async def run(self) -> AuditReport:
        """Look at every subscription; shown among the works, where it can be stopped.

        Raises:
            PushError: It was stopped, or one is running; what was found before is as it was.
        """
        with self._working() as work:
            begun_s = time.monotonic()
            state = await self._state()
            checked = await self._look(work, audit)
            counts = await self._session.read(lambda store: store.findings.counts())
            flagged = sum(count for *_, count in counts)
            self._ended = _Ended(datetime.now(UTC), time.monotonic() - begun_s, checked, flagged, state)
            self._session.emit(Audited(flagged, self._ended.at))
        return await self._report(self._ended)

    async def check_again(self, finding: Finding) -> int:
        """Look again at the subscriptions with one finding, and return how many still have it.

        Rows change, and what an old audit found is no reason to delete anything.
        """
        with self._working() as work:
            return await self._look(work, lambda sources: audit_again(sources, finding))

    async def report(self) -> AuditReport | None:
        """Return how the newest audit ended and what is left of its findings, None where none has."""
        if self._ended is None or not self._session.store.findings.ready:
            return None
        return await self._report(self._ended)

    async def size(self) -> int:
        """Return how many subscriptions an audit would look at now."""
        return await self._session.look(lambda store, cancel: store.database.read(size, cancel=cancel))

    async def _report(self, ended: _Ended) -> AuditReport:
        counts = await self._session.read(lambda store: store.findings.counts())
        found: list[Counter[Finding]] = [Counter() for _ in GROUPS]
        flagged = [0] * len(GROUPS)
        for group, mask, count in counts:
            flagged[group] += count
            for finding in Finding(mask):
                found[group][finding] += count
        services = tuple(
            AuditedService(GROUPS[group], checked, flagged[group], found[group])
            for group, checked in enumerate(ended.checked)
            if checked
        )
        checked = sum(ended.checked)
        return AuditReport(
            at=ended.at,
            took_s=ended.took_s,
            checked=checked,
            healthy=checked - ended.flagged,
            flagged=sum(flagged),
            found=sum(found, Counter()),
            services=services,
            changed_since=await self._state() != ended.state,
        )

    async def _state(self) -> tuple[int, int]:
        """Return what differs once anybody has changed subscriptions: commits of ours, and of others."""
        foreign = await self._session.read(lambda store: store.foreign_version())
        return self._session.store.findings.changes, foreign

    async def _look(self, work: Work, look: Callable[[Sources], T]) -> T:
        opening = self._session.opening
        checks = Checks(opening.policy, opening.sandbox.origin if opening.sandbox else "", datetime.now(UTC))
        try:
            return await self._session.work(
                lambda store: look(Sources(store.database, store.findings, checks, work.cancel, work.advance))
            )
        except PushError:
            # A read that was ended says so in its own words.
            work.check()
            raise

    @contextmanager
    def _working(self) -> Iterator[Work]:
        if self._busy:
            raise PushError(BUSY)
        self._busy = True
        try:
            with self._session.works.running(WorkKind.AUDIT) as work:
                yield work
        finally:
            self._busy = False
