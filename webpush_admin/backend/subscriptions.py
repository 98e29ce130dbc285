"""Verbs for subscriptions.

Runs on: worker loop
"""

from collections.abc import Sequence
from uuid import UUID

from webpush_admin.backend.describe import describe, problems_of_parts
from webpush_admin.backend.detail import Judgement
from webpush_admin.backend.lists import Lists
from webpush_admin.backend.records import Page, SubscriptionInfo
from webpush_admin.backend.session import Session
from webpush_admin.push.endpoint import check_endpoint, check_keys
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.rows import SubscriptionQuery, SubscriptionRow
from webpush_admin.store.store import Store
from webpush_admin.store.subscriptions import find


class Subscriptions:
    """Each verb raises PushError with a sentence."""

    def __init__(self, session: Session, lists: Lists) -> None:
        self._session = session
        self._lists = lists

    async def page(self, query: SubscriptionQuery, offset: int, limit: int, stamp: int = 0) -> Page[SubscriptionInfo]:
        """Return a stretch of the subscriptions with what can be said of each; for `stamp` see `backend.lists`."""
        rows, total = await self._lists.subscriptions(query, stamp, offset, limit)
        # On a thread: what is said of a row takes cryptography.
        described = await self._session.calls.run(lambda: tuple(map(self._described, rows)))
        return Page(offset, described, total)

    async def total(self, query: SubscriptionQuery, stamp: int = 0) -> int:
        """Return how many subscriptions a query has; a page tells it where that is known at once."""
        return await self._lists.total(query, stamp)

    async def count(self) -> int:
        """Return how many there are of everybody, now."""
        return await self._session.read(lambda store: store.subscriptions_count())

    async def info(self, subscription_id: int) -> SubscriptionInfo | None:
        """Return one subscription, None where there is none."""

        def read(store: Store) -> SubscriptionInfo | None:
            row = store.subscription(subscription_id)
            return None if row is None else self._describe(row)

        return await self._session.read(read)

    async def check(self, endpoint: str, p256dh: str, auth: str, user_id: UUID | None = None) -> Judgement:
        """Return why each part cannot be used, and the subscription that this user has with this endpoint."""
        policy = self._session.opening.policy

        def judge(store: Store) -> Judgement:
            existing = None
            if user_id is not None and endpoint:
                existing = store.database.read(lambda connection: find(connection, user_id, endpoint))
            return Judgement(problems_of_parts(endpoint, p256dh, auth, policy), existing)

        return await self._session.read(judge)

    async def add(
        self,
        user_id: UUID,
        *,
        endpoint: str,
        p256dh: str,
        auth: str,
        user_agent: str | None,
        may_replace: bool = True,
    ) -> Subscription:
        """Add a subscription, or replace the keys of the one with this user and endpoint where that is allowed."""

        def change(store: Store) -> Subscription:
            self._validate(endpoint, p256dh, auth)
            return store.add_subscription(
                user_id,
                endpoint=endpoint,
                p256dh=p256dh,
                auth=auth,
                user_agent=user_agent,
                may_replace=may_replace,
            )

        return await self._session.read(change)

    async def edit(
        self,
        subscription_id: int,
        *,
        endpoint: str,
        p256dh: str,
        auth: str,
        user_agent: str | None,
        seen: Subscription | None = None,
    ) -> Subscription:
        """Change a subscription; `seen` is how it was when somebody began to, and refuses where it is so no longer."""

        def change(store: Store) -> Subscription:
            self._validate(endpoint, p256dh, auth)
            return store.edit_subscription(
                subscription_id, endpoint=endpoint, p256dh=p256dh, auth=auth, user_agent=user_agent, seen=seen
            )

        return await self._session.read(change)

    async def mark_suspect(self, subscription_ids: Sequence[int]) -> int:
        """Mark subscriptions as perhaps gone, until they accept a push; return how many were not marked before."""
        return await self._session.read(lambda store: store.mark_suspect(subscription_ids))

    async def unmark(self, subscription_ids: Sequence[int]) -> int:
        """Take the mark from subscriptions; return how many had one."""
        return await self._session.read(lambda store: store.unmark(subscription_ids))

    def _described(self, row: SubscriptionRow | None) -> SubscriptionInfo | None:
        return None if row is None else self._describe(row)

    def _describe(self, row: SubscriptionRow) -> SubscriptionInfo:
        opening = self._session.opening
        return describe(row, opening.policy, opening.sandbox.origin if opening.sandbox else "")

    def _validate(self, endpoint: str, p256dh: str, auth: str) -> None:
        check_endpoint(endpoint, self._session.opening.policy)
        check_keys(p256dh, auth)
