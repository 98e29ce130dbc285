"""What one run of `benchmarks.broadcast` is told to do, and the database that it sends to.

Runs on: any
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from benchmarks.database_rows import PLANTED, PLANTED_EVERY
from benchmarks.make_database import make, plan_of


@dataclass(frozen=True, slots=True)
class Run:
    """What a run does, as one argument of its command line.

    Attributes:
        path: A database of `make_receivers`; it is written to.
        authority: PEM file of the authority that vouches for the push service.
        port: Of the push service, on this machine.
        view: Which is in front meanwhile.
        idle_s: The timer runs so long with nothing to do.
        stop_at: The second broadcast is stopped after so many pushes.
        settle_s: Between the first rows and the first measurement: imports end, lists are read.
    """

    path: str
    authority: str
    port: int
    view: str
    idle_s: float
    stop_at: int
    settle_s: float = 2.0

    def to_argument(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """Return the run that `to_argument` was asked of."""
        return cls(**json.loads(argument))


def make_receivers(path: Path, origin: str, subscriptions: int) -> None:
    """Make a database whose subscriptions all lead to one push service and can all be sent to, five to a user.

    Raises:
        FileExistsError: There is something at the path already.
    """
    make(path, plan_of(users=max(1, subscriptions // 5), subscriptions=subscriptions))
    places = ", ".join(str(place) for place in PLANTED)
    with closing(sqlite3.connect(path)) as connection, connection:
        # As long as they were, each another one; and whole keys where something was planted.
        connection.execute(
            "UPDATE subscriptions SET endpoint = ? || substr(hex(randomblob(64)), 1, 128)", (f"{origin}/wpush/v2/",)
        )
        connection.execute(
            "UPDATE subscriptions SET (p256dh, auth) = (SELECT p256dh, auth FROM subscriptions WHERE id = 1) "
            f"WHERE id % {PLANTED_EVERY} IN ({places})"
        )
