"""The VAPID key pairs: one is active, the others are history; and what else is kept with the database.

Each function but `take` works inside the transaction or read of its caller.

Runs on: any
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import sqlite

from webpush_admin.push.errors import StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.engine import Database
from webpush_admin.store.faults import READ_ONLY
from webpush_admin.store.schema import settings, subscriptions, vapid_keys

_C = vapid_keys.c


def take(database: Database) -> tuple[VapidKeys, bool]:
    """Return the active pair, made where there is none and no subscription; and whether it was made just now.

    Raises:
        StoreError: There are subscriptions and no pair; or read-only, and no pair; or the database refuses.
    """
    found = database.read(active)
    if found is not None:
        return found, False
    if database.read_only:
        raise StoreError(f"The database holds no VAPID keys. {READ_ONLY}")
    made = VapidKeys.generate()
    # Another thread or process may have made a pair meanwhile: the transaction looks again.
    taken = database.write(lambda connection: make_first(connection, made))
    return taken, taken is made


def active(connection: Connection) -> VapidKeys | None:
    """Return the active pair, None where there is none."""
    row = connection.execute(select(_C.public_key, _C.private_key).where(_C.active == 1)).one_or_none()
    return None if row is None else VapidKeys(row[0], row[1])


def active_id(connection: Connection) -> int | None:
    """Return the number of the active pair, None where there is none."""
    return connection.execute(select(_C.id).where(_C.active == 1)).scalar_one_or_none()


def active_since(connection: Connection) -> datetime | None:
    """Return when the active pair was made, aware UTC."""
    return connection.execute(select(_C.created_at).where(_C.active == 1)).scalar_one_or_none()


def is_active(connection: Connection, key_id: int) -> bool | None:
    """Whether this is the pair in force, None where there is no such pair."""
    found = connection.execute(select(_C.active).where(_C.id == key_id)).scalar_one_or_none()
    return None if found is None else bool(found)


def make_first(connection: Connection, made: VapidKeys) -> VapidKeys:
    """Return the active pair; make `made` the active one where there is none and no subscription.

    Raises:
        StoreError: There are subscriptions, and no pair that they were made with.
    """
    found = active(connection)
    if found is not None:
        return found
    orphans = _subscriptions(connection)
    if orphans:
        raise StoreError(
            f"The database holds {orphans} subscriptions but no VAPID keys: they can only be used with the keys that "
            "they were made with. Restore the keys, or regenerate them, which deletes the subscriptions."
        )
    _activate(connection, made)
    return made


def replace(connection: Connection, made: VapidKeys, expected_subscriptions: int | None) -> int:
    """Retire the active pair, make `made` the active one, and delete every subscription; return how many there were.

    Raises:
        StoreError: There is another number of subscriptions than expected; nothing changed.
    """
    found = _subscriptions(connection)
    if expected_subscriptions is not None and found != expected_subscriptions:
        raise StoreError(f"There are {found} subscriptions by now, not {expected_subscriptions}: nothing was changed.")
    connection.execute(
        update(vapid_keys).where(_C.active == 1).values(active=0, retired_at=datetime.now(UTC), private_key=None)
    )
    _activate(connection, made)
    connection.execute(delete(subscriptions))
    return found


def setting(connection: Connection, name: str) -> str | None:
    """Return what is kept under a name, None where nothing is."""
    return connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar_one_or_none()


def set_setting(connection: Connection, name: str, value: str) -> None:
    """Keep a text under a name."""
    fresh = sqlite.insert(settings).values(name=name, value=value)
    connection.execute(fresh.on_conflict_do_update(index_elements=[settings.c.name], set_={"value": value}))


def _activate(connection: Connection, made: VapidKeys) -> None:
    connection.execute(
        insert(vapid_keys).values(
            public_key=made.public_key, private_key=made.private_key, created_at=datetime.now(UTC), active=1
        )
    )


def _subscriptions(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(subscriptions)).scalar_one()
