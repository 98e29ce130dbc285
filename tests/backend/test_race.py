"""A read that is overtaken by a change: provoked over the real dispatcher, database and sandbox."""

import asyncio
import threading
from typing import Final
from uuid import UUID

import pytest

from tests.backend.desk import HI, Desk, Town
from webpush_admin.backend.race import ENDED, NOBODY
from webpush_admin.backend.race_records import Race
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import (
    CacheEvent,
    DispatchFinished,
    DispatchStarted,
    PushFinished,
    ReadCached,
    ReadStarted,
    StaleReadDiscarded,
    UserInvalidated,
)
from webpush_admin.sandbox.records import Temper

BETWEEN: Final = (UserInvalidated, 2)
"""The change is there, and the older read is still held."""


def kinds(desk: Desk, user_id: UUID) -> list[str]:
    """Return what was told of a user, in order, without the pushes."""
    told = [event for event in desk.told if isinstance(event, CacheEvent | DispatchStarted | DispatchFinished)]
    return [type(event).__name__ for event in told if event.user_id == user_id]


def test_the_older_read_is_discarded_and_the_newer_one_kept(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.CREATED, Temper.CREATED)
    endpoints = len(town.sandbox.endpoints())

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            for number in (1, 2):
                desk.told.clear()
                race = await desk.backend.trying.race(user_id)
                assert race == Race(
                    user_id, race.read_generation, race.generation, stale_rows=3, rows=4, discarded=True
                )
                assert race.generation > race.read_generation
                assert desk.dispatcher.cache_stats().stale_discarded == number
                older, newer = desk.of(ReadStarted)
                assert (older.generation, newer.generation) == (race.read_generation, race.generation)
                (kept,) = desk.of(ReadCached)
                assert (kept.generation, kept.rows) == (race.generation, 4)
                (stale,) = desk.of(StaleReadDiscarded)
                assert (stale.read_generation, stale.generation) == (race.read_generation, race.generation)
                # The newer, the older, and the one from memory: that has the newer rows.
                assert [event.targets for event in desk.of(DispatchStarted)] == [4, 3, 4]
                assert kinds(desk, user_id) == [
                    "UserInvalidated",
                    "ReadStarted",
                    "UserInvalidated",
                    "ReadStarted",
                    "ReadCached",
                    "DispatchStarted",
                    "DispatchFinished",
                    "StaleReadDiscarded",
                    "DispatchStarted",
                    "DispatchFinished",
                    "CacheHit",
                    "DispatchStarted",
                    "DispatchFinished",
                    "UserInvalidated",
                ]
                answers = [event.delivery.outcome for event in desk.of(PushFinished)]
                assert answers == [Outcome.ACCEPTED] * 11
                # What was added is removed, for real as well.
                assert len(await desk.rows(user_id)) == 3
            # Both used the one endpoint that was made for them.
            assert len(town.sandbox.endpoints()) == endpoints + 1

    asyncio.run(scenario())


def test_who_fits_is_raced_with(town: Town) -> None:
    alone, gone, several, nobody = town.add_users(
        [[Temper.CREATED], [Temper.CREATED] * 3 + [Temper.GONE], [Temper.CREATED, Temper.OK], []]
    )

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            trying = desk.backend.trying
            assert await trying.racer(alone) == alone
            for wished in (gone, nobody, UUID(int=1), None):
                assert await trying.racer(wished) == several
            assert (await trying.race(None)).user_id == several
            await trying.set_temper([one.endpoint for one in await trying.endpoints()], Temper.GONE)
            with pytest.raises(PushError, match=NOBODY):
                await trying.racer(alone)

    asyncio.run(scenario())


def test_without_a_sandbox_it_is_refused_with_a_sentence(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, sandbox=None)
            for refused in (desk.backend.trying.racer(user_id), desk.backend.trying.race(user_id)):
                with pytest.raises(PushError, match="runs with the demo only"):
                    await refused
            assert not desk.of(UserInvalidated)

    asyncio.run(scenario())


def test_giving_up_ends_it_and_removes_what_it_added(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            race = asyncio.create_task(desk.backend.trying.race(user_id))
            given_up = asyncio.Event()
            desk.on(*BETWEEN, given_up.set)
            await given_up.wait()
            race.cancel()
            with pytest.raises(asyncio.CancelledError):
                await race
            await desk.wait_for(StaleReadDiscarded)
            await desk.wait_for(UserInvalidated, 3)
            assert len(await desk.rows(user_id)) == 1
            # The next one is none the worse for it.
            assert (await desk.backend.trying.race(user_id)).discarded

    asyncio.run(scenario())


def test_closing_in_the_midst_does_not_hang(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            reached = asyncio.Event()
            desk.on(*BETWEEN, reached.set)
            race = asyncio.create_task(desk.backend.trying.race(user_id))
            await reached.wait()
            await desk.backend.close()
            # Not even the thread that had been held.
            assert not [thread for thread in threading.enumerate() if thread.name.startswith("webpush-store")]
            with pytest.raises(PushError, match=ENDED):
                await race

    asyncio.run(scenario())


def test_a_read_that_nobody_lets_go_of_ends_by_itself(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id, other_id = town.add_users([[Temper.CREATED], [Temper.CREATED]])
    monkeypatch.setattr("webpush_admin.backend.busy_store.HELD_AT_MOST_S", 0.01)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            held = desk.session.busy_store.hold_next_read(user_id)
            # Nobody else is held up, and only the next read is.
            assert len(await desk.dispatcher.dispatch(other_id, HI)) == 1
            assert len(await desk.dispatcher.dispatch(user_id, HI)) == 1
            await held.reached()

    asyncio.run(scenario())
