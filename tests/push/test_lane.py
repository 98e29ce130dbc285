"""One request against services that answer oddly, over real TCP: the status line is the verdict, and limits hold.

Runs on: any
"""

import asyncio
import gzip
from pathlib import Path

import pycurl
import pytest

from tests.push.material import LOOPBACK, answered
from tests.push.odd_server import CREATED, Answer, OddServer, dripping, flooding, never, odd_server, reset, saying
from webpush_admin import __version__
from webpush_admin.push import answer as answers
from webpush_admin.push import lane
from webpush_admin.push.endpoint import check_endpoint
from webpush_admin.push.head import MAX_HEADERS
from webpush_admin.push.lane import DEFAULT_LIMITS, MAX_BODY_BYTES, LaneSettings, Limits, Request
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.transport import Transport


async def post(
    transport: Transport, server: OddServer, path: str = "/a", policy: EndpointPolicy = LOOPBACK
) -> answers.Answer:
    endpoint = check_endpoint(f"http://127.0.0.1:{server.port}{path}", policy)
    return await answered(transport, Request(endpoint, ["TTL: 60", "Expect:"], b"x" * 300))


def ask(answer: Answer, path: str = "/a", *, limits: Limits = DEFAULT_LIMITS) -> tuple[answers.Answer, OddServer]:
    """Return what one request to such a service brought."""

    async def scenario() -> tuple[answers.Answer, OddServer]:
        async with odd_server(answer) as server, Transport(policy=LOOPBACK, limits=limits) as transport:
            return await post(transport, server, path), server

    return asyncio.run(scenario())


def _http(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]).encode() + body


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (_http("201 Created"), 201, b""),
        (_http("410 Gone", body=b"It has ended."), 410, b"It has ended."),
        (_http("299 Odd"), 299, b""),
        (_http("999 Odder"), 999, b""),
        (b"HTTP/1.1 410\r\n\r\n", 410, b""),
        (b"HTTP/1.0 201 Created\nX: y\n\nbody", 201, b"body"),
        (_http("307 Temporary Redirect", "Location: /b"), 307, b""),
        (_http("301 Moved", "Location: http://169.254.169.254/"), 301, b""),
        (_http("401 No", "WWW-Authenticate: Basic realm=x"), 401, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + _http("201 Created"), 201, b""),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + _http("410 Gone"), 410, b""),
        (b"HTTP/1.1 500 Fault\r\nContent-Length: 100\r\n\r\n0123456789", 500, b"0123456789"),
        (b"HTTP/1.1 500 Fault\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 500, b""),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: -5\r\n\r\n", None, b""),
    ],
)
def test_the_status_line_is_the_verdict(raw: bytes, status: int | None, body: bytes) -> None:
    answer, server = ask(saying(raw))
    assert (answer.status, answer.body) == (status, body)
    assert bool(answer.reason) is (status is None)
    assert answer.elapsed_s > 0
    assert len(server.requests) == 1, "nothing is followed and nothing is tried again"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (saying(b"HELLO\r\n\r\n"), "does not speak HTTP"),
        (saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "does not speak HTTP"),
        (saying(b"HTTP/1.1 abc\r\n\r\n"), "does not speak HTTP"),
        (saying(b"HTTP/1.1 2\r\n\r\n"), "does not speak HTTP"),
        (saying(b"\0" * 2000), "does not speak HTTP"),
        (saying(b"HTTP/1.1 100 Continue\r\n\r\n"), "may have arrived"),
        (saying(b"HTTP/1.1 201 Crea"), "."),
        (saying(b""), "closed without an answer; it may have arrived"),
        (reset, "may have arrived"),
    ],
)
def test_what_is_no_answer_has_no_status_but_a_reason(answer: Answer, why: str) -> None:
    got, server = ask(answer)
    assert got.status is None
    assert not got.blocked
    assert why in got.reason
    assert len(server.requests) == 1


def test_a_body_is_never_decoded() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    got, _ = ask(saying(_http("500 Fault", "Content-Encoding: gzip", body=bomb)))
    assert got.status == 500
    assert got.body == bomb[:MAX_BODY_BYTES]


def test_a_body_without_end_is_cut() -> None:
    got, _ = ask(flooding(b"HTTP/1.1 410 Gone\r\n\r\n", b"x" * 65536))
    assert (got.status, got.body) == (410, b"x" * 4096)


def test_a_body_of_just_the_limit_is_whole() -> None:
    got, _ = ask(saying(_http("500 Fault", body=b"x" * 4096), then_close=False))
    assert (got.status, got.body) == (500, b"x" * 4096)


def test_headers_are_in_lower_case_and_those_of_the_last_answer() -> None:
    raw = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + _http(
        "429 Slow", "Retry-After: 30", "X-A:b:c", "Caf\xe9: \xe9"
    )
    got, _ = ask(saying(raw))
    assert got.headers[:2] == (("retry-after", "30"), ("x-a", "b:c"))
    assert "link" not in dict(got.headers)


def test_headers_are_bounded() -> None:
    many = [f"X-{number}: {number}" for number in range(500)]
    got, _ = ask(saying(_http("201 Created", *many)))
    assert (got.status, len(got.headers)) == (201, MAX_HEADERS)
    got, _ = ask(saying(_http("201 Created", "X: " + "y" * 9000, "Z: z")))
    assert got.status == 201
    assert sum(len(value) for _, value in got.headers) < 9000


def test_headers_without_end_are_given_up() -> None:
    got, _ = ask(flooding(b"HTTP/1.1 201 Created\r\n", b"X-A: " + b"y" * 1000 + b"\r\n"))
    assert got.status is None
    assert got.reason


def test_a_service_that_never_answers_is_given_up_after_the_first_byte_is_due() -> None:
    got, server = ask(never, limits=Limits(first_byte_s=0.2))
    assert (got.status, got.reason) == (None, "No answer within 0.2 s; it may have arrived.")
    assert len(server.requests) == 1


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 201 Created\r\nX: "], ids=["status line", "header"])
def test_an_answer_that_drips_is_given_up_after_the_whole_time(head: bytes) -> None:
    got, _ = ask(dripping(head + (b"" if head else b"HTTP/1.1 20"), b"1"), limits=Limits(attempt_s=0.4))
    assert got.status is None
    assert got.reason.startswith("No complete answer within 0.4 s; it may have arrived.")


def test_a_body_that_drips_does_not_change_the_verdict() -> None:
    got, _ = ask(dripping(b"HTTP/1.1 410 Gone\r\n\r\n", b"x"), limits=Limits(attempt_s=0.4))
    assert (got.status, got.reason) == (410, "")


def test_a_port_where_nobody_listens_is_a_refused_connection() -> None:
    async def scenario() -> answers.Answer:
        async with odd_server(never) as server:
            pass
        async with Transport(policy=LOOPBACK) as transport:
            return await post(transport, server)

    got = asyncio.run(scenario())
    assert (got.status, got.blocked) == (None, False)
    assert got.reason.startswith("The connection was refused.")


def test_what_goes_out_is_one_plain_request_with_the_path_as_it_stands() -> None:
    path = "/a/../b//%2e%2e/c;d=e?f=%20&g"
    _, server = ask(saying(CREATED), path)
    (head,) = server.requests
    lines = head.decode().split("\r\n")
    assert lines[0] == f"POST {path} HTTP/1.1"
    named = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines[1:] if line}
    assert named.pop("accept", "*/*") == "*/*"
    assert named == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": f"webpush-admin/{__version__}",
        "ttl": "60",
        "content-length": "300",
        "content-type": named.get("content-type", ""),
    }


def test_neither_a_proxy_nor_a_netrc_nor_a_cookie_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (Path.home() / ".netrc").write_text("machine 127.0.0.1 login ada password secret\n")

    async def scenario() -> OddServer:
        answer = saying(_http("201 Created", "Set-Cookie: a=b"), then_close=False)
        async with odd_server(answer) as server, Transport(policy=LOOPBACK) as transport:
            for _ in range(2):
                assert (await post(transport, server)).status == 201
            return server

    server = asyncio.run(scenario())
    assert server.connections == 1
    for head in server.requests:
        assert b"authorization" not in head.lower()
        assert b"cookie" not in head.lower()


def test_a_push_goes_out_once_on_a_connection_that_dies_under_it() -> None:
    """On a connection that was used before, libcurl would by itself send the request again, up to five times."""

    async def scenario() -> None:
        async def answer(writer: asyncio.StreamWriter) -> None:
            if len(server.requests) == 1:
                writer.write(CREATED)
            else:
                writer.close()

        async with odd_server(answer) as server, Transport(policy=LOOPBACK) as transport:
            assert (await post(transport, server)).status == 201
            lost = await post(transport, server)
            assert (lost.status, lost.reason) == (
                None,
                "The connection broke before an answer came; it may have arrived.",
            )
            assert (len(server.requests), server.connections) == (2, 1)

    asyncio.run(scenario())


def _resolving(monkeypatch: pytest.MonkeyPatch, addresses: str, port: int = 8443) -> None:
    """Let push.example.net resolve to these addresses, as a hostile name server would."""
    new_curl = lane._new_curl

    def resolving(settings: LaneSettings) -> pycurl.Curl:
        curl = new_curl(settings)
        curl.setopt(pycurl.RESOLVE, [f"push.example.net:{port}:{addresses}"])
        return curl

    monkeypatch.setattr(lane, "_new_curl", resolving)


async def _post_to_the_name(policy: EndpointPolicy, port: int = 8443) -> answers.Answer:
    async with Transport(policy=policy) as transport:
        endpoint = check_endpoint(f"https://push.example.net:{port}/a", policy)
        return await answered(transport, Request(endpoint, ["TTL: 60"], b"x"))


@pytest.mark.parametrize(
    ("addresses", "told"),
    [
        ("127.0.0.1", "127.0.0.1 is this machine"),
        ("[::1]", "::1 is this machine"),
        ("10.0.0.5", "10.0.0.5 is not on the public internet"),
        ("169.254.169.254", "169.254.169.254 is not on the public internet"),
        ("[64:ff9b::a9fe:a9fe]", "64:ff9b::a9fe:a9fe is not on the public internet"),
    ],
)
def test_a_name_that_leads_inside_is_blocked_and_the_reason_names_the_address(
    monkeypatch: pytest.MonkeyPatch, addresses: str, told: str
) -> None:
    _resolving(monkeypatch, addresses)
    answer = asyncio.run(_post_to_the_name(EndpointPolicy()))
    assert (answer.status, answer.blocked) == (None, True)
    assert answer.reason.startswith(told)


def test_what_is_blocked_was_not_even_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with odd_server(never) as server:
            _resolving(monkeypatch, "127.0.0.1", server.port)
            assert (await _post_to_the_name(EndpointPolicy(), server.port)).blocked
            assert server.connections == 0

    asyncio.run(scenario())


def test_the_port_of_the_sandbox_is_the_only_one_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolving(monkeypatch, "127.0.0.1")
    answer = asyncio.run(_post_to_the_name(EndpointPolicy(allow_loopback=True, loopback_port=4000)))
    assert answer.blocked


def test_where_one_of_several_addresses_was_connected_to_nothing_is_called_blocked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _resolving(monkeypatch, "127.0.0.1,10.0.0.5")
    answer = asyncio.run(_post_to_the_name(EndpointPolicy(allow_loopback=True), port=8443))
    assert (answer.status, answer.blocked) == (None, False)
    assert answer.reason.startswith("The connection was refused.")
