"""Other programs are noticed, and the totals are those of the parts they come from."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.backend.desk import HI, Desk, Town
from tests.backend.sends import wait_for_arrivals
from webpush_admin.backend.key_records import RotationPlan
from webpush_admin.backend.records import ChangedByOthers, SendProgress
from webpush_admin.push.events import CacheCleared
from webpush_admin.push.lint.key_finding import Severity
from webpush_admin.sandbox.records import Temper


def rename_everybody(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE users SET name = 'Grace'")
        raw.commit()


def delete_everything(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM subscriptions")
        raw.commit()


def test_a_change_by_another_program_is_told_and_clears_the_cache(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.sending.to_user(user_id, HI)
            generation = desk.dispatcher.generation(user_id)
            await asyncio.to_thread(delete_everything, town.path)
            told = await desk.wait_for(ChangedByOthers)
            assert told.at.tzinfo is not None
            cleared = await desk.wait_for(CacheCleared)
            assert cleared.reason == "Another program changed the database."
            assert desk.dispatcher.generation(user_id) > generation
            assert (await desk.backend.sending.to_user(user_id, HI)).targets == 0

    asyncio.run(scenario())


def test_own_changes_are_no_change_by_another_program(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            watching = desk.backend._opened().watching
            await watching._look_at_file()
            await desk.backend.sending.to_user(user_id, HI)
            await desk.backend.people.rename(user_id, "Ada")
            await desk.backend.keys.set_subject("ada@example.org")
            await desk.backend.keys.rotation.rotate(RotationPlan(1, tmp_path / "before.db"))
            await watching._look_at_file()
            assert desk.of(ChangedByOthers) == []
            await asyncio.to_thread(rename_everybody, town.path)
            await watching._look_at_file()
            assert len(desk.of(ChangedByOthers)) == 1

    asyncio.run(scenario())


def test_a_subject_that_another_program_has_spoilt_is_told_of(town: Town) -> None:
    town.add_user()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            watching = desk.backend._opened().watching
            await watching._look_at_file()
            for subject, signed, severity in (
                ("mailto:<ops@firm.de>", "mailto:<ops@firm.de>", Severity.WARN),
                ("mailto:ops@firm.de", "mailto:ops@firm.de", Severity.GOOD),
                ("other@firm.de", "mailto:other@firm.de", Severity.GOOD),
            ):
                with closing(sqlite3.connect(town.path)) as raw, raw:
                    raw.execute("UPDATE settings SET value = ? WHERE name = 'vapid_subject'", (subject,))
                await watching._look_at_file()
                assert (await desk.backend.info()).subject == signed
                report = await desk.backend.keys.checks.check()
                assert next(one for one in report.findings if one.about == "Subject").severity is severity

    asyncio.run(scenario())


def test_a_database_without_a_dispatcher_is_watched_too(town: Town) -> None:
    town.add_user()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, subject="")
            watching = desk.backend._opened().watching
            await watching._look_at_file()
            await asyncio.to_thread(rename_everybody, town.path)
            await watching._look_at_file()
            assert len(desk.of(ChangedByOthers)) == 1

    asyncio.run(scenario())


def test_the_totals_are_those_of_dispatcher_and_sandbox(town: Town) -> None:
    town.add_users([[Temper.CREATED, Temper.GONE], [Temper.NOT_FOUND], [Temper.DROP]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.sending.to_all(HI)
            await desk.backend.sending.to_all(HI)
            snapshot = desk.backend.snapshot
            assert snapshot.cache == desk.dispatcher.cache_stats()
            assert snapshot.pushes == desk.dispatcher.push_stats()
            assert snapshot.sandbox == town.sandbox.counts() == await desk.backend.trying.counts()
            assert snapshot.sending is None
            pushes = snapshot.pushes
            assert (pushes.accepted, pushes.gone, pushes.rejected, pushes.unreachable) == (2, 1, 2, 2)
            assert (pushes.pruned, pushes.in_flight, pushes.finished) == (1, 0, 7)
            assert town.arrived() == (2, 1, 2, 2, 7)

    asyncio.run(scenario())


def test_a_running_send_shows_how_far_it_is(town: Town) -> None:
    town.add_users([[Temper.SLOW], [Temper.SLOW]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = asyncio.create_task(desk.backend.sending.to_all(HI))
            await asyncio.to_thread(wait_for_arrivals, town, 2)
            await desk.backend._opened().watching.publish()
            running = desk.backend.snapshot
            assert running.sending == SendProgress(targets=2, done=0, broadcast=True)
            await desk.backend.sending.stop()
            await sending
            ended = desk.backend.snapshot
            assert ended.sending is None
            await desk.backend.close()
            closed = desk.backend.snapshot
            assert (closed.sending, closed.sandbox, closed.pushes.finished) == (None, None, 0)

    asyncio.run(scenario())
