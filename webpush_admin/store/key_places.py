"""Where each private key is, as the database says it; and what of it is still to be forgotten.

Whoever is about to write an entry into the keyring notes it first, and takes the note back in the transaction that
names the entry; whoever leaves an entry notes it in the transaction that names it no more. So what a kill leaves behind
in the keyring is known at the next opening. Each function works inside the transaction or read of its caller.

Runs on: any
"""

from typing import Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import sqlite

from webpush_admin.store import keys
from webpush_admin.store.key_rows import Home
from webpush_admin.store.schema import key_places, settings, vapid_keys

_NOTE: Final = "keyring entry to delete: "
_SCRUB: Final = "private keys to scrub"

_P = key_places.c


def note(connection: Connection, key_id: int, **values: str) -> None:
    """Write down a pair's label, or its home and place."""
    fresh = sqlite.insert(key_places).values(key_id=key_id, **values)
    connection.execute(fresh.on_conflict_do_update(index_elements=[_P.key_id], set_=values))


def move(connection: Connection, key_id: int, private_key: str, home: Home, place: str) -> None:
    """Say where a private key is from now on; the entry of the keyring that it was in is to be deleted then.

    Args:
        connection: In a transaction.
        key_id: Of the pair.
        private_key: "" where it is not in the database.
        home: The kind of place.
        place: The file, or the name of the entry.
    """
    leave(connection, key_id)
    connection.execute(update(vapid_keys).where(vapid_keys.c.id == key_id).values(private_key=private_key))
    note(connection, key_id, home=home.value, place=place)
    if home is Home.KEYRING:
        drop_entry(connection, place)


def leave(connection: Connection, key_id: int) -> None:
    """Have the entry of the keyring that a private key is in deleted after the commit, where it is in one.

    For a pair that is being retired, whose private key is not lost by it.
    """
    before = connection.execute(select(_P.home, _P.place).where(_P.key_id == key_id)).first()
    if before is not None and before.home == Home.KEYRING.value:
        note_entry(connection, before.place)
        note(connection, key_id, home=Home.DATABASE.value, place="")


def note_entry(connection: Connection, entry: str) -> None:
    """An entry is to be deleted unless a pair names it."""
    keys.set_setting(connection, _NOTE + entry, "")


def drop_entry(connection: Connection, entry: str) -> None:
    """An entry is a pair's, or is gone."""
    connection.execute(delete(settings).where(settings.c.name == _NOTE + entry))


def note_scrub(connection: Connection) -> None:
    """A private key leaves the file: no byte of it may stay readable, see `scrubbing`."""
    keys.set_setting(connection, _SCRUB, "")


def drop_scrub(connection: Connection) -> None:
    """None can be read any more."""
    connection.execute(delete(settings).where(settings.c.name == _SCRUB))


def noted(connection: Connection) -> tuple[bool, list[str]]:
    """Return whether the file is to be scrubbed, and the entries that are to be deleted unless a pair names them."""
    names = connection.execute(select(settings.c.name).where(settings.c.name.startswith(_NOTE, autoescape=True)))
    entries = [name.removeprefix(_NOTE) for name in names.scalars()]
    return keys.setting(connection, _SCRUB) is not None, entries


def is_named(connection: Connection, home: Home, place: str) -> bool:
    """Whether the private key of a pair is in this place."""
    if not keys.has_places(connection):
        return False
    both = vapid_keys.join(key_places, vapid_keys.c.id == _P.key_id)
    named = (_P.home == home.value) & (_P.place == place) & vapid_keys.c.private_key.is_not(None)
    return connection.execute(select(_P.key_id).select_from(both).where(named).limit(1)).first() is not None
