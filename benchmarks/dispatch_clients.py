"""Who takes turns in `benchmarks.dispatch`: our dispatcher, pywebpush as it can be called, and what others use.

Runs on: any
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.fresh_process import ROOT, measure, measure_command
from benchmarks.receivers import read_receivers
from benchmarks.rival_packages import Package, Registry
from benchmarks.round import Round, Timing
from benchmarks.workload import MESSAGE, SUBJECT

HTTP_1: Final = "HTTP/1.1"
HTTP_2: Final = "HTTP/2.0"
RUST_THREADS: Final = "50"
"""As many at once as the others have; at once it is as fast with eight."""


@dataclass(frozen=True, slots=True)
class Client:
    """One of those that take turns.

    Attributes:
        name: Its key in the JSON.
        program: A module of ours, or a script for node.
        protocol: What must show in the sink's log.
        share: Of a round's pushes: who is slow sends fewer, so that a round does not take minutes.
        delayed_share: The same where the service takes its time.
        arguments: Behind the round.
        trust: The environment variable that names the authority's file, "" where an argument does.
        package: What must be installed for it; None where this project has it.
    """

    name: str
    program: str
    protocol: str
    share: float
    delayed_share: float
    arguments: tuple[str, ...] = ()
    trust: str = ""
    package: Package | None = None


OURS: Final = Client("dispatcher", "benchmarks.dispatcher_client", HTTP_2, 1, 1)
ASYNC: Final = Client("webpush_async", "benchmarks.pywebpush_client", HTTP_1, 0.35, 0.4)
PARSED: Final = Client("webpush_async_parsed_key", "benchmarks.pywebpush_client", HTTP_1, 0.3, 0.4, ("parsed",))
SYNC: Final = Client("webpush", "benchmarks.pywebpush_sync_client", HTTP_1, 0.016, 0.01, trust="REQUESTS_CA_BUNDLE")
SYNC_SESSION: Final = Client(
    "webpush_session",
    "benchmarks.pywebpush_sync_client",
    HTTP_1,
    0.03,
    0.01,
    ("session",),
    trust="REQUESTS_CA_BUNDLE",
)
NODE: Final = Client(
    "node_web_push",
    "benchmarks/node_client.mjs",
    HTTP_1,
    0.1,
    0.2,
    trust="NODE_EXTRA_CA_CERTS",
    package=Package(Registry.NPM, "web-push", "3.6.7"),
)
RUST: Final = Client(
    "webpush_rs",
    "benchmarks.webpush_rs_client",
    HTTP_1,
    0.3,
    0.4,
    (RUST_THREADS,),
    trust="SSL_CERT_FILE",
    package=Package(Registry.PYPI, "webpush-rs", "0.1.4"),
)
CLIENTS: Final = (OURS, ASYNC, PARSED, SYNC, SYNC_SESSION, NODE, RUST)


def run(client: Client, chosen: Round, folders: Mapping[Package, Path]) -> Timing:
    """Measure one round of a client in a fresh process.

    Args:
        client: Who sends.
        chosen: What, and to whom.
        folders: Where packages were installed.

    Raises:
        MeasurementFailed: It sent nothing, or a push was not accepted.
    """
    environment = {client.trust: chosen.authority} if client.trust else {}
    folder = None if client.package is None else folders[client.package]
    arguments = [chosen.to_argument(), *client.arguments]
    if client.program.endswith(".mjs"):
        command = ["node", str(ROOT / client.program), *arguments, str(receivers_file(chosen.database)), str(folder)]
        return Timing(**measure_command(client.name, command, environment=environment))
    if folder is not None:
        environment["PYTHONPATH"] = str(folder)
    return Timing(**measure(client.program, arguments, environment=environment))


def receivers_file(database: str) -> Path:
    """Return a file beside the database that tells its receivers and the message, for who cannot read the database."""
    path = Path(database).with_suffix(".json")
    if not path.exists():
        told: dict[str, Any] = asdict(read_receivers(database))
        told |= {"subject": SUBJECT, "ttl_s": MESSAGE.ttl_s, "payload": MESSAGE.payload().decode()}
        path.write_text(json.dumps(told))
    return path
