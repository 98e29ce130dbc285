"""One message to many: counted, told, stopped.

Runs on: any
"""

import asyncio
from collections.abc import Sequence

from tests.push.material import HI, LOOPBACK, ONCE, SUBJECT, Bench
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.events import PushFinished
from webpush_admin.push.feed import STOPPED
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.pace import Pace
from webpush_admin.push.receiver import Receiver, prepare
from webpush_admin.push.sender import INTERRUPTED, Batch, Sender
from webpush_admin.push.signers import Signers
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.transport import LANES
from webpush_admin.push.vapid import Authorizations
from webpush_admin.sandbox.records import Temper


class _Desk:
    """A sender, and everything that it told."""

    def __init__(self, bench: Bench, *, pace: Pace = ONCE, lanes: int = LANES) -> None:
        self.log = bench.log
        self.answered: list[Delivery] = []
        self.sender = Sender(LOOPBACK, None, pace=pace, lanes=lanes, on_event=bench.log, on_answer=self.answered.append)
        self.outgoing = Outgoing(HI, Signers(Authorizations(bench.store.vapid_keys(), SUBJECT)))

    def batch(self, rows: Sequence[Subscription]) -> Batch:
        return Batch(self.sender, _prepared(rows), self.outgoing, began_at=self.sender.interrupts)

    async def send(self, rows: Sequence[Subscription]) -> tuple[Delivery, ...]:
        batch = self.batch(rows)
        await batch.run()
        return batch.so_far()


def _prepared(rows: Sequence[Subscription]) -> list[Receiver]:
    return [prepare(row, LOOPBACK) for row in rows]


def test_every_outcome_is_counted_told_and_handed_on(bench: Bench) -> None:
    rows = [*bench.subscribe(Temper.CREATED, Temper.GONE, Temper.NOT_FOUND, Temper.DROP), bench.add("http://x.net/a")]

    async def scenario() -> None:
        desk = _Desk(bench)
        deliveries = await desk.send(rows)
        assert [delivery.outcome for delivery in deliveries] == [
            Outcome.ACCEPTED,
            Outcome.GONE,
            Outcome.REJECTED,
            Outcome.UNREACHABLE,
            Outcome.BLOCKED,
        ]
        stats = desk.sender.stats(pruned=7)
        assert (stats.accepted, stats.gone, stats.rejected, stats.unreachable, stats.blocked) == (1, 1, 1, 1, 1)
        assert (stats.pruned, stats.in_flight, stats.not_sent) == (7, 0, 0)
        assert (stats.finished, stats.failed) == (5, 3)
        assert {delivery.subscription.id for delivery in desk.answered} == {row.id for row in rows}
        assert [told.delivery for told in desk.log.of(PushFinished)] == desk.answered
        await desk.sender.aclose()

    asyncio.run(scenario())


def test_nobody_to_send_to_is_no_fault(bench: Bench) -> None:
    async def scenario() -> None:
        desk = _Desk(bench)
        assert await desk.send([]) == ()
        await desk.sender.aclose()

    asyncio.run(scenario())


def test_an_interrupt_ends_what_is_under_way_and_sends_no_more_of_that_batch(
    bench: Bench,
) -> None:
    gone, *slow = bench.subscribe(Temper.GONE, *[Temper.SLOW] * 5)

    async def scenario() -> None:
        desk = _Desk(bench, lanes=3)
        batch = desk.batch([gone, *slow])
        running = asyncio.create_task(batch.run())
        await desk.log.wait_for(PushFinished)
        await asyncio.sleep(0)
        assert desk.sender.stats(0).in_flight == 3
        desk.sender.interrupt()
        await running
        told = [(delivery.outcome, delivery.reason) for delivery in batch.so_far()]
        assert told[0][0] is Outcome.GONE
        assert told[1:3] == [(Outcome.UNREACHABLE, INTERRUPTED)] * 2
        # Its body may not have gone out yet: it took the lane of the one that was gone.
        assert told[3] in ((Outcome.UNREACHABLE, INTERRUPTED), (Outcome.NOT_SENT, STOPPED))
        assert told[4:] == [(Outcome.NOT_SENT, STOPPED)] * 2
        stats = desk.sender.stats(0)
        assert (stats.gone, stats.unreachable + stats.not_sent, stats.in_flight) == (1, 5, 0)
        assert all(bench.arrived(row) == [] for row in slow[3:])
        # A batch that begins after it is sent as ever.
        bench.sandbox.set_temper([row.endpoint for row in slow], Temper.CREATED)
        assert {delivery.outcome for delivery in await desk.send(slow)} == {Outcome.ACCEPTED}
        await desk.sender.aclose()

    asyncio.run(scenario())


def test_a_batch_that_has_not_begun_reads_as_not_sent(bench: Bench) -> None:
    (row,) = bench.subscribe(Temper.CREATED)

    async def scenario() -> None:
        desk = _Desk(bench)
        (delivery,) = desk.batch([row]).so_far()
        assert (delivery.outcome, delivery.reason, delivery.attempts) == (Outcome.NOT_SENT, STOPPED, 0)
        await desk.sender.aclose()

    asyncio.run(scenario())
