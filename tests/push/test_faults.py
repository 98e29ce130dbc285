"""Every way in which a push service may fail to answer, over real sockets: it ends in time, and the reason names why.

Nothing is sent twice by the transport; what surely was not looked at is told as such, so that it may be sent again.

Runs on: any
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.push.material import LOOPBACK, answered, row
from tests.push.odd_server import Answer, Flood, dripping, never, odd_server, reset, saying
from tests.push.odd_tls import Authority
from webpush_admin.push import answer as answers
from webpush_admin.push.answer import DiagnosisAction, Failure, Outcome
from webpush_admin.push.endpoint import Endpoint, check_endpoint
from webpush_admin.push.lane import DEFAULT_LIMITS, Limits, Request
from webpush_admin.push.transport import Transport
from webpush_admin.push.verdict import judge

LATE: Final = Limits(first_byte_s=0.3)
SLOW: Final = Limits(attempt_s=0.4)
UNREACHED: Final = Limits(connect_s=0.3)

MAYBE: Final = "; it may have arrived"
NO_HTTP: Final = f"does not speak HTTP{MAYBE}"
NO_END: Final = f"The headers of the answer have no end{MAYBE}"
CUT_OFF: Final = f"The answer broke off within its headers{MAYBE}"
TOO_SLOW: Final = f"No complete answer within 0.4 s{MAYBE}"
CLOSED: Final = f"The connection was closed without an answer{MAYBE}"
HINT: Final = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
OK: Final = b"HTTP/1.1 201 Created\r\n"

MOST_TAKEN_BYTES: Final = 32 << 20
"""More than the buffers of the system take on their own."""


@dataclass(frozen=True)
class Fault:
    """What a service does with a whole request, and how it must be told.

    Attributes:
        name: Of the case.
        answer: What it does.
        failure: The kind.
        why: What the reason says.
        limits: Short ones where the fault is that it takes too long.
    """

    name: str
    answer: Answer
    failure: Failure
    why: str
    limits: Limits = DEFAULT_LIMITS


FAULTS: Final = (
    Fault("slow first byte", never, Failure.TIMEOUT, f"No answer within 0.3 s{MAYBE}", LATE),
    Fault("dripping status line", dripping(b"HTTP/1.1 20", b"1"), Failure.TIMEOUT, TOO_SLOW, SLOW),
    Fault("dripping header", dripping(OK + b"X: ", b"y"), Failure.TIMEOUT, TOO_SLOW, SLOW),
    Fault("dripping headers", dripping(OK, b"X: y\r\n"), Failure.TIMEOUT, TOO_SLOW, SLOW),
    Fault("dripping hints", dripping(b"", HINT), Failure.TIMEOUT, TOO_SLOW, SLOW),
    Fault("reset", reset, Failure.BROKEN, f"The connection broke before an answer came{MAYBE}"),
    Fault("closed", saying(b""), Failure.BROKEN, CLOSED),
    Fault("a 100 alone", saying(b"HTTP/1.1 100 Continue\r\n\r\n"), Failure.BROKEN, CLOSED),
    Fault("a 103 alone", saying(HINT), Failure.BROKEN, CLOSED),
    Fault("cut off in the status", saying(b"HTTP/1.1 2"), Failure.BROKEN, CLOSED),
    Fault("cut off in the status line", saying(b"HTTP/1.1 201 Crea"), Failure.BROKEN, CLOSED),
    Fault("cut off behind the status line", saying(OK), Failure.MALFORMED, CUT_OFF),
    Fault("cut off in the headers", saying(OK + b"X: y\r\nY"), Failure.MALFORMED, CUT_OFF),
    Fault("HTTP/0.9", saying(b"<html>hello</html>"), Failure.MALFORMED, NO_HTTP),
    Fault("another protocol", saying(b"SSH-2.0-OpenSSH_9.2\r\n"), Failure.MALFORMED, NO_HTTP),
    Fault("zeros", saying(bytes(4000)), Failure.MALFORMED, NO_HTTP),
    Fault("status in letters", saying(b"HTTP/1.1 abc\r\n\r\n"), Failure.MALFORMED, NO_HTTP),
    Fault("status of four digits", saying(b"HTTP/1.1 2010 Created\r\n\r\n"), Failure.MALFORMED, NO_HTTP),
    Fault("negative status", saying(b"HTTP/1.1 -20 Created\r\n\r\n"), Failure.MALFORMED, NO_HTTP),
    Fault("a version from the future", saying(b"HTTP/7.0 201 Created\r\n\r\n"), Failure.MALFORMED, NO_HTTP),
    Fault("a header without a colon", saying(OK + b"X\r\n\r\n"), Failure.MALFORMED, NO_HTTP),
    Fault("headers without end", Flood(OK, b"X: y\r\n" * 999), Failure.MALFORMED, NO_END),
    Fault("one header without end", Flood(OK + b"X: ", b"y" * 9999), Failure.MALFORMED, NO_END),
    Fault("hints without end", Flood(b"", HINT * 99), Failure.MALFORMED, NO_END),
)


async def post(
    port: int, scheme: str = "http", *, limits: Limits = DEFAULT_LIMITS, ca_file: Path | None = None
) -> answers.Answer:
    """Return what one request to a port of this machine brought."""
    endpoint = check_endpoint(f"{scheme}://127.0.0.1:{port}/a", LOOPBACK)
    return await post_to(endpoint, limits=limits, ca_file=ca_file)


async def post_to(
    endpoint: Endpoint, *, limits: Limits = DEFAULT_LIMITS, ca_file: Path | None = None
) -> answers.Answer:
    async with Transport(policy=LOOPBACK, ca_file=ca_file, limits=limits) as transport:
        return await answered(transport, Request(endpoint, ["TTL: 60", "Expect:"], b"x" * 300))


def look(got: answers.Answer, failure: Failure, why: str, *, unprocessed: bool) -> None:
    """There is no answer: the kind, the reason, and what is to be done about the row."""
    assert (got.status, got.headers, got.body) == (None, (), b"")
    assert (got.failure, got.unprocessed) == (failure, unprocessed)
    assert why in got.reason
    assert ("it may have arrived" in got.reason) is not unprocessed
    assert "{" not in got.reason
    assert len(got.reason) < 300
    delivery = judge(row(), got)
    assert delivery.outcome is Outcome.UNREACHABLE
    assert delivery.reason.startswith(got.reason[:20])
    assert delivery.diagnosis is not None
    assert delivery.diagnosis.action is DiagnosisAction.RETRY


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_service_that_gives_no_answer(fault: Fault) -> None:
    async def scenario() -> None:
        async with odd_server(fault.answer) as server:
            got = await post(server.port, limits=fault.limits)
            look(got, fault.failure, fault.why, unprocessed=False)
            assert (server.connections, len(server.requests)) == (1, 1), "it was sent once"

    asyncio.run(scenario())
    if isinstance(fault.answer, Flood):
        assert fault.answer.taken_bytes < MOST_TAKEN_BYTES


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize("end", [hang_up, reset], ids=["closed", "reset"])
def test_a_service_that_hangs_up_before_the_request(end: Answer) -> None:
    async def scenario() -> None:
        async with odd_server(never, on_connect=end) as server:
            got = await post(server.port)
            # From here, a request that was written into the void looks like one whose answer was lost.
            look(got, Failure.BROKEN, "connection", unprocessed=False)
            assert (server.connections, server.requests) == (1, [])

    asyncio.run(scenario())


# TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize(
    ("host", "expired", "self_signed", "why"),
    [
        ("127.0.0.1", False, True, "self-signed certificate"),
        ("127.0.0.1", True, False, "certificate has expired"),
        ("push.example.net", False, False, "no alternative certificate subject name matches"),
        ("127.0.0.2", False, False, "no alternative certificate subject name matches"),
    ],
    ids=["self-signed", "expired", "wrong name", "wrong address"],
)
def test_a_certificate_that_is_not_good_is_sent_nothing(
    authority: Authority, host: str, *, expired: bool, self_signed: bool, why: str
) -> None:
    async def scenario() -> None:
        tls = authority.tls(host, expired=expired, self_signed=self_signed)
        async with odd_server(never, tls) as server:
            got = await post(server.port, "https", ca_file=authority.file)
            look(got, Failure.TLS, "The service's TLS certificate is not valid for it.", unprocessed=True)
            assert why in got.reason.lower()
            assert server.requests == []

    asyncio.run(scenario())


async def speak_first(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\nPlain HTTP was sent to a TLS port.")


@pytest.mark.parametrize(
    ("on_connect", "limits", "failure", "why"),
    [
        (speak_first, DEFAULT_LIMITS, Failure.TLS, "No TLS connection could be made."),
        (hang_up, DEFAULT_LIMITS, Failure.TLS, "No TLS connection could be made."),
        (reset, DEFAULT_LIMITS, Failure.TLS, "No TLS connection could be made."),
        (never, UNREACHED, Failure.NO_CONNECTION, "No connection within 0.3 s."),
    ],
    ids=["plain text", "closed", "reset", "silence"],
)
def test_a_port_that_should_speak_tls_and_does_not(
    on_connect: Answer, limits: Limits, failure: Failure, why: str
) -> None:
    async def scenario() -> None:
        async with odd_server(never, on_connect=on_connect) as server:
            look(await post(server.port, "https", limits=limits), failure, why, unprocessed=True)

    asyncio.run(scenario())


def test_a_port_that_speaks_tls_and_should_not(authority: Authority) -> None:
    async def scenario() -> None:
        async with odd_server(never, authority.tls()) as server:
            got = await post(server.port)
            assert got.failure in (Failure.MALFORMED, Failure.BROKEN), got.reason
            look(got, got.failure, "", unprocessed=False)

    asyncio.run(scenario())


# No connection


@contextlib.asynccontextmanager
async def black_hole() -> AsyncIterator[int]:
    """A port that answers nothing to whoever would connect: its queue is full, and nobody takes from it."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listening.getsockname())
        yield listening.getsockname()[1]


@contextlib.asynccontextmanager
async def nobody() -> AsyncIterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as bound:
        # Bound and not listening: nobody else gets it meanwhile.
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("port_of", "limits", "failure", "why"),
    [
        (nobody, DEFAULT_LIMITS, Failure.REFUSED, "The connection was refused."),
        (black_hole, UNREACHED, Failure.NO_CONNECTION, "No connection within 0.3 s."),
    ],
    ids=["refused", "black hole"],
)
def test_a_port_that_cannot_be_connected_to(
    scheme: str,
    port_of: Callable[[], contextlib.AbstractAsyncContextManager[int]],
    limits: Limits,
    failure: Failure,
    why: str,
) -> None:
    async def scenario() -> None:
        async with port_of() as port:
            look(await post(port, scheme, limits=limits), failure, why, unprocessed=True)

    asyncio.run(scenario())


def test_a_name_that_cannot_be_resolved() -> None:
    # A label too long for any name server: none is asked, so the test needs none.
    host = "a" * 64 + ".example.net"
    endpoint = Endpoint(f"https://{host}/a", host, 443, f"https://{host}", "/a")
    look(asyncio.run(post_to(endpoint)), Failure.DNS, "The host name could not be resolved.", unprocessed=True)
