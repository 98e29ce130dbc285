"""What may befall the file of an open database, and a second instance on it."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.backend.desk import HI, Desk, Town
from tests.backend.holder import Holder
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.key_records import RotationPlan
from webpush_admin.backend.records import ChangedByOthers, InfoChanged
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.push.events import KeysLoaded
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


def test_a_second_instance_sees_what_the_first_does_and_nothing_is_lost(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as first, Desk() as second:
            await town.open(first)
            await town.open(second, create=False)
            assert (await first.backend.sending.to_user(user_id, HI)).accepted == 1
            assert (await second.backend.sending.to_user(user_id, HI)).accepted == 1
            await asyncio.gather(
                *(first.backend.people.add(f"first {number}") for number in range(20)),
                *(second.backend.people.add(f"second {number}") for number in range(20)),
            )
            await first.wait_for(ChangedByOthers)
            await second.wait_for(ChangedByOthers)
            for desk in (first, second):
                count = desk.session.store.database.read(
                    lambda reader: reader.exec_driver_sql("SELECT count(*) FROM users").scalar_one()
                )
                assert count == 41
            await first.backend.keys.set_subject("grace@example.org")
            loaded = len(second.of(KeysLoaded))
            await first.backend.keys.rotation.rotate(RotationPlan(1, tmp_path / "backup.db"))
            await second.wait_for(KeysLoaded, loaded + 1)
            while second.session.info.public_key != first.session.info.public_key:
                await second.wait_for(InfoChanged, len(second.of(InfoChanged)) + 1)
            while second.session.info.subject != "mailto:grace@example.org":
                await second.wait_for(InfoChanged, len(second.of(InfoChanged)) + 1)
            assert (await second.backend.sending.to_user(user_id, HI)).targets == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("keeps_log", [True, False])
def test_a_file_that_is_locked_is_told_and_can_be_opened_afterwards(town: Town, *, keeps_log: bool) -> None:
    town.add_user()
    if not keeps_log:
        with closing(sqlite3.connect(town.path)) as raw:
            raw.execute("PRAGMA journal_mode=DELETE")

    async def scenario() -> None:
        async with Desk() as desk:
            ticks = 0

            async def tick() -> None:
                nonlocal ticks
                while True:
                    await asyncio.sleep(0.05)
                    ticks += 1

            ticking = asyncio.create_task(tick())
            with (
                Holder(town.path, "EXCLUSIVE"),
                pytest.raises(StoreError, match=r'"push\.db" is locked by another program'),
            ):
                await desk.backend.open(town.url, create=False)
            assert ticks > 5, "the loop went on meanwhile"
            ticking.cancel()
            await desk.backend.open(town.url, create=False)

    asyncio.run(scenario())


def test_a_writer_elsewhere_holds_up_no_reading(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webpush_admin.store.connections.BUSY_TIMEOUT_MS", 50)
    user_id = town.add_user(Temper.CREATED, Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            with Holder(town.path):
                await town.open(desk, create=False, subject="")
                assert len(await desk.rows(user_id)) == 2
                with pytest.raises(StoreError, match="is locked by another program"):
                    await desk.backend.people.add("Grace")
            await desk.backend.people.add("Grace")

    asyncio.run(scenario())


def test_a_file_that_vanishes_is_told_for_as_long_as_it_is_gone(town: Town, tmp_path: Path) -> None:
    town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.wait_for(InfoChanged)
            elsewhere = tmp_path / "elsewhere.db"
            town.path.rename(elsewhere)
            await desk.wait_for(InfoChanged, len(desk.of(InfoChanged)) + 1)
            info = desk.session.info
            assert info.problem.startswith('"push.db" was deleted or moved while it was open.')
            assert info.read_only == info.problem
            assert not info.unlockable
            with pytest.raises(PushError, match="was deleted or moved"):
                await desk.backend.people.add("Grace")
            elsewhere.rename(town.path)
            await desk.wait_for(InfoChanged, len(desk.of(InfoChanged)) + 1)
            assert desk.session.info.problem == ""
            await desk.backend.people.add("Grace")

    asyncio.run(scenario())


def test_a_damaged_file_is_told_and_only_read(town: Town) -> None:
    town.add_users([[]] * 400)
    with closing(sqlite3.connect(town.path)) as raw:
        raw.execute("UPDATE users SET name = hex(randomblob(600))")
        raw.commit()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        (root,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'users_by_name'").fetchone()
    with town.path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(os.urandom(size))
    before = town.path.read_bytes()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, create=False, subject="")
            if not desk.session.info.problem:
                await desk.wait_for(InfoChanged)
            info = desk.session.info
            assert info.problem.startswith('"push.db" is damaged: ')
            assert info.read_only == info.problem
            with pytest.raises(PushError, match="is damaged"):
                await desk.backend.people.add("Grace")

    asyncio.run(scenario())
    assert town.path.read_bytes() == before


def test_a_full_disk_keeps_what_is_gone_and_tells_it(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)

            def fill(store: Store) -> None:
                store.database.write(
                    lambda writer: writer.exec_driver_sql(
                        f"PRAGMA max_page_count={writer.exec_driver_sql('PRAGMA page_count').scalar_one()}"
                    )
                )

            async def add_many() -> None:
                for _ in range(200):
                    await desk.backend.people.add("é" * 200)

            await desk.session.read(fill)
            with pytest.raises(PushError, match=r"The disk is full: nothing was changed in .push\.db"):
                await add_many()
            assert desk.session.info.read_only == "", "it may be mended while it is open"
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())


def test_files_are_told_from_databases_by_name_or_content(tmp_path: Path) -> None:
    town = tmp_path / "no ending"
    Store.open(f"sqlite:///{town}").close()
    named = tmp_path / "named.SQLITE3"
    named.write_text("")
    rows = tmp_path / "rows.csv"
    rows.write_text("endpoint,p256dh,auth\n")

    async def scenario() -> None:
        files = Backend(lambda _event: None).files
        assert await files.is_database(town, None)
        assert await files.is_database(town, town)
        assert await files.is_database(named, None)
        assert not await files.is_database(rows, None)
        for unusable in (tmp_path, tmp_path / "missing", Path("a\0b")):
            with pytest.raises(PushError, match="dropped"):
                await files.is_database(unusable, None)
        there = await files.existing([town, tmp_path, tmp_path / "missing", Path("a\0b")])
        assert there == frozenset({town})

    asyncio.run(scenario())
