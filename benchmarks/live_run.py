"""What one run of `benchmarks.live` is told to do.

Runs on: any
"""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Run:
    """What a run does, as one argument of its command line.

    Attributes:
        subscriptions: Added to the demo's own, five to a user.
        idle_s: The timer runs so long with nothing to do.
        load_s: And so long while pushes go out.
        settle_s: Between the first rows and the first measurement: imports end, lists are read.
        origin: Where the added subscriptions lead to, "" for the demo's sandbox.
        authority: PEM file of the authority to trust there, "" for none.
    """

    subscriptions: int
    idle_s: float
    load_s: float
    settle_s: float = 2.0
    origin: str = ""
    authority: str = ""

    def to_argument(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """Return the run that `to_argument` was asked of."""
        return cls(**json.loads(argument))
