"""Prints how fast the Dispatcher sends beside pywebpush's `webpush_async`, as one JSON object.

Both send the same 200 bytes, signed with the same VAPID key, to the same subscriptions on the same sink: nginx on
loopback with TLS, which reads every body and answers 201. Rounds take turns, each in a fresh process, so that neither
disturbs the other and a slow minute of the machine hits both; the figures are medians. The dispatcher sends over
HTTP/2, pywebpush over HTTP/1.1 (it can do no more); the sink's log proves both.

The database holds 40 users of 100 subscriptions: a message to a team, a tenant or a topic, which is what a dispatch to
one id is in larger applications. `--subscriptions-each 2` measures people with two browsers each.

Runs on: any
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.fresh_process import MeasurementFailed, measure, tell
from benchmarks.machine import described
from benchmarks.nginx_sink import NginxFailed, NginxMissing, NginxSink
from benchmarks.round import Round, Timing
from benchmarks.statistics import middle, ratio, rounded
from benchmarks.workload import MESSAGE, make_database

SUBSCRIPTIONS: Final = 4000
GOAL: Final = 2.0
OURS: Final = "dispatcher"
THEIRS: Final = "pywebpush"
PROTOCOLS: Final = {OURS: "HTTP/2.0", THEIRS: "HTTP/1.1"}
PACKAGES: Final = ("pycurl", "pywebpush", "aiohttp", "py-vapid", "http-ece", "cryptography", "SQLAlchemy")


def compare(*, pushes: int, rounds: int, subscriptions_each: int, subscriptions: int = SUBSCRIPTIONS) -> dict[str, object]:
    """Measure both in turns and return what is printed.

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
    with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
        sink = NginxSink(Path(folder))
        with sink:
            tell(f"{sink.origin} takes the pushes; making {subscriptions} subscriptions")
            database = Path(folder) / "push.db"
            users = max(1, subscriptions // subscriptions_each)
            make_database(database, sink.origin, users=users, subscriptions_each=subscriptions_each)
            chosen = Round(str(database), str(sink.certificates.authority), pushes, warm_up=min(500, pushes))
            timings: dict[str, list[Timing]] = {OURS: [], THEIRS: []}
            for number in range(rounds):
                for client, done in timings.items():
                    timing = Timing(**measure(f"benchmarks.{client}_client", [chosen.to_argument()]))
                    done.append(timing)
                    tell(f"round {number + 1} of {rounds}: {client} {timing.pushes_per_s:.0f} pushes/s")
        arrived = sink.arrived()
        nginx = sink.version
    for client, protocol in PROTOCOLS.items():
        if arrived.get(protocol, 0) < sum(timing.pushes for timing in timings[client]):
            raise MeasurementFailed(f"Not all pushes of {client} arrived over {protocol}: {arrived}")
    figures = {client: _figures(done, PROTOCOLS[client]) for client, done in timings.items()}
    speeds = {client: [timing.pushes_per_s for timing in done] for client, done in timings.items()}
    costs = {client: [timing.cpu_s_per_1000 for timing in done] for client, done in timings.items()}
    machine = described(PACKAGES)
    return {
        "benchmark": "dispatch",
        "goal": GOAL,
        "ratio": ratio(middle(speeds[OURS]), middle(speeds[THEIRS])),
        "cpu_ratio": ratio(middle(costs[OURS]), middle(costs[THEIRS])),
        "reached": ratio(middle(speeds[OURS]), middle(speeds[THEIRS])) >= GOAL,
        **figures,
        "pushes": pushes,
        "rounds": rounds,
        "users": users,
        "subscriptions_each": subscriptions_each,
        "payload_bytes": len(MESSAGE.payload()),
        "sink": f"nginx {nginx}",
        "arrived": arrived,
        **machine,
    }


def _figures(timings: list[Timing], protocol: str) -> dict[str, object]:
    speeds = [timing.pushes_per_s for timing in timings]
    costs = [timing.cpu_s_per_1000 for timing in timings]
    return {
        "protocol": protocol,
        "pushes_per_s": middle(speeds),
        "cpu_s_per_1000": middle(costs),
        "pushes_per_s_by_round": [rounded(speed) for speed in speeds],
        "cpu_s_per_1000_by_round": [rounded(cost) for cost in costs],
    }


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch", description=__doc__.partition("\n")[0])
    parser.add_argument("--pushes", type=int, default=12_000, help="of each round (12000)")
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
