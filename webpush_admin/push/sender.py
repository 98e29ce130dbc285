"""Sends one message to many receivers at once, counts and tells what became of every push.

Runs on: worker loop
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from webpush_admin.push.answer import Answer, Delivery, Outcome
from webpush_admin.push.events import OriginRests, PushFinished
from webpush_admin.push.feed import STOPPED, Feed, Push, stopped
from webpush_admin.push.lane import DEFAULT_LIMITS, Limits, Request
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.pace import DEFAULT_PACE, Origins, Pace
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.schedule import Schedule
from webpush_admin.push.stats import PushStats, Rest
from webpush_admin.push.tally import Tally
from webpush_admin.push.transport import LANES, Transport
from webpush_admin.push.verdict import judge

INTERRUPTED: Final = "Interrupted; it may have arrived."

OnEvent = Callable[[PushFinished | OriginRests], None]


class Sender:
    """Owns the transport and counts what became of every push.

    Args:
        policy: Which addresses may be connected to.
        ca_file: Certificate authorities to trust instead of the system's.
        pace: How pushes are spaced and tried again.
        limits: How long an attempt may take.
        lanes: Requests under way at once.
        on_event: Told `PushFinished` and `OriginRests`.
        on_answer: Told every delivery that is not written down by a journal.
    """

    def __init__(
        self,
        policy: EndpointPolicy,
        ca_file: Path | None,
        *,
        pace: Pace = DEFAULT_PACE,
        limits: Limits = DEFAULT_LIMITS,
        lanes: int = LANES,
        on_event: OnEvent | None,
        on_answer: Callable[[Delivery], None],
    ) -> None:
        self._transport = Transport(policy=policy, ca_file=ca_file, lanes=lanes, limits=limits)
        self._origins = Origins(pace)
        self._on_event = on_event
        self._on_answer = on_answer
        self._tally = Tally()
        self._schedule = Schedule(self._transport, self._origins, self._on_rest, self._tally.retried)
        self._interrupts = 0

    def stats(self, pruned: int) -> PushStats:
        """Return the counters; `pruned` is counted by who deletes."""
        return self._tally.stats(
            in_flight=self._transport.in_flight,
            pruned=pruned,
            retrying=self._schedule.retrying,
            origins=self._origins,
            resting=self._origins.resting(),
        )

    @property
    def interrupts(self) -> int:
        """Times that what was under way has been ended; a batch compares it with its own beginning."""
        return self._interrupts

    def resting(self) -> tuple[Rest, ...]:
        """Return the origins that are left alone."""
        return self._origins.resting()

    def add(self, feed: Feed) -> None:
        """Send what a feed has."""
        self._schedule.add(feed)

    def leave(self, feed: Feed) -> None:
        """Forget a feed that has ended."""
        self._schedule.leave(feed)

    def abandon(self, feed: Feed) -> None:
        """Send nothing more of a feed, and end what is under way of it."""
        self._schedule.abandon(feed)

    def interrupt(self) -> None:
        """End the requests under way, and let no batch that has begun send another."""
        self._interrupts += 1
        self._schedule.abandon_all()

    def tune(self, *, lanes: int, at_once: int, per_second: float) -> None:
        """Send so much at once, in all and to each origin, from now on."""
        self._transport.change_lanes(lanes)
        self._schedule.change_pace(replace(self._origins.pace, at_once=at_once, per_second=per_second))

    async def change_policy(self, policy: EndpointPolicy) -> None:
        """End what is under way and close the connections that another policy let through."""
        self.interrupt()
        await self._transport.change_policy(policy)

    async def aclose(self) -> None:
        """Close the connections."""
        self._schedule.close()
        self._schedule.abandon_all()
        await self._transport.aclose()

    def finished(self, delivery: Delivery, *, test: bool, remember: bool) -> None:
        """Count and tell what became of a push."""
        self._tally.count(delivery)
        if remember:
            self._on_answer(delivery)
        if self._on_event is not None:
            self._on_event(PushFinished(delivery, test, datetime.now(UTC)))

    def _on_rest(self, origin: str, until: datetime) -> None:
        if self._on_event is not None:
            self._on_event(OriginRests(origin, until, datetime.now(UTC)))


class Batch:
    """One message on its way to some receivers, all of them known. A `Feed`.

    Args:
        sender: Sends it.
        receivers: Whom to send to.
        outgoing: What to send.
        began_at: `Sender.interrupts` when the caller was asked to send: an interrupt since then stops the batch too.
        test: Told in the events; there is one attempt for each.
        remember: Answers are told to the sender's `on_answer`.
    """

    def __init__(
        self,
        sender: Sender,
        receivers: Sequence[Receiver],
        outgoing: Outgoing,
        *,
        began_at: int,
        test: bool = False,
        remember: bool = True,
    ) -> None:
        self.tries = 1 if test else None
        self.parked: dict[Push, None] = {}
        self.abandoned = False
        self.paused = False
        self._sender = sender
        self._receivers = receivers
        self._outgoing = outgoing
        self._began_at = began_at
        self._test = test
        self._remember = remember
        self._next = 0
        self._left = len(receivers)
        self._deliveries: list[Delivery | None] = [None] * len(receivers)
        self._done: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Send to everybody; returns when everybody has answered or been given up.

        Whoever is cancelled in it leaves nothing under way.
        """
        if not self._left:
            return
        self._done = asyncio.get_running_loop().create_future()
        if self._sender.interrupts != self._began_at:
            self._sender.abandon(self)
        else:
            self._sender.add(self)
        try:
            await self._done
        except BaseException:
            self._sender.abandon(self)
            raise
        finally:
            self._sender.leave(self)

    def so_far(self) -> tuple[Delivery, ...]:
        """Return a delivery for each receiver; one that is under way reads as interrupted, the others as not sent."""
        return tuple(
            delivery
            or (
                Delivery(receiver.subscription, Outcome.UNREACHABLE, reason=INTERRUPTED)
                if number < self._next
                else Delivery(receiver.subscription, Outcome.NOT_SENT, reason=STOPPED, attempts=0)
            )
            for number, (delivery, receiver) in enumerate(zip(self._deliveries, self._receivers, strict=True))
        )

    def take(self) -> Push | None:
        """Return the next push."""
        number = self._next
        if number == len(self._receivers):
            return None
        self._next = number + 1
        return Push(self, number, self._receivers[number])

    def is_current(self, push: Push) -> bool:
        """Whoever waits, waits for seconds: its row was read for this send."""
        del push
        return True

    def build(self, push: Push) -> Request:
        """Return the request of a push."""
        return self._outgoing.request(push.receiver)

    def judged(self, push: Push, answer: Answer) -> Delivery:
        """Return what an attempt came to."""
        return judged(self._outgoing, push, answer)

    def settle(self, push: Push, delivery: Delivery) -> None:
        """Keep what became of a push."""
        self._deliveries[push.number] = delivery
        self._sender.finished(delivery, test=self._test, remember=self._remember)
        self._left -= 1
        if not self._left and self._done is not None and not self._done.done():
            self._done.set_result(None)

    def fail(self, push: Push, error: Exception) -> None:
        """Give up: what cannot be built for one cannot be built for the others."""
        if not push.attempts:
            self._deliveries[push.number] = stopped(push)
        if self._done is not None and not self._done.done():
            self._done.set_exception(error)


def judged(outgoing: Outgoing, push: Push, answer: Answer) -> Delivery:
    """Return what an attempt came to, with what went out."""
    return judge(
        push.receiver.subscription,
        answer,
        attempts=push.attempts,
        request=outgoing.sent(push.receiver),
    )
