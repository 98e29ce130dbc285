"""What the audit of all subscriptions tells the window: frozen records.

Runs on: any
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from webpush_admin.store.rows import Finding


@dataclass(frozen=True, slots=True)
class AuditedService:
    """The subscriptions of one push service.

    Attributes:
        name: As `push.services` has it, "Sandbox", or "Other hosts" for all that are not known.
        checked: How many there were.
        flagged: How many of them have a finding now.
        found: How many of them have each finding now; those that none has are left out.
    """

    name: str
    checked: int
    flagged: int
    found: Mapping[Finding, int]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How an audit ended, and what is left of its findings.

    Attributes:
        at: When it ended; aware UTC.
        took_s: Monotonic seconds.
        checked: How many subscriptions there were.
        healthy: How many of them had no finding, then.
        flagged: How many have one now.
        found: How many have each finding now; those that none has are left out.
        services: Of all push services that have subscriptions.
        changed_since: Subscriptions may be others now: some were changed here, or somebody else wrote to the database.
    """

    at: datetime
    took_s: float
    checked: int
    healthy: int
    flagged: int
    found: Mapping[Finding, int]
    services: tuple[AuditedService, ...]
    changed_since: bool


@dataclass(frozen=True, slots=True)
class Audited:
    """What the lists tell of findings is another now.

    Attributes:
        flagged: How many subscriptions have one.
        at: Aware UTC.
    """

    flagged: int
    at: datetime
