"""Prints how fast the Dispatcher sends beside pywebpush's `webpush_async`, as one JSON object.

All send the same 200 bytes, signed with the same VAPID key, to the same subscriptions on the same sink: nginx on
loopback with TLS, which reads every body and answers 201. Rounds take turns, each in a fresh process, so that none
disturbs the others and a slow minute of the machine hits all of them; the figures are medians. The dispatcher sends
over HTTP/2, pywebpush over HTTP/1.1 (it can do no more); the sink's log proves both.

Three take turns: the Dispatcher; pywebpush with the key as text, as its documentation shows it, which `ratio` and
`goal` compare with; and pywebpush with a key that was parsed before, the fastest way to call it.

The database holds 40 users of 100 subscriptions: a message to a team, a tenant or a topic, which is what a dispatch to
one id is in larger applications. `--subscriptions-each 2` measures people with two browsers each.

Runs on: any
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.fresh_process import MeasurementFailed, measure, tell
from benchmarks.machine import described
from benchmarks.nginx_sink import NginxFailed, NginxMissing, NginxSink
from benchmarks.round import Round, Timing
from benchmarks.statistics import middle, ratio, rounded
from benchmarks.workload import MESSAGE, make_database

SUBSCRIPTIONS: Final = 4000
WARM_UP: Final = 500
GOAL: Final = 2.0
PACKAGES: Final = ("pycurl", "pywebpush", "aiohttp", "py-vapid", "http-ece", "cryptography", "SQLAlchemy")


@dataclass(frozen=True, slots=True)
class Client:
    """One of those that take turns.

    Attributes:
        name: Its key in the JSON.
        module: What is run.
        arguments: Behind the round.
        protocol: What must show in the sink's log.
    """

    name: str
    module: str
    protocol: str
    arguments: tuple[str, ...] = ()


OURS: Final = Client("dispatcher", "benchmarks.dispatcher_client", "HTTP/2.0")
THEIRS: Final = Client("pywebpush", "benchmarks.pywebpush_client", "HTTP/1.1")
PARSED: Final = Client("pywebpush_parsed_key", "benchmarks.pywebpush_client", "HTTP/1.1", ("parsed",))
CLIENTS: Final = (OURS, THEIRS, PARSED)

Timings = dict[Client, list[Timing]]


def compare(
    *, pushes: int, rounds: int, subscriptions_each: int, subscriptions: int = SUBSCRIPTIONS
) -> dict[str, object]:
    """Measure all in turns and return what is printed.

    Args:
        pushes: Of each round of each client.
        rounds: Of each client.
        subscriptions_each: Of every user.
        subscriptions: Of all users together.

    Raises:
        NginxMissing: There is no nginx.
        NginxFailed: It does not start.
        MeasurementFailed: A push was not accepted, or a client went over another protocol than it should.
    """
    users = max(1, subscriptions // subscriptions_each)
    timings: Timings = {client: [] for client in CLIENTS}
    with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
        sink = NginxSink(Path(folder))
        with sink:
            tell(f"{sink.origin} takes the pushes; making {users} users of {subscriptions_each} subscriptions")
            database = Path(folder) / "push.db"
            make_database(database, sink.origin, users=users, subscriptions_each=subscriptions_each)
            chosen = Round(str(database), str(sink.certificates.authority), pushes, min(WARM_UP, pushes))
            for number in range(rounds):
                for client, done in timings.items():
                    timing = Timing(**measure(client.module, [chosen.to_argument(), *client.arguments]))
                    done.append(timing)
                    tell(f"round {number + 1} of {rounds}: {client.name} {timing.pushes_per_s:.0f} pushes/s")
        arrived = sink.arrived()
        nginx = sink.version
    _check(timings, arrived)
    speeds = {client: middle([timing.pushes_per_s for timing in done]) for client, done in timings.items()}
    costs = {client: middle([timing.cpu_s_per_1000 for timing in done]) for client, done in timings.items()}
    return {
        "benchmark": "dispatch",
        "goal": GOAL,
        "ratio": ratio(speeds[OURS], speeds[THEIRS]),
        "reached": ratio(speeds[OURS], speeds[THEIRS]) >= GOAL,
        "cpu_ratio": ratio(costs[THEIRS], costs[OURS]),
        "ratio_to_parsed_key": ratio(speeds[OURS], speeds[PARSED]),
        "cpu_ratio_to_parsed_key": ratio(costs[PARSED], costs[OURS]),
        **{client.name: _figures(client, done) for client, done in timings.items()},
        "pushes": pushes,
        "rounds": rounds,
        "users": users,
        "subscriptions_each": subscriptions_each,
        "payload_bytes": len(MESSAGE.payload()),
        "sink": f"nginx {nginx}",
        "arrived": arrived,
        **described(PACKAGES),
    }


def _check(timings: Timings, arrived: dict[str, int]) -> None:
    """Compare what the clients say with what the sink saw.

    Raises:
        MeasurementFailed: The sink saw less over a protocol, or something over another one.
    """
    told: dict[str, int] = {}
    for client, done in timings.items():
        told[client.protocol] = told.get(client.protocol, 0) + sum(timing.pushes for timing in done)
    if set(arrived) != set(told) or any(arrived[protocol] < pushes for protocol, pushes in told.items()):
        raise MeasurementFailed(f"The clients tell of {told} pushes, the sink of {arrived}.")


def _figures(client: Client, timings: list[Timing]) -> dict[str, object]:
    speeds = [timing.pushes_per_s for timing in timings]
    costs = [timing.cpu_s_per_1000 for timing in timings]
    return {
        "protocol": client.protocol,
        "pushes_per_s": middle(speeds),
        "cpu_s_per_1000": middle(costs),
        "pushes_per_s_by_round": [rounded(speed) for speed in speeds],
        "cpu_s_per_1000_by_round": [rounded(cost) for cost in costs],
    }


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch", description=__doc__.partition("\n")[0])
    parser.add_argument("--pushes", type=int, default=10_000, help="of each round (10000)")
    parser.add_argument("--rounds", type=int, default=5, help="of each client (5)")
    parser.add_argument("--subscriptions-each", type=int, default=100, help="of every user (100)")
    chosen = parser.parse_args(arguments)
    try:
        found = compare(pushes=chosen.pushes, rounds=chosen.rounds, subscriptions_each=chosen.subscriptions_each)
    except (NginxMissing, NginxFailed, MeasurementFailed) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
