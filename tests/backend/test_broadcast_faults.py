"""A send to many, where the database fails in the middle."""

import asyncio

import pytest
from sqlalchemy import Connection

from tests.backend.desk import HI, Desk, Town
from tests.backend.sends import newest
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import StoreError
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import stretches
from webpush_admin.store.history.history import History
from webpush_admin.store.history_rows import SendState


def test_a_page_that_cannot_be_read_is_told_with_what_was_sent(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.add_users([[Temper.CREATED] for _ in range(10)])
    monkeypatch.setattr("webpush_admin.backend.broadcast.PAGE", 5)
    after = stretches.after

    def failing(connection: Connection, last: int, until: int, limit: int) -> list[Subscription]:
        if last != stretches.BEFORE_ALL:
            raise StoreError("The disk reports an error.")
        return after(connection, last, until, limit)

    monkeypatch.setattr(stretches, "after", failing)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            summary = await desk.backend.sending.to_all(HI)
            assert summary.problem == "The disk reports an error."
            sent = town.arrived()[0]
            assert (summary.targets, summary.failed) == (10, 10 - summary.accepted)
            # Those that had been read by then were under way or were not sent: each of them is told.
            assert summary.accepted <= sent <= 5
            assert desk.backend.sending.progress is None

    asyncio.run(scenario())


def test_what_cannot_be_written_down_is_not_sent(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.CREATED)

    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            sending = desk.backend.sending
            for verb in ("begin", "intend"):
                with monkeypatch.context() as broken:
                    broken.setattr(History, verb, full)
                    for send in (sending.to_all(HI), sending.to_user(user_id, HI), sending.to_subscriptions([1], HI)):
                        with pytest.raises(StoreError, match=r"The disk is full\."):
                            await send
                assert town.arrived() == (0, 0, 0, 0, 0)
                assert sending.progress is None

    asyncio.run(scenario())


def test_an_answer_that_cannot_be_written_down_is_told_at_the_end(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    town.add_user(Temper.CREATED, Temper.CREATED)

    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            monkeypatch.setattr(History, "conclude", full)
            summary = await desk.backend.sending.to_all(HI)
            assert (summary.targets, summary.accepted, summary.failed) == (2, 2, 0)
            assert summary.problem == "What became of some could not be written down: The disk is full."
            row = await newest(desk)
            assert (row.state, row.counts) == (SendState.ENDED, ((Outcome.UNKNOWN, 2),))

    asyncio.run(scenario())
    assert [record.message for record in caplog.records if "could not be kept" in record.message]
