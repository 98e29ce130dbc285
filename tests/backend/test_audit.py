"""The audit as a window asks for it: run, shown among the works, stopped, told again, looked at before a deletion.

Runs on: any
"""

import asyncio
from typing import Any

import pytest

from tests.backend.desk import AUTH, P256DH, Desk, Town
from webpush_admin.backend.audit import BUSY
from webpush_admin.backend.audit_records import Audited
from webpush_admin.backend.records import WorkKind
from webpush_admin.push.errors import PushError
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store.faults import STOPPED
from webpush_admin.store.rows import Chosen, Finding, SubscriptionFilter, SubscriptionQuery

ILL = SubscriptionQuery(where=SubscriptionFilter(findings=Finding.P256DH))
OFF_CURVE = P256DH[:-1] + ("A" if P256DH[-1] != "A" else "I")


def _plant(town: Town, p256dh: str, *endpoints: str) -> None:
    store = Store.open(town.url)
    try:
        user_id = store.add_user("Ada").id
        for endpoint in endpoints:
            store.add_subscription(user_id, endpoint=endpoint, p256dh=p256dh, auth=AUTH)
    finally:
        store.close()


def test_a_report_counts_by_finding_and_by_service(town: Town) -> None:
    async def run() -> None:
        town.add_user(Temper.CREATED, Temper.GONE)
        _plant(town, OFF_CURVE, "https://web.push.apple.com/Qa", "https://push.example.net/1")
        async with Desk() as desk:
            await town.open(desk)
            assert await desk.backend.audit.report() is None
            assert await desk.backend.audit.size() == 4
            report = await desk.backend.audit.run()
            assert (report.checked, report.healthy, report.flagged, report.changed_since) == (4, 2, 2, False)
            assert report.found == {Finding.P256DH: 2, Finding.UNKNOWN_HOST: 1}
            assert [(one.name, one.checked, one.flagged) for one in report.services] == [
                ("Apple", 1, 1),
                ("Sandbox", 2, 0),
                ("Other hosts", 1, 1),
            ]
            assert await desk.backend.audit.report() == report
            assert (await desk.wait_for(Audited)).flagged == 2
            assert desk.backend.works.progress == ()
            rows = await desk.rows()
            assert [row.findings for row in rows if row.service == "Apple"] == [Finding.P256DH]

    asyncio.run(run())


def test_what_changes_afterwards_is_told(town: Town) -> None:
    async def run() -> None:
        _plant(town, OFF_CURVE, "https://web.push.apple.com/Qa")
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.audit.run()
            user = await desk.backend.people.add("Bob")
            unchanged = await desk.backend.audit.report()
            assert unchanged is not None
            assert not unchanged.changed_since
            await desk.backend.subscriptions.add(
                user.id, endpoint="https://web.push.apple.com/Qb", p256dh=P256DH, auth=AUTH, user_agent=None
            )
            changed = await desk.backend.audit.report()
            assert changed is not None
            assert (changed.changed_since, changed.flagged) == (True, 1)
            again = await desk.backend.audit.run()
            assert (again.changed_since, again.checked) == (False, 2)
            _plant(town, OFF_CURVE, "https://web.push.apple.com/Qc")
            by_others = await desk.backend.audit.report()
            assert by_others is not None
            assert by_others.changed_since

    asyncio.run(run())


def test_it_is_shown_while_it_runs_alone_and_ends_when_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        _plant(town, OFF_CURVE, *(f"https://web.push.apple.com/Q{number}" for number in range(5)))
        async with Desk() as desk:
            await town.open(desk)
            loop, seen = asyncio.get_running_loop(), []

            def slow(sources: Any) -> Any:
                """Held by its own progress: it goes on once somebody has stopped it."""

                def advance(done: int, total: int) -> None:
                    sources.advance(done, total)
                    asyncio.run_coroutine_threadsafe(stop(), loop).result()

                return audit(type(sources)(sources.database, sources.findings, sources.checks, sources.cancel, advance))

            async def stop() -> None:
                (work,) = desk.backend.works.progress
                seen.append(work)
                with pytest.raises(PushError, match=BUSY):
                    await desk.backend.audit.run()
                await desk.backend.works.stop(work.number)

            from webpush_admin.store.audit import audit

            monkeypatch.setattr("webpush_admin.backend.audit.audit", slow)
            with pytest.raises(PushError, match=STOPPED):
                await desk.backend.audit.run()
            assert [(work.kind, work.done, work.total, work.stopping) for work in seen] == [
                (WorkKind.AUDIT, 5, 5, False)
            ]
            assert desk.backend.works.progress == ()
            assert await desk.backend.audit.report() is None

    asyncio.run(run())


def test_what_is_deleted_was_looked_at_again_and_comes_back(town: Town) -> None:
    async def run() -> None:
        _plant(town, OFF_CURVE, *(f"https://web.push.apple.com/Q{number}" for number in range(3)))
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.audit.run()
            # Somebody else mends one of them.
            other = Store.open(town.url)
            other.edit_subscription(
                2, endpoint="https://web.push.apple.com/Q1", p256dh=P256DH, auth=AUTH, user_agent=None
            )
            other.close()
            count = await desk.backend.audit.check_again(Finding.P256DH)
            assert count == 2
            deleted = await desk.backend.deleting.subscriptions(Chosen(count=count, query=ILL))
            assert deleted.subscriptions == 2
            assert [row.subscription.id for row in await desk.rows()] == [2]
            await desk.backend.deleting.undo()
            assert [row.subscription.id for row in await desk.rows()] == [1, 2, 3]

    asyncio.run(run())


def test_closing_in_the_middle_ends_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        _plant(town, OFF_CURVE, "https://web.push.apple.com/Qa")
        desk = Desk()
        await town.open(desk)
        loop = asyncio.get_running_loop()

        def held(sources: Any) -> Any:
            asyncio.run_coroutine_threadsafe(desk.backend.close(), loop)
            while not sources.cancel.raised:
                sources.database.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar_one())
            raise PushError("It went on.")

        monkeypatch.setattr("webpush_admin.backend.audit.audit", held)
        with pytest.raises(PushError, match=r"stopped|Stopped|closed"):
            await desk.backend.audit.run()
        await desk.backend.close()

    asyncio.run(run())
