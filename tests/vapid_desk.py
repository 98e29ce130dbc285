"""What tests of `webpush-admin vapid` share: databases with key pairs, and how a verb is run.

Runs on: any
"""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from webpush_admin.cli import main
from webpush_admin.push.key_formats import KeyFormat, write_keys
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store

SUBJECT: Final = "mailto:ops@example.org"


class KeyDesk:
    """A database file with an active pair, and the command line on it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[Any]) -> None:
        self.folder = folder
        self.path = folder / "push.db"
        self.url = f"sqlite:///{self.path}"
        self._capsys = capsys
        store = Store.open(self.url)
        try:
            self.keys = store.vapid_keys()
            store.set_setting("vapid_subject", SUBJECT)
        finally:
            store.close()

    def run(self, verb: str, *more: str, code: int = 0) -> str:
        """Return what a verb prints; nothing is on standard error."""
        assert main(["vapid", verb, "--database", self.url, *more]) == code
        printed = self._capsys.readouterr()
        assert printed.err == ""
        return str(printed.out)

    def json(self, verb: str, *more: str, code: int = 0) -> dict[str, Any]:
        """Return what a verb prints as JSON."""
        found = json.loads(self.run(verb, *more, "--json", code=code))
        assert isinstance(found, dict)
        return found

    def refusal(self, *arguments: str) -> str:
        """Return the one sentence that a command line is refused with."""
        try:
            code: object = main(["vapid", *arguments])
        except SystemExit as stopped:
            code = stopped.code
        printed = self._capsys.readouterr()
        assert (code, printed.out) == (2, ""), printed.err
        assert re.fullmatch(r"webpush-admin: [^\n]+[.…]\n", printed.err), printed.err
        return str(printed.err)

    def add_subscriptions(self, count: int) -> None:
        """Add subscriptions of one user."""
        store = Store.open(self.url)
        try:
            user = store.add_user("Ada")
            for number in range(count):
                endpoint = f"https://push.example.net/{number}"
                store.add_subscription(user.id, endpoint=endpoint, p256dh=P256DH, auth="tBHItJI5svbpez7KI4CCXg")
        finally:
            store.close()

    def write(self, name: str, text: str | bytes) -> Path:
        """Make a file that nobody else can read."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o600)
        return path

    def pem(self, name: str = "other.pem", keys: VapidKeys | None = None) -> tuple[Path, VapidKeys]:
        """Write a pair that is not in the database to a file."""
        keys = keys or VapidKeys.generate()
        return self.write(name, write_keys(keys, KeyFormat.PEM)), keys

    def content(self) -> list[tuple[Any, ...]]:
        """Return every row of the database, and the files beside it."""
        with closing(sqlite3.connect(self.path)) as raw:
            tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
            rows = [(table, *row) for table in tables for row in raw.execute(f"SELECT * FROM {table}")]
        return [*rows, *sorted((path.name,) for path in self.folder.iterdir())]


P256DH: Final = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
