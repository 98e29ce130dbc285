"""Verbs for where private keys are kept: the database, the system's keyring, or an encrypted file.

Runs on: worker loop
"""

from collections.abc import Callable

from webpush_admin.backend.key_info import pair_info
from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.backend.records import DatabaseInfo, InfoChanged
from webpush_admin.backend.session import Session
from webpush_admin.push.secret import Secret
from webpush_admin.store.key_rows import KeepIn, KeyPair
from webpush_admin.store.store import Store


class KeyKeeping:
    """Each verb raises PushError with a sentence; the private key is where it was then."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def keyring_name(self) -> str:
        """Return what the system's keyring calls itself, "" where there is none that can be used."""
        return await self._session.read(lambda store: store.keys.vault.entries.backend_name())

    async def keep(self, key_id: int, where: KeepIn) -> KeyPairInfo:
        """Move a private key: it is written and read again at the new place before the old one forgets it.

        A file that it was in stays. Where it was unlocked, it still is.
        """
        return await self._changed(lambda store: store.keys.keep(key_id, where))

    async def unlock(self, key_id: int, passphrase: Secret) -> KeyPairInfo:
        """Take a private key from where it is, until it is locked; the dispatcher goes on with it.

        Args:
            key_id: Of the pair.
            passphrase: Of its file; the keyring needs none, and asks its user itself.
        """
        return await self._changed(lambda store: store.keys.unlock(key_id, passphrase))

    async def lock(self) -> None:
        """Forget the private keys that were unlocked: nothing is signed with them until they are unlocked again.

        Where the active pair is one of them, whatever is being sent ends, and the rest is told as not sent.
        """
        before = self._session.info
        await self._session.read(lambda store: store.keys.lock())
        await self._follow(before)

    async def _changed(self, change: Callable[[Store], KeyPair]) -> KeyPairInfo:
        before = self._session.info
        pair = await self._session.work(change)
        await self._follow(before)
        return pair_info(pair)

    async def _follow(self, before: DatabaseInfo) -> None:
        await self._session.start_dispatcher()
        if self._session.info != before:
            self._session.emit(InfoChanged())
