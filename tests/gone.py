"""Rows that are gone as a test begins.

Runs on: any
"""

from collections.abc import Sequence

from webpush_admin.store import Store


def remove(store: Store, subscription_ids: Sequence[int]) -> int:
    """Delete subscriptions; return how many there were."""
    return len(store.delete_subscriptions([row.subscription for row in store.subscriptions(subscription_ids)]))
