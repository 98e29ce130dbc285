"""The verb that tells everything about one subscription.

Runs on: worker loop
"""

from dataclasses import replace
from typing import Final

from webpush_admin.backend.describe import agent, key_check
from webpush_admin.backend.detail import KeyOrigin, SubscriptionDetail
from webpush_admin.backend.endpoint_parts import endpoint_parts
from webpush_admin.backend.session import Session
from webpush_admin.backend.subscriptions import Subscriptions
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import keys
from webpush_admin.store.rows import NOTHING_FOUND, Finding
from webpush_admin.store.store import Store

SHOWN_ANSWERS: Final = 20


class Details:
    """Raises PushError with a sentence."""

    def __init__(self, session: Session, subscriptions: Subscriptions) -> None:
        self._session = session
        self._subscriptions = subscriptions

    async def of(self, subscription_id: int, findings: Finding = NOTHING_FOUND) -> SubscriptionDetail | None:
        """Return one subscription in full, None where there is none any more.

        Args:
            subscription_id: Which.
            findings: What the list knows of the audit.
        """
        info = await self._subscriptions.info(subscription_id)
        if info is None:
            return None
        row = info.subscription
        policy = self._session.opening.policy

        def look(store: Store) -> SubscriptionDetail:
            # Here on a thread, since decoding, hashing and the patterns of user agents take their time.
            return SubscriptionDetail(
                replace(info, findings=info.findings | findings),
                endpoint_parts(row.endpoint, info.service),
                key_check(row, policy),
                _origin(store, row),
                agent(row.user_agent or ""),
                store.history.of_subscription(subscription_id, SHOWN_ANSWERS),
            )

        return await self._session.read(look)


def _origin(store: Store, row: Subscription) -> KeyOrigin:
    key_id = row.vapid_key_id
    active = None if key_id is None else store.database.read(lambda connection: keys.is_active(connection, key_id))
    if active is None:
        return KeyOrigin.UNKNOWN
    return KeyOrigin.ACTIVE if active else KeyOrigin.OLDER
