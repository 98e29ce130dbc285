"""Private keys in files of their own: PKCS#8, encrypted with a passphrase.

Runs on: any
"""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from webpush_admin.push.errors import InvalidKeys, KeysLocked, StoreError
from webpush_admin.push.key_formats import KeyFormat, read_keys, write_keys
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.faults import shown_name

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
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise StoreError(f"The file {shown_name(path)} exists already: choose another name.") from None
    except (OSError, ValueError):
        raise StoreError(f"The file {shown_name(path)} cannot be made: check its folder and the permissions.") from None
    try:
        _fill(descriptor, data, path)
        _check(path, keys, passphrase)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


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


def _fill(descriptor: int, data: bytes, path: Path) -> None:
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _folder_to_disk(path.absolute().parent)
    except OSError:
        raise StoreError(f"The file {shown_name(path)} cannot be written: the disk reports an error.") from None


def _folder_to_disk(folder: Path) -> None:
    with suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _check(path: Path, keys: VapidKeys, passphrase: Secret) -> None:
    with suppress(InvalidKeys):
        if read(path, keys.public_key, passphrase) == keys:
            return
    raise StoreError(f"The file {shown_name(path)} could not be read again: it does not count.")
