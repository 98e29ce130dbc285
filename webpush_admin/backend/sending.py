"""Verbs for pushes, for the cache, and for what is gone.

Runs on: worker loop
"""

from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

from webpush_admin.backend.broadcast import Broadcast, Send
from webpush_admin.backend.lists import Lists
from webpush_admin.backend.records import CachedUser, DryRun, SendProgress, SendSummary
from webpush_admin.backend.session import Session
from webpush_admin.push.answer import Delivery
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import PushError
from webpush_admin.push.message import Message
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.rows import Chosen
from webpush_admin.store.store import Store

NOT_YET = "This cannot be done yet."
STRETCH = 500
"""Users whose ids are read at once: a broadcast never holds all of them."""

T = TypeVar("T")


class Sending:
    """One send runs at a time. Each verb raises PushError with a sentence.

    Args:
        session: The open database.
        lists: Tell the ids behind what was chosen.
        publish: Awaited at the end of a send, so that the totals are there before its summary.
    """

    def __init__(self, session: Session, lists: Lists, publish: Callable[[], Awaitable[None]]) -> None:
        self._session = session
        self._lists = lists
        self._publish = publish
        self._running: Broadcast | None = None

    @property
    def progress(self) -> SendProgress | None:
        """How far the running send is, None where none runs."""
        return self._running.progress if self._running else None

    async def to_user(self, user_id: UUID, message: Message, *, keep_payload: bool = False) -> SendSummary:
        """Send to every subscription of a user, through the cache; 410 prunes."""
        dispatcher = self._session.open_dispatcher
        _, targets = await self.count(user_id)
        return await self._run(Broadcast(1, targets), _each([user_id]), _dispatching(dispatcher, message), message)

    async def to_chosen(
        self, chosen: Chosen, message: Message, *, label: str, keep_payload: bool = False
    ) -> SendSummary:
        """Send to the subscriptions that were chosen, past the cache; what is gone is pruned, or held and asked about.

        Args:
            chosen: Which; `Chosen(count, query=SubscriptionQuery())` is all of them.
            message: What to send.
            label: Whom it is for, in words, as the history tells it.
            keep_payload: The history shows what was sent.
        """
        raise PushError(NOT_YET)

    async def retry_failed(self, send: int, message: Message, *, keep_payload: bool = False) -> SendSummary:
        """Send again to those that neither accepted a send of the history nor were gone."""
        raise PushError(NOT_YET)

    async def prune_held(self, send: int) -> int:
        """Delete what a send found gone and held; return how many there were. Rows that are others by now stay."""
        raise PushError(NOT_YET)

    async def pause(self) -> None:
        """Let nothing new of the running broadcast go out.

        Raises:
            PushError: What runs is no broadcast.
        """
        raise PushError(NOT_YET)

    async def resume(self) -> None:
        """Go on after a pause."""

    async def dry_run(self, target: Sequence[int] | UUID | None, message: Message) -> DryRun:
        """Build everything for one receiver, and send nothing.

        Args:
            target: Ids of subscriptions, a user, or None for all.
            message: What would be sent.
        """
        raise PushError(NOT_YET)

    async def count_chosen(self, chosen: Chosen) -> int:
        """Return how many subscriptions were chosen, as of now."""
        return len(await self._lists.ids(chosen, Cancel()))

    async def to_all(self, message: Message, *, keep_payload: bool = False) -> SendSummary:
        """Send to every user who has subscriptions, through the cache; 410 prunes."""
        dispatcher = self._session.open_dispatcher
        users, targets = await self.count()
        return await self._run(Broadcast(users, targets), self._user_ids(), _dispatching(dispatcher, message), message)

    async def to_subscriptions(
        self, subscription_ids: Sequence[int], message: Message, *, keep_payload: bool = False
    ) -> SendSummary:
        """Test single subscriptions, past the cache; nothing is pruned."""
        dispatcher = self._session.open_dispatcher
        rows = await self._session.read(lambda store: store.subscriptions(subscription_ids))

        async def test(subscription: Subscription) -> tuple[Delivery, ...]:
            return (await dispatcher.test(subscription, message),)

        each = _each([row.subscription for row in rows])
        return await self._run(Broadcast(len(rows), len(rows)), each, test, message)

    async def count(self, user_id: UUID | None = None) -> tuple[int, int]:
        """Return (users with subscriptions, subscriptions) that a send would be meant for."""
        return await self._session.read(lambda store: store.counts(user_id))

    async def stop(self) -> None:
        """End the running send: what is in flight is told as interrupted, the rest as not sent."""
        if self._running is not None:
            self._running.stop()
            self._session.open_dispatcher.interrupt()

    async def prune(self, subscription_ids: Sequence[int]) -> int:
        """Delete subscriptions that a test found gone; return how many there were."""
        dispatcher = self._session.open_dispatcher
        rows = await self._session.read(lambda store: store.subscriptions(subscription_ids))
        by_user: defaultdict[UUID, list[Subscription]] = defaultdict(list)
        for row in rows:
            if row.subscription.user_id is not None:
                by_user[row.subscription.user_id].append(row.subscription)
        return sum([await dispatcher.prune(user_id, gone) for user_id, gone in by_user.items()])

    async def invalidate(self, user_id: UUID) -> None:
        """Forget what the cache holds of a user."""
        self._session.open_dispatcher.invalidate_user(user_id)

    async def invalidate_all(self) -> None:
        """Forget everything that the cache holds."""
        self._session.open_dispatcher.invalidate_all("The operator invalidated all users.")

    async def cached_users(self, limit: int) -> tuple[CachedUser, ...]:
        """Return the users held in the cache, the newest used first."""
        held = self._session.dispatcher.held(limit)
        names = await self._session.read(lambda store: store.names_of([user.user_id for user in held]))
        return tuple(
            CachedUser(user.user_id, names.get(user.user_id, ""), user.generation, user.rows, user.fresh_for_s)
            for user in held
        )

    async def _run(
        self, broadcast: Broadcast, targets: AsyncGenerator[T, None], send: Send[T], message: Message
    ) -> SendSummary:
        if self._running is not None:
            raise PushError("Something is being sent already: wait for its end, or stop it.")
        self._running = broadcast
        self._session.answers.begin(message)
        try:
            return await broadcast.run(targets, send)
        finally:
            self._running = None
            await self._publish()

    async def _user_ids(self) -> AsyncGenerator[UUID, None]:
        last: UUID | None = None
        while True:
            stretch = await self._session.read(partial(Store.user_ids_after, last=last, limit=STRETCH))
            if not stretch:
                return
            for user_id in stretch:
                yield user_id
            last = stretch[-1]


async def _each(targets: Iterable[T]) -> AsyncGenerator[T, None]:
    for target in targets:
        yield target


def _dispatching(dispatcher: Dispatcher, message: Message) -> Send[UUID]:
    async def dispatch(user_id: UUID) -> Iterable[Delivery]:
        return await dispatcher.dispatch(user_id, message)

    return dispatch
