"""Private keys in files of their own: PKCS#8, encrypted with a passphrase.

Runs on: any
"""

import os
import stat
from pathlib import Path
from typing import Final

from webpush_admin.push.errors import InvalidKeys, KeysLocked, StoreError
from webpush_admin.push.key_formats import KeyFormat, read_keys, write_keys
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.faults import shown_name
from webpush_admin.store.private_files import write_new

MAX_BYTES: Final = 64 * 1024
"""A pair takes half a kilobyte; what is larger is something else."""


def write(path: Path, keys: VapidKeys, passphrase: Secret) -> None:
    """Write a pair to a new file (mode 0600), have it on the disk, and read it again.

    Raises:
        StoreError: The file exists, cannot be written, or could not be read again; no new file is left then.
        InvalidKeys: The pair cannot be written.
    """
    if not passphrase:
        raise StoreError("A file that a private key is kept in needs a passphrase: choose one.")
    data = write_keys(keys, KeyFormat.PKCS8, passphrase=passphrase)
    write_new(path, data, lambda again: _holds(again, keys, passphrase))


def read(path: Path, public_key: str, passphrase: Secret) -> VapidKeys:
    """Return the pair that a file holds.

    Raises:
        KeysLocked: The file is not there, or cannot be read.
        PassphraseNeeded: It was encrypted with another passphrase.
        InvalidKeys: It holds no pair, or another one.
    """
    found = read_keys(_bytes_of(path), passphrase).keys
    if found.public_key != public_key:
        raise InvalidKeys(
            f"The file {shown_name(path)} holds the key pair {found.fingerprint}, not the one that was kept in it."
        )
    return found


def _bytes_of(path: Path) -> bytes:
    refusal = f"The file {shown_name(path)}, where the private key is kept, cannot be read: check its permissions."
    try:
        # Not to wait for ever where a pipe lies in its place.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                data = file.read(MAX_BYTES + 1)
                if len(data) <= MAX_BYTES:
                    return data
        refusal = f"The file {shown_name(path)}, where the private key was kept, is something else by now."
    except FileNotFoundError:
        refusal = (
            f"The file {shown_name(path)}, where the private key is kept, is not there: put it back, or import it."
        )
    except (OSError, ValueError):
        pass
    raise KeysLocked(refusal)


def _holds(data: bytes, keys: VapidKeys, passphrase: Secret) -> bool:
    try:
        return read_keys(data, passphrase).keys == keys
    except InvalidKeys:
        return False
