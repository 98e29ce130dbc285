"""What becomes of a broadcast, in stretches: pruned, written down, told; and the guard against pruning too much.

Runs on: worker loop
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.journal import Journal
from webpush_admin.push.pruning import Pruning

FLUSH_S: Final = 0.25
FLUSH_AT: Final = 500
"""What became of the pushes is written down this often, or after so many of them."""

HELD_SHARE: Final = 0.2
HELD_ABOVE: Final = 10

HELD: Final = "Gone, but kept: so many at once may have another reason. Somebody has to say that they shall be pruned."


class Results:
    """Collects deliveries and writes them down; the rows of the first that are gone are deleted, the others held.

    Args:
        pruning: Deletes what is gone.
        journal: Writes it down, None for nobody.
        targets: Subscriptions that were counted before the start.
        on_deliveries: Told what became of pushes, after it was written down.
        written: Called after each stretch.
    """

    def __init__(
        self,
        pruning: Pruning,
        journal: Journal | None,
        targets: int,
        on_deliveries: Callable[[Sequence[Delivery]], None],
        *,
        written: Callable[[], None],
    ) -> None:
        self._pruning = pruning
        self._journal = journal
        self._on_deliveries = on_deliveries
        self._written = written
        self._held_above = max(HELD_ABOVE, HELD_SHARE * targets)
        self._gone = 0
        self._done: list[Delivery] = []
        self._wake = asyncio.Event()
        self._ended = False

    @property
    def behind(self) -> bool:
        """Whether so much waits to be written down that nothing more should be begun."""
        return len(self._done) > 4 * FLUSH_AT

    def keep(self, delivery: Delivery) -> Delivery:
        """Take what became of a push; return it with what will become of its row."""
        if delivery.outcome is Outcome.GONE:
            self._gone += 1
            if self._gone > self._held_above:
                delivery = replace(delivery, held=True, reason=HELD)
        self._done.append(delivery)
        if len(self._done) >= FLUSH_AT:
            self._wake.set()
        return delivery

    def end(self) -> None:
        """Let `write` return once everything is written."""
        self._ended = True
        self._wake.set()

    async def write(self) -> None:
        """Write down what comes, until the end.

        Raises:
            PushError: The journal refuses.
        """
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_S):
                    await self._wake.wait()
            self._wake.clear()
            ended = self._ended
            done, self._done = self._done, []
            if done:
                await self._write_down(done)
                self._written()
            elif ended:
                return

    async def _write_down(self, done: Sequence[Delivery]) -> None:
        deliveries = await self._pruning.prune(done)
        held = [delivery.subscription for delivery in deliveries if delivery.held]
        if held:
            self._pruning.leave_out(held)
        if self._journal is not None:
            await self._journal.conclude(deliveries)
            self._pruning.read_anew((delivery.subscription, delivery.status) for delivery in deliveries)
        self._on_deliveries(deliveries)
