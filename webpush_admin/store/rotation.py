"""Puts another key pair in force: a backup first, and then everything in one transaction.

The backup is written inside the transaction, before it changes anything: nobody else can write meanwhile, so there is
nothing that the backup could lack.

Runs on: any
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete

from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import InvalidKeys, StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import backup, bulk, key_places, keys
from webpush_admin.store import subscriptions as rows
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.kept import GoOn
from webpush_admin.store.key_moving import Kept
from webpush_admin.store.key_rows import IN_DATABASE, Home, KeepIn
from webpush_admin.store.key_vault import StoredPair
from webpush_admin.store.schema import subscriptions
from webpush_admin.store.store import Store
from webpush_admin.store.surroundings import at_a_stroke

LAST_BACKUP: Final = "last_rotation_backup"
"""The setting that names the file."""

KEPT_ROWS: Final = "rotation_kept_subscriptions"
"""The setting of a backup by which its undo knows that no subscription was deleted."""

CHANGED: Final = "The keys were changed meanwhile: nothing was changed."
IN_FORCE: Final = "This pair is the active one already."
NONE_TO_KEEP_WITH: Final = (
    "No pair is active that the subscriptions could be kept with: import the pair that they were made with, or delete "
    "them."
)


@dataclass(frozen=True, slots=True)
class Rotation:
    """What is wanted.

    Attributes:
        expected: Subscriptions that the active pair signs for, as somebody was told.
        backup: The file that is written first.
        keep: They stay, bound to the old pair, which becomes an inactive one; else they go, and its private key too.
        key_id: The inactive pair that becomes the active one; None makes a new one.
        keep_in: Where a new pair's private key is kept.
    """

    expected: int
    backup: Path
    keep: bool = False
    key_id: int | None = None
    keep_in: KeepIn = IN_DATABASE


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of the subscriptions that the old pair has signed for."""

    deleted: int = 0
    bound: int = 0


def rotate(store: Store, wanted: Rotation, told: GoOn, cancel: Cancel) -> Rotated:
    """Put another pair in force.

    Args:
        store: The open database.
        wanted: How.
        told: Told how far it is; what it raises ends it.
        cancel: Ends it in the midst of a long statement.

    Raises:
        PushError: It was stopped, something is not as expected, or the database or the disk refuses: nothing has
            changed, and neither a backup nor a new pair is left.
    """
    store.database.standing.wait()
    store.database.standing.refuse()
    old = store.database.read(keys.stored_active)
    _expect(store.database.read(keys.count_signed_by_active), wanted.expected)
    if old is None and wanted.keep and wanted.expected:
        raise StoreError(NONE_TO_KEEP_WITH)
    if old is not None and wanted.key_id == old.id:
        raise StoreError(IN_FORCE)
    # A keyring may ask its user: nobody is kept from writing meanwhile.
    old_keys = private_half(store, old)
    new = VapidKeys.generate() if wanted.key_id is None else store.keys.pair(wanted.key_id)
    new.check()
    with _put(store, new, wanted) as kept:
        rotated = _Turn(store, wanted, old, old_keys, kept, told, cancel).take()
    if kept is not None:
        store.keys.vault.remember(new)
    if old is not None and not wanted.keep:
        store.keys.vault.forget(old.keys.public_key)
        store.pruned.forget_lost()
    after_commit(store)
    return rotated


def after_commit(store: Store) -> None:
    """Tell everybody that another pair is in force, and leave nothing of a private key that is kept no more."""
    store.tell(ChangeKind.KEYS)
    # Only now: a keyring may ask its user first.
    store.keys.moving.sweep()


def private_half(store: Store, stored: StoredPair | None) -> VapidKeys | None:
    """Return a pair with its private key, None where that cannot be had."""
    if stored is None:
        return None
    try:
        return store.keys.vault.pair(stored)
    except InvalidKeys:
        return None


def _put(store: Store, new: VapidKeys, wanted: Rotation) -> AbstractContextManager[Kept | None]:
    return store.keys.moving.put(new, wanted.keep_in) if wanted.key_id is None else nullcontext()


def _expect(found: int, expected: int) -> None:
    if found != expected:
        raise StoreError(keys.other_number(found, expected))


class _Turn:
    """One rotation, from its backup to its commit.

    Args:
        store: The open database.
        wanted: How.
        old: The active pair as it was seen, None where there was none.
        old_keys: The same with its private key, None where that cannot be had.
        kept: A new pair, that waits to be named; None for one that is in the database already.
        told: Told how far it is.
        cancel: Ends it.
    """

    def __init__(
        self,
        store: Store,
        wanted: Rotation,
        old: StoredPair | None,
        old_keys: VapidKeys | None,
        kept: Kept | None,
        told: GoOn,
        cancel: Cancel,
    ) -> None:
        self._store = store
        self._wanted = wanted
        self._old = old
        self._old_keys = old_keys
        self._kept = kept
        self._told = told
        self._cancel = cancel
        self._reached_commit = False

    def take(self) -> Rotated:
        """Write the backup, and change the database; what fails leaves neither."""
        path = self._wanted.backup
        backup.make_target(path)
        try:
            return self._store.database.write(self._work, cancel=self._cancel, around=at_a_stroke)
        except BaseException:
            # A commit of which the disk has told an error may have been one: then the backup is all that is left.
            if self._reached_commit and self._may_be_in_force():
                self._store.tell(ChangeKind.KEYS)
            else:
                path.unlink(missing_ok=True)
            raise

    def _work(self, connection: Connection) -> Rotated:
        wanted, old = self._wanted, self._old
        if keys.stored_active(connection) != old:
            raise StoreError(CHANGED)
        _expect(keys.count_signed_by_active(connection), wanted.expected)
        self._back_up(connection)
        rotated = self._keep(connection) if wanted.keep else self._delete(connection)
        keys.retire_active(connection, destroy=not wanted.keep)
        if wanted.key_id is not None:
            # Again: it may have been removed since.
            keys.activate(connection, keys.stored(connection, wanted.key_id).id)
        elif self._kept is not None:
            new = keys.insert_pair(connection, VapidKeys(self._kept.keys.public_key, ""), active=True)
            self._kept.take_over(connection, new)
        keys.set_setting(connection, LAST_BACKUP, str(wanted.backup.absolute()))
        self._told(wanted.expected, wanted.expected)
        self._reached_commit = True
        return rotated

    def _back_up(self, connection: Connection) -> None:
        whole = max(1, self._store.path.stat().st_size)
        half = self._wanted.expected // 2

        def told(size: int) -> None:
            # What it raises would be lost in SQLite's callback; `cancel` is what ends the copy.
            if not self._cancel.raised:
                self._told(min(half, half * size // whole), self._wanted.expected)

        backup.fill(
            self._store.database,
            connection,
            self._wanted.backup,
            self._old_keys,
            {KEPT_ROWS: "1"} if self._wanted.keep else {},
            cancel=self._cancel,
            told=told,
        )
        self._told(half, self._wanted.expected)

    def _keep(self, connection: Connection) -> Rotated:
        if self._old is not None:
            keys.bind(connection, self._old.id)
        return Rotated(bound=self._wanted.expected)

    def _delete(self, connection: Connection) -> Rotated:
        expected = self._wanted.expected
        if rows.count_all(connection) == expected:
            # All at a stroke: a statement with a condition goes through them one by one.
            connection.execute(delete(subscriptions))
        else:
            with bulk.many_rows(connection, expected, lambda done: self._told(done, expected)):
                connection.execute(delete(subscriptions).where(keys.signed_by_active()))
        if self._old is not None:
            if self._old.home is Home.DATABASE:
                key_places.note_scrub(connection)
            if self._old_keys is not None:
                key_places.leave(connection, self._old.id)
        return Rotated(deleted=expected)

    def _may_be_in_force(self) -> bool:
        try:
            return self._store.database.read(keys.stored_active) != self._old
        except StoreError:
            return True
