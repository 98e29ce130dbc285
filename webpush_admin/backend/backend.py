"""The composition root: opens a database with its dispatcher and sandbox, and holds the verbs, one object per noun.

Runs on: worker loop
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from webpush_admin.backend.records import (
    BackendEvent,
    CachedUser,
    DatabaseInfo,
    KeysInfo,
    KeysRegenerated,
    Page,
    SendSummary,
    Snapshot,
    SubscriptionInfo,
)
from webpush_admin.push.events import Event
from webpush_admin.push.message import Message
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import InboxEntry, SandboxEndpoint, Temper
from webpush_admin.store.rows import SubscriptionQuery, User, UserQuery, UserRow

Emit = Callable[[Event | BackendEvent], None]


class People:
    """Verbs for users. Each raises PushError with a sentence."""

    async def page(self, query: UserQuery, offset: int, limit: int) -> Page[UserRow]: ...
    async def add(self, name: str) -> User: ...
    async def rename(self, user_id: UUID, name: str) -> User: ...
    async def delete(self, user_ids: Sequence[UUID]) -> int:
        """Delete users and their subscriptions; return how many subscriptions went with them."""


class Subscriptions:
    """Verbs for subscriptions."""

    async def page(self, query: SubscriptionQuery, offset: int, limit: int) -> Page[SubscriptionInfo]: ...
    async def info(self, subscription_id: int) -> SubscriptionInfo | None: ...
    async def check(self, endpoint: str, p256dh: str, auth: str) -> tuple[str, str]:
        """Return why the endpoint and why the keys cannot be used, "" for each where they can."""

    async def add(
        self, user_id: UUID, *, endpoint: str, p256dh: str, auth: str, user_agent: str | None
    ) -> Subscription: ...
    async def edit(
        self, subscription_id: int, *, endpoint: str, p256dh: str, auth: str, user_agent: str | None
    ) -> Subscription: ...
    async def delete(self, subscription_ids: Sequence[int]) -> int: ...


class Sending:
    """Verbs for pushes, the cache and what is gone. One send runs at a time."""

    async def to_user(self, user_id: UUID, message: Message) -> SendSummary:
        """dispatch(): through the cache, 410 prunes."""

    async def to_all(self, message: Message) -> SendSummary:
        """dispatch() for every user."""

    async def to_subscriptions(self, subscription_ids: Sequence[int], message: Message) -> SendSummary:
        """test(): no cache, no prune."""

    async def count(self, user_id: UUID | None = None) -> tuple[int, int]:
        """Return (users with subscriptions, subscriptions) that a send would be meant for."""

    async def stop(self) -> None:
        """End the running send: what is in flight is told as interrupted, the rest as not sent."""

    async def prune(self, subscription_ids: Sequence[int]) -> int:
        """Delete subscriptions that a test found gone."""

    async def invalidate(self, user_id: UUID) -> None: ...
    async def invalidate_all(self) -> None: ...
    async def cached_users(self, limit: int) -> tuple[CachedUser, ...]:
        """Return the users held in the cache, the newest used first."""


class Keys:
    """Verbs for the VAPID keys and the subject."""

    async def info(self) -> KeysInfo: ...
    async def set_subject(self, subject: str) -> str:
        """Keep the VAPID subject with the database; return it normalised. Raises InvalidKeys with a sentence."""

    async def regenerate(self, expected_subscriptions: int, backup: Path) -> KeysRegenerated:
        """Write a backup of the whole database, then make a new pair and delete every subscription.

        Raises:
            StoreError: The number of subscriptions is another by now, or the backup cannot be written; nothing changed.
        """


class Trying:
    """Verbs for the sandbox push service."""

    async def endpoints(self) -> tuple[SandboxEndpoint, ...]: ...
    async def set_temper(self, endpoints: Sequence[str], temper: Temper) -> None: ...
    async def inbox(self, after: int) -> tuple[InboxEntry, ...]:
        """Return what arrived after entry number `after`, the oldest first, at most 1000."""


class Backend:
    """Everything that a window or a command line may ask. Lives on one asyncio loop.

    Attributes:
        snapshot: Every total; replaced about ten times a second, read from any thread.
    """

    people: People
    subscriptions: Subscriptions
    sending: Sending
    keys: Keys
    trying: Trying
    snapshot: Snapshot

    def __init__(self, emit: Emit) -> None: ...

    async def open(self, url: str, *, create: bool, subject: str = "", ca_file: Path | None = None) -> DatabaseInfo:
        """Open a database ("sqlite:///path"), after closing the one that is open.

        Raises:
            StoreError: It cannot be used, as a sentence; nothing is open then.
        """

    async def open_demo(self) -> DatabaseInfo:
        """Make a throw-away database of some 40 users and 100 subscriptions on a running sandbox, and open it."""

    async def info(self) -> DatabaseInfo: ...
    async def close(self) -> None:
        """End what runs within a second, close the database, the sandbox and the executors. Idempotent."""
