"""What goes on beside the pushes: answers kept with their rows, other writers noticed, clocks that moved.

Runs on: any
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence

import pytest

from tests.push.material import DEADLINE_S, HI, Bench, WatchedStore, in_thread
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import CacheCleared, KeysLoaded, PushFinished
from webpush_admin.push.store_calls import THREADS
from webpush_admin.push.upkeep import UNWATCHED
from webpush_admin.push.watch import SuspendWatch
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


def test_answers_are_kept_with_their_rows_at_the_latest_on_closing(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED, Temper.NOT_FOUND, Temper.DROP)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            await dispatcher.dispatch(bench.user_id, HI)

    asyncio.run(scenario())
    accepted, missing, dropped = bench.rows
    assert [row.last_status for row in (accepted, missing, dropped)] == [201, 404, None]
    assert accepted.last_success_at is not None
    assert missing.first_404_at is not None


def test_answers_are_written_in_batches(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webpush_admin.push.upkeep.MAX_MARKS", 3)
    bench.subscribe(*[Temper.CREATED] * 3)
    batches: list[int] = []
    written = asyncio.Event()

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        record = bench.watched.record_answers

        def recording(marks: Sequence[AnswerMark]) -> None:
            batches.append(len(marks))
            record(marks)
            loop.call_soon_threadsafe(written.set)

        bench.watched.record_answers = recording  # type: ignore[method-assign]  # to see each call
        async with bench.dispatcher() as dispatcher:
            assert dispatcher._upkeep._ticking is not None
            # No tick is to do it.
            dispatcher._upkeep._ticking.cancel()
            await dispatcher.dispatch(bench.user_id, HI)
            async with asyncio.timeout(10):
                await written.wait()
            assert batches == [3]

    asyncio.run(scenario())
    assert batches == [3]


class _Refusing(WatchedStore):
    def record_answers(self, marks: Sequence[AnswerMark]) -> None:
        raise StoreError("The database is read-only.")

    def foreign_version(self) -> int:
        raise StoreError("The database is locked.")


def test_a_database_that_refuses_the_rest_does_not_stop_pushes(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    (row,) = bench.subscribe(Temper.CREATED)
    bench.watched = _Refusing(bench.store)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()
            await dispatcher._upkeep._look_for_other_writers()

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    assert "answers of 1 pushes could not be kept with their rows: The database is read-only." in caplog.text
    assert "cannot be watched for changes: The database is locked." in caplog.text
    assert row.endpoint.rpartition("/")[2] not in caplog.text


class _Foreign(WatchedStore):
    """Raises what no store of ours does, whenever it is looked at or told something."""

    looks = 0
    looked_again = threading.Event()

    def record_answers(self, marks: Sequence[AnswerMark]) -> None:
        raise KeyError("marks")

    def foreign_version(self) -> int:
        self.looks += 1
        if self.looks == 3:
            self.looked_again.set()
        raise OSError("no network")


def test_a_tick_survives_whatever_a_store_raises(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    bench.watched = watched = _Foreign(bench.store)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()
            await in_thread(watched.looked_again)

    asyncio.run(scenario())


class _SlowlyRecording(WatchedStore):
    """Holds up the first write of answers."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.recording = threading.Event()
        self.writes = 0

    def record_answers(self, marks: Sequence[AnswerMark]) -> None:
        self.writes += 1
        if self.writes == 1:
            self.recording.set()
            assert self.go_on.wait(DEADLINE_S)
        super().record_answers(marks)


def test_an_older_answer_is_never_written_over_a_newer_one(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webpush_admin.push.upkeep.MAX_MARKS", 1)
    (row,) = bench.subscribe(Temper.SERVER_ERROR)
    bench.watched = watched = _SlowlyRecording(bench.store)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            await dispatcher.dispatch(bench.user_id, HI)
            await in_thread(watched.recording)
            bench.sandbox.set_temper([row.endpoint], Temper.CREATED)
            await dispatcher.dispatch(bench.user_id, HI)
            second = asyncio.create_task(dispatcher._upkeep._write_marks())
            # A call on another thread has come and gone: the second write would have been made by now.
            await dispatcher._upkeep._look_for_other_writers()
            assert watched.writes == 1
            watched.go_on.set()
            await second

    asyncio.run(scenario())
    assert [mark.status for mark in watched.marks] == [500, 201]
    assert bench.rows[0].last_status == 201


def test_answers_that_a_tick_began_to_write_are_kept_though_every_thread_is_busy_at_the_end(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    go_on = threading.Event()

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            upkeep = dispatcher._upkeep
            look, looked = upkeep._look_for_other_writers, asyncio.Event()

            async def looking() -> None:
                await look()
                if upkeep._marks and not looked.is_set():
                    # The write that follows finds no thread.
                    for _ in range(THREADS):
                        upkeep.spawn(dispatcher._calls.run(lambda: go_on.wait(DEADLINE_S)))
                    looked.set()

            upkeep._look_for_other_writers = looking  # type: ignore[method-assign]  # to act in between
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()
            async with asyncio.timeout(DEADLINE_S):
                await looked.wait()
            # Two turns of the loop: the tick goes on, and its write begins.
            for _ in range(2):
                await asyncio.sleep(0)
            assert upkeep._marks == bench.watched.marks == []
            # The dispatcher's end comes first.
            asyncio.get_running_loop().call_later(0.05, go_on.set)

    asyncio.run(scenario())
    assert bench.rows[0].last_status == 201


class _UnwatchedAtFirst(WatchedStore):
    looks = 0

    def foreign_version(self) -> int:
        self.looks += 1
        if self.looks == 1:
            raise StoreError("The database is locked.")
        return self.store.foreign_version()


def test_what_changed_before_the_first_look_that_succeeds_is_not_missed(bench: Bench, url: str) -> None:
    bench.watched = _UnwatchedAtFirst(bench.store)
    other = Store.open(url)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            made = other.regenerate_vapid_keys()
            await bench.log.wait_for(KeysLoaded, 2)
            assert dispatcher.public_key == made.public_key
            assert [cleared.reason for cleared in bench.log.of(CacheCleared)] == [UNWATCHED]
            await dispatcher._upkeep._look_for_other_writers()
            assert len(bench.log.of(CacheCleared)) == 1

    asyncio.run(scenario())
    other.close()


class _Clocks:
    """Wall and monotonic time of a machine that can be put to sleep."""

    def __init__(self) -> None:
        self.wall_s = 1_000_000.0
        self.monotonic_s = 50.0

    def watch(self) -> SuspendWatch:
        return SuspendWatch(wall_s=lambda: self.wall_s, monotonic_s=lambda: self.monotonic_s)


def _with_clocks(bench: Bench, told: Callable[[_Clocks], None]) -> list[str]:
    """Dispatch, let something happen to the clocks, dispatch again; return the header signed before and after."""
    bench.subscribe(Temper.CREATED)
    clocks = _Clocks()

    async def scenario() -> list[str]:
        async with bench.dispatcher(clock=lambda: clocks.monotonic_s) as dispatcher:
            dispatcher._upkeep._clocks = clocks.watch()
            signed = []
            for _ in range(2):
                (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()
                signed.append((await dispatcher._keyring.current()).active.header(bench.sandbox.origin))
                told(clocks)
            return signed

    return asyncio.run(scenario())


def test_after_a_sleep_rows_are_read_and_headers_signed_anew(bench: Bench) -> None:
    def sleep(clocks: _Clocks) -> None:
        clocks.wall_s += 5.1

    before, after = _with_clocks(bench, sleep)
    assert before != after
    assert bench.watched.reads == 2
    assert bench.log.of(CacheCleared)[0].reason == "The machine slept, or its clock was set."


def test_a_small_drift_and_time_that_passes_change_nothing(bench: Bench) -> None:
    def pass_time(clocks: _Clocks) -> None:
        clocks.wall_s += 65.0
        clocks.monotonic_s += 60.0

    before, after = _with_clocks(bench, pass_time)
    assert before == after
    assert bench.watched.reads == 1


def test_a_sleep_is_noticed_without_a_dispatch(bench: Bench) -> None:
    clocks = _Clocks()

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            dispatcher._upkeep._clocks = clocks.watch()
            clocks.wall_s -= 3600.0
            assert "slept" in (await bench.log.wait_for(CacheCleared)).reason

    asyncio.run(scenario())


def test_the_injected_clock_is_never_taken_for_a_sleep(bench: Bench) -> None:
    now_s = [0.0]

    async def scenario() -> None:
        async with bench.dispatcher(clock=lambda: now_s[0]) as dispatcher:
            await dispatcher.dispatch(bench.user_id, HI)
            now_s[0] = 100.0
            dispatcher._upkeep.look_at_clocks()
            await dispatcher.dispatch(bench.user_id, HI)

    asyncio.run(scenario())
    assert bench.log.of(CacheCleared) == []
    assert bench.watched.reads == 1
    assert bench.log.of(PushFinished) == []
