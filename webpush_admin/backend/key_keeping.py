"""Verbs for where private keys are kept: the database, the system's keyring, or an encrypted file.

Runs on: worker loop
"""

from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError
from webpush_admin.push.secret import Secret
from webpush_admin.store.key_rows import KeepIn


class KeyKeeping:
    """Each verb raises PushError with a sentence; the private key is where it was then."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def keyring_name(self) -> str:
        """Return what the system's keyring calls itself, "" where there is none that can be used."""
        raise PushError("Not there yet.")

    async def keep(self, key_id: int, where: KeepIn) -> KeyPairInfo:
        """Move a private key: it is written and read again at the new place before the old one forgets it."""
        raise PushError("Not there yet.")

    async def unlock(self, key_id: int, passphrase: Secret) -> KeyPairInfo:
        """Take a private key from where it is, for as long as the database is open; the dispatcher goes on with it."""
        raise PushError("Not there yet.")

    async def lock(self) -> None:
        """Forget the private keys that were unlocked: nothing is signed with them until they are unlocked again."""
        raise PushError("Not there yet.")
