"""Private keys where they are kept: in the database, in the system's keyring, or in an encrypted file.

Runs on: any
"""

import threading
from dataclasses import dataclass
from pathlib import Path

from webpush_admin.push.errors import InvalidKeys, KeysLocked
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import key_files
from webpush_admin.store.faults import shown_name
from webpush_admin.store.key_rows import Home
from webpush_admin.store.keyring_entries import KeyringEntries


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
    """Finds private keys that are not in the database, and remembers those that were had until it is locked.

    The keyring is asked for a key when that is first needed, and once: who refuses the desktop's prompt is not asked
    again and again. A file is opened by `unlock` alone. All of it blocks, for as long as somebody looks for a password.

    Attributes:
        entries: Of the keyring.
    """

    def __init__(self) -> None:
        self.entries = KeyringEntries()
        # By public key: a number could be another pair's in another file.
        self._known: dict[str, VapidKeys] = {}
        self._refused: dict[tuple[str, str], str] = {}
        self._shut = False
        self._lock = threading.Lock()
        self._asking = threading.Lock()

    def pair(self, stored: StoredPair) -> VapidKeys:
        """Return a pair with its private half.

        Raises:
            KeysLocked: It is elsewhere, and cannot be had now; the sentence says where, and what to do.
            InvalidKeys: There is something else in its place.
        """
        if stored.home is Home.DATABASE:
            return stored.keys
        known = self._look(stored)
        if known is not None:
            return known
        if stored.home is Home.FILE:
            raise KeysLocked(
                f"The private key is in the encrypted file {shown_name(Path(stored.place))}: "
                "unlock it in Keys, or give --passphrase-file."
            )
        # One at a time: whoever comes meanwhile wants the same answer, not a prompt of its own.
        with self._asking:
            return self._look(stored) or self._from_keyring(stored)

    def unlock(self, stored: StoredPair, passphrase: Secret) -> VapidKeys:
        """Take a private key from where it is, and remember it.

        Raises:
            KeysLocked: It cannot be had now.
            PassphraseNeeded: The passphrase of the file is another.
            InvalidKeys: There is something else in its place.
        """
        if stored.home is Home.DATABASE:
            return stored.keys
        if stored.home is Home.FILE:
            found = key_files.read(Path(stored.place), stored.keys.public_key, passphrase)
        else:
            with self._asking:
                found = self.entries.read(stored.keys.public_key, stored.place, asked_for=True)
        self.remember(found)
        return found

    def remember(self, keys: VapidKeys) -> None:
        """Have a private key at hand that was just written to its place, or read from there."""
        with self._lock:
            self._known[keys.public_key] = keys

    def forget(self, public_key: str) -> None:
        """Have it at hand no more: the pair is gone, or is another's."""
        with self._lock:
            self._known.pop(public_key, None)

    def is_locked(self, stored: StoredPair) -> bool:
        """Whether its private half is elsewhere and has not been had yet."""
        return stored.home is not Home.DATABASE and self._look(stored) is None

    def lock(self) -> None:
        """Forget what was unlocked; from here on the keyring is asked by `unlock` alone."""
        with self._lock:
            self._shut = True
            self._known.clear()

    def close(self) -> None:
        """Forget everything, and wait for no answer of the keyring any more."""
        self.lock()
        self.entries.close()

    def _look(self, stored: StoredPair) -> VapidKeys | None:
        with self._lock:
            return self._known.get(stored.keys.public_key)

    def _from_keyring(self, stored: StoredPair) -> VapidKeys:
        asked = (stored.keys.public_key, stored.place)
        with self._lock:
            refused = "The private key is in the system's keyring: unlock it in Keys." if self._shut else ""
            refused = refused or self._refused.get(asked, "")
        if refused:
            raise KeysLocked(refused)
        try:
            found = self.entries.read(*asked, asked_for=False)
        except InvalidKeys as error:
            with self._lock:
                self._refused[asked] = str(error)
            raise
        with self._lock:
            # Locked while the keyring was being asked: then it stays so.
            if not self._shut:
                self._known[found.public_key] = found
                return found
        raise KeysLocked("The private key is in the system's keyring: unlock it in Keys.")
