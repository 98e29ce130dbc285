"""The VAPID key pairs: one is active, the others are history; and what else is kept with the database.

Each function but `take` works inside the transaction or read of its caller.

Runs on: any
"""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.dialects import sqlite

from webpush_admin.push.errors import StoreError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.engine import Database
from webpush_admin.store.faults import READ_ONLY
from webpush_admin.store.key_rows import Home
from webpush_admin.store.key_vault import KeyVault, StoredPair
from webpush_admin.store.schema import key_places, settings, subscriptions, vapid_keys

_C = vapid_keys.c


def take(database: Database, vault: KeyVault) -> tuple[VapidKeys, bool]:
    """Return the active pair, made where there is none and no subscription; and whether it was made just now.

    Raises:
        StoreError: There are subscriptions and no pair; or read-only, and no pair; or the database refuses.
        KeysLocked: The private key is elsewhere, and cannot be had now.
    """
    found = database.read(stored_active)
    if found is not None:
        return vault.pair(found), False
    if database.read_only:
        raise StoreError(f"The database holds no VAPID keys. {READ_ONLY}")
    made = VapidKeys.generate()
    # Another thread or process may have made a pair meanwhile: the transaction looks again.
    taken = database.write(lambda connection: make_first(connection, made))
    return vault.pair(taken), taken.keys is made


def stored_active(connection: Connection) -> StoredPair | None:
    """Return the active pair as the database has it, None where there is none."""
    return next(iter(_stored(connection, _C.active == 1)), None)


def stored(connection: Connection, key_id: int) -> StoredPair:
    """Return a pair as the database has it.

    Raises:
        StoreError: There is no such pair, or its private key is gone for good.
    """
    found = next(iter(_stored(connection, _C.id == key_id)), None)
    if found is None:
        raise StoreError("There is no such key pair any more, or its private key is gone.")
    return found


def stored_as(connection: Connection, public_key: str) -> StoredPair | None:
    """Return the pair with this public half whose private key is not gone for good, None where there is none."""
    return next(iter(_stored(connection, _C.public_key == public_key)), None)


def stored_bound(connection: Connection) -> list[StoredPair]:
    """Return the inactive pairs that have a private key, and rows that are bound to them."""
    bound = select(subscriptions.c.id).where(subscriptions.c.vapid_key_id == _C.id).exists()
    return _stored(connection, (_C.active == 0) & bound)


def _stored(connection: Connection, which: ColumnElement[bool]) -> list[StoredPair]:
    where = which & _C.private_key.is_not(None)
    # First, since it may raise: a traceback that tells its locals must not tell the rows.
    places = homes(connection)
    rows = connection.execute(select(_C.id, _C.public_key, _C.private_key).where(where).order_by(_C.id)).all()
    return [
        StoredPair(number, VapidKeys(public, private or ""), *places.get(number, (Home.DATABASE, "")))
        for number, public, private in rows
    ]


def homes(connection: Connection) -> dict[int, tuple[Home, str]]:
    """Return where private keys are kept, of the pairs of which anything is noted."""
    if not has_places(connection):
        return {}
    place = key_places.c
    rows = connection.execute(select(place.key_id, place.home, place.place))
    return {number: (home_of(home), where) for number, home, where in rows}


def home_of(name: str) -> Home:
    """Return where a private key is, as `key_places` says it."""
    try:
        return Home(name)
    except ValueError:
        raise StoreError(
            f"The database says that a private key is kept in {name[:40]!r}, which is not known."
        ) from None


def has_places(connection: Connection) -> bool:
    """Whether the database knows of other places than itself: one of an older version does not."""
    statement = "SELECT 1 FROM main.sqlite_schema WHERE name = 'key_places'"
    return connection.exec_driver_sql(statement).fetchone() is not None


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


def make_first(connection: Connection, made: VapidKeys) -> StoredPair:
    """Return the active pair; make `made` the active one where there is none and no subscription.

    Raises:
        StoreError: There are subscriptions, and no pair that they were made with.
    """
    found = stored_active(connection)
    if found is not None:
        return found
    orphans = _subscriptions(connection)
    if orphans:
        those = "1 subscription" if orphans == 1 else f"{orphans:,} subscriptions"
        raise StoreError(
            f"The database holds {those} but no VAPID keys: nothing can be sent without the pair that was there when "
            "the browsers subscribed. Import it, or rotate to another one, which deletes the subscriptions."
        )
    return StoredPair(insert_pair(connection, made, active=True), made)


def replace(connection: Connection, made: VapidKeys, expected_subscriptions: int | None) -> int:
    """Retire the active pair, make `made` the active one, and delete every subscription; return how many there were.

    Raises:
        StoreError: There is another number of subscriptions than expected; nothing changed.
    """
    found = _subscriptions(connection)
    if expected_subscriptions is not None and found != expected_subscriptions:
        raise StoreError(other_number(found, expected_subscriptions))
    retire_active(connection, destroy=True)
    insert_pair(connection, made, active=True)
    connection.execute(delete(subscriptions))
    return found


def other_number(found: int, expected: int) -> str:
    """Return what is said where there are more, or fewer, subscriptions than somebody was told."""
    return f"There are {found} subscriptions by now, not {expected}: nothing was changed."


def retire_active(connection: Connection, *, destroy: bool) -> None:
    """Have no pair be active; the one that was keeps its private key, unless that is to be destroyed."""
    retired = {"active": 0, "retired_at": datetime.now(UTC), **({"private_key": None} if destroy else {})}
    connection.execute(update(vapid_keys).where(_C.active == 1).values(retired))


def activate(connection: Connection, key_id: int) -> None:
    """Have a pair sign from now on, while none is active."""
    connection.execute(update(vapid_keys).where(_C.id == key_id).values(active=1, retired_at=None))


def signing(connection: Connection) -> frozenset[int]:
    """Return the pairs whose private keys there are, here or elsewhere: the active one, and inactive ones."""
    return frozenset(connection.execute(select(_C.id).where(_C.private_key.is_not(None))).scalars())


def signed_by_active() -> ColumnElement[bool]:
    """Return which subscriptions the active pair signs for: those that are bound to no other one that can."""
    others = select(_C.id).where(_C.active == 0, _C.private_key.is_not(None)).scalar_subquery()
    return subscriptions.c.vapid_key_id.is_(None) | subscriptions.c.vapid_key_id.not_in(others)


def count_signed_by_active(connection: Connection) -> int:
    """Return how many subscriptions the active pair signs for, from a narrow index."""
    statement = select(func.count()).select_from(subscriptions).where(signed_by_active())
    return int(connection.execute(statement).scalar_one())


def bind(connection: Connection, key_id: int) -> None:
    """Bind the subscriptions that are bound to no pair that can sign: another active one would sign for them."""
    can_sign = select(_C.id).where(_C.private_key.is_not(None)).scalar_subquery()
    unbound = subscriptions.c.vapid_key_id.is_(None) | subscriptions.c.vapid_key_id.not_in(can_sign)
    connection.execute(update(subscriptions).where(unbound).values(vapid_key_id=key_id))


def setting(connection: Connection, name: str) -> str | None:
    """Return what is kept under a name, None where nothing is."""
    return connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar_one_or_none()


def set_setting(connection: Connection, name: str, value: str) -> None:
    """Keep a text under a name."""
    fresh = sqlite.insert(settings).values(name=name, value=value)
    connection.execute(fresh.on_conflict_do_update(index_elements=[settings.c.name], set_={"value": value}))


def insert_pair(connection: Connection, made: VapidKeys, *, active: bool) -> int:
    """Add a pair, whose private half is in the database; return its number."""
    values = {"public_key": made.public_key, "private_key": made.private_key, "created_at": datetime.now(UTC)}
    made_row = insert(vapid_keys).values(**values, active=int(active)).returning(_C.id)
    return int(connection.execute(made_row).scalar_one())


def _subscriptions(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(subscriptions)).scalar_one()
