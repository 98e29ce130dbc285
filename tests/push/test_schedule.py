"""Retries, limits per push service, services that rest, and turns between sends: over real HTTP.

Runs on: any
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.push.material import HI, LOOPBACK, SUBJECT, Bench, row
from tests.push.odd_server import CREATED, OddServer, never, odd_server, saying
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.events import OriginRests, PushFinished
from webpush_admin.push.feed import STOPPED
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.pace import Pace
from webpush_admin.push.receiver import GONE_FOR_GOOD, prepare
from webpush_admin.push.sender import Batch, Sender
from webpush_admin.push.signers import Signers
from webpush_admin.push.vapid import Authorizations, VapidKeys

QUICK = Pace(first_wait_s=0.001)
FAILED = b"HTTP/1.1 500 Fault\r\nContent-Length: 0\r\n\r\n"
PATIENCE = b"HTTP/1.1 429 Slow down\r\nRetry-After: %d\r\nContent-Length: 0\r\n\r\n"


def by_turns(*answers: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Return what gives one answer after the other, and the last one for ever."""
    coming = itertools.chain(answers, itertools.repeat(answers[-1]))

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(next(coming))

    return answer


class Desk:
    """A sender to one odd server."""

    def __init__(self, server: OddServer, pace: Pace, *, lanes: int = 16) -> None:
        self.server = server
        self.told: list[PushFinished | OriginRests] = []
        self.sender = Sender(LOOPBACK, None, pace=pace, lanes=lanes, on_event=self.told.append, on_answer=_nothing)
        self.outgoing = Outgoing(HI, Signers(Authorizations(VapidKeys.generate(), SUBJECT)))

    def batch(self, count: int, *, test: bool = False, port: int | None = None) -> Batch:
        rows = [row(n, endpoint=f"http://127.0.0.1:{port or self.server.port}/{n}") for n in range(1, count + 1)]
        receivers = [prepare(one, LOOPBACK) for one in rows]
        return Batch(self.sender, receivers, self.outgoing, began_at=self.sender.interrupts, test=test)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until the sender's counters say so: they tell nobody when they move."""
        async with asyncio.timeout(10):
            while not is_so():  # noqa: ASYNC110 - a counter is no event
                await asyncio.sleep(0)

    async def send(self, count: int = 1, *, test: bool = False) -> tuple[Delivery, ...]:
        batch = self.batch(count, test=test)
        async with asyncio.timeout(10):
            await batch.run()
        return batch.so_far()


def _nothing(_: Delivery) -> None:
    pass


def _run(
    answer: Callable[[asyncio.StreamWriter], Awaitable[None]],
    pace: Pace,
    scenario: Callable[[Desk], Awaitable[None]],
    **settings: int,
) -> None:
    async def run() -> None:
        async with odd_server(answer) as server:
            desk = Desk(server, pace, **settings)
            await scenario(desk)
            await desk.sender.aclose()
            assert desk.sender.stats(0).in_flight == 0

    asyncio.run(run())


def test_what_fails_for_now_is_tried_again_until_it_is_accepted() -> None:
    async def scenario(desk: Desk) -> None:
        (delivery,) = await desk.send()
        assert (delivery.outcome, delivery.status, delivery.attempts) == (Outcome.ACCEPTED, 201, 3)
        assert len(desk.server.requests) == 3
        assert len(desk.told) == 1, "only what became of it is told"
        stats = desk.sender.stats(0)
        assert (stats.accepted, stats.rejected, stats.retries, stats.retrying) == (1, 0, 2, 0)

    _run(by_turns(FAILED, PATIENCE % 0, CREATED), QUICK, scenario)


def test_three_tries_are_enough() -> None:
    async def scenario(desk: Desk) -> None:
        (delivery,) = await desk.send()
        assert (delivery.outcome, delivery.status, delivery.attempts) == (Outcome.REJECTED, 500, 3)
        assert len(desk.server.requests) == 3

    _run(by_turns(FAILED), QUICK, scenario)


def test_a_test_is_one_attempt() -> None:
    async def scenario(desk: Desk) -> None:
        (delivery,) = await desk.send(test=True)
        assert (delivery.status, delivery.attempts) == (500, 1)
        assert len(desk.server.requests) == 1

    _run(by_turns(FAILED), QUICK, scenario)


@pytest.mark.parametrize("status", [b"400 Bad", b"401 No", b"403 No", b"404 Not there", b"410 Gone", b"413 Too large"])
def test_what_will_not_change_is_not_tried_again(status: bytes) -> None:
    async def scenario(desk: Desk) -> None:
        (delivery,) = await desk.send()
        assert delivery.attempts == len(desk.server.requests) == 1

    _run(by_turns(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"), QUICK, scenario)


def test_what_may_have_arrived_is_not_sent_again() -> None:
    async def scenario(desk: Desk) -> None:
        (delivery,) = await desk.send()
        assert (delivery.outcome, delivery.attempts) == (Outcome.UNREACHABLE, 1)
        assert "may have arrived" in delivery.reason
        assert len(desk.server.requests) == 1

    _run(saying(b""), QUICK, scenario)


def test_what_surely_did_not_arrive_is_sent_again() -> None:
    async def scenario(desk: Desk) -> None:
        async with odd_server(never) as nobody:
            pass
        batch = desk.batch(1, port=nobody.port)
        async with asyncio.timeout(10):
            await batch.run()
        (delivery,) = batch.so_far()
        assert (delivery.outcome, delivery.attempts) == (Outcome.UNREACHABLE, 3)
        assert delivery.reason.startswith("The connection was refused.")

    _run(never, QUICK, scenario)


def test_patience_beyond_the_budget_is_not_waited_for_and_the_origin_rests() -> None:
    async def scenario(desk: Desk) -> None:
        (first,) = await desk.send()
        assert (first.outcome, first.status, first.attempts) == (Outcome.REJECTED, 429, 1)
        (rests,) = (told for told in desk.told if isinstance(told, OriginRests))
        (rest,) = desk.sender.resting()
        origin, until = rest.origin, rest.until
        assert origin == rests.origin
        assert abs(until - rests.until) < timedelta(seconds=1)
        (second,) = await desk.send()
        assert (second.outcome, second.status, second.attempts) == (Outcome.NOT_SENT, None, 0)
        assert second.resting_until is not None
        assert f"{second.resting_until:%H:%M:%S} UTC" in second.reason
        assert len(desk.server.requests) == 1
        # A test does not wait for a rest either: it says at once that there is one.
        (tested,) = await desk.send(test=True)
        assert tested.outcome is Outcome.NOT_SENT

    _run(by_turns(PATIENCE % 120), QUICK, scenario)


def test_patience_within_the_budget_is_waited_for_by_everybody() -> None:
    async def scenario(desk: Desk) -> None:
        (first,) = await desk.send()
        assert (first.status, first.attempts) == (201, 2)
        assert not desk.sender.resting()

    _run(by_turns(PATIENCE % 1, CREATED), QUICK, scenario)


def test_an_origin_that_keeps_failing_rests_and_what_waited_is_told_its_own_answer() -> None:
    async def scenario(desk: Desk) -> None:
        deliveries = await desk.send(8)
        assert {delivery.outcome for delivery in deliveries} == {Outcome.REJECTED, Outcome.NOT_SENT}
        assert len(desk.server.requests) < 3 * 8
        assert len(desk.sender.resting()) == 1

    _run(by_turns(FAILED), replace(QUICK, rest_after=4, first_rest_s=100.0, at_once=2), scenario)


def test_no_more_than_the_pace_says_are_under_way_at_one_origin() -> None:
    class Counting:
        now = most = 0

        async def __call__(self, writer: asyncio.StreamWriter) -> None:
            self.now += 1
            self.most = max(self.most, self.now)
            for _ in range(10):
                await asyncio.sleep(0)
            self.now -= 1
            writer.write(CREATED)

    counting = Counting()

    async def scenario(desk: Desk) -> None:
        deliveries = await desk.send(30)
        assert {delivery.outcome for delivery in deliveries} == {Outcome.ACCEPTED}
        assert counting.most == 3

    _run(counting, replace(QUICK, at_once=3), scenario)


def test_a_rate_spaces_what_goes_out() -> None:
    async def scenario(desk: Desk) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        deliveries = await desk.send(6)
        assert {delivery.outcome for delivery in deliveries} == {Outcome.ACCEPTED}
        assert loop.time() - began_s >= 5 / 50 * 0.9, "five gaps of a fiftieth of a second"

    _run(saying(CREATED, then_close=False), replace(QUICK, per_second=50), scenario)


def test_a_slow_send_does_not_keep_a_small_one_waiting() -> None:
    async def scenario(desk: Desk) -> None:
        large = desk.batch(200)
        running = asyncio.create_task(large.run())
        await desk.server.arrived.wait()
        async with asyncio.timeout(10):
            await desk.batch(1).run()
        assert sum(delivery.outcome is Outcome.NOT_SENT for delivery in large.so_far()) > 100, "it was its turn"
        await running

    _run(saying(CREATED, then_close=False), QUICK, scenario, lanes=2)


def test_who_is_cancelled_leaves_nothing_under_way() -> None:
    async def scenario(desk: Desk) -> None:
        mine, other = desk.batch(5), desk.batch(1)
        running, going_on = asyncio.create_task(mine.run()), asyncio.create_task(other.run())
        await desk.server.arrived.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await desk.until(lambda: desk.sender.stats(0).in_flight == 1)
        assert {delivery.outcome for delivery in mine.so_far()} <= {Outcome.UNREACHABLE, Outcome.NOT_SENT}
        assert not going_on.done()
        desk.sender.interrupt()
        await going_on

    _run(never, QUICK, scenario)


def test_a_stop_settles_what_waits_to_be_tried_again_with_what_it_was_answered() -> None:
    async def scenario(desk: Desk) -> None:
        batch = desk.batch(3)
        running = asyncio.create_task(batch.run())
        await desk.until(lambda: desk.sender.stats(0).retrying == 3)
        desk.sender.interrupt()
        await running
        assert [(d.outcome, d.status, d.attempts) for d in batch.so_far()] == [(Outcome.REJECTED, 500, 1)] * 3
        late = desk.batch(2)
        late._began_at -= 1  # as one that was asked for before the stop
        await late.run()
        assert [(d.outcome, d.reason) for d in late.so_far()] == [(Outcome.NOT_SENT, STOPPED)] * 2

    _run(by_turns(FAILED), Pace(first_wait_s=30.0, budget_s=100.0), scenario)


def test_an_endpoint_that_was_given_up_for_good_is_gone_without_being_sent_to(bench: Bench) -> None:
    given_up = bench.add("https://permanently-removed.invalid/fcm/send/abc")

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            (delivery,) = await dispatcher.dispatch(bench.user_id, HI)
            assert (delivery.outcome, delivery.pruned, delivery.attempts) == (Outcome.GONE, True, 0)
            assert delivery.reason == GONE_FOR_GOOD

    asyncio.run(scenario())
    assert given_up.id not in [kept.id for kept in bench.rows]
