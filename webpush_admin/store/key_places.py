"""Where each private key is, as the database says it; and what of it is still to be forgotten.

Whoever is about to write an entry into the keyring notes it first, and takes the note back in the transaction that
names the entry; whoever leaves an entry notes it in the transaction that names it no more. So what a kill leaves behind
in the keyring is known at the next opening. A copy of a database names the entries of the original: each file deletes
those alone that it has made. Each function works inside the transaction or read of its caller.

Runs on: any
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import sqlite

from webpush_admin.store import keys
from webpush_admin.store.key_rows import Home
from webpush_admin.store.schema import key_places, settings, vapid_keys

_NOTE: Final = "keyring entry to delete: "
_MADE: Final = "keyring entry made here: "
_SCRUB: Final = "private keys to scrub"

_P = key_places.c

_log = logging.getLogger(__name__)


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
        _take_entry(connection, place)


def leave(connection: Connection, key_id: int) -> None:
    """Have the entry of the keyring that a private key is in deleted after the commit, where this file has made it.

    For a pair that is being retired, whose private key is not lost by it.
    """
    before = connection.execute(select(_P.home, _P.place).where(_P.key_id == key_id)).first()
    if before is None or before.home != Home.KEYRING.value:
        return
    made_here = _MADE + before.place
    if keys.setting(connection, made_here) == _file_of(connection):
        note_entry(connection, before.place)
    else:
        _log.warning("The keyring keeps its entry %r: another file has made it.", before.place)
    connection.execute(delete(settings).where(settings.c.name == made_here))
    note(connection, key_id, home=Home.DATABASE.value, place="")


def note_entry(connection: Connection, entry: str) -> None:
    """An entry is to be deleted unless a pair names it."""
    keys.set_setting(connection, _NOTE + entry, _file_of(connection))


def note_again(connection: Connection, entries: Iterable[str]) -> None:
    """Write the notes anew: a transaction that changes nothing is not written."""
    for entry in entries:
        drop_entry(connection, entry)
        note_entry(connection, entry)


def _take_entry(connection: Connection, entry: str) -> None:
    """An entry is a pair's; it was made here where it was noted here."""
    if keys.setting(connection, _NOTE + entry) == _file_of(connection):
        keys.set_setting(connection, _MADE + entry, _file_of(connection))
    drop_entry(connection, entry)


def drop_entry(connection: Connection, entry: str) -> None:
    """An entry is a pair's, or is gone."""
    connection.execute(delete(settings).where(settings.c.name == _NOTE + entry))


def note_scrub(connection: Connection) -> None:
    """A private key leaves the file: no byte of it may stay readable, see `scrubbing`."""
    # Another text each time: who has scrubbed what was there before takes no newer note back.
    keys.set_setting(connection, _SCRUB, uuid4().hex)


def drop_scrub(connection: Connection, noted: str) -> None:
    """None of what was noted can be read any more."""
    connection.execute(delete(settings).where(settings.c.name == _SCRUB, settings.c.value == noted))


def noted(connection: Connection) -> tuple[str, list[str]]:
    """Return the note to scrub the file, "" for none, and the entries that are to be deleted unless a pair names them.

    A copy of a database has its notes too, and a backup that a rotation writes tells of the new pair's entry: what was
    noted in another file is that one's affair.
    """
    ours = settings.c.name.startswith(_NOTE, autoescape=True) & (settings.c.value == _file_of(connection))
    names = connection.execute(select(settings.c.name).where(ours).order_by(settings.c.name)).scalars()
    return keys.setting(connection, _SCRUB) or "", [name.removeprefix(_NOTE) for name in names]


def is_named(connection: Connection, home: Home, place: str) -> bool:
    """Whether the private key of a pair is in this place."""
    if not keys.has_places(connection):
        return False
    both = vapid_keys.join(key_places, vapid_keys.c.id == _P.key_id)
    named = (_P.home == home.value) & (_P.place == place) & vapid_keys.c.private_key.is_not(None)
    return connection.execute(select(_P.key_id).select_from(both).where(named).limit(1)).first() is not None


def _file_of(connection: Connection) -> str:
    """Return a text that no other file has; it stays the same where the file is moved."""
    path = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
    try:
        status = Path(path).stat()
    except OSError:
        # It is gone: whatever is noted now is nobody's.
        return "gone"
    # Not its device: on some file systems that is another one after each start of the machine.
    return str(status.st_ino)
