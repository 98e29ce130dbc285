"""Puts the key pair of a backup in force again, and brings back the subscriptions that went with it.

Nothing of what was made since is lost: the pair that was in force until now is kept, and signs for its subscriptions.

Runs on: any
"""

import sqlite3
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Connection, delete, func, select

from webpush_admin.push.errors import InvalidKeys, StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import bulk, key_places, keys
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.connections import FAULTS, Reading, connect
from webpush_admin.store.faults import STOPPED, sentence, shown_name
from webpush_admin.store.kept import CHUNK, GoOn
from webpush_admin.store.key_moving import Kept
from webpush_admin.store.key_rows import Home, KeepIn
from webpush_admin.store.opening import Found, has_log, look, reading_mode, sweep
from webpush_admin.store.rotation import CHANGED, KEPT_ROWS, LAST_BACKUP, after_commit
from webpush_admin.store.schema import COLUMNS, settings, subscriptions, vapid_keys
from webpush_admin.store.store import Store
from webpush_admin.store.surroundings import beside

_STEPS_BETWEEN_CHECKS: Final = 20_000

_ACTIVE: Final = "SELECT id, public_key, private_key FROM vapid_keys WHERE active = 1"
_PLACE: Final = "SELECT home, place FROM key_places WHERE key_id = ?"
_KEPT_ROWS: Final = "SELECT 1 FROM settings WHERE name = ?"
_HAS_PLACES: Final = "SELECT 1 FROM sqlite_schema WHERE name = 'key_places'"

_SIGNED: Final = (
    "(row.vapid_key_id IS NULL OR row.vapid_key_id NOT IN "
    "(SELECT id FROM beside.vapid_keys WHERE active = 0 AND private_key IS NOT NULL))"
)
"""What a rotation deletes, see `keys.signed_by_active`."""

_STRETCH: Final = "SELECT max(id), count(*) FROM (SELECT id FROM beside.subscriptions WHERE id > ? ORDER BY id LIMIT ?)"

_OWNERS: Final = f"""
INSERT INTO main.users ({", ".join(COLUMNS["users"])})
SELECT {", ".join(COLUMNS["users"])} FROM beside.users
WHERE id IN (SELECT row.user_id FROM beside.subscriptions AS row WHERE {_SIGNED})
ON CONFLICT DO NOTHING
"""  # noqa: S608 -- the names are the schema's

_PAIR: Final = """
CASE WHEN row.vapid_key_id IS NULL THEN NULL WHEN row.vapid_key_id = :theirs THEN :ours ELSE coalesce(
    (SELECT here.id FROM beside.vapid_keys AS there JOIN main.vapid_keys AS here ON here.public_key = there.public_key
     WHERE there.id = row.vapid_key_id AND here.private_key IS NULL LIMIT 1), :ours) END
"""

_ROWS: Final = f"""
INSERT INTO main.subscriptions ({", ".join(COLUMNS["subscriptions"])})
SELECT {", ".join(_PAIR if name == "vapid_key_id" else f"row.{name}" for name in COLUMNS["subscriptions"])}
FROM beside.subscriptions AS row WHERE row.id > :after AND row.id <= :last AND {_SIGNED}
ON CONFLICT DO NOTHING
"""  # noqa: S608 -- the names are the schema's


@dataclass(frozen=True, slots=True)
class RotatedBack:
    """What an undo has done.

    Attributes:
        restored: Subscriptions that came back.
        there_again: Left alone: their users have subscribed anew.
        bound: Made since, and bound to the pair that was in force until now.
    """

    restored: int
    there_again: int
    bound: int


@dataclass(frozen=True, slots=True)
class _Backup:
    """What a backup says.

    Attributes:
        key_id: Of its active pair, in the backup.
        keys: The pair; its private half is "" where the backup does not have it.
        home: Where it is kept then.
        place: Likewise.
        subscriptions: That the pair has signed for.
        kept_rows: The rotation has not deleted them.
    """

    key_id: int
    keys: VapidKeys
    home: str
    place: str
    subscriptions: int
    kept_rows: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """The same pair in the database.

    Attributes:
        id: Its number.
        has_key: It is an inactive one, and needs nothing of the backup.
    """

    id: int
    has_key: bool


def undo_rotation(store: Store, backup: Path, told: GoOn, cancel: Cancel) -> RotatedBack:
    """Put the pair of a backup in force again.

    Args:
        store: The open database.
        backup: A file that `rotate`, or `Store.backup`, has written of it.
        told: Told how far it is; what it raises ends it.
        cancel: Ends it in the midst of a long statement.

    Raises:
        PushError: The file is none that can be used here, it was stopped, or the database refuses: nothing has changed.
    """
    store.database.standing.wait()
    store.database.standing.refuse()
    log_was_there = has_log(backup)
    try:
        found = _read(backup, cancel)
        known = store.database.read(lambda connection: _known(connection, found, backup))
        if found.keys.private_key and not known.has_key:
            _check(found.keys, backup)
        with _put(store, found, known) as kept:

            def work(connection: Connection) -> RotatedBack:
                if _known(connection, found, backup) != known:
                    raise StoreError(CHANGED)
                return _change(connection, found, known, kept, backup, told)

            back = store.database.write(work, cancel=cancel, around=beside(backup))
    finally:
        if not log_was_there:
            sweep(backup)
    if kept is not None and kept.home is not Home.DATABASE:
        store.keys.vault.remember(found.keys)
    after_commit(store)
    return back


def _read(path: Path, cancel: Cancel) -> _Backup:
    """Read what there is to know of a backup, and whether it is whole.

    Raises:
        StoreError: It is nothing that can be used.
    """
    found = look(path, COLUMNS)
    if found is Found.NOTHING:
        raise StoreError(f"The backup {shown_name(path)} does not exist.")
    if found is Found.EMPTY:
        raise StoreError(f"The backup {shown_name(path)} is empty: it holds no database.")
    try:
        with closing(connect(path, reading_mode(path), Reading)) as raw:
            raw.cancel = cancel
            raw.set_progress_handler(raw.is_in_vain, _STEPS_BETWEEN_CHECKS)
            whole = raw.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            if whole:
                return _look_inside(raw, path)
        refusal = f"The backup {shown_name(path)} is damaged: its content contradicts itself."
    except FAULTS as error:
        refusal = STOPPED if cancel.raised else sentence(error, path)
    # Raised out here, so that the database's own error is not even the context.
    raise StoreError(refusal)


def _look_inside(raw: sqlite3.Connection, path: Path) -> _Backup:
    active = raw.execute(_ACTIVE).fetchone()
    if active is None:
        raise StoreError(f"The backup {shown_name(path)} holds no active key pair: there is nothing to go back to.")
    home, place = Home.DATABASE.value, ""
    if not active[2] and raw.execute(_HAS_PLACES).fetchone():
        home, place = raw.execute(_PLACE, (active[0],)).fetchone() or (home, place)
    counted = f"SELECT count(*) FROM subscriptions AS row WHERE {_SIGNED.replace('beside.', '')}"  # noqa: S608 -- ours
    return _Backup(
        key_id=active[0],
        keys=VapidKeys(active[1], active[2]),
        home=home,
        place=place,
        subscriptions=int(raw.execute(counted).fetchone()[0]),
        kept_rows=raw.execute(_KEPT_ROWS, (KEPT_ROWS,)).fetchone() is not None,
    )


def _check(pair: VapidKeys, path: Path) -> None:
    """Refuse a pair that could not sign."""
    usable = True
    try:
        pair.check()
    except InvalidKeys:
        usable = False
    if not usable:
        raise StoreError(f"The private key in the backup {shown_name(path)} does not belong to its public key.")


def _known(connection: Connection, found: _Backup, path: Path) -> _Known:
    """Return the pair of a backup as the database has it.

    Raises:
        StoreError: It has none of that public key, or that is the active one.
    """
    columns = vapid_keys.c
    statement = select(columns.id, columns.active, columns.private_key.is_not(None).label("has_key"))
    # The one with a private key first, where the same was retired and imported again.
    order = (columns.private_key.is_not(None).desc(), columns.id)
    here = connection.execute(statement.where(columns.public_key == found.keys.public_key).order_by(*order)).all()
    if not here:
        raise StoreError(f"{shown_name(path)} is no backup of this database: its key pair was never a part of it.")
    if any(row.active for row in here):
        raise StoreError(f"The key pair of {shown_name(path)} is in force already.")
    return _Known(here[0].id, bool(here[0].has_key))


def _put(store: Store, found: _Backup, known: _Known) -> AbstractContextManager[Kept | None]:
    """Return what keeps the private key of the backup where that of the present pair is, if in the keyring."""
    if known.has_key or not found.keys.private_key:
        return nullcontext()
    present = store.database.read(keys.stored_active)
    in_keyring = present is not None and present.home is Home.KEYRING
    return store.keys.moving.put(found.keys, KeepIn(Home.KEYRING if in_keyring else Home.DATABASE))


def _change(
    connection: Connection, found: _Backup, known: _Known, kept: Kept | None, path: Path, told: GoOn
) -> RotatedBack:
    bound = 0
    present = keys.active_id(connection)
    keys.retire_active(connection, destroy=False)
    if kept is not None:
        kept.take_over(connection, known.id)
    elif not known.has_key:
        # Locked when the backup was written: it is where it was.
        key_places.move(connection, known.id, "", keys.home_of(found.home), found.place)
    keys.activate(connection, known.id)
    if present is not None:
        # Only now: the pair of the backup can sign again for rows that are bound to it.
        keys.bind(connection, present)
        count = select(func.count()).select_from(subscriptions).where(subscriptions.c.vapid_key_id == present)
        bound = int(connection.execute(count).scalar_one())
    # What was kept then and is gone now was deleted, or pruned, for another reason; unless the pair itself went since.
    wanted = 0 if found.kept_rows and known.has_key else found.subscriptions
    restored = _bring_back(connection, found, known.id, told) if wanted else 0
    if keys.setting(connection, LAST_BACKUP) == str(path.absolute()):
        connection.execute(delete(settings).where(settings.c.name == LAST_BACKUP))
    told(wanted, wanted)
    return RotatedBack(restored, wanted - restored, bound)


def _bring_back(connection: Connection, found: _Backup, ours: int, told: GoOn) -> int:
    """Copy users and subscriptions past Python, texts exactly as they are; what is there again is left alone."""
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    total, came, done = found.subscriptions, 0, 0
    (after,) = raw.execute("SELECT min(id) - 1 FROM beside.subscriptions").fetchone()
    with bulk.many_rows(connection, total, lambda done: told(done, total)):
        raw.execute(_OWNERS)
        while True:
            told(min(done, total), total)
            last, count = raw.execute(_STRETCH, (after, CHUNK)).fetchone()
            if not count:
                return came
            values = {"after": after, "last": last, "theirs": found.key_id, "ours": ours}
            came += raw.execute(_ROWS, values).rowcount
            done, after = done + count, last
