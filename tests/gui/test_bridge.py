"""The crossing between the threads."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import EventsLost, Snapshot
from webpush_admin.gui import bridge as bridge_module
from webpush_admin.gui.bridge import Bridge
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import DispatchFinished

USER = UUID(int=7)


@dataclass
class Worker:
    """Stands where the backend stands: what the bridge needs of it, and nothing else."""

    emit: Callable[[Any], None]
    snapshot: Snapshot = field(default_factory=Snapshot)
    closed_on: str = ""
    close_takes_s: float = 0.0

    async def close(self) -> None:
        await asyncio.sleep(self.close_takes_s)
        self.closed_on = threading.current_thread().name

    async def echo(self, value: object) -> object:
        return value

    async def tell(self, count: int) -> int:
        for _ in range(count):
            self.emit(DispatchFinished(USER, datetime.now(UTC)))
        return count

    async def refuse(self) -> None:
        raise StoreError("The file is no database.")

    async def stumble(self) -> None:
        raise ZeroDivisionError("private key abcdefghijklmnopqrstuvwxyz0123456789")


class Listener(QObject):
    """Somebody who asks."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def on_done(self, answer: object) -> None:
        self.told.append(answer)

    def on_failed(self, sentence: str) -> None:
        self.told.append(sentence)


@pytest.fixture
def made() -> list[Worker]:
    return []


@pytest.fixture
def bridge(qtbot: QtBot, made: list[Worker]) -> Iterator[Bridge]:
    def make(emit: Callable[[Any], None]) -> Backend:
        made.append(Worker(emit))
        return cast(Backend, made[-1])

    started = Bridge(make_backend=make)
    yield started
    assert started.close()
    started.deleteLater()


def _worker(backend: object) -> Worker:
    return cast(Worker, backend)


def test_an_answer_arrives_on_the_gui_thread(qtbot: QtBot, bridge: Bridge) -> None:
    seen: list[tuple[object, str]] = []
    bridge.start()
    bridge.ask(
        lambda backend: _worker(backend).echo("hello"),
        lambda answer: seen.append((answer, threading.current_thread().name)),
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("hello", threading.current_thread().name)]


def test_a_wish_before_the_start_waits_for_it(qtbot: QtBot, bridge: Bridge) -> None:
    seen: list[object] = []
    bridge.ask(lambda backend: _worker(backend).echo(1), seen.append)
    bridge.start()
    qtbot.waitUntil(lambda: seen == [1])


def test_the_answer_comes_after_the_last_event_of_its_job(qtbot: QtBot, bridge: Bridge) -> None:
    order: list[str] = []
    bridge.events.connect(lambda batch: order.extend("event" for _ in batch))
    bridge.start()
    for _ in range(20):
        order.clear()
        bridge.ask(lambda backend: _worker(backend).tell(500), lambda _count: order.append("answer"))
        qtbot.waitUntil(lambda: "answer" in order)
        assert order.index("answer") == 500
        assert order.count("event") == 500


def test_events_come_in_batches_and_losses_are_counted(
    qtbot: QtBot, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge_module, "QUEUE_EVENTS", 100)
    batches: list[int] = []
    losses: list[int] = []
    answered: list[int] = []

    def take(batch: list[Any]) -> None:
        lost = [event.count for event in batch if isinstance(event, EventsLost)]
        batches.append(len(batch) - len(lost))
        losses.extend(lost)

    bridge.events.connect(take)
    bridge.start()
    bridge.ask(lambda backend: _worker(backend).tell(1000), answered.append)
    qtbot.waitUntil(lambda: answered == [1000])
    assert sum(batches) + bridge.lost == 1000
    assert bridge.lost == sum(losses) > 0
    assert len(batches) < 200


def test_losses_are_told_where_they_were(
    qtbot: QtBot, bridge: Bridge, made: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge_module, "QUEUE_EVENTS", 100)
    batches: list[list[Any]] = []
    told = threading.Event()

    async def tell(first: int, count: int) -> None:
        for number in range(first, first + count):
            made[0].emit(DispatchFinished(UUID(int=number), datetime.now(UTC)))
        told.set()

    def tell_while_nobody_takes(first: int, count: int) -> None:
        """The GUI thread stands still meanwhile: it waits here."""
        told.clear()
        bridge.ask(lambda _backend: tell(first, count), lambda _: None)
        assert told.wait(5)

    bridge.start()
    with qtbot.waitSignal(bridge.ready):
        pass
    bridge.events.connect(batches.append)
    for first, count in ((0, 100), (100, 350), (450, 20), (470, 101)):
        tell_while_nobody_takes(first, count)
        with qtbot.waitSignal(bridge.events):
            pass
    came = [event.count if isinstance(event, EventsLost) else event.user_id.int for batch in batches for event in batch]
    assert came == [*range(100), 250, *range(350, 470), 1, *range(471, 571)]
    assert bridge.lost == 251


def test_a_refusal_is_told_in_its_own_words(qtbot: QtBot, bridge: Bridge) -> None:
    listener = Listener()
    bridge.start()
    bridge.ask(lambda backend: _worker(backend).refuse(), listener.on_done, listener.on_failed)
    qtbot.waitUntil(lambda: bool(listener.told))
    assert listener.told == ["The file is no database."]


def test_the_unexpected_is_told_by_its_type_only(
    qtbot: QtBot, bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener()
    bridge.start()
    with caplog.at_level(logging.ERROR):
        bridge.ask(lambda backend: _worker(backend).stumble(), listener.on_done, listener.on_failed)
        qtbot.waitUntil(lambda: bool(listener.told))
    assert listener.told == ["Something unexpected went wrong: ZeroDivisionError. See the log."]
    assert caplog.records[0].exc_info is not None


def test_a_cancelled_job_never_answers(qtbot: QtBot, bridge: Bridge) -> None:
    never: list[object] = []
    after: list[object] = []
    ended = threading.Event()

    async def long() -> str:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return "late"

    bridge.start()
    job = bridge.ask(lambda _backend: long(), never.append)
    qtbot.waitUntil(lambda: job.task is not None)
    job.cancel()
    bridge.ask(lambda backend: _worker(backend).echo("after"), after.append)
    qtbot.waitUntil(lambda: after == ["after"])
    assert ended.wait(5)
    assert never == []


def test_an_answer_that_is_under_way_is_dropped_when_cancelled(qtbot: QtBot, bridge: Bridge) -> None:
    never: list[object] = []
    after: list[object] = []
    answered = threading.Event()

    async def quick() -> str:
        answered.set()
        return "x"

    bridge.start()
    job = bridge.ask(lambda _backend: quick(), never.append)
    assert answered.wait(5)  # without letting the GUI thread take the answer
    job.cancel()
    bridge.ask(lambda backend: _worker(backend).echo("after"), after.append)
    qtbot.waitUntil(lambda: after == ["after"])
    assert never == []


def test_an_answer_for_somebody_who_is_gone_is_passed_over(qtbot: QtBot, bridge: Bridge) -> None:
    import shiboken6

    gone = Listener()
    after: list[object] = []
    bridge.ask(lambda backend: _worker(backend).echo(1), gone.on_done)
    bridge.ask(lambda backend: _worker(backend).echo("after"), after.append)
    shiboken6.delete(gone)
    bridge.start()
    qtbot.waitUntil(lambda: after == ["after"])


def test_a_newer_snapshot_is_told_once(qtbot: QtBot, bridge: Bridge, made: list[Worker]) -> None:
    bridge.start()
    with qtbot.waitSignal(bridge.snapshot):
        pass
    told: list[Snapshot] = []
    bridge.snapshot.connect(told.append)
    made[0].snapshot = replace(made[0].snapshot, taken_s=5.0)
    qtbot.waitUntil(lambda: bool(told))
    done: list[object] = []
    bridge.ask(lambda backend: _worker(backend).echo(1), done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert [snapshot.taken_s for snapshot in told] == [5.0]


def test_closing_closes_the_backend_on_its_own_thread_and_cancels_the_rest(
    qtbot: QtBot, bridge: Bridge, made: list[Worker]
) -> None:
    never: list[object] = []

    async def endless() -> None:
        await asyncio.Event().wait()

    bridge.start()
    job = bridge.ask(lambda _backend: endless(), never.append)
    qtbot.waitUntil(lambda: job.task is not None)
    with qtbot.waitSignal(bridge.closed):
        bridge.request_close()
    assert made[0].closed_on == "worker"
    assert bridge.close()
    assert never == []


def test_closing_before_the_start_ends_at_once(qtbot: QtBot, bridge: Bridge) -> None:
    with qtbot.waitSignal(bridge.closed):
        bridge.request_close()
    assert not bridge.running


def test_a_backend_that_cannot_be_made_is_told(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_emit: Callable[[Any], None]) -> Backend:
        raise ImportError("no libcurl")

    broken = Bridge(make_backend=fail)
    with qtbot.waitSignal(broken.broken) as told, caplog.at_level(logging.CRITICAL):
        broken.start()
    assert told.args == ["The worker could not start: ImportError. See the log."]
    assert broken.close()
    broken.deleteLater()
