"""Prints how fast the Dispatcher sends beside pywebpush and what others use, as one JSON object.

All send the same 200 bytes, signed with the same VAPID key, to the same subscriptions on the same sink: nginx on
loopback with TLS, which reads every body and answers 201. Rounds take turns, each in a fresh process, so that none
disturbs the others and a slow minute of the machine hits all of them; the figures are medians. The dispatcher sends
over HTTP/2, the others over HTTP/1.1 (they can do no more); the sink's log proves both.

A second part is the same with a sink that answers after 50 ms, as a service far away does.

Those that take turns: the Dispatcher; pywebpush's `webpush_async` with the key as text, as its documentation shows it,
which the goals compare with; the same with a key that was parsed before, the fastest way to call it; `webpush` as its
README shows it, and with one session; web-push for node; webpush-rs. The last two are installed for this run; where
they cannot be, the JSON says why, and the rest is measured.

The database holds 40 users of 100 subscriptions: a message to a team, a tenant or a topic, which is what a dispatch to
one id is in larger applications. Each is sent to five times, as within one TTL: the first time its rows are read and
validated, then they are in the cache. `--subscriptions-each 2` measures people with two browsers each.

Runs on: any
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.dispatch_clients import CLIENTS, OURS, Client, run
from benchmarks.dispatch_figures import DELAY_MS, GOALS, Rounds, Turn, figures, judged
from benchmarks.fresh_process import MeasurementFailed, tell
from benchmarks.machine import described
from benchmarks.nginx_sink import NginxFailed, NginxMissing, NginxSink
from benchmarks.rival_packages import NotInstalled, Package, install
from benchmarks.round import Round
from benchmarks.workload import MESSAGE, make_database

SUBSCRIPTIONS: Final = 4000
WARM_UP: Final = 500
FEWEST: Final = 20
"""Pushes of a round, also of the slowest."""
PACKAGES: Final = ("pycurl", "pywebpush", "aiohttp", "requests", "py-vapid", "http-ece", "cryptography", "SQLAlchemy")


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent.

    Attributes:
        pushes: Of each round of the dispatcher; the others send their share.
        rounds: Of each client.
        delayed_pushes: The same for the sink that takes its time.
        delayed_rounds: The same.
        subscriptions_each: Of every user.
        subscriptions: Of all users together.
    """

    pushes: int = 20_000
    rounds: int = 5
    delayed_pushes: int = 4000
    delayed_rounds: int = 3
    subscriptions_each: int = 100
    subscriptions: int = SUBSCRIPTIONS

    @property
    def users(self) -> int:
        """As many as the subscriptions make."""
        return max(1, self.subscriptions // self.subscriptions_each)


class Comparison:
    """Some clients, and what was installed for them.

    Args:
        clients: Those that take turns.
        folder: Its own; whoever made it removes it.
    """

    def __init__(self, clients: Sequence[Client], folder: Path) -> None:
        self._folder = folder
        self._folders: dict[Package, Path] = {}
        self.missing: dict[str, str] = {}
        """Why a client takes no part."""
        for client in clients:
            self._prepare(client)
        self.clients = [client for client in clients if client.name not in self.missing]

    def measure(self, load: Load, *, delay_ms: int) -> tuple[Rounds, dict[str, int]]:
        """Let all send in turns to a sink of their own; return the rounds, and what arrived by protocol.

        Raises:
            NginxMissing: There is no nginx.
            NginxFailed: It does not start.
            MeasurementFailed: A push was not accepted, or a client went over another protocol than it should.
        """
        folder = self._folder / f"sink-{delay_ms}"
        folder.mkdir()
        rounds = Rounds(delay_ms, {client: [] for client in self.clients})
        warmed_up: Counter[str] = Counter()
        sink = NginxSink(folder, delay_ms=delay_ms)
        with sink:
            tell(f"{sink.origin} takes the pushes and answers after {delay_ms} ms")
            database = folder / "push.db"
            make_database(database, sink.origin, users=load.users, subscriptions_each=load.subscriptions_each)
            for number in range(load.delayed_rounds if delay_ms else load.rounds):
                for client in tuple(rounds.turns):
                    chosen = _round(client, load, sink, database, delay_ms=delay_ms)
                    turn = self._turn(client, chosen, sink, rounds)
                    if turn is not None:
                        rounds.turns[client].append(turn)
                        warmed_up[client.protocol] += chosen.warm_up
                        tell(f"round {number + 1}: {client.name} {turn.timing.pushes_per_s:.0f} pushes/s")
        arrived = sink.arrived()
        check(rounds, arrived, warmed_up)
        return rounds, arrived

    def _prepare(self, client: Client) -> None:
        package = client.package
        if package is None:
            return
        folder = self._folder / package.name
        folder.mkdir()
        try:
            install(package, folder)
        except NotInstalled as reason:
            self._leave_out(client, str(reason))
        else:
            self._folders[package] = folder

    def _turn(self, client: Client, chosen: Round, sink: NginxSink, rounds: Rounds) -> Turn | None:
        sink_before_s = sink.cpu_s
        try:
            timing = run(client, chosen, self._folders)
        except MeasurementFailed as problem:
            if client.package is None:
                raise
            # Somebody else's program that does not run here is no fault of ours.
            self._leave_out(client, str(problem).splitlines()[-1])
            del rounds.turns[client]
            self.clients.remove(client)
            return None
        return Turn(timing, sink.cpu_s - sink_before_s)

    def _leave_out(self, client: Client, reason: str) -> None:
        self.missing[client.name] = reason
        tell(f"{client.name} takes no part: {reason}")


def compare(load: Load, clients: Sequence[Client] = CLIENTS) -> dict[str, object]:
    """Measure all in turns and return what is printed.

    Raises:
        NginxMissing: There is no nginx.
        NginxFailed: It does not start.
        MeasurementFailed: A push was not accepted, or a client went over another protocol than it should.
    """
    with tempfile.TemporaryDirectory(prefix="webpush-admin-benchmark-") as folder:
        nginx = NginxSink(Path(folder)).version
        comparison = Comparison(clients, Path(folder))
        measured = {delay_ms: comparison.measure(load, delay_ms=delay_ms) for delay_ms in (0, DELAY_MS)}
    goals = {goal.name: judged(goal, measured[goal.delay_ms][0]) for goal in GOALS}
    return {
        "benchmark": "dispatch",
        "goals": goals,
        "reached": all(goal["reached"] for goal in goals.values()),
        **{_key(delay_ms): _told(*found) for delay_ms, found in measured.items()},
        "missing": comparison.missing,
        "users": load.users,
        "subscriptions_each": load.subscriptions_each,
        "payload_bytes": len(MESSAGE.payload()),
        "sink": f"nginx {nginx}",
        **described(PACKAGES),
    }


def check(rounds: Rounds, arrived: dict[str, int], warmed_up: Counter[str]) -> None:
    """Compare what the clients say with what the sink saw.

    Raises:
        MeasurementFailed: The sink saw less over a protocol, or something over another one.
    """
    told = Counter(warmed_up)
    for client, turns in rounds.turns.items():
        told[client.protocol] += sum(turn.timing.pushes for turn in turns)
    if set(arrived) != set(told) or any(arrived[protocol] < pushes for protocol, pushes in told.items()):
        raise MeasurementFailed(f"The clients tell of {dict(told)} pushes, the sink of {arrived}.")


def _round(client: Client, load: Load, sink: NginxSink, database: Path, *, delay_ms: int) -> Round:
    whole = load.delayed_pushes * client.delayed_share if delay_ms else load.pushes * client.share
    pushes = max(int(whole), min(FEWEST, load.pushes))
    # The warm-up opens connections and imports modules; who is slow has done both soon.
    warm_up = min(WARM_UP, max(pushes // 10, 1)) if client != OURS else min(WARM_UP, pushes)
    return Round(str(database), str(sink.certificates.authority), pushes, warm_up)


def _key(delay_ms: int) -> str:
    return f"after_{delay_ms}_ms" if delay_ms else "at_once"


def _told(rounds: Rounds, arrived: dict[str, int]) -> dict[str, object]:
    return {
        "delay_ms": rounds.delay_ms,
        "rounds": len(rounds.turns[OURS]),
        "clients": {client.name: figures(client, rounds) for client in rounds.turns},
        "arrived": arrived,
    }


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch", description=__doc__.partition("\n")[0])
    usual = Load()
    parser.add_argument("--pushes", type=int, default=usual.pushes, help="of each round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="of each client (%(default)s)")
    parser.add_argument("--delayed-pushes", type=int, default=usual.delayed_pushes, help="of each round (%(default)s)")
    parser.add_argument("--delayed-rounds", type=int, default=usual.delayed_rounds, help="of each client (%(default)s)")
    parser.add_argument(
        "--subscriptions-each", type=int, default=usual.subscriptions_each, help="of every user (%(default)s)"
    )
    names = [client.name for client in CLIENTS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="clients besides those of the goals")
    chosen = vars(parser.parse_args(arguments))
    only = {*chosen.pop("only"), OURS.name, *(goal.rival.name for goal in GOALS)}
    try:
        found = compare(Load(**chosen), [client for client in CLIENTS if client.name in only])
    except (NginxMissing, NginxFailed, MeasurementFailed) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
