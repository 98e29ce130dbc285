"""What the backend tells of the VAPID keys: frozen records.

Runs on: any
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeysInfo:
    """The active key pair's public half and what a regeneration would cost."""

    public_key: str
    fingerprint: str
    created_at: datetime | None
    subject: str
    subscriptions: int


@dataclass(frozen=True, slots=True)
class KeysRegenerated:
    """A new pair is in force."""

    keys: KeysInfo
    deleted_subscriptions: int
    backup: Path
