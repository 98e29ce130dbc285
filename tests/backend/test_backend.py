"""What is open, and that nothing stays behind of what is not."""

import asyncio
import os
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.backend.desk import HI, Desk, Town
from webpush_admin.backend import demo
from webpush_admin.backend.records import Snapshot, State
from webpush_admin.backend.subscriptions import Subscriptions
from webpush_admin.push.errors import InvalidKeys, PushError, StoreError
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store.rows import SubscriptionQuery, UserQuery


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def beside(path: Path) -> list[str]:
    return names_in(path.parent)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def pids(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The process ids of the sandboxes that are started."""
    started: list[int] = []
    start = Sandbox.start

    def noting() -> Sandbox:
        made = start()
        started.append(made.pid)
        return made

    monkeypatch.setattr(Sandbox, "start", noting)
    return started


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where throw-away databases go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_without_a_database_every_verb_says_so() -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            for noun in ("people", "subscriptions", "sending", "keys", "trying"):
                with pytest.raises(PushError, match=r"No database is open\."):
                    getattr(desk.backend, noun)
            with pytest.raises(PushError, match="No database is open"):
                await desk.backend.info()
            assert desk.backend.snapshot == Snapshot()
            await desk.backend.close()
            await desk.backend.close()

    asyncio.run(scenario())


def test_a_database_opens_closes_and_makes_room_for_another(tmp_path: Path) -> None:
    async def scenario() -> None:
        first, second = tmp_path / "a" / "first.db", tmp_path / "b" / "second.db"
        first.parent.mkdir()
        second.parent.mkdir()
        async with Desk() as desk:
            info = await desk.backend.open(f"sqlite:///{first}", create=True)
            assert (info.name, info.location, info.demo, info.subject) == ("first.db", str(first), False, "")
            assert len(info.public_key) == 87
            assert len(info.fingerprint) == 19
            assert "first.db-wal" in beside(first)
            other = await desk.backend.open(f"sqlite:///{second}", create=True, subject="ops@example.org")
            assert (other.name, other.subject) == ("second.db", "mailto:ops@example.org")
            assert beside(first) == ["first.db"], "the first is closed"
            await desk.backend.close()
            assert beside(second) == ["second.db"]
            with pytest.raises(PushError, match="No database is open"):
                await desk.backend.info()
            again = await desk.backend.open(f"sqlite:///{second}", create=False)
            assert again == other, "the subject is kept with the database"

    asyncio.run(scenario())


def test_the_open_database_can_be_opened_again(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await town.open(desk)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["foreign", "missing", "subject", "scheme"])
def test_what_cannot_be_opened_leaves_the_open_one_open(town: Town, tmp_path: Path, kind: str) -> None:
    user_id = town.add_user(Temper.CREATED)
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as raw:
        raw.execute("CREATE TABLE notes(id INTEGER)")
    fine = tmp_path / "fine.db"
    Store.open(f"sqlite:///{fine}").close()
    url, subject, error, told = {
        "foreign": (f"sqlite:///{foreign}", "", StoreError, "another application"),
        "missing": (f"sqlite:///{tmp_path / 'missing.db'}", "", StoreError, "does not exist"),
        "subject": (f"sqlite:///{fine}", "nobody", InvalidKeys, "must be an e-mail address"),
        "scheme": ("postgresql://db.example.org/push", "", StoreError, "not supported yet"),
    }[kind]

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            with pytest.raises(error, match=told):
                await desk.backend.open(url, create=False, subject=subject)
            summary = await desk.backend.sending.to_user(user_id, HI)
            assert (summary.targets, summary.accepted) == (1, 1)
            assert desk.backend.snapshot.pushes.accepted == 1
        assert not [name for name in beside(town.path) if name.endswith(("-wal", "-shm"))]

    asyncio.run(scenario())


def test_the_demo_has_its_tempers_and_leaves_nothing(pids: list[int], temporary: Path) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            info = await desk.backend.open_demo()
            assert (info.name, info.demo, info.keys_problem) == ("demo", True, "")
            assert str(temporary) not in info.location
            users = await desk.backend.people.page(UserQuery(), 0, 1000)
            people = [row for row in users.rows if row is not None]
            assert users.total == len(people) == len({row.user.name for row in people}) == 40
            assert min(row.subscriptions for row in people) >= 1
            rows = await desk.rows()
            assert len(rows) == 100
            assert {row.service for row in rows} == {"Sandbox"}
            assert all(row.browser for row in rows)
            broken = [row for row in rows if row.state is State.INVALID]
            assert len(broken) == 2
            assert all(row.key_problem and not row.endpoint_problem for row in broken)
            endpoints = await desk.backend.trying.endpoints()
            tempers = Counter(endpoint.temper for endpoint in endpoints)
            assert tempers == {**demo.TEMPERS, Temper.CREATED: demo.TEMPERS[Temper.CREATED] + 2}
            assert {row.subscription.endpoint for row in rows} == {endpoint.endpoint for endpoint in endpoints}
            (pid,) = pids
            assert is_running(pid)
            assert len(names_in(temporary)) == 1
        assert not is_running(pid)
        assert names_in(temporary) == []

    asyncio.run(scenario())


def _refuse(*_: object) -> None:
    raise StoreError("The disk is full.")


@pytest.mark.parametrize("stage", ["filling", "opening"])
def test_a_demo_that_fails_keeps_the_open_database_and_leaves_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, pids: list[int], temporary: Path, stage: str
) -> None:
    user_id = town.add_user(Temper.CREATED)
    if stage == "filling":
        monkeypatch.setattr(demo, "_fill", _refuse)
    else:
        monkeypatch.setattr(demo, "SUBJECT", "nobody")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            with pytest.raises(PushError):
                await desk.backend.open_demo()
            assert [is_running(pid) for pid in pids] == [False]
            assert names_in(temporary) == []
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("cancelled", [False, True])
def test_closing_while_the_demo_is_made_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, pids: list[int], temporary: Path, cancelled: bool
) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            began = asyncio.Event()
            loop = asyncio.get_running_loop()
            fill = demo._fill

            def noting(store: Store, sandbox: Sandbox) -> None:
                loop.call_soon_threadsafe(began.set)
                fill(store, sandbox)

            monkeypatch.setattr(demo, "_fill", noting)
            opening = asyncio.create_task(desk.backend.open_demo())
            await began.wait()
            if cancelled:
                opening.cancel()
            await desk.backend.close()
            await asyncio.wait({opening})
            assert opening.cancelled() == cancelled
            with pytest.raises(PushError, match="No database is open"):
                await desk.backend.info()
            assert [is_running(pid) for pid in pids] == [False]
            assert names_in(temporary) == []

    asyncio.run(scenario())


def test_trying_needs_the_sandbox(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await desk.backend.open(f"sqlite:///{tmp_path / 'push.db'}", create=True)
            with pytest.raises(PushError, match="with the demo only"):
                await desk.backend.trying.counts()
            assert desk.backend.snapshot.sandbox is None

    asyncio.run(scenario())


@pytest.mark.parametrize("late", [False, True], ids=["it fails", "it takes long"])
def test_what_is_read_ahead_holds_no_opening_up(late: bool, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    async def page(self: Subscriptions, query: SubscriptionQuery, offset: int, limit: int, stamp: int = 0) -> None:
        asked.append((offset, limit))
        if late:
            await asyncio.Event().wait()
        raise StoreError("The disk is gone.")

    monkeypatch.setattr(Subscriptions, "page", page)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            assert asked == [(0, 128)]
            assert not [task for task in asyncio.all_tasks() if task.get_name() == "webpush-look-ahead"]

    asyncio.run(scenario())
