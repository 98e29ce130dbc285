"""Moves private keys between the database, the system's keyring and encrypted files.

A key is written at the new place and read again there; one transaction then says that it is there and takes it from
where it was; last of all the old entry of the keyring is deleted. A process that is killed anywhere leaves a pair that
can be used, and that is said to be in one place. The keyring is never asked inside a transaction: it may ask its user.

Runs on: any
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from webpush_admin.push.errors import StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import key_files, key_places, keys
from webpush_admin.store.engine import Database
from webpush_admin.store.key_rows import Home, KeepIn
from webpush_admin.store.key_vault import KeyVault
from webpush_admin.store.keyring_entries import entry_name
from webpush_admin.store.side import turn
from webpush_admin.store.surroundings import on_disk

TURN_S: Final = 10.0

_TURN: Final = "keyring"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a private key has been put, and can be read.

    Attributes:
        keys: The pair.
        home: The kind of place.
        place: The file, or the name of the entry; "" in the database, where it is only with `take_over`.
    """

    keys: VapidKeys
    home: Home
    place: str = ""

    def take_over(self, connection: Connection, key_id: int) -> None:
        """Say that the private key of a row is here from now on, and nowhere else."""
        private_key = self.keys.private_key if self.home is Home.DATABASE else ""
        key_places.move(connection, key_id, private_key, self.home, self.place)


class KeyMoving:
    """Every verb blocks, for as long as the keyring lets its user look for a password, and raises PushError."""

    def __init__(self, database: Database, vault: KeyVault) -> None:
        self._database = database
        self._vault = vault

    def keep(self, key_id: int, where: KeepIn) -> None:
        """Move the private key of a pair.

        Raises:
            StoreError: There is no such pair, or the new place refuses; the key is where it was.
            KeysLocked: It cannot be had from where it is.
            InvalidKeys: It is not the pair's.
        """
        seen = self._database.read(lambda connection: keys.stored(connection, key_id))
        if seen.home is where.home is Home.DATABASE:
            return
        pair = self._vault.pair(seen)
        pair.check()

        def work(connection: Connection) -> None:
            if keys.stored(connection, key_id) != seen:
                raise StoreError("The key pair was changed meanwhile: nothing was changed.")
            if seen.home is Home.DATABASE:
                key_places.note_scrub(connection)
            kept.take_over(connection, key_id)

        with self.put(pair, where) as kept:
            self._database.write(work)
        self._vault.remember(pair)
        self.sweep()

    @contextmanager
    def put(self, pair: VapidKeys, where: KeepIn) -> Iterator[Kept]:
        """Write a private key at a place and read it again; inside, a transaction has it taken over there.

        Where what is inside raises, it is taken away again, unless a pair is said to be there.

        Raises:
            StoreError: The place refuses, or the database is read-only.
        """
        # Before anything is written anywhere.
        self._database.standing.wait()
        self._database.standing.refuse()
        if where.home is Home.DATABASE:
            yield Kept(pair, where.home)
        elif where.home is Home.FILE:
            with self._in_file(pair, where) as kept:
                yield kept
        else:
            # Others would take what is not named yet for left behind.
            with turn(_TURN, TURN_S), self._in_keyring(pair) as kept:
                yield kept

    def sweep(self) -> None:
        """Forget for good what was noted: entries of the keyring that no pair is in any more, and bytes in the file.

        Called after each commit that leaves a private key somewhere, and at opening for what a killed process has left;
        what cannot be done stays noted.
        """
        try:
            scrub, noted = self._database.read(key_places.noted)
            if self._database.read_only:
                return
            if scrub and self._database.scrub():
                self._database.write(lambda connection: key_places.drop_scrub(connection, scrub))
            if noted:
                with turn(_TURN, TURN_S):
                    # First of all the commits that name them no more: a machine that loses its power may take those
                    # back, and no entry comes back with them.
                    self._database.write(lambda connection: key_places.note_again(connection, noted), around=on_disk)
                    for entry in noted:
                        self._delete(entry)
        except StoreError as error:
            _log.warning("What is left of a private key could not be removed now: %s", error)

    @contextmanager
    def _in_file(self, pair: VapidKeys, where: KeepIn) -> Iterator[Kept]:
        if where.path is None:
            raise StoreError("Choose the file that the private key is to be kept in.")
        path = where.path.absolute()
        key_files.write(path, pair, where.passphrase)
        try:
            yield Kept(pair, Home.FILE, str(path))
        except BaseException:
            if not self._is_named(Home.FILE, str(path)):
                path.unlink(missing_ok=True)
            raise

    @contextmanager
    def _in_keyring(self, pair: VapidKeys) -> Iterator[Kept]:
        entries, entry = self._vault.entries, entry_name(pair.public_key)
        if entries.has(pair, entry):
            # Another database of this user keeps the same pair, or a move before was ended: none of ours to take away.
            yield Kept(pair, Home.KEYRING, entry)
            return
        self._database.write(lambda connection: key_places.note_entry(connection, entry))
        # Where this fails it may still happen, once somebody answers a prompt: the note stays for the next sweep.
        entries.write(pair, entry)
        try:
            if not entries.has(pair, entry):
                raise StoreError("The system's keyring gives back another key than it was given: it is not used.")
            yield Kept(pair, Home.KEYRING, entry)
        except BaseException:
            self._take_back(entry)
            raise

    def _take_back(self, entry: str) -> None:
        # Where it cannot be done it stays noted.
        try:
            self._delete(entry)
        except StoreError as error:
            _log.warning("An entry of the keyring could not be taken away again: %s", error)

    def _is_named(self, home: Home, place: str) -> bool:
        try:
            return self._database.read(lambda connection: key_places.is_named(connection, home, place))
        except StoreError:
            return True  # it may be: then nothing is taken away

    def _delete(self, entry: str) -> None:
        if not self._is_named(Home.KEYRING, entry):
            self._vault.entries.delete(entry)
        self._database.write(lambda connection: key_places.drop_entry(connection, entry))
