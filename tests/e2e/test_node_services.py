"""Key pairs travel between us and node's web-push, and pushes that are signed with them arrive on either side.

Runs on: any
"""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from tests.e2e.node import NodeService, needs_node, push_service, run_node, run_web_push
from webpush_admin.cli import main
from webpush_admin.push.key_formats import read_keys
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import SandboxSubscription, Temper
from webpush_admin.store import Store

pytestmark = needs_node

SUBJECT: Final = "mailto:ops@example.org"

PUSH: Final = """
const http = require('http');
const webpush = require('web-push');
const given = JSON.parse(require('fs').readFileSync(0));
const request = webpush.generateRequestDetails(given.subscription, given.payload, {
  TTL: 60, vapidDetails: {subject: given.subject, publicKey: given.publicKey, privateKey: given.privateKey}});
http.request(request.endpoint, {method: request.method, headers: request.headers}, answer => {
  console.log(answer.statusCode);
  answer.resume();
}).end(request.body);
"""
"""What `sendNotification` does, but over plain http, which it refuses."""


@pytest.fixture(scope="module")
def service() -> Iterator[NodeService]:
    with push_service() as running:
        yield running


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'push.db'}"


def subscribe(url: str, made: dict[str, Any] | SandboxSubscription) -> None:
    """Add what a browser would have sent us."""
    if isinstance(made, SandboxSubscription):
        made = {"endpoint": made.endpoint, "keys": {"p256dh": made.p256dh, "auth": made.auth}}
    store = Store.open(url)
    try:
        store.add_subscription(store.add_user("Ada").id, endpoint=made["endpoint"], **made["keys"])
    finally:
        store.close()


def send(url: str, port: int, title: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> list[dict[str, Any]]:
    """Send to everybody; return the lines but for the summary."""
    usual = ["--database", url, "--subject", SUBJECT, "--allow-loopback", str(port), "--json"]
    assert main(["send", *usual, "--all", "--title", title]) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()[:-1]]


def test_a_push_that_is_signed_with_a_pair_made_here_is_accepted_and_read_by_web_push_testing(
    url: str, service: NodeService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vapid", "generate", "--database", url, "--json"]) == 0
    subscription = service.subscribe(json.loads(capsys.readouterr().out)["public_key"])
    subscribe(url, subscription)
    (line,) = send(url, service.port, "Zoë", capsys)
    assert (line["status"], line["outcome"]) == (201, "accepted")
    (message,) = service.messages(subscription)
    assert json.loads(message)["title"] == "Zoë"
    # It looks at the key: what belongs to another one is refused.
    other = service.subscribe(json.loads(run_web_push("generate-vapid-keys", "--json"))["publicKey"])
    subscribe(url, other)
    assert sorted(line["status"] for line in send(url, service.port, "Again", capsys, code=1)) == [201, 400]
    assert service.messages(other) == []


def test_a_pair_of_web_push_is_taken_and_its_subscribers_are_reached(
    url: str,
    service: NodeService,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = run_web_push("generate-vapid-keys", "--json")
    public_key = json.loads(printed)["publicKey"]
    Store.open(url).close()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(printed.encode()), isatty=lambda: False))
    assert main(["vapid", "import", "-", "--database", url, "--json"]) == 0
    taken = json.loads(capsys.readouterr().out)
    assert (taken["public_key"], taken["state"]) == (public_key, "active")
    (made,) = sandbox.create_subscriptions([Temper.CREATED], application_server_key=public_key)
    subscribe(url, made)
    (line,) = send(url, sandbox.port, "Ours", capsys)
    assert line["status"] == 201
    assert json.loads(sandbox.inbox()[-1].payload or "")["title"] == "Ours"
    subscription = service.subscribe(public_key)
    subscribe(url, subscription)
    statuses = [line["status"] for line in send(url, service.port, "Theirs", capsys, code=1)]
    # Nothing else of this machine is sent to.
    assert sorted(statuses, key=str) == [201, None]
    assert json.loads(service.messages(subscription)[0])["title"] == "Theirs"


@pytest.mark.parametrize("form", ["json", "raw"])
def test_node_signs_with_a_pair_that_was_written_here(
    url: str, form: str, sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vapid", "generate", "--database", url]) == 0
    path = tmp_path / "keys"
    assert main(["vapid", "export", "--database", url, "--format", form, "--output", str(path)]) == 0
    keys = read_keys(path.read_bytes()).keys
    if form == "json":
        pair = json.loads(path.read_text())
    else:
        public_key, private_key = path.read_text().split()
        pair = {"publicKey": public_key, "privateKey": private_key}
    assert pair["publicKey"] == keys.public_key
    (made,) = sandbox.create_subscriptions([Temper.CREATED], application_server_key=keys.public_key)
    subscription = {"endpoint": made.endpoint, "keys": {"p256dh": made.p256dh, "auth": made.auth}}
    given = {"subject": SUBJECT, "subscription": subscription, "payload": "of node"}
    before = sandbox.counts().decrypted
    assert run_node(PUSH, given=json.dumps({**given, **pair})).strip() == "201"
    assert sandbox.inbox()[-1].payload == "of node"
    stranger = json.loads(run_web_push("generate-vapid-keys", "--json"))
    assert run_node(PUSH, given=json.dumps({**given, **stranger})).strip() != "201"
    assert sandbox.counts().decrypted == before + 1
