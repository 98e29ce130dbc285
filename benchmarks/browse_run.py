"""What one run of `benchmarks.browse` is told to do, the same for every kind of table.

Runs on: any
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Final, Self

STEPS: Final = ("jump", "drag", "sort_unindexed", "sort_indexed", "prefix_search", "user_search", "user_filter")

SEARCHES: Final = 6


@dataclass(frozen=True, slots=True)
class Run:
    """What a run does, as one argument of its command line.

    Attributes:
        path: The database.
        rows: Subscriptions in it.
        jumps: So many times the scroll bar is set.
        settle_s: Between opening and the first measurement: imports end, lists are counted.
        idle_s: The timer runs so long with nothing to do.
        first, oldest, newest: Ids of the subscriptions on top by id, by creation, and by creation turned round.
        prefixes: Beginnings of endpoints and of hosts.
        names: Parts of users' names.
        steps: What is done once the window is open, of `STEPS`.
        rest_s: Between one thing and the next: what the last one left behind it belongs to it.
    """

    path: str
    rows: int
    jumps: int
    settle_s: float
    idle_s: float
    first: int
    oldest: int
    newest: int
    prefixes: tuple[str, ...]
    names: tuple[str, ...]
    steps: tuple[str, ...] = STEPS
    rest_s: float = 0.5

    def to_argument(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """Return the run that `to_argument` was asked of."""
        told = json.loads(argument)
        return cls(
            **{
                **told,
                "prefixes": tuple(told["prefixes"]),
                "names": tuple(told["names"]),
                "steps": tuple(told["steps"]),
            }
        )

    def places(self) -> list[float]:
        """Return where the scroll bar is set to, from 0 to 1; the same in every run."""
        random = Random(self.rows)
        return [random.random() for _ in range(self.jumps)]


def plan_run(path: Path, *, jumps: int, settle_s: float, idle_s: float, searches: int = SEARCHES) -> Run:
    """Look into a database of ours for what can be searched in it.

    Raises:
        ValueError: There is nothing in it.
        sqlite3.Error: It is no database of ours.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows, first, last = connection.execute("SELECT count(*), min(id), max(id) FROM subscriptions").fetchone()
        if not rows:
            raise ValueError(f"{path.name} holds no subscriptions to browse.")
        by_creation = "SELECT id FROM subscriptions ORDER BY created_at {0}, id {0} LIMIT 1"
        (oldest,) = connection.execute(by_creation.format("ASC")).fetchone()
        (newest,) = connection.execute(by_creation.format("DESC")).fetchone()
        random = Random(rows)
        prefixes: list[str] = []
        names: list[str] = []
        for number in range(searches):
            endpoint, name = connection.execute(
                "SELECT endpoint, name FROM subscriptions JOIN users ON users.id = user_id "
                "WHERE subscriptions.id >= ? ORDER BY subscriptions.id LIMIT 1",
                (random.randrange(last) + 1,),
            ).fetchone()
            path_at = endpoint.rfind("/") + 1
            # Two of three as they are pasted and typed on, the third as a host is typed.
            prefixes.append(endpoint[8:20] if number % 3 == 2 else endpoint[: path_at + 2])
            names.append(max(name.replace(",", " ").split(), key=len)[:6])
    return Run(str(path), rows, jumps, settle_s, idle_s, first, oldest, newest, tuple(prefixes), tuple(names))
