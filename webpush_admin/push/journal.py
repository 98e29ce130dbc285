"""Who writes down what is sent, stated as a Protocol: an intent before, what became of it after.

Runs on: worker loop
"""

from collections.abc import Sequence
from typing import Protocol

from webpush_admin.push.answer import Delivery
from webpush_admin.push.subscription import Subscription


class Journal(Protocol):
    """Kept by whoever sends: after a kill it tells what may have arrived.

    Raises:
        PushError: It cannot be written to. Nothing of what was intended is then sent.
    """

    async def intend(self, subscriptions: Sequence[Subscription]) -> None:
        """Commit that these will be sent to; each stands in exactly one of the calls of one send."""
        ...

    async def conclude(self, deliveries: Sequence[Delivery]) -> None:
        """Commit what became of some of them: with the history, and with the rows (last status, last success)."""
        ...
