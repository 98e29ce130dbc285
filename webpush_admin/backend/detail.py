"""Everything that is known of one subscription, as the detail pane shows it: frozen records.

Runs on: any
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.store.history_rows import DeliveryRow


class Problems(NamedTuple):
    """Why each part of a subscription cannot be used, "" where it can."""

    endpoint: str = ""
    p256dh: str = ""
    auth: str = ""


class Judgement(NamedTuple):
    """What a form is told while it is filled in.

    Attributes:
        problems: By field.
        existing: The user's other subscription with this endpoint, None where there is none.
    """

    problems: Problems
    existing: int | None = None


class PartKind(Enum):
    """What a part of an endpoint's host or path means, in words."""

    DATA_CENTRE = "Data centre"
    INTERFACE = "Interface"
    BOUND = "Made for one VAPID key"
    UNBOUND = "Made for no VAPID key: whoever knows the endpoint can send"
    INSTANCE = "Installation"
    CAPABILITY = "Token"
    PATH = "Path"
    QUERY = "Query"


@dataclass(frozen=True, slots=True)
class EndpointPart:
    """One part of an endpoint.

    Attributes:
        kind: What it means.
        text: As it stands, or its last four characters where it belongs to the capability; "" where the kind says all.
        characters: Its length where it is masked, 0 where it is shown whole.
    """

    kind: PartKind
    text: str = ""
    characters: int = 0


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """How the parts of a subscription were judged.

    Attributes:
        problems: By part, "" where it can be used.
        endpoint_characters: Length of the endpoint.
        p256dh_bytes: Decoded, None where it cannot be decoded.
        auth_bytes: Decoded, None where it cannot be decoded.
        fingerprint: First 16 hexadecimal digits of the SHA-256 of p256dh's bytes, in groups of four; "" where it cannot
            be decoded.
    """

    problems: Problems
    endpoint_characters: int
    p256dh_bytes: int | None
    auth_bytes: int | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Agent:
    """A user agent as a library understands it; each is "" where it is not known.

    Attributes:
        browser: With its version ("Firefox 141.0").
        system: With its version ("Android 14").
        device: Maker and model ("Samsung SM-S918B").
    """

    browser: str = ""
    system: str = ""
    device: str = ""


class KeyOrigin(Enum):
    """Which VAPID key pair a subscription was made with, in words."""

    ACTIVE = "the active one"
    OLDER = "an older one"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class SubscriptionDetail:
    """One subscription in full.

    Attributes:
        info: The row, not cut.
        parts: What host and path say, nothing where the endpoint cannot be read.
        keys: See `KeyCheck`.
        key_origin: Which key pair it was made with.
        agent: See `Agent`.
        answers: The newest of the history, the newest first; what is under way among them.
    """

    info: SubscriptionInfo
    parts: tuple[EndpointPart, ...]
    keys: KeyCheck
    key_origin: KeyOrigin
    agent: Agent
    answers: tuple[DeliveryRow, ...]
