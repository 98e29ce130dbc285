"""Verbs for the VAPID key pairs and the subject.

Runs on: worker loop
"""

from webpush_admin.backend.key_checks import KeyChecks
from webpush_admin.backend.key_exchange import KeyExchange
from webpush_admin.backend.key_info import pair_info, read_keys_info
from webpush_admin.backend.key_keeping import KeyKeeping
from webpush_admin.backend.key_records import KeyAdded, KeyPairInfo, KeysInfo
from webpush_admin.backend.key_rotation import KeyRotation
from webpush_admin.backend.session import Session
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.key_rows import KeyState


class Keys:
    """Each verb raises PushError with a sentence; nothing has changed then.

    Attributes:
        exchange: Import, export, snippets and the one way in which a private key is shown.
        keeping: Where private keys are kept, and what is unlocked.
        rotation: Another active pair, and the way back.
        checks: What is wrong with the keys, the subject, and a token.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.exchange = KeyExchange(session)
        self.keeping = KeyKeeping(session)
        self.rotation = KeyRotation(session)
        self.checks = KeyChecks(session)

    async def info(self) -> KeysInfo:
        """Return the public halves of all pairs, and what is sent with them."""
        return await read_keys_info(self._session)

    async def generate(self, label: str = "") -> KeyAdded:
        """Make a pair: the active one where there is none, else an inactive one."""
        pair = await self._session.read(lambda store: store.keys.add(VapidKeys.generate(), label))
        info = pair_info(pair)
        if pair.state is KeyState.ACTIVE:
            if self._session.keys_problem:
                await self._session.start_dispatcher()
            return KeyAdded(info, "The new pair is active: every push is signed with it from now on.")
        info_now = await self.info()
        reason = (
            "another pair is active. Rotate to it to have it sign"
            if info_now.public_key
            else "there are subscriptions that were made with other keys. Import those, or rotate to this one"
        )
        return KeyAdded(info, f"The new pair is inactive, since {reason}.")

    async def rename(self, key_id: int, label: str) -> KeyPairInfo:
        """Call a pair something else."""
        return pair_info(await self._session.read(lambda store: store.keys.rename(key_id, label)))

    async def remove(self, key_id: int) -> None:
        """Destroy the private key of an inactive pair, which nothing is bound to; its public half stays as history."""
        await self._session.read(lambda store: store.keys.remove(key_id))

    async def set_subject(self, subject: str) -> str:
        """Keep the VAPID subject with the database; return it normalised."""
        return await self._session.set_subject(subject)
