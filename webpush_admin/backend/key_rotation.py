"""Verbs that put another key pair in force, and the way back.

Runs on: worker loop
"""

from pathlib import Path

from webpush_admin.backend.key_records import KeysRotated, RotationCost, RotationPlan, RotationUndone
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError


class KeyRotation:
    """Each verb raises PushError with a sentence; nothing has changed then. Long work is shown in `Snapshot.works`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def cost(self) -> RotationCost:
        """Count what a rotation would cost now."""
        raise PushError("Not there yet.")

    async def rotate(self, plan: RotationPlan) -> KeysRotated:
        """Write a backup and read it again, then put the other pair in force, in one transaction."""
        raise PushError("Not there yet.")

    async def undo(self, backup: Path) -> RotationUndone:
        """Put the pair of a backup in force again, and bring back the subscriptions that it has."""
        raise PushError("Not there yet.")
