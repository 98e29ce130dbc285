"""A dispatcher for where nothing can be sent: whoever sends with it is told why; there is nothing to enter or close.

Runs on: any
"""

from collections.abc import Iterable
from uuid import UUID

from webpush_admin.push.answer import Delivery, DispatchReport
from webpush_admin.push.errors import DispatchError
from webpush_admin.push.message import Message
from webpush_admin.push.places import Place, PlaceOrder, PlaceState
from webpush_admin.push.stats import CacheStats, PushStats
from webpush_admin.push.subscription import Subscription


class DisabledDispatcher:
    """Stands in for a dispatcher where nothing can be sent; it says why.

    Args:
        reason: One sentence.
    """

    public_key = ""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def dispatch(self, user_id: UUID, message: Message) -> DispatchReport:  # noqa: ARG002 - a dispatcher's signature
        """Raise DispatchError with the reason."""
        raise DispatchError(self._reason)

    async def test(self, subscription: Subscription, message: Message | None = None) -> Delivery:  # noqa: ARG002 - as above
        """Raise DispatchError with the reason."""
        raise DispatchError(self._reason)

    def invalidate_user(self, user_id: UUID) -> None:
        """Do nothing: there is no cache."""

    def cache_stats(self) -> CacheStats:
        """Return zeros."""
        return CacheStats()

    def push_stats(self) -> PushStats:
        """Return zeros."""
        return PushStats()

    def cached(self, order: PlaceOrder, *, descending: bool, states: frozenset[PlaceState]) -> list[UUID]:  # noqa: ARG002 - as above
        """Return nobody: there is no cache."""
        return []

    def places(self, user_ids: Iterable[UUID]) -> tuple[Place, ...]:  # noqa: ARG002 - as above
        """Return none."""
        return ()
