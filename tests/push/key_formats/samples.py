"""The recorded key pairs, and what must be read from them.

Runs on: any
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from webpush_admin.push.secret import Secret

FOLDER: Final = Path(__file__).parents[2] / "data" / "keys"


@dataclass(frozen=True, slots=True)
class Good:
    """A file with a pair in it."""

    name: str
    public_key: str
    form: str
    subject: str = ""
    passphrase: str = ""
    made_by: str = ""

    @property
    def data(self) -> bytes:
        return (FOLDER / "good" / self.name).read_bytes()

    @property
    def secret(self) -> Secret:
        return Secret(self.passphrase)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file that is refused."""

    name: str
    sentence: str
    passphrase: str = ""

    @property
    def data(self) -> bytes:
        return (FOLDER / "wrong" / self.name).read_bytes()

    @property
    def secret(self) -> Secret:
        return Secret(self.passphrase)


def _index(folder: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((FOLDER / folder / "index.json").read_text("utf-8"))
    return found


GOOD: Final = tuple(Good(name, **said) for name, said in _index("good").items())
WRONG: Final = tuple(Wrong(name, **said) for name, said in _index("wrong").items())
