"""The key pairs of a database: one is active, others are kept, retired ones are history.

Runs on: any
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, case, func, select, update

from webpush_admin.push.dispatch_store import BoundPair, ChangeKind
from webpush_admin.push.errors import InvalidKeys, StoreError
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import key_places, keys
from webpush_admin.store.engine import Database
from webpush_admin.store.key_moving import KeyMoving
from webpush_admin.store.key_rows import Home, KeepIn, KeyPair, KeyState
from webpush_admin.store.key_vault import KeyVault, StoredPair
from webpush_admin.store.schema import key_places as places
from webpush_admin.store.schema import subscriptions, vapid_keys
from webpush_admin.store.surroundings import at_a_stroke

_C = vapid_keys.c


class KeyPairs:
    """Every verb blocks and raises StoreError with a sentence, as those of `Store` do; nothing has changed then.

    Attributes:
        vault: Has the private keys that are not in the database.
        moving: Puts private keys elsewhere.
    """

    def __init__(self, database: Database, tell: Callable[[ChangeKind], None]) -> None:
        self.vault = KeyVault()
        self.moving = KeyMoving(database, self.vault)
        self._database = database
        self._tell = tell

    def active(self) -> VapidKeys:
        """Return the active pair, made by the first call while there are no subscriptions.

        Raises:
            StoreError: There are subscriptions but no keys; nothing is deleted. Or read-only, and no keys.
            KeysLocked: Its private key is elsewhere, and cannot be had now.
        """
        found, is_new = keys.take(self._database, self.vault)
        if is_new:
            self._tell(ChangeKind.KEYS)
        return found

    def active_public_key(self) -> str:
        """Return the public half of the active pair, "" where there is none."""
        found = self._database.read(keys.stored_active)
        return found.keys.public_key if found is not None else ""

    def bound(self) -> Mapping[int, BoundPair]:
        """Return the pairs that are not active and that rows are bound to, by number."""
        return {stored.id: self._bound(stored) for stored in self._database.read(keys.stored_bound)}

    def all(self) -> tuple[KeyPair, ...]:
        """Return every pair: the active one first, then the newest first."""
        return self._database.read(self._all)

    def pair(self, key_id: int) -> VapidKeys:
        """Return a pair with its private half.

        Raises:
            StoreError: There is no such pair, or its private key is gone for good.
            KeysLocked: Its private key is elsewhere, and cannot be had now.
        """
        return self.vault.pair(self._database.read(lambda connection: keys.stored(connection, key_id)))

    def add(self, made: VapidKeys, label: str = "", *, activate_orphans: bool = False) -> KeyPair:
        """Keep a pair; it becomes the active one where there is none.

        Where there are subscriptions and no pair, a pair that was just made is not theirs: it stays inactive, unless
        it is said to be the one that they were made with. Of a pair that is there and locked, the private key is in
        the database from then on: where it was kept it may be lost.

        Raises:
            StoreError: The pair is there already.
        """

        def work(connection: Connection) -> tuple[int, bool]:
            there = keys.stored_as(connection, made.public_key)
            if there is not None:
                if not self.vault.is_locked(there):
                    is_active = there.id == keys.active_id(connection)
                    which = "as the active one" if is_active else "as an inactive one"
                    raise StoreError(f"This key pair is in the database already, {which}.")
                key_places.move(connection, there.id, made.private_key, Home.DATABASE, "")
                return there.id, False
            active = keys.active_id(connection) is None and (
                activate_orphans or connection.execute(select(subscriptions.c.id).limit(1)).first() is None
            )
            number = keys.insert_pair(connection, made, active=active)
            key_places.note(connection, number, label=label)
            return number, active

        number, active = self._database.write(work)
        self._tell(ChangeKind.KEYS if active else ChangeKind.PAIRS)
        return self._one(number)

    def replace(self, expected_subscriptions: int | None) -> VapidKeys:
        """Make a pair the active one in place of another, whose private key goes, as every subscription does.

        Whoever wants a backup rotates. Whoever calls this tells of it, and sweeps then.

        Raises:
            StoreError: There is another number of subscriptions than expected; nothing changed.
        """
        made = VapidKeys.generate()

        def work(connection: Connection) -> str:
            key_places.note_scrub(connection)
            old = keys.stored_active(connection)
            if old is not None:
                key_places.leave(connection, old.id)
            keys.replace(connection, made, expected_subscriptions)
            return old.keys.public_key if old is not None else ""

        self.vault.forget(self._database.write(work, around=at_a_stroke))
        return made

    def rename(self, key_id: int, label: str) -> KeyPair:
        """Call a pair something else."""
        self._database.write(lambda connection: key_places.note(connection, key_id, label=label))
        self._tell(ChangeKind.PAIRS)
        return self._one(key_id)

    def keep(self, key_id: int, where: KeepIn) -> KeyPair:
        """Move a private key: written and read again at the new place before the old one forgets it.

        A file that it was in stays.

        Raises:
            StoreError: The new place refuses, the database is read-only, or the private key is gone for good.
            KeysLocked: It cannot be had from where it is.
            InvalidKeys: What is there is not the pair's.
        """
        self.moving.keep(key_id, where)
        self._tell(ChangeKind.PAIRS)
        return self._one(key_id)

    def unlock(self, key_id: int, passphrase: Secret) -> KeyPair:
        """Take a private key from where it is, until `lock`; one in the keyring needs no passphrase.

        Raises:
            StoreError: Its private key is gone for good.
            KeysLocked: It cannot be had now.
            PassphraseNeeded: The passphrase is another.
            InvalidKeys: What is there is not the pair's.
        """
        self.vault.unlock(self._database.read(lambda connection: keys.stored(connection, key_id)), passphrase)
        self._tell(ChangeKind.PAIRS)
        return self._one(key_id)

    def lock(self) -> None:
        """Forget every private key that is not in the database, until `unlock`."""
        self.vault.lock()
        self._tell(ChangeKind.PAIRS)

    def remove(self, key_id: int) -> None:
        """Destroy the private key of an inactive pair; its public half stays as history.

        Raises:
            StoreError: It is active, or subscriptions are bound to it.
        """

        def work(connection: Connection) -> VapidKeys:
            key_places.note_scrub(connection)
            stored = keys.stored(connection, key_id)
            if keys.active_id(connection) == stored.id:
                raise StoreError("This pair is the active one: rotate to another one first.")
            bound = _bound_to(connection, key_id)
            if bound:
                those = "1 subscription is" if bound == 1 else f"{bound:,} subscriptions are"
                raise StoreError(f"{those} bound to this pair, and could not be sent to any more.")
            connection.execute(
                update(vapid_keys).where(_C.id == key_id).values(private_key=None, retired_at=datetime.now(UTC))
            )
            key_places.leave(connection, key_id)
            return stored.keys

        self.vault.forget(self._database.write(work).public_key)
        self._tell(ChangeKind.PAIRS)
        # Only now: a keyring may ask its user first.
        self.moving.sweep()

    def _one(self, key_id: int) -> KeyPair:
        found = next((pair for pair in self.all() if pair.id == key_id), None)
        if found is None:
            raise StoreError("There is no such key pair any more.")
        return found

    def _bound(self, stored: StoredPair) -> BoundPair:
        try:
            return BoundPair(self.vault.pair(stored))
        except InvalidKeys as error:
            return BoundPair(None, str(error))

    def _all(self, connection: Connection) -> tuple[KeyPair, ...]:
        counted = select(subscriptions.c.vapid_key_id, func.count()).group_by(subscriptions.c.vapid_key_id)
        bound = {row[0]: row[1] for row in connection.execute(counted)}
        noted = {}
        if keys.has_places(connection):
            noted = {row.key_id: row for row in connection.execute(select(places))}
        found = []
        order = (case((_C.active == 1, 0), (_C.private_key.is_not(None), 1), else_=2), _C.id.desc())
        without_key = _C.private_key.is_(None).label("retired")
        statement = select(_C.id, _C.public_key, _C.active, without_key, _C.created_at, _C.retired_at).order_by(*order)
        for row in connection.execute(statement):
            note = noted.get(row.id)
            home = keys.home_of(note.home) if note else Home.DATABASE
            place = note.place if note else ""
            stored = StoredPair(row.id, VapidKeys(row.public_key, ""), home, place)
            state = KeyState.ACTIVE if row.active else KeyState.RETIRED if row.retired else KeyState.INACTIVE
            found.append(
                KeyPair(
                    id=row.id,
                    public_key=row.public_key,
                    state=state,
                    label=note.label if note else "",
                    home=home,
                    place=place,
                    locked=state is not KeyState.RETIRED and self.vault.is_locked(stored),
                    created_at=row.created_at,
                    retired_at=row.retired_at,
                    subscriptions=bound.get(row.id, 0),
                )
            )
        return tuple(found)


def _bound_to(connection: Connection, key_id: int) -> int:
    statement = select(func.count()).select_from(subscriptions).where(subscriptions.c.vapid_key_id == key_id)
    return int(connection.execute(statement).scalar_one())
