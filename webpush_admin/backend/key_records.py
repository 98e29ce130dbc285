"""What the backend tells of the VAPID keys: frozen records. None but `Revealed` ever holds a private key.

Runs on: any
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from webpush_admin.push.lint.key_finding import KeyFinding as KeyFinding
from webpush_admin.push.lint.key_finding import Severity as Severity
from webpush_admin.push.secret import NO_SECRET, Secret
from webpush_admin.push.token.records import TokenReport as TokenReport
from webpush_admin.store.key_rows import IN_DATABASE, Home, KeepIn, KeyState


@dataclass(frozen=True, slots=True)
class KeyPairInfo:
    """A key pair's public half, where its private half is, and what is sent with it.

    Attributes:
        id: Its number.
        public_key: 87 characters base64url.
        fingerprint: Of the public key, in groups of four digits.
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
    fingerprint: str
    state: KeyState
    label: str
    home: Home
    place: str
    locked: bool
    created_at: datetime
    retired_at: datetime | None
    subscriptions: int


@dataclass(frozen=True, slots=True)
class KeysInfo:
    """The active pair, and all there are.

    Attributes:
        public_key: Of the active pair, "" where there is none.
        fingerprint: Likewise.
        created_at: Likewise, None where there is none.
        subject: Who answers for the pushes.
        subscriptions: In the database.
        pairs: Every pair: the active one first, then the newest first.
        last_backup: Written before the newest rotation, and still there; None where there is none.
    """

    public_key: str
    fingerprint: str
    created_at: datetime | None
    subject: str
    subscriptions: int
    pairs: tuple[KeyPairInfo, ...] = ()
    last_backup: Path | None = None


@dataclass(frozen=True, slots=True)
class KeyAdded:
    """A pair was made or imported.

    Attributes:
        pair: As it is now.
        note: What became of it, as a sentence: whether it is active, and why not.
    """

    pair: KeyPairInfo
    note: str


# Import and export


@dataclass(frozen=True, slots=True)
class KeyInput:
    """Where keys are to be read from: a file, or a text that was pasted.

    Attributes:
        path: The file, None for a text.
        text: The text; it may hold a private key. Bytes that are no UTF-8 (DER on standard input) stand in it as
            `errors="surrogateescape"` has them.
        passphrase: Of what is encrypted.
    """

    path: Path | None = None
    text: Secret = NO_SECRET
    passphrase: Secret = NO_SECRET


@dataclass(frozen=True, slots=True)
class KeysSeen:
    """What an import would bring.

    Attributes:
        form: How it was written, in words: "PEM, PKCS#8", "the JSON of web-push".
        public_key: 87 characters base64url.
        fingerprint: Of it.
        subject: That came with it, "" where none did.
        needs_passphrase: It is encrypted, and cannot be looked into without the passphrase; the rest is "" then.
        known: The pair is in the database already, and can be used.
        active: It is the active one there.
        unlocks: The pair is in the database, but locked: its private key would be in the database from then on.
        becomes_active: It would be the active pair.
    """

    form: str
    public_key: str = ""
    fingerprint: str = ""
    subject: str = ""
    needs_passphrase: bool = False
    known: bool = False
    active: bool = False
    unlocks: bool = False
    becomes_active: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code or settings with the public key filled in; never with the private one.

    Attributes:
        name: Of what it is for: "The page that subscribes".
        language: "javascript", "text", "yaml", "sql", "python".
        text: The whole of it.
        note: What to do with it, one sentence.
    """

    name: str
    language: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """A private key that was asked for twice.

    Attributes:
        private_key: 43 characters base64url.
    """

    private_key: Secret


# Rotation


@dataclass(frozen=True, slots=True)
class ServiceCost:
    """What a rotation costs at one push service.

    Attributes:
        service: Its name, or its host.
        subscriptions: That would be deleted.
        last_success_at: The newest push that one of them accepted, aware UTC; None where there was none.
    """

    service: str
    subscriptions: int
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class RotationCost:
    """What a rotation costs now: told of the subscriptions that the active pair signs for.

    Attributes:
        subscriptions: That would be deleted, or kept with the old pair.
        users: Who have some of these.
        accepted_lately: Those that accepted a push in the last 30 days.
        last_success_at: The newest push that one of them accepted, aware UTC.
        services: The most subscriptions first.
        pairs: That could become the active one instead of a new pair.
        active: The one in force, None where there is none.
        backup_has_key: The backup would hold the private key; it does not where that is locked.
        elsewhere: Subscriptions that are bound to other pairs: these stay in any case, and go on with their pair.
    """

    subscriptions: int
    users: int
    accepted_lately: int
    last_success_at: datetime | None
    services: tuple[ServiceCost, ...]
    pairs: tuple[KeyPairInfo, ...]
    active: KeyPairInfo | None
    backup_has_key: bool
    elsewhere: int = 0


class Subscribers(Enum):
    """What becomes of the subscriptions in a rotation."""

    DELETE = "delete"
    KEEP = "keep"
    """They are bound to the old pair, and are sent to with it until they subscribe again."""


@dataclass(frozen=True, slots=True)
class RotationPlan:
    """A rotation as it was confirmed.

    Attributes:
        expected_subscriptions: `RotationCost.subscriptions`; another number by now changes nothing.
        backup: The file that is written first.
        subscribers: What becomes of the subscriptions.
        pair_id: The inactive pair that becomes active; None makes a new one.
        keep_in: Where a new pair's private key is kept.
    """

    expected_subscriptions: int
    backup: Path
    subscribers: Subscribers = Subscribers.DELETE
    pair_id: int | None = None
    keep_in: KeepIn = IN_DATABASE


@dataclass(frozen=True, slots=True)
class KeysRotated:
    """Another pair is in force."""

    keys: KeysInfo
    deleted_subscriptions: int
    bound_subscriptions: int
    backup: Path


@dataclass(frozen=True, slots=True)
class RotationUndone:
    """The pair of a backup is in force again.

    Attributes:
        keys: As they are now.
        restored: Subscriptions that came back.
        there_again: That were not brought back, since their users have subscribed anew at the same endpoint.
        bound: Made since the rotation, and bound to the pair that was in force until now.
    """

    keys: KeysInfo
    restored: int
    there_again: int
    bound: int


# Checks


@dataclass(frozen=True, slots=True)
class KeyReport:
    """Everything that can be said of the keys without sending. `findings` in the order of `about`."""

    findings: tuple[KeyFinding, ...]
    checked_at: datetime
