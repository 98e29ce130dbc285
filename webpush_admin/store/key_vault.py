"""Private keys where they are kept: in the database, in the system's keyring, or in an encrypted file.

Runs on: any
"""

import threading
from dataclasses import dataclass

from webpush_admin.push.errors import KeysLocked
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.key_rows import Home


@dataclass(frozen=True, slots=True)
class StoredPair:
    """A pair as the database has it.

    Attributes:
        id: Its number.
        keys: Its private half is "" where that is kept elsewhere.
        home: Where it is kept.
        place: The file, or the name of the entry in the keyring.
    """

    id: int
    keys: VapidKeys
    home: Home = Home.DATABASE
    place: str = ""


class KeyVault:
    """Finds private keys that are not in the database, and remembers those that were unlocked until it is closed."""

    def __init__(self) -> None:
        self._unlocked: dict[int, VapidKeys] = {}
        self._lock = threading.Lock()

    def pair(self, stored: StoredPair) -> VapidKeys:
        """Return a pair with its private half.

        Raises:
            KeysLocked: It is elsewhere, and cannot be had now.
        """
        if stored.home is Home.DATABASE:
            return stored.keys
        with self._lock:
            known = self._unlocked.get(stored.id)
        if known is None:
            raise KeysLocked("The private key is kept elsewhere and is locked.")
        return known

    def is_locked(self, stored: StoredPair) -> bool:
        """Whether its private half is elsewhere and has not been had yet."""
        with self._lock:
            return stored.home is not Home.DATABASE and stored.id not in self._unlocked

    def lock(self) -> None:
        """Forget what was unlocked."""
        with self._lock:
            self._unlocked.clear()
