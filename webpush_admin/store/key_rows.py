"""What the store tells of the key pairs: frozen records, never with a private key in them.

Runs on: any
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Final

from webpush_admin.push.secret import NO_SECRET, Secret


class Home(Enum):
    """Where a private key is kept."""

    DATABASE = "database"
    KEYRING = "keyring"
    FILE = "file"


class KeyState(Enum):
    """What a pair is for."""

    ACTIVE = "active"
    """It signs."""
    INACTIVE = "inactive"
    """Kept; it signs for the subscriptions that are bound to it, if any."""
    RETIRED = "retired"
    """Its private key is gone: the public half tells what old subscriptions were made with."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """One row of the key pairs.

    Attributes:
        id: Its number.
        public_key: 87 characters base64url.
        state: What it is for.
        label: What the operator calls it, "" for nothing.
        home: Where its private key is.
        place: The file, or the name of the entry in the keyring; "" in the database.
        locked: Its private key is elsewhere and has not been had yet.
        created_at: Aware UTC.
        retired_at: Aware UTC, None for the active one.
        subscriptions: That are bound to it.
    """

    id: int
    public_key: str
    state: KeyState
    label: str
    home: Home
    place: str
    locked: bool
    created_at: datetime
    retired_at: datetime | None
    subscriptions: int


@dataclass(frozen=True, slots=True)
class KeepIn:
    """Where a private key is to be kept.

    Attributes:
        home: In which kind of place.
        path: Of the file that is to be made, with `Home.FILE`.
        passphrase: That the file is encrypted with.
    """

    home: Home
    path: Path | None = None
    passphrase: Secret = NO_SECRET


IN_DATABASE: Final = KeepIn(Home.DATABASE)
