"""Where private keys are kept, as tests see it: past the code that keeps them.

Runs on: any
"""

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys, from_base64url
from webpush_admin.store import Store
from webpush_admin.store.key_rows import Home, KeepIn
from webpush_admin.store.keyring_entries import SERVICE, entry_name

IN_KEYRING = KeepIn(Home.KEYRING)
PASSPHRASE = Secret("correct horse")


def spellings(pair: VapidKeys) -> list[bytes]:
    """Return the private key as bytes, and in every spelling that it may be met in."""
    scalar = from_base64url(pair.private_key)
    return [
        scalar,
        pair.private_key.encode(),
        base64.b64encode(scalar).rstrip(b"="),
        scalar.hex().encode(),
        scalar.hex().upper().encode(),
    ]


def found_in(folder: Path, pair: VapidKeys) -> set[str]:
    """Return the files of a folder, at any depth, that hold a private key."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if any(spelling in path.read_bytes() for spelling in spellings(pair))}


def entry_of(pair: VapidKeys) -> str:
    return f"{SERVICE}/{entry_name(pair.public_key)}"


def notes(store: Store) -> list[str]:
    """Return the names of the settings, without what tells who made an entry of the keyring."""
    with closing(sqlite3.connect(store.path)) as raw:
        found = [name for (name,) in raw.execute("SELECT name FROM settings ORDER BY name")]
    return [name for name in found if not name.startswith("keyring entry made here: ")]


def as_if_made_here(path: Path) -> None:
    """Have a copy of a database take the entries of the keyring for its own: they were copied with it."""
    with closing(sqlite3.connect(path)) as raw, raw:
        made = "UPDATE settings SET value = ? WHERE name LIKE 'keyring entry made here: %'"
        raw.execute(made, (str(path.stat().st_ino),))


def file_in(folder: Path, name: str = "keys.pem") -> KeepIn:
    return KeepIn(Home.FILE, folder / name, PASSPHRASE)


def reopened(store: Store) -> Store:
    """Return the file opened as the next process would."""
    store.close()
    return Store.open(f"sqlite:///{store.path}")
