"""One send to many: a fixed number of workers, progress, a cooperative stop, totals instead of a huge report.

Runs on: worker loop
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import Final, TypeVar

from webpush_admin.backend.records import SendProgress, SendSummary
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.errors import PushError

WORKERS: Final = 64
KEPT_DELIVERIES: Final = 1000

T = TypeVar("T")
Send = Callable[[T], Awaitable[Iterable[Delivery]]]


class Broadcast:
    """Takes targets one by one and sends to each.

    Args:
        steps: Targets that are expected: users, or single subscriptions.
        subscriptions: Pushes that are expected; what is not accounted for at the end was not sent.
    """

    def __init__(self, steps: int, subscriptions: int) -> None:
        self._steps = steps
        self._subscriptions = subscriptions
        self._done = 0
        self._stopped = False
        self._outcomes: Counter[Outcome] = Counter()
        self._failed = self._pruned = 0
        self._kept: list[Delivery] = []

    @property
    def progress(self) -> SendProgress:
        """How far it is."""
        return SendProgress(self._steps, self._done, stopping=self._stopped)

    def stop(self) -> None:
        """Take no further target."""
        self._stopped = True

    async def run(self, targets: AsyncGenerator[T, None], send: Send[T]) -> SendSummary:
        """Send to every target.

        Raises:
            PushError: Nothing at all could be sent to: the first reason. Where it was only some, the summary tells it.
        """
        started_s = time.monotonic()
        taking = asyncio.Lock()
        errors: list[PushError] = []

        async def work() -> None:
            while not self._stopped:
                try:
                    async with taking:
                        # It may have been stopped while others took theirs.
                        target = None if self._stopped else await anext(targets, None)
                except PushError as error:
                    # Who else there is cannot be known.
                    errors.append(error)
                    return
                if target is None or self._stopped:
                    return
                try:
                    self._count(await send(target))
                except PushError as error:
                    errors.append(error)
                self._done += 1

        async with contextlib.aclosing(targets), asyncio.TaskGroup() as group:
            for _ in range(max(1, min(WORKERS, self._steps))):
                group.create_task(work())
        if errors and not self._outcomes and not self._stopped:
            raise errors[0]
        return self._summary(time.monotonic() - started_s, str(errors[0]) if errors else "")

    def _count(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            self._outcomes[delivery.outcome] += 1
            self._failed += delivery.failed
            self._pruned += delivery.pruned
            if len(self._kept) < KEPT_DELIVERIES:
                self._kept.append(delivery)

    def _summary(self, elapsed_s: float, problem: str) -> SendSummary:
        told = sum(self._outcomes.values())
        # Rows may have come or gone since they were counted; what a stop or an error left out is told as failed.
        left_out = max(0, self._subscriptions - told) if self._stopped or problem else 0
        return SendSummary(
            targets=told + left_out,
            accepted=self._outcomes[Outcome.ACCEPTED],
            gone=self._outcomes[Outcome.GONE],
            failed=self._failed + left_out,
            pruned=self._pruned,
            elapsed_s=elapsed_s,
            stopped=self._stopped,
            deliveries=tuple(self._kept),
            problem=problem,
        )
