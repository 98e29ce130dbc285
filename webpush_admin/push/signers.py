"""Who signs for which row: the active key pair, and older ones for the rows that are bound to them.

Runs on: worker loop
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from webpush_admin.push.receiver import Receiver
from webpush_admin.push.vapid import Authorizations


@dataclass(frozen=True, slots=True, eq=False)
class Signers:
    """One state of the key pairs. Another state is another object.

    Attributes:
        active: Signs for every row that is bound to no other pair.
        bound: Older pairs that rows are bound to, by number.
        refused: Why rows of a pair cannot be sent to, by its number: its private key cannot be had.
    """

    active: Authorizations
    bound: Mapping[int | None, Authorizations] = field(default_factory=dict)
    refused: Mapping[int | None, str] = field(default_factory=dict)

    def checked(self, receivers: tuple[Receiver, ...]) -> tuple[Receiver, ...]:
        """Refuse the rows that nobody can sign for."""
        if not self.refused:
            return receivers
        return tuple(
            replace(receiver, target=None, refusal=self.refused[receiver.subscription.vapid_key_id])
            if receiver.target is not None and receiver.subscription.vapid_key_id in self.refused
            else receiver
            for receiver in receivers
        )
