"""Verbs for the VAPID keys and the subject.

Runs on: worker loop
"""

from pathlib import Path

from webpush_admin.backend.key_records import KeysInfo, KeysRegenerated
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import StoreError
from webpush_admin.push.vapid import VapidKeys, fingerprint
from webpush_admin.store.store import Store


class Keys:
    """Each verb raises PushError with a sentence. No private key ever leaves the store through here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def info(self) -> KeysInfo:
        """Return the public half of the active pair, and how many subscriptions a regeneration would delete."""
        session = self._session

        def read(store: Store) -> KeysInfo:
            _, subscriptions = store.counts()
            key = session.public_key
            return KeysInfo(key, fingerprint(key), store.keys_created_at(), session.subject, subscriptions)

        return await session.read(read)

    async def set_subject(self, subject: str) -> str:
        """Keep the VAPID subject with the database; return it normalised."""
        return await self._session.set_subject(subject)

    async def regenerate(self, expected_subscriptions: int, backup: Path) -> KeysRegenerated:
        """Write a backup of the whole database, then make a new pair and delete every subscription.

        Raises:
            StoreError: The number of subscriptions is another by now, or the backup cannot be written; nothing changed.
        """

        def change(store: Store) -> VapidKeys:
            store.backup(backup)
            try:
                return store.regenerate_vapid_keys(expected_subscriptions)
            except StoreError:
                # Nothing was lost, so a file with the private key in it should not lie around.
                backup.unlink(missing_ok=True)
                raise

        keys = await self._session.read(change)
        self._session.public_key = keys.public_key
        if self._session.keys_problem:
            await self._session.start_dispatcher()
        return KeysRegenerated(await self.info(), expected_subscriptions, backup)
