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
        path: A database of `benchmarks.make_database`; it is written to.
        users: So many of it are cached; all of them have subscriptions.
        rate: Events a second.
        idle_s: The timer runs so long with nothing to do.
        warm_up_s: Under load, before memory is compared: bounded lists fill up.
        load_s: Under load, with one page of the panel after the other in front.
        pairs: Rounds in which the worker's speed is compared.
        pair_s: Each view of a round is in front for so long.
        settle_s: After another view has come to the front, where it is not measured how it does that.
    """

    path: str
    users: int
    rate: int
    idle_s: float
    warm_up_s: float
    load_s: float
    pairs: int
    pair_s: float
    settle_s: float = 1.0

    def to_argument(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """Return the run that `to_argument` was asked of."""
        return cls(**json.loads(argument))
