"""Checks of keys in a real database, told shortly.

Runs on: any
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import UUID

from tests.backend.desk import HI, Desk, Town
from webpush_admin.backend.key_records import KeyReport, Severity
from webpush_admin.store import Store

BAD, WARN, NOTE, GOOD = Severity.BAD, Severity.WARN, Severity.NOTE, Severity.GOOD
ORDER = ["Key pair", "Subject", "Subscriptions", "Answers", "Clock", "Token"]
REAL = "mailto:ops@push.city"

Told = list[tuple[Severity, str]]


def of(report: KeyReport, about: str) -> Told:
    """Return what is told of one thing; and see to the form of everything."""
    places = [ORDER.index(finding.about) for finding in report.findings]
    assert places == sorted(places)
    for finding in report.findings:
        assert finding.sentence.endswith("."), finding
        assert bool(finding.action) == (finding.severity in (BAD, WARN)) or finding.severity is NOTE, finding
    return [(one.severity, one.sentence) for one in report.findings if one.about == about]


def change(path: Path, *statements: str) -> None:
    """Change the file as somebody else's program may."""
    with closing(sqlite3.connect(path)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()


def with_store(town: Town, work: Callable[[Store], None]) -> None:
    store = Store.open(town.url)
    try:
        work(store)
    finally:
        store.close()


def checked(town: Town, *users: UUID, subject: str = REAL, then: str = "", read_only: bool = False) -> list[KeyReport]:
    """Check; send to the users and check again; change the file and check again."""

    async def scenario() -> list[KeyReport]:
        async with Desk() as desk:
            await town.open(desk, subject=subject, read_only=read_only or None)
            found = [await desk.backend.keys.checks.check()]
            for user_id in users:
                await desk.backend.sending.to_user(user_id, HI)
            if users:
                found.append(await desk.backend.keys.checks.check())
            if then:
                await asyncio.to_thread(change, town.path, then)
                found.append(await desk.backend.keys.checks.check())
        return found

    return asyncio.run(scenario())


def fingerprint_of(town: Town) -> str:
    """Return that of the active pair."""
    found: list[str] = []
    with_store(town, lambda store: found.append(store.vapid_keys().fingerprint))
    return found[0]


def host_of(town: Town) -> str:
    """Return the host that the history names the sandbox by."""
    return town.sandbox.origin.partition("://")[2].partition(":")[0]
