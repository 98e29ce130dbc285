"""How a service may fail over HTTP/2: what it surely did not look at is told apart from what may have arrived.

Runs on: any
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pytest

from tests.push.material import LOOPBACK, answered, row
from tests.push.odd_h2 import (
    ALPN,
    H2Answer,
    OddH2Server,
    Stream,
    break_off,
    close,
    created,
    flood,
    go_away_before_it,
    go_away_with_it,
    gone_then_reset,
    hints_for_ever,
    nothing,
    odd_h2_server,
    refuse,
    reset,
)
from tests.push.odd_server import never, odd_server
from tests.push.odd_tls import Authority
from webpush_admin.push import answer as answers
from webpush_admin.push.answer import DiagnosisAction, Failure, Outcome
from webpush_admin.push.endpoint import check_endpoint
from webpush_admin.push.lane import DEFAULT_LIMITS, MAX_BODY_BYTES, Limits, Request
from webpush_admin.push.transport import Transport
from webpush_admin.push.verdict import judge

LATE: Final = Limits(first_byte_s=0.3)
PATIENT: Final = Limits(first_byte_s=0.8)
"""Where others must answer within it, also on a busy machine."""
SLOW: Final = Limits(attempt_s=0.4)
MAYBE: Final = "; it may have arrived."
UNSEEN: Final = "The service turned the request away without looking at it."


@dataclass(frozen=True)
class Fault:
    """What a service does with a whole request, and how it must be told; see `tests.push.test_faults`."""

    name: str
    answer: H2Answer
    failure: Failure
    why: str
    unprocessed: bool = False
    limits: Limits = DEFAULT_LIMITS


FAULTS: Final = (
    Fault("REFUSED_STREAM", refuse, Failure.BROKEN, UNSEEN, unprocessed=True),
    Fault("GOAWAY before it", go_away_before_it, Failure.BROKEN, UNSEEN, unprocessed=True),
    Fault("GOAWAY with it", go_away_with_it, Failure.BROKEN, f"The HTTP/2 connection broke{MAYBE}"),
    Fault("INTERNAL_ERROR", break_off, Failure.BROKEN, "The service reset the HTTP/2 stream; it may have arrived."),
    Fault("closed", close, Failure.BROKEN, f"The HTTP/2 connection broke{MAYBE}"),
    Fault("reset", reset, Failure.BROKEN, f"The connection broke before an answer came{MAYBE}"),
    Fault("silence", nothing, Failure.TIMEOUT, f"No answer within 0.3 s{MAYBE}", limits=LATE),
    Fault("hints for ever", hints_for_ever, Failure.TIMEOUT, f"No complete answer within 0.4 s{MAYBE}", limits=SLOW),
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def ask(
    authority: Authority, odd: OddH2Server, count: int = 1, limits: Limits = DEFAULT_LIMITS
) -> Sequence[answers.Answer]:
    """Return what some requests brought, one after the other."""

    async def scenario() -> Sequence[answers.Answer]:
        async with (
            odd_h2_server(odd, authority.tls(alpn=ALPN)),
            Transport(policy=LOOPBACK, ca_file=authority.file, limits=limits) as transport,
        ):
            return [await answered(transport, request_to(odd.port)) for _ in range(count)]

    return asyncio.run(scenario())


def request_to(port: int) -> Request:
    return Request(check_endpoint(f"https://127.0.0.1:{port}/a", LOOPBACK), ["TTL: 60", "Expect:"], b"x" * 300)


@pytest.mark.parametrize("connection", ["new", "used before"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_stream_without_an_answer(authority: Authority, fault: Fault, connection: str) -> None:
    """By itself libcurl treats a refused stream like a connection that died, and would send both again."""
    count = 1 if connection == "new" else 2

    async def answer(stream: Stream) -> None:
        await (fault.answer if odd.whole == count else created)(stream)

    odd = OddH2Server(answer)
    *before, got = ask(authority, odd, count, fault.limits)
    assert [one.status for one in before] == [201] * (count - 1)
    assert (got.status, got.failure, got.unprocessed) == (None, fault.failure, fault.unprocessed)
    assert got.reason.startswith(fault.why)
    assert (odd.connections, odd.whole) == (1, count), "it was sent once"
    delivery = judge(row(), got)
    assert delivery.outcome is Outcome.UNREACHABLE
    assert delivery.diagnosis is not None
    assert delivery.diagnosis.action is DiagnosisAction.RETRY


def test_a_stream_that_is_reset_behind_its_headers_has_had_its_answer(authority: Authority) -> None:
    (got,) = ask(authority, OddH2Server(gone_then_reset))
    assert (got.status, got.reason, got.failure) == (410, "", Failure.NONE)


def test_a_body_without_end_is_cut(authority: Authority) -> None:
    (got,) = ask(authority, OddH2Server(flood))
    assert (got.status, len(got.body)) == (503, MAX_BODY_BYTES)


def test_one_stream_that_fails_takes_no_other_with_it(authority: Authority) -> None:
    """They share a connection."""

    async def answer(stream: Stream) -> None:
        await {1: created, 2: refuse, 3: break_off, 4: nothing}.get(odd.whole, created)(stream)

    odd = OddH2Server(answer)

    async def scenario() -> None:
        async with (
            odd_h2_server(odd, authority.tls(alpn=ALPN)),
            Transport(policy=LOOPBACK, ca_file=authority.file, limits=PATIENT) as transport,
        ):
            # Known to speak HTTP/2 from here, so that all share.
            assert (await answered(transport, request_to(odd.port))).status == 201
            got = await asyncio.gather(*(answered(transport, request_to(odd.port)) for _ in range(8)))
            assert sorted(str(one.status) for one in got) == ["201"] * 5 + ["None"] * 3
            assert odd.whole == 9, "none was sent twice"

    asyncio.run(scenario())


def test_a_connection_that_has_died_without_a_word_is_left(authority: Authority) -> None:
    """As after a laptop's sleep: by itself libcurl would use it until the system gives it up, a quarter of an hour."""

    async def answer(stream: Stream) -> None:
        await (nothing if odd.connections == 1 and odd.whole > 1 else created)(stream)

    odd = OddH2Server(answer)

    async def scenario() -> None:
        async with (
            odd_h2_server(odd, authority.tls(alpn=ALPN)),
            Transport(policy=LOOPBACK, ca_file=authority.file, limits=PATIENT) as transport,
        ):
            assert (await answered(transport, request_to(odd.port))).status == 201
            lost = await asyncio.gather(*(answered(transport, request_to(odd.port)) for _ in range(8)))
            assert {one.failure for one in lost} == {Failure.TIMEOUT}
            well = await asyncio.gather(*(answered(transport, request_to(odd.port)) for _ in range(8)))
            assert {one.status for one in well} == {201}
            assert odd.connections == 2

    asyncio.run(scenario())


def test_a_service_that_says_http2_and_speaks_something_else(authority: Authority) -> None:
    async def scenario() -> None:
        async with (
            odd_server(never, authority.tls(alpn=ALPN), on_connect=_nonsense) as server,
            Transport(policy=LOOPBACK, ca_file=authority.file, limits=LATE) as transport,
        ):
            got = await answered(transport, request_to(server.port))
            # Of the bytes of HTTP/1 nghttp2 makes the length of a frame, the rest of which never comes.
            assert (got.status, got.failure) == (None, Failure.TIMEOUT)
            assert got.reason == "No answer within 0.3 s; it may have arrived."

    asyncio.run(scenario())


async def _nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
