"""Deletes what is gone; where nothing may be deleted, remembers it, so that nobody sends to it again.

Runs on: worker loop
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.cache import SubscriptionCache
from webpush_admin.push.dispatch_store import DispatchStore
from webpush_admin.push.errors import StoreError, StoreReadOnly
from webpush_admin.push.events import SubscriptionsPruned
from webpush_admin.push.seats import Receivers
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subscription import Subscription

KEPT_GONE: Final = 20_000
"""Rows that are gone and could not be deleted; the one that was found longest ago is asked about again first."""


class Pruning:
    """Rows first, then the cache, so that nobody can read them back.

    In a database that is read-only a row that is gone stays, and so does one while somebody is asked. It is gone for
    good, and going on to send to it is what push services hold against a sender: so such a row is left out of what is
    read, for as long as the dispatcher is open and the row has this endpoint and these keys.

    Args:
        store: Deletes rows.
        calls: Runs the store's methods off the loop.
        cache: Lets go of what was deleted.
        by: Named to the store as who deletes.
        on_event: Told `SubscriptionsPruned`.

    Attributes:
        pruned: Rows that were deleted.
    """

    def __init__(
        self,
        store: DispatchStore,
        calls: StoreCalls,
        cache: SubscriptionCache,
        *,
        by: object,
        on_event: Callable[[SubscriptionsPruned], None] | None,
    ) -> None:
        self.pruned = 0
        self._store = store
        self._calls = calls
        self._cache = cache
        self._by = by
        self._on_event = on_event
        self._gone: dict[tuple[int | None, str, str], None] = {}

    async def prune(self, deliveries: Sequence[Delivery]) -> tuple[Delivery, ...]:
        """Delete what is gone among the deliveries, in one transaction; return them with what became of it."""
        gone = tuple(d.subscription for d in deliveries if d.outcome is Outcome.GONE and not d.held)
        if not gone:
            return tuple(deliveries)
        try:
            deleted = await self.delete(gone)
        except StoreReadOnly as error:
            self.leave_out(gone)
            reason = f"Gone, not removed. {error}"
            return _marked(deliveries, gone, lambda delivery: replace(delivery, reason=reason))
        except StoreError as error:
            reason = f"Gone, but its row could not be deleted: {error}"
            return _marked(deliveries, gone, lambda delivery: replace(delivery, prune_failed=True, reason=reason))
        return _marked(deliveries, deleted, lambda delivery: replace(delivery, pruned=True))

    async def delete(self, gone: Sequence[Subscription]) -> tuple[Subscription, ...]:
        """Delete rows; return those that there were: others were deleted, or given other keys, by somebody else.

        Raises:
            StoreError: They cannot be deleted; the cache is as it was.
        """
        deleted = await self._calls.run(lambda: tuple(self._store.delete_subscriptions(gone, by=self._by)))
        # All that are gone: none of them is in the database any more, whoever deleted it.
        for user_id, rows in _by_user(gone).items():
            self._cache.prune(user_id, rows)
        # Nothing is there to be left out any more; what comes back, somebody wants to be sent to.
        for row in gone:
            self._gone.pop(row.identity, None)
        self.pruned += len(deleted)
        if self._on_event is not None:
            for user_id, rows in _by_user(deleted).items():
                self._on_event(SubscriptionsPruned(user_id, tuple(rows), datetime.now(UTC)))
        return deleted

    def leave_out(self, gone: Sequence[Subscription]) -> None:
        """Send no more to rows that stay although they are gone, for as long as the dispatcher is open."""
        self._gone.update(dict.fromkeys(row.identity for row in gone))
        while len(self._gone) > KEPT_GONE:
            del self._gone[next(iter(self._gone))]
        for user_id, rows in _by_user(gone).items():
            self._cache.prune(user_id, rows)

    def is_left_out(self, row: Subscription) -> bool:
        """Whether a row is known to be gone."""
        return row.identity in self._gone

    def read_anew(self, answered: Iterable[tuple[Subscription, int | None]]) -> None:
        """Have rows read again whose 404 is history, now that their newer answers are in the database.

        A row in the cache that still tells of it would be pruned by its next 404.
        """
        for row, status in answered:
            if row.first_404_at is not None and row.user_id is not None and status not in (None, 404):
                self._cache.invalidate(row.user_id)

    def left(self, receivers: Receivers) -> Receivers:
        """Return what was read without what is known to be gone."""
        if not self._gone:
            return receivers
        return tuple(one for one in receivers if one.subscription.identity not in self._gone)


def _by_user(rows: Sequence[Subscription]) -> dict[UUID, list[Subscription]]:
    """Return the rows of each user; one that is not stored has none."""
    found: dict[UUID, list[Subscription]] = {}
    for row in rows:
        if row.user_id is not None:
            found.setdefault(row.user_id, []).append(row)
    return found


def _marked(
    deliveries: Sequence[Delivery], rows: Sequence[Subscription], mark: Callable[[Delivery], Delivery]
) -> tuple[Delivery, ...]:
    """Return the deliveries with a mark on each row that is gone and among these."""
    identities = {row.identity for row in rows}
    return tuple(
        mark(delivery)
        if delivery.outcome is Outcome.GONE and delivery.subscription.identity in identities
        else delivery
        for delivery in deliveries
    )
