"""A message to very many: paged, past the cache, pruned and written down in stretches, paused and stopped.

Runs on: any
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.push.material import DEADLINE_S, HI, Bench
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.broadcast import GONE_MEANWHILE, Control
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import PushFinished, ReadStarted
from webpush_admin.push.pace import Pace
from webpush_admin.push.results import HELD
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


class Rows:
    """Pages of a real store."""

    def __init__(self, store: Store, rows: Sequence[Subscription], size: int = 10) -> None:
        self.store = store
        self.rows = rows
        self.size = size
        self.read = 0
        self.read_again: list[int] = []
        self.on_page: Callable[[], None] = lambda: None

    async def next_page(self) -> Sequence[Subscription]:
        rows = self.rows[self.read : self.read + self.size]
        self.read += len(rows)
        self.on_page()
        return rows

    async def again(self, subscription_ids: Sequence[int]) -> Sequence[Subscription]:
        self.read_again += subscription_ids
        return [found.subscription for found in self.store.subscriptions(subscription_ids)]


class Diary:
    """A journal in memory."""

    def __init__(self) -> None:
        self.intended: list[int | None] = []
        self.concluded: list[Delivery] = []
        self.refusal = ""

    async def intend(self, subscriptions: Sequence[Subscription]) -> None:
        if self.refusal:
            raise StoreError(self.refusal)
        self.intended += [row.id for row in subscriptions]

    async def conclude(self, deliveries: Sequence[Delivery]) -> None:
        self.concluded += deliveries


class Town(Bench):
    """Many users with a subscription each, and what a broadcast to them came to."""

    def settle(self, *tempers: Temper) -> None:
        key = self.store.vapid_keys().public_key
        for number, one in enumerate(self.sandbox.create_subscriptions(tempers, application_server_key=key)):
            user_id = self.store.add_user(f"user {number}").id
            self.store.add_subscription(user_id, endpoint=one.endpoint, p256dh=one.p256dh, auth=one.auth)
        ids = range(1, len(tempers) + 1)
        self.rows_at_first = [found.subscription for found in self.store.subscriptions(ids)]
        self.pages = Rows(self.store, self.rows_at_first)
        self.diary = Diary()
        self.control = Control()
        self.told: list[Delivery] = []

    async def send(self, dispatcher: Dispatcher, **settings: Any) -> Counter[Outcome]:
        usual = {"targets": len(self.rows_at_first), "control": self.control, "journal": self.diary}
        async with asyncio.timeout(DEADLINE_S):
            await dispatcher.broadcast(self.pages, HI, on_deliveries=self.told.extend, **{**usual, **settings})
        return Counter(delivery.outcome for delivery in self.told)

    def ids_left(self) -> set[int | None]:
        ids = [row.id or 0 for row in self.rows_at_first]
        return {found.subscription.id for found in self.store.subscriptions(ids)}


@pytest.fixture
def town(bench: Bench) -> Town:
    return Town(bench.store, bench.sandbox)


def test_everybody_is_sent_to_once_and_everything_is_written_down(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 40, *[Temper.GONE] * 5, *[Temper.NOT_FOUND] * 3)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            counts = await town.send(dispatcher)
            assert counts == {Outcome.ACCEPTED: 40, Outcome.GONE: 5, Outcome.REJECTED: 3}
            stats = dispatcher.cache_stats()
            assert (stats.entries, stats.misses) == (0, 0), "the cache is neither asked nor filled"

    asyncio.run(scenario())
    assert town.log.of(ReadStarted) == []
    everybody = [row.id for row in town.rows_at_first]
    assert town.diary.intended == everybody
    assert sorted(delivery.subscription.id or 0 for delivery in town.diary.concluded) == everybody
    assert town.told == town.diary.concluded
    pruned = {delivery.subscription.id for delivery in town.told if delivery.pruned}
    assert len(pruned) == 5
    assert town.ids_left() == set(everybody) - pruned
    assert town.sandbox.counts().received - town.came_before == 48
    assert town.watched.marks == [], "the journal keeps answers with their rows"


def test_when_too_many_are_gone_the_further_ones_are_held_and_left_out(town: Town) -> None:
    town.settle(*[Temper.GONE] * 60, *[Temper.CREATED] * 40)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            counts = await town.send(dispatcher)
            assert counts == {Outcome.GONE: 60, Outcome.ACCEPTED: 40}
            held = [delivery for delivery in town.told if delivery.held]
            assert len(held) == 40, "a fifth of a hundred were pruned before"
            assert {delivery.reason for delivery in held} == {HELD}
            assert not any(delivery.pruned for delivery in held)
            assert len(town.ids_left()) == 80
            # They are not sent to again.
            arrived = town.sandbox.counts().received
            user_id = held[0].subscription.user_id
            assert user_id is not None
            assert len(await dispatcher.dispatch(user_id, HI)) == 0
            assert town.sandbox.counts().received == arrived
            assert await dispatcher.prune([delivery.subscription for delivery in held]) == 40
            assert len(town.ids_left()) == 40

    asyncio.run(scenario())


def test_ten_that_are_gone_are_never_too_many(town: Town) -> None:
    town.settle(*[Temper.GONE] * 10, Temper.CREATED)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            await town.send(dispatcher)

    asyncio.run(scenario())
    assert len(town.ids_left()) == 1


def test_rows_of_users_that_were_invalidated_are_read_again(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 12)
    kept, deleted, changed = town.rows_at_first[1], town.rows_at_first[2], town.rows_at_first[3]

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:

            def meddle() -> None:
                town.pages.on_page = lambda: None
                town.store.delete_subscriptions([deleted])
                town.store.edit_subscription(
                    changed.id or 0,
                    endpoint=kept.endpoint,
                    p256dh=kept.p256dh,
                    auth=kept.auth,
                    user_agent=None,
                )
                for row in (kept, deleted, changed):
                    assert row.user_id is not None
                    dispatcher.invalidate_user(row.user_id)

            town.pages.on_page = meddle
            counts = await town.send(dispatcher)
            assert counts == {Outcome.ACCEPTED: 11, Outcome.NOT_SENT: 1}

    asyncio.run(scenario())
    assert town.pages.read_again == [kept.id, deleted.id, changed.id]
    assert [(d.subscription.id, d.reason) for d in town.told if d.outcome is Outcome.NOT_SENT] == [
        (deleted.id, GONE_MEANWHILE)
    ]
    assert town.arrived(deleted) == town.arrived(changed) == []
    assert len(town.arrived(kept)) == 2
    assert town.diary.intended == [row.id for row in town.rows_at_first], "each is intended once"
    assert len(town.diary.concluded) == 12


def test_a_pause_lets_nothing_out_and_a_resume_goes_on(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 30)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            town.control.pause()
            running = asyncio.create_task(town.send(dispatcher))
            # Something else goes out and comes back meanwhile.
            await dispatcher.test(town.rows_at_first[0])
            assert town.pages.read == 0
            assert town.told == []
            town.control.resume()
            assert await running == {Outcome.ACCEPTED: 30}

    asyncio.run(scenario())


def test_what_waits_for_its_turn_waits_on_while_paused(town: Town) -> None:
    town.settle(*[Temper.SLOW] * 2, *[Temper.CREATED] * 40)

    async def scenario() -> None:
        async with town.dispatcher(pace=Pace(tries=1, at_once=2)) as dispatcher:
            running = asyncio.create_task(town.send(dispatcher))
            async with asyncio.timeout(DEADLINE_S):
                while dispatcher.push_stats().in_flight < 2:  # noqa: ASYNC110 - a counter is no event
                    await asyncio.sleep(0)
            town.control.pause()
            # The two that are under way end; nobody else is begun although there is room.
            await town.log.wait_for(PushFinished, 2)
            assert dispatcher.push_stats().finished == 2
            await dispatcher.test(town.rows_at_first[5])
            assert dispatcher.push_stats().finished == 3
            town.control.resume()
            assert await running == {Outcome.ACCEPTED: 42}

    asyncio.run(scenario())


def test_a_stop_ends_it_and_what_was_intended_has_an_outcome(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 5, *[Temper.SLOW] * 295)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            running = asyncio.create_task(town.send(dispatcher))
            await town.log.wait_for(PushFinished, 5)
            town.control.stop()
            counts = await running
            assert counts[Outcome.ACCEPTED] >= 5
            assert counts[Outcome.NOT_SENT] > 0
            assert sum(counts.values()) == len(town.diary.intended) == len(town.diary.concluded)
            assert dispatcher.push_stats().in_flight == 0
            assert (await dispatcher.test(town.rows_at_first[0])).outcome is Outcome.ACCEPTED

    asyncio.run(scenario())


@pytest.mark.parametrize("ended_by", ["the dispatcher", "its caller"])
def test_an_end_from_outside_writes_down_what_had_begun(town: Town, ended_by: str) -> None:
    town.settle(Temper.GONE, *[Temper.SLOW] * 50)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            running = asyncio.create_task(town.send(dispatcher))
            await town.log.wait_for(PushFinished)
            if ended_by == "its caller":
                running.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await running
        if ended_by == "the dispatcher":
            await running

    asyncio.run(scenario())
    assert len(town.diary.concluded) == len(town.diary.intended) > 0
    assert [d.subscription.id for d in town.diary.concluded if d.pruned] == [town.rows_at_first[0].id]
    assert len(town.ids_left()) == 50


def test_without_a_journal_that_can_be_written_nothing_goes_out(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 3)

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            town.diary.refusal = "The disk is full."
            with pytest.raises(StoreError, match=r"^The disk is full\.$"):
                await town.send(dispatcher)
            user_id = town.rows_at_first[0].user_id
            assert user_id is not None
            with pytest.raises(StoreError, match=r"^The disk is full\.$"):
                await dispatcher.dispatch(user_id, HI, journal=town.diary)
            with pytest.raises(StoreError, match=r"^The disk is full\.$"):
                await dispatcher.test(town.rows_at_first[0], journal=town.diary)

    asyncio.run(scenario())
    assert town.sandbox.counts().received == town.came_before


def test_a_page_that_cannot_be_read_ends_it_with_its_reason(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 25)

    def fails() -> None:
        if town.pages.read > 20:
            raise StoreError("The database is locked.")

    town.pages.on_page = fails

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            with pytest.raises(StoreError, match=r"^The database is locked\.$"):
                await town.send(dispatcher)

    asyncio.run(scenario())
    assert len(town.diary.intended) == len(town.diary.concluded) == 20


def test_keys_that_are_replaced_meanwhile_end_it_with_nobody_left(town: Town) -> None:
    town.settle(*[Temper.CREATED] * 20)

    def replaces() -> None:
        if town.pages.read == 20:
            town.pages.on_page = lambda: None
            town.store.regenerate_vapid_keys()

    town.pages.on_page = replaces

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            counts = await town.send(dispatcher)
            assert set(counts) <= {Outcome.ACCEPTED, Outcome.NOT_SENT}
            assert sum(counts.values()) == 20

    asyncio.run(scenario())
    assert len(town.diary.concluded) == 20
    assert town.ids_left() == set()


def test_a_dispatch_and_a_test_are_written_down_too(town: Town) -> None:
    town.settle(Temper.GONE, Temper.CREATED)
    gone, good = town.rows_at_first

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            assert gone.user_id is not None
            report = await dispatcher.dispatch(gone.user_id, HI, journal=town.diary)
            assert town.diary.intended == [gone.id]
            assert tuple(report) == tuple(town.diary.concluded)
            assert town.diary.concluded[0].pruned, "after the prune"
            tested = await dispatcher.test(good, journal=town.diary)
            assert town.diary.intended == [gone.id, good.id]
            assert town.diary.concluded[1] == tested

    asyncio.run(scenario())


def test_a_dry_run_builds_everything_and_sends_nothing(town: Town) -> None:
    town.settle(Temper.CREATED)
    (good,) = town.rows_at_first
    broken = town.add("http://10.0.0.1/a")

    async def scenario() -> None:
        async with town.dispatcher() as dispatcher:
            request, problem = await dispatcher.dry_run(good, HI)
            assert problem == ""
            assert request is not None
            assert request.origin == f"http://127.0.0.1:{town.sandbox.port}"
            assert '"aud":"' + request.origin in request.jwt_claims.replace(" ", "")
            assert "Authorization" in dict(request.headers)
            assert "[struck]" in dict(request.headers)["Authorization"]
            assert (request.payload_bytes, request.body_bytes) == (len(HI.payload()), len(HI.payload()) + 103)
            assert (await dispatcher.test(good, HI)).request == request
            nothing, problem = await dispatcher.dry_run(broken, HI)
            assert nothing is None
            assert problem

    asyncio.run(scenario())
    assert town.sandbox.counts().received - town.came_before == 1
