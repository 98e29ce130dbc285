"""What the views show of the key pairs.

Runs on: any
"""

import os
from pathlib import Path

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.backend.session import Session
from webpush_admin.push.vapid import fingerprint
from webpush_admin.store.key_rows import KeyPair, KeyState
from webpush_admin.store.rotation import LAST_BACKUP
from webpush_admin.store.store import Store


def pair_info(pair: KeyPair) -> KeyPairInfo:
    """Return a pair with its fingerprint."""
    return KeyPairInfo(
        id=pair.id,
        public_key=pair.public_key,
        fingerprint=fingerprint(pair.public_key),
        state=pair.state,
        label=pair.label,
        home=pair.home,
        place=pair.place,
        locked=pair.locked,
        created_at=pair.created_at,
        retired_at=pair.retired_at,
        subscriptions=pair.subscriptions,
    )


async def read_keys_info(session: Session) -> KeysInfo:
    """Read every pair, and how many subscriptions there are."""

    def read(store: Store) -> KeysInfo:
        pairs = tuple(pair_info(pair) for pair in store.keys.all())
        active = next((pair for pair in pairs if pair.state is KeyState.ACTIVE), None)
        return KeysInfo(
            public_key=active.public_key if active else "",
            fingerprint=active.fingerprint if active else "",
            created_at=active.created_at if active else None,
            subject=session.subject,
            subscriptions=store.subscriptions_count(),
            pairs=pairs,
            last_backup=_last_backup(store),
        )

    return await session.read(read)


def _last_backup(store: Store) -> Path | None:
    """Return the file that was written before the newest rotation, None where it is not there any more."""
    kept = store.setting(LAST_BACKUP)
    return Path(kept) if kept and os.path.isfile(kept) else None  # noqa: PTH113 -- that of Path raises for a NUL
