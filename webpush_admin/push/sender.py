"""Sends one message to many receivers at once, over a fixed number of lanes.

Runs on: worker loop
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.encryption import encrypt
from webpush_admin.push.events import PushFinished
from webpush_admin.push.lane import Request
from webpush_admin.push.message import Message
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.stats import PushStats
from webpush_admin.push.transport import LANES, Transport
from webpush_admin.push.vapid import Authorizations
from webpush_admin.push.verdict import judge

INTERRUPTED: Final = "Interrupted; it may have arrived."
STOPPED: Final = "Stopped before it was sent."


class Sender:
    """Owns the transport and counts what became of every push.

    Args:
        policy: Which addresses may be connected to.
        ca_file: Certificate authorities to trust instead of the system's.
        on_event: Told `PushFinished`.
        on_answer: Told every delivery that reached a service.
    """

    def __init__(
        self,
        policy: EndpointPolicy,
        ca_file: Path | None,
        *,
        on_event: Callable[[PushFinished], None] | None,
        on_answer: Callable[[Delivery], None],
    ) -> None:
        self._transport = Transport(policy=policy, ca_file=ca_file)
        self._on_event = on_event
        self._on_answer = on_answer
        self._outcomes: Counter[Outcome] = Counter()
        self._interrupts = 0

    def begin(
        self,
        receivers: Sequence[Receiver],
        message: Message,
        authorizations: Authorizations,
        *,
        began_at: int,
        test: bool = False,
    ) -> "Batch":
        """Return a batch that is ready to run.

        Args:
            receivers: Whom to send to.
            message: What to send.
            authorizations: Sign for it.
            began_at: `interrupts` when the caller was asked to send: an interrupt since then stops the batch too.
            test: Told in the events.
        """
        return Batch(self, receivers, message, authorizations, began_at=began_at, test=test)

    def stats(self, pruned: int) -> PushStats:
        """Return the counters; `pruned` is counted by who deletes."""
        count = self._outcomes
        return PushStats(
            in_flight=self._transport.in_flight,
            accepted=count[Outcome.ACCEPTED],
            gone=count[Outcome.GONE],
            rejected=count[Outcome.REJECTED],
            unreachable=count[Outcome.UNREACHABLE],
            blocked=count[Outcome.BLOCKED],
            not_sent=count[Outcome.NOT_SENT],
            pruned=pruned,
        )

    @property
    def interrupts(self) -> int:
        """Times that what was under way has been ended; a batch compares it with its own beginning."""
        return self._interrupts

    def interrupt(self) -> None:
        """End the requests under way, and let no batch that has begun send another."""
        self._interrupts += 1
        self._transport.interrupt(INTERRUPTED)

    async def change_policy(self, policy: EndpointPolicy) -> None:
        """End what is under way and close the connections that another policy let through."""
        self._interrupts += 1
        await self._transport.change_policy(policy)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def push(self, receiver: Receiver, build: Callable[[], Request | None], *, test: bool) -> Delivery:
        """Send to one receiver, count and tell what became of it."""
        if receiver.target is None:
            delivery = Delivery(receiver.subscription, Outcome.BLOCKED, reason=receiver.refusal)
        else:
            answer = await self._transport.send(build)
            if answer is None:
                delivery = Delivery(receiver.subscription, Outcome.NOT_SENT, reason=STOPPED)
            else:
                delivery = judge(receiver.subscription, answer)
        self._outcomes[delivery.outcome] += 1
        self._on_answer(delivery)
        if self._on_event is not None:
            self._on_event(PushFinished(delivery, test, datetime.now(UTC)))
        return delivery


class Batch:
    """One message on its way to some receivers."""

    def __init__(
        self,
        sender: Sender,
        receivers: Sequence[Receiver],
        message: Message,
        authorizations: Authorizations,
        *,
        began_at: int,
        test: bool,
    ) -> None:
        self._sender = sender
        self._receivers = receivers
        self._payload = message.payload()
        self._headers = _header_lines(message)
        self._headers_by_origin: dict[str, list[str]] = {}
        self._authorizations = authorizations
        self._test = test
        self._began_at = began_at
        self._next = iter(range(len(receivers)))
        self._deliveries: list[Delivery | None] = [None] * len(receivers)

    async def run(self) -> None:
        """Send to everybody; returns when everybody has answered or been given up."""
        workers = min(len(self._receivers), LANES)
        if workers < 2:
            await self._work()
            return
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work())

    def so_far(self) -> tuple[Delivery, ...]:
        """Return a delivery for each receiver; one without an answer yet reads as interrupted."""
        return tuple(
            delivery or Delivery(receiver.subscription, Outcome.UNREACHABLE, reason=INTERRUPTED)
            for delivery, receiver in zip(self._deliveries, self._receivers, strict=True)
        )

    async def _work(self) -> None:
        for index in self._next:
            receiver = self._receivers[index]
            build = partial(self._request, receiver)
            self._deliveries[index] = await self._sender.push(receiver, build, test=self._test)

    def _request(self, receiver: Receiver) -> Request | None:
        if receiver.target is None or self._sender.interrupts != self._began_at:
            return None
        endpoint, keys = receiver.target
        return Request(endpoint, self._headers_for(endpoint.origin), encrypt(self._payload, keys))

    def _headers_for(self, origin: str) -> list[str]:
        """Return one list per origin: a lane that is given the same list again has nothing to set."""
        # The Authorization is never a local here: a traceback that tells its locals would show it.
        known = self._headers_by_origin.get(origin)
        if known is None or not known[-1].endswith(self._authorizations.header(origin)):
            known = [*self._headers, f"Authorization: {self._authorizations.header(origin)}"]
            self._headers_by_origin[origin] = known
        return known


def _header_lines(message: Message) -> list[str]:
    """Return what every receiver gets. Source: RFC 8030, section 5; RFC 8291, section 4."""
    lines = [
        f"TTL: {message.ttl_s}",
        f"Urgency: {message.urgency}",
        "Content-Encoding: aes128gcm",
        "Content-Type: application/octet-stream",
        # libcurl would wait for a 100 Continue before a larger body; push services send none.
        "Expect:",
    ]
    if message.topic is not None:
        lines.append(f"Topic: {message.topic}")
    return lines
