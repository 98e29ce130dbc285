"""Real requests over real HTTP: what is well-formed arrives, what is made wrong on purpose is refused in words."""

import http.client
import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.sender import Push, Sender
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import InboxEntry, SandboxCounts, SandboxSubscription, Temper
from webpush_admin.sandbox.tempers import ANSWERS


def _answered(counts: SandboxCounts) -> int:
    """Return the number of the newest entry: what is received is numbered when it is answered."""
    return counts.accepted + counts.gone + counts.refused + counts.dropped


def _newest(sandbox: Sandbox) -> InboxEntry:
    return sandbox.inbox(after=_answered(sandbox.counts()) - 1)[-1]


def _since(sandbox: Sandbox, before: SandboxCounts) -> SandboxCounts:
    now = sandbox.counts()
    return SandboxCounts(
        received=now.received - before.received,
        decrypted=now.decrypted - before.decrypted,
        accepted=now.accepted - before.accepted,
        gone=now.gone - before.gone,
        refused=now.refused - before.refused,
        dropped=now.dropped - before.dropped,
    )


def test_push_arrives_in_clear(sandbox: Sandbox, sender: Sender, subscription: SandboxSubscription) -> None:
    payload = json.dumps({"title": "Grüße 👋", "body": "x" * 3000}, ensure_ascii=False)
    push = sender.push(subscription, payload.encode())
    push.headers |= {"TTL": "3600", "Urgency": "high", "Topic": "weather"}
    reply = push.send()
    assert (reply.status, reply.body) == (201, "")
    assert reply.headers["ttl"] == "3600"
    assert reply.headers["location"].startswith(f"{sandbox.origin}/message/")
    entry = _newest(sandbox)
    assert (entry.endpoint, entry.status, entry.payload, entry.problem) == (subscription.endpoint, 201, payload, "")
    assert (entry.ttl_s, entry.urgency, entry.topic, entry.http_version) == (3600, "high", "weather", "1.1")
    assert entry.at.utcoffset() is not None


def test_ttl_that_is_too_long_is_cut(sender: Sender, subscription: SandboxSubscription) -> None:
    push = sender.push(subscription)
    push.headers["TTL"] = "99999999"
    assert push.send().headers["ttl"] == "2419200"


def test_longest_body_is_taken(sender: Sender, subscription: SandboxSubscription) -> None:
    push = sender.push(subscription, b"x" * 3993)
    assert len(push.body) == 4096
    assert push.send().status == 201


def _header(name: str, value: str | None) -> Callable[[Push], None]:
    def change(push: Push) -> None:
        push.headers[name] = value

    return change


def _body(change_body: Callable[[bytes], bytes]) -> Callable[[Push], None]:
    def change(push: Push) -> None:
        push.body = change_body(push.body)

    return change


def _method(method: str) -> Callable[[Push], None]:
    def change(push: Push) -> None:
        push.method = method

    return change


def _url(change_url: Callable[[str], str]) -> Callable[[Push], None]:
    def change(push: Push) -> None:
        push.url = change_url(push.url)

    return change


WRONG: list[tuple[Callable[[Push], None], int, str]] = [
    (_method("GET"), 405, "POST"),
    (_method("PUT"), 405, "POST"),
    (_url(lambda url: url[:-1]), 404, "no such push resource"),
    (_url(lambda url: url.rsplit("/", 1)[0] + "/" + "x" * 43), 404, "no such push resource"),
    (_url(lambda url: url.replace("/push/", "/")), 404, "no such push resource"),
    (_header("TTL", None), 400, "TTL header is missing"),
    (_header("TTL", "soon"), 400, "TTL is not"),
    (_header("TTL", "-1"), 400, "TTL is not"),
    (_header("Urgency", "urgent"), 400, "Urgency"),
    (_header("Topic", "x" * 33), 400, "Topic"),
    (_header("Topic", "no spaces"), 400, "Topic"),
    (_header("Content-Encoding", None), 400, "Content-Encoding"),
    (_header("Content-Encoding", "aesgcm"), 400, "Content-Encoding"),
    (_header("Content-Encoding", "gzip"), 400, "Content-Encoding"),
    (_header("Authorization", None), 401, "missing"),
    (_header("Authorization", "Bearer x"), 401, "scheme"),
    (_body(lambda body: body + bytes(4097 - len(body))), 413, "4096"),
    (_body(lambda body: bytes(2_000_000)), 413, "4096"),
    (_body(lambda body: b""), 400, "ends inside"),
    (_body(lambda body: body[:60]), 400, "ends inside"),
    (_body(lambda body: body[:-1]), 400, "does not decrypt"),
    (_body(lambda body: body + b"x"), 400, "does not decrypt"),
    (_body(lambda body: body[:16] + b"\x00\x00\x00\x12" + body[20:]), 400, "more than a single record"),
]


@pytest.mark.parametrize(("spoil", "status", "problem"), WRONG)
def test_wrong_request_is_refused(
    sandbox: Sandbox,
    sender: Sender,
    subscription: SandboxSubscription,
    spoil: Callable[[Push], None],
    status: int,
    problem: str,
) -> None:
    push = sender.push(subscription)
    spoil(push)
    before = sandbox.counts()
    reply = push.send()
    assert reply.status == status
    assert problem in reply.error
    assert "(RFC " in reply.error
    entry = _newest(sandbox)
    assert (entry.endpoint, entry.status, entry.problem, entry.payload) == (push.url, status, reply.error, "")
    assert _since(sandbox, before) == SandboxCounts(received=1, refused=1)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"aud": "https://push.example.net"}, "aud"),
        ({"exp": 1}, "has expired"),
        ({"exp": 99_999_999_999}, "more than 24 hours"),
    ],
)
def test_wrong_claims_are_refused(
    sender: Sender, subscription: SandboxSubscription, changed: dict[str, Any], problem: str
) -> None:
    reply = sender.push(subscription, **changed).send()
    assert (reply.status, reply.headers["www-authenticate"]) == (401, "vapid")
    assert problem in reply.error


def test_broken_signature_is_refused(sender: Sender, subscription: SandboxSubscription) -> None:
    push = sender.push(subscription)
    push.headers["Authorization"] = str(push.headers["Authorization"]).replace(sender.public_key, Sender().public_key)
    reply = push.send()
    assert reply.status == 401
    assert "signature" in reply.error


def test_refusal_of_a_method_names_the_one_that_is_allowed(sender: Sender, subscription: SandboxSubscription) -> None:
    push = sender.push(subscription)
    push.method = "DELETE"
    assert push.send().headers["allow"] == "POST"


def test_restricted_subscription_takes_its_own_key_only(sandbox: Sandbox, sender: Sender) -> None:
    bound = sandbox.create_subscriptions([Temper.CREATED], application_server_key=sender.public_key)[0]
    assert sender.push(bound).send().status == 201
    reply = Sender().push(bound).send()
    assert reply.status == 403
    assert "section 4.2" in reply.error


def test_body_for_another_subscription_does_not_decrypt(sandbox: Sandbox, sender: Sender) -> None:
    one, other = sandbox.create_subscriptions([Temper.CREATED, Temper.GONE])
    push = sender.push(one)
    push.url = other.endpoint
    assert push.send().status == 400, "a refusal comes before the temper"


def test_body_of_unknown_length_is_cut_off(sender: Sender, subscription: SandboxSubscription) -> None:
    push = sender.push(subscription)
    host, port = push.url.split("/")[2].split(":")
    head = f"POST /{push.url.split('/', 3)[3]} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as raw:
        # Never ended: the answer must come without the rest.
        raw.sendall(head.encode() + b"2000\r\n" + bytes(0x2000) + b"\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413 ")


STATUS = [
    (Temper.CREATED, 201, SandboxCounts(1, 1, accepted=1)),
    (Temper.GONE, 410, SandboxCounts(1, 1, gone=1)),
    (Temper.NOT_FOUND, 404, SandboxCounts(1, 1, refused=1)),
    (Temper.RATE_LIMITED, 429, SandboxCounts(1, 1, refused=1)),
    (Temper.WNS_201_DROPPED, 201, SandboxCounts(1, 1, accepted=1)),
    (Temper.MOZILLA_410_EXPIRED, 410, SandboxCounts(1, 1, gone=1)),
]


@pytest.mark.parametrize(("temper", "status", "counted"), STATUS)
def test_temper_answers(sandbox: Sandbox, sender: Sender, temper: Temper, status: int, counted: SandboxCounts) -> None:
    target = sandbox.create_subscriptions([temper])[0]
    assert target.temper is temper
    before = sandbox.counts()
    reply = sender.push(target, b"whatever the temper").send()
    assert reply.status == status
    told = ANSWERS[temper]
    assert reply.body == told.body
    assert {(name.lower(), value) for name, value in told.headers} <= set(reply.headers.items())
    assert reply.headers.get("sandbox-imitates", "") == told.imitates
    entry = _newest(sandbox)
    assert (entry.payload, entry.status, entry.problem) == ("whatever the temper", status, "")
    assert _since(sandbox, before) == counted


def test_temper_that_drops_closes_the_connection(sandbox: Sandbox, sender: Sender) -> None:
    target = sandbox.create_subscriptions([Temper.DROP])[0]
    before = sandbox.counts()
    with pytest.raises(http.client.RemoteDisconnected):
        sender.push(target, b"dropped").send()
    entry = _newest(sandbox)
    assert (entry.payload, entry.status) == ("dropped", None)
    assert _since(sandbox, before) == SandboxCounts(1, 1, dropped=1)


def test_temper_that_speaks_no_http_says_something_and_closes(sandbox: Sandbox, sender: Sender) -> None:
    target = sandbox.create_subscriptions([Temper.NOT_HTTP])[0]
    before = sandbox.counts()
    with pytest.raises(http.client.BadStatusLine, match="SSH-2"):
        sender.push(target, b"odd").send()
    assert _since(sandbox, before) == SandboxCounts(1, 1, dropped=1)


def test_temper_can_be_changed_while_it_runs(sandbox: Sandbox, sender: Sender) -> None:
    first, second = sandbox.create_subscriptions([Temper.CREATED, Temper.CREATED])
    assert sender.push(first).send().status == 201
    sandbox.set_temper([first.endpoint], Temper.GONE)
    assert sender.push(first).send().status == 410
    assert sender.push(second).send().status == 201
    known = {endpoint.endpoint: endpoint for endpoint in sandbox.endpoints()}
    assert (known[first.endpoint].temper, known[first.endpoint].received) == (Temper.GONE, 2)
    assert (known[second.endpoint].temper, known[second.endpoint].received) == (Temper.CREATED, 1)


def test_slow_answer_comes_late_and_holds_up_nobody(sandbox: Sandbox, sender: Sender) -> None:
    slow, quick = sandbox.create_subscriptions([Temper.SLOW, Temper.CREATED])
    before = sandbox.counts()
    late, hangs_up = _asked(sender.push(slow, b"late")), _asked(sender.push(slow, b"hangs up"))
    assert sender.push(quick).send().status == 201
    assert _newest(sandbox).endpoint == quick.endpoint, "the slow one has not been answered yet"
    hangs_up.close()
    while _since(sandbox, before).dropped == 0:
        pass
    assert _newest(sandbox).payload == "hangs up", "who has gone is told before the one that waits is answered"
    assert late.getresponse().status == 201
    late.close()
    assert _newest(sandbox).payload == "late"
    assert _since(sandbox, before) == SandboxCounts(3, 3, accepted=2, dropped=1)


def _asked(push: Push) -> http.client.HTTPConnection:
    """Return a connection that waits for the answer to a push."""
    parts = urlsplit(push.url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("POST", parts.path, push.body, {k: v for k, v in push.headers.items() if v})
    return connection


def test_sixty_four_senders_at_once(sandbox: Sandbox, sender: Sender) -> None:
    tempers = [Temper.CREATED, Temper.CREATED, Temper.GONE, Temper.SERVER_ERROR]
    targets = sandbox.create_subscriptions(tempers * 16, application_server_key=sender.public_key)
    before = sandbox.counts()

    def send_five(number: int) -> list[int]:
        target = targets[number]
        connection = http.client.HTTPConnection(target.endpoint.split("/")[2], timeout=20)
        try:
            return [sender.push(target, f"{number} {turn}".encode()).send(connection).status for turn in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(64) as threads:
        statuses = [status for five in threads.map(send_five, range(64)) for status in five]
    assert [statuses.count(status) for status in (201, 410, 500)] == [160, 80, 80]
    assert _since(sandbox, before) == SandboxCounts(320, 320, accepted=160, gone=80, refused=80)
    newest = _answered(before)
    arrived = sandbox.inbox(after=newest)
    assert [entry.number for entry in arrived] == list(range(newest + 1, newest + 321))
    assert sandbox.inbox(after=newest, limit=100) == arrived[:100]
    assert sandbox.inbox(after=newest + 100, limit=1000) == arrived[100:]
    assert {entry.payload for entry in arrived} == {f"{number} {turn}" for number in range(64) for turn in range(5)}
