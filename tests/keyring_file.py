"""A keyring for tests: a backend of the keyring library that keeps its entries in a JSON file.

The file is named by an environment variable, so that child processes, which are killed, share it. It can refuse as real
ones do: the entry "fault" of the file names an exception of `keyring.errors`, or of Python, that every call raises.

Runs on: any
"""

import builtins
import json
import os
from pathlib import Path
from typing import Final

import keyring.errors
from keyring.backend import KeyringBackend

FILE: Final = "WEBPUSH_ADMIN_TEST_KEYRING"
BACKEND: Final = "tests.keyring_file.FileKeyring"
"""For PYTHON_KEYRING_BACKEND."""

_FAULT: Final = "fault"


class FileKeyring(KeyringBackend):
    """Entries by service and user name."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # that of the library is not typed

    @property
    def path(self) -> Path:
        return Path(os.environ[FILE])

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(_name(service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), _name(service, username): password})

    def delete_password(self, service: str, username: str) -> None:
        entries = self._read()
        if entries.pop(_name(service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("No such password!")
        self._write(entries)

    def _read(self) -> dict[str, str]:
        entries: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}
        fault = entries.get(_FAULT)
        if fault:
            raise getattr(keyring.errors, fault, None) or getattr(builtins, fault)
        return entries

    def _write(self, entries: dict[str, str]) -> None:
        # Whole or not at all, as the real ones: a test kills who writes.
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(entries))
        new.replace(self.path)


class KeyringFile:
    """What a test sees of it, past the library."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def entries(self) -> dict[str, str]:
        """The private keys that are in it, by "service/name"."""
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def put(self, name: str, text: str) -> None:
        """Write an entry as another program could."""
        self.path.write_text(json.dumps({**self.entries, name: text}))

    def refuse(self, fault: str) -> None:
        """Have every call raise this, "" for no more."""
        self.put(_FAULT, fault)


def _name(service: str, username: str) -> str:
    return f"{service}/{username}"
