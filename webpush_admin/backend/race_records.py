"""What the backend tells of the demonstration of a stale read: frozen records.

Runs on: any
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Race:
    """What happened in a race that was provoked; its events are in the user's timeline.

    Attributes:
        user_id: Whose rows were read.
        read_generation: In which the older read began.
        generation: In which the user is now.
        stale_rows: Rows that the older read brought: it answered who waited for it.
        rows: Rows that the newer read brought, which are kept.
        discarded: The older read was discarded, as it must be.
    """

    user_id: UUID
    read_generation: int
    generation: int
    stale_rows: int
    rows: int
    discarded: bool
