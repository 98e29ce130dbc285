"""Node's web-push and web-push-testing, where they are installed: the programs that other people's servers are.

Runs on: any
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

import pytest

MODULES: Final = Path(
    os.environ.get("WEBPUSH_ADMIN_NODE_MODULES") or Path(__file__).parents[2] / "packaging/node/node_modules"
)
DEADLINE_S: Final = 30.0

needs_node: Final = pytest.mark.skipif(
    shutil.which("node") is None or not all((MODULES / name).is_dir() for name in ("web-push", "web-push-testing")),
    reason="needs node, and `npm ci --prefix packaging/node` (or WEBPUSH_ADMIN_NODE_MODULES)",
)

_SERVER: Final = """
const Server = require('web-push-testing/src/server.js');
const {PushApiModel} = require('web-push-testing/src/PushApiModel.js');
const model = new PushApiModel();
const server = new Server(model, 0);
server.setRequestHandlers();
const listening = server._app.listen(0, 'localhost', () => {
  const {port} = listening.address();
  model.notifyUrl = `http://localhost:${port}/notify/`;
  console.log(port);
});
process.stdin.on('end', () => process.exit(0)).resume();
"""
"""As its own command starts it, but on a free port, for this machine alone, and no longer than we hold the pipe."""


class NodeService:
    """The push service of web-push-testing, as it runs."""

    def __init__(self, port: int) -> None:
        self.port = port

    def subscribe(self, public_key: str) -> dict[str, Any]:
        """Return a new subscription, as `PushSubscription.toJSON` has it, with its `clientHash`."""
        found = self._ask("subscribe", {"userVisibleOnly": "true", "applicationServerKey": public_key})
        assert isinstance(found, dict)
        return found

    def messages(self, subscription: Mapping[str, Any]) -> list[str]:
        """Return what it has accepted and decrypted."""
        found = self._ask("get-notifications", {"clientHash": subscription["clientHash"]})
        return [str(message) for message in found["messages"]]

    def _ask(self, what: str, asked: Mapping[str, Any]) -> Any:
        request = Request(
            f"http://localhost:{self.port}/{what}",
            json.dumps(asked).encode(),
            {"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=DEADLINE_S) as answer:
            return json.load(answer)["data"]


@contextmanager
def push_service() -> Iterator[NodeService]:
    """Run web-push-testing's server on a free port of this machine."""
    process = subprocess.Popen(
        ["node", "-e", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        text=True,
    )
    with process:
        assert process.stdout is not None
        try:
            yield NodeService(int(process.stdout.readline()))
        finally:
            process.kill()


def run_node(script: str, *arguments: str, given: str = "") -> str:
    """Return what a script prints, which finds the packages."""
    return _run("-e", script, *arguments, given=given)


def run_web_push(*arguments: str) -> str:
    """Return what web-push's own command line prints."""
    return _run(str(MODULES / "web-push" / "src" / "cli.js"), *arguments)


def _run(*arguments: str, given: str = "") -> str:
    ended = subprocess.run(
        ["node", *arguments], input=given, capture_output=True, env=_environment(), text=True, timeout=DEADLINE_S
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "NODE_PATH": str(MODULES)}
