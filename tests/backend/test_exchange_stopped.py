"""Imports and exports are shown while they last, and stopped without a trace."""

import asyncio
import json
import threading
from array import array
from pathlib import Path

import pytest

from tests.backend.desk import AUTH, P256DH, Desk, Town
from webpush_admin.backend.exchange_records import ExportOptions
from webpush_admin.backend.lists import Lists
from webpush_admin.backend.records import WorkKind
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.faults import STOPPED
from webpush_admin.store.rows import Chosen, SubscriptionQuery


def many(path: Path, count: int) -> Path:
    path.write_text(
        "\n".join(
            json.dumps(
                {"user": f"user {n}", "endpoint": f"https://push.example.net/{n}", "p256dh": P256DH, "auth": AUTH}
            )
            for n in range(count)
        )
    )
    return path


def kept(desk: Desk) -> list[str]:
    """Return the names of the previews that lie beside the database."""
    return [file.name for file in desk.session.store.database.side.file("x").parent.glob("import-*")]


async def shown(desk: Desk, kind: WorkKind) -> int:
    """Let what was asked for begin; return the number that it is shown by."""
    await asyncio.sleep(0)
    (work,) = desk.backend.works.progress
    assert work.kind is kind
    return work.number


async def stopped(desk: Desk, asked: "asyncio.Task[object]", kind: WorkKind) -> None:
    await desk.backend.works.stop(await shown(desk, kind))
    with pytest.raises(PushError) as refused:
        await asked
    assert str(refused.value) == STOPPED
    assert desk.backend.works.progress == ()


def test_a_preview_is_shown_and_stopped(town: Town, tmp_path: Path) -> None:
    file = many(tmp_path / "many.jsonl", 3000)

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await stopped(desk, asyncio.create_task(desk.backend.exchange.preview(file)), WorkKind.IMPORT_PREVIEW)
            assert kept(desk) == []

    asyncio.run(run())


def test_an_import_is_shown_and_stopped_and_has_changed_nothing(town: Town, tmp_path: Path) -> None:
    file = many(tmp_path / "many.jsonl", 3000)

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            preview = await desk.backend.exchange.preview(file)
            await stopped(desk, asyncio.create_task(desk.backend.exchange.apply(preview.number)), WorkKind.IMPORT)
            assert desk.session.store.counts() == (0, 0)
            assert (await desk.backend.exchange.apply(preview.number)).added == 3000

    asyncio.run(run())


def test_a_caller_who_is_cancelled_stops_it_too(town: Town, tmp_path: Path) -> None:
    file = many(tmp_path / "many.jsonl", 3000)

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            preview = await desk.backend.exchange.preview(file)
            asked = asyncio.create_task(desk.backend.exchange.apply(preview.number))
            await shown(desk, WorkKind.IMPORT)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            # A write waits for the one that is being rolled back.
            await desk.backend.people.add("somebody")
            assert desk.session.store.counts() == (0, 0)

    asyncio.run(run())


def test_a_caller_who_is_cancelled_after_the_commit_cannot_import_it_twice(town: Town, tmp_path: Path) -> None:
    file = many(tmp_path / "many.jsonl", 3)
    committed, seen = threading.Event(), threading.Event()

    def on_commit(change: StoreChange) -> None:
        if change.kind is ChangeKind.SUBSCRIPTIONS:
            committed.set()
            seen.wait(10)

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            preview = await desk.backend.exchange.preview(file)
            remove = desk.session.store.add_listener(on_commit)
            asked = asyncio.create_task(desk.backend.exchange.apply(preview.number))
            assert await asyncio.to_thread(committed.wait, 10)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            seen.set()
            remove()
            with pytest.raises(PushError, match="read the file again"):
                await desk.backend.exchange.apply(preview.number)
            assert desk.session.store.counts() == (3, 3)

    asyncio.run(run())


def test_closing_ends_what_runs(town: Town, tmp_path: Path) -> None:
    file = many(tmp_path / "many.jsonl", 3000)

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            asked = asyncio.create_task(desk.backend.exchange.preview(file))
            await shown(desk, WorkKind.IMPORT_PREVIEW)
            await desk.backend.close()
            with pytest.raises(PushError):
                await asked

    asyncio.run(run())


def test_an_export_is_shown_and_stopped_and_leaves_nothing(town: Town, tmp_path: Path) -> None:
    file = many(tmp_path / "many.jsonl", 3000)
    (tmp_path / "out").mkdir()

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            preview = await desk.backend.exchange.preview(file)
            await desk.backend.exchange.apply(preview.number)
            asked = asyncio.create_task(
                desk.backend.exchange.export(None, tmp_path / "out" / "all.csv", ExportOptions())
            )
            await stopped(desk, asked, WorkKind.EXPORT)
            assert list((tmp_path / "out").iterdir()) == []

    asyncio.run(run())


def test_a_read_that_is_stopped_for_an_export_says_so(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(_lists: Lists, _chosen: Chosen, cancel: Cancel) -> "array[int]":
        cancel.cancel()
        raise StoreError("Reading took too long and was stopped.")

    monkeypatch.setattr(Lists, "ids", interrupted)

    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            with pytest.raises(PushError, match=STOPPED):
                await desk.backend.exchange.export(SubscriptionQuery(), tmp_path / "all.csv", ExportOptions())

    asyncio.run(run())
