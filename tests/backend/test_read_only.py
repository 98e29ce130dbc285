"""Sending from a database that is only read: what is gone stays, is told so, and is not sent to again."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from tests.backend.desk import HI, SUBJECT, Desk, Town
from webpush_admin.backend.records import InfoChanged
from webpush_admin.push.answer import Outcome
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import PushError, StoreReadOnly
from webpush_admin.push.events import AnswersRecorded, SubscriptionsPruned
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.identity import HISTORY_ENDING


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return bytes and time of change of everything in a folder, but for the history: it is kept beside."""
    entries = (entry for entry in folder.iterdir() if not entry.name.endswith(HISTORY_ENDING))
    return {entry.name: (entry.read_bytes(), entry.stat().st_mtime_ns) for entry in entries}


def unmark(path: Path) -> None:
    """Take our mark from a file, as a dump that is restored does."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        raw.execute("PRAGMA application_id=0")


def test_what_is_gone_stays_and_is_not_sent_to_again(
    town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.GONE)
    unmark(town.path)
    before = state(tmp_path)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, create=False)
            info = desk.session.info
            assert "made by another program" in info.read_only
            assert (info.unlockable, info.problem, info.keys_problem) == (True, "", "")
            assert info.subject == SUBJECT, "for this session"
            first = await desk.backend.sending.to_user(user_id, HI)
            assert (first.targets, first.accepted, first.gone, first.failed, first.pruned) == (2, 1, 1, 0, 0)
            (gone,) = (one for one in first.deliveries if one.outcome is Outcome.GONE)
            assert not gone.prune_failed
            assert gone.reason == "Gone, not removed. The database is open read-only: nothing was changed."
            second = await desk.backend.sending.to_user(user_id, HI)
            assert (second.targets, second.accepted, second.gone) == (1, 1, 0)
            # Also by a new read.
            await desk.backend.cache.invalidate_all()
            assert (await desk.backend.sending.to_user(user_id, HI)).targets == 1
            everybody = await desk.backend.sending.to_all(HI)
            assert (everybody.accepted, everybody.gone, everybody.problem) == (1, 0, "")
            assert len(await desk.rows()) == 2
            assert desk.of(SubscriptionsPruned) == []
            sends = await desk.backend.history.sends(10)
            assert [(row.start.target, row.pruned) for row in sends] == [("everybody", 0), *[("user 0", 0)] * 3]
            (of_it, *_) = await desk.backend.history.of_subscription(gone.subscription.id or 0, 5)
            assert (of_it.outcome, of_it.reason, of_it.pruned) == (Outcome.GONE, gone.reason, False)
            with pytest.raises(StoreReadOnly, match="read-only"):
                await desk.backend.sending.prune([1])
            assert await desk.backend.sending.prune_held(1) == 0
            upkeep = desk.dispatcher._upkeep
            await upkeep._write_marks()
            assert upkeep._marks == []
            assert desk.of(AnswersRecorded) == []
            assert town.arrived()[1] == 1, "the service said once that it is gone, and was asked once"

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    assert caplog.messages == []
    assert state(tmp_path) == before


def test_without_keys_nothing_is_sent_and_none_are_made(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)
    with closing(sqlite3.connect(town.path)) as raw:
        raw.execute("UPDATE subscriptions SET vapid_key_id = NULL")
        raw.execute("DELETE FROM vapid_keys")
        raw.commit()
    before = state(tmp_path)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, create=False, read_only=True)
            assert "holds no VAPID keys" in desk.session.info.keys_problem
            with pytest.raises(PushError, match="holds no VAPID keys"):
                await desk.backend.sending.to_user(user_id, HI)

    asyncio.run(scenario())
    assert state(tmp_path) == before


def test_the_subject_is_for_the_session(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)
    before = state(tmp_path)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, create=False, read_only=True, subject="")
            assert desk.session.subject == ""
            await desk.backend.keys.set_subject("ada@example.org")
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            await desk.wait_for(InfoChanged)
            assert desk.session.info.subject == "mailto:ada@example.org"

    asyncio.run(scenario())
    assert state(tmp_path) == before


def test_changes_are_allowed_by_opening_it_again(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.GONE)
    unmark(town.path)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, create=False)
            await desk.backend.sending.to_user(user_id, HI)
            former = desk.dispatcher
            await town.open(desk, create=False, read_only=False)
            assert desk.dispatcher is not former
            assert isinstance(desk.dispatcher, Dispatcher)
            assert desk.session.info.read_only == ""
            assert (await desk.backend.sending.to_user(user_id, HI)).pruned == 1
            assert len(await desk.rows(UUID(int=user_id.int))) == 1

    asyncio.run(scenario())
