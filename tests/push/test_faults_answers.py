"""Answers that are none a push service should give, over real sockets: the status is the verdict, and limits hold.

Runs on: any
"""

import asyncio
import gzip
from dataclasses import dataclass
from typing import Final

import pytest

from tests.push.material import row
from tests.push.odd_server import CREATED, Answer, Flood, dripping, odd_server, reset, saying
from tests.push.test_faults import MOST_TAKEN_BYTES, SLOW, post
from webpush_admin.push.answer import DiagnosisAction, Failure, Outcome
from webpush_admin.push.head import MAX_HEADER_BYTES, MAX_HEADERS
from webpush_admin.push.lane import DEFAULT_LIMITS, MAX_BODY_BYTES, Limits
from webpush_admin.push.verdict import judge

BOMB: Final = gzip.compress(bytes(10_000_000))


def http(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]).encode() + body


def broken_behind(head: bytes) -> Answer:
    """Write a head, and break the connection when it has gone out."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await writer.drain()
        await reset(writer)

    return answer


@dataclass(frozen=True)
class Odd:
    """What a service answers, and how it must be told.

    Attributes:
        name: Of the case.
        answer: What it writes.
        status: The verdict.
        outcome: Of the push.
        action: None where there is nothing to say about it.
        limits: Short ones where it takes too long.
    """

    name: str
    answer: Answer
    status: int
    outcome: Outcome = Outcome.REJECTED
    action: DiagnosisAction | None = DiagnosisAction.QUARANTINE
    limits: Limits = DEFAULT_LIMITS


RETRY: Final = DiagnosisAction.RETRY
PRUNE: Final = DiagnosisAction.PRUNE

ODD: Final = (
    Odd("204", saying(http("204 No Content")), 204),
    Odd("206", saying(http("206 Partial Content")), 206),
    Odd("226", saying(http("226 IM Used")), 226),
    Odd("304", saying(http("304 Not Modified")), 304),
    Odd("300 with choices", saying(http("300 Multiple Choices", body=b"x" * 100)), 300),
    Odd("600", saying(http("600 What")), 600),
    Odd("999", saying(http("999 Denied")), 999),
    Odd("407", saying(http("407 Proxy Authentication Required")), 407, action=DiagnosisAction.FIX_HEADER),
    Odd("a login page", saying(http("200 OK", "Content-Type: text/html", body=b"<form>")), 200, Outcome.ACCEPTED, None),
    Odd("hints, then 201", saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" + CREATED), 201, Outcome.ACCEPTED, None),
    Odd("201, then another", saying(CREATED + http("410 Gone")), 201, Outcome.ACCEPTED, None),
    Odd("201 without a reason", saying(b"HTTP/1.1 201\r\n\r\n"), 201, Outcome.ACCEPTED, None),
    Odd("HTTP/1.0", saying(b"HTTP/1.0 201 Created\n\n"), 201, Outcome.ACCEPTED, None),
    Odd("body cut off", saying(b"HTTP/1.1 500 Fault\r\nContent-Length: 100\r\n\r\nx"), 500, action=RETRY),
    Odd("chunks cut off", saying(b"HTTP/1.1 500 Fault\r\nTransfer-Encoding: chunked\r\n\r\nF\r\nx"), 500, action=RETRY),
    Odd("no chunks", saying(b"HTTP/1.1 500 Fault\r\nTransfer-Encoding: chunked\r\n\r\nZZ"), 500, action=RETRY),
    Odd("reset in the body", broken_behind(b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\nx"), 503, action=RETRY),
    Odd("dripping body", dripping(b"HTTP/1.1 503 Busy\r\n\r\n", b"x"), 503, action=RETRY, limits=SLOW),
    Odd("body without end", Flood(b"HTTP/1.1 503 Busy\r\n\r\n", b"x" * 65536), 503, action=RETRY),
    Odd("gzip bomb", saying(http("500 Fault", "Content-Encoding: gzip", body=BOMB)), 500, action=RETRY),
    Odd("gone, body without end", Flood(b"HTTP/1.1 410 Gone\r\n\r\n", b"x" * 65536), 410, Outcome.GONE, PRUNE),
    Odd("gone, dripping body", dripping(b"HTTP/1.1 410 Gone\r\n\r\n", b"x"), 410, Outcome.GONE, PRUNE, SLOW),
    Odd("many headers", saying(http("500 Fault", *[f"X-{n}: {n}" for n in range(999)])), 500, action=RETRY),
    Odd("a long header", saying(http("500 Fault", f"X: {'y' * 90_000}", "Z: z")), 500, action=RETRY),
    Odd(
        "headers that are no text",
        saying(b"HTTP/1.1 500 F\xff\r\nX\xff: \xff\x01\r\n:\r\n\r\n"),
        500,
        action=RETRY,
    ),
)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_an_answer_that_is_odd(odd: Odd) -> None:
    async def scenario() -> None:
        async with odd_server(odd.answer) as server:
            got = await post(server.port, limits=odd.limits)
            assert (got.status, got.reason, got.failure, got.unprocessed) == (odd.status, "", Failure.NONE, False)
            assert len(got.body) <= MAX_BODY_BYTES
            assert len(got.headers) <= MAX_HEADERS
            assert sum(len(name) + len(value) for name, value in got.headers) <= MAX_HEADER_BYTES
            assert (server.connections, len(server.requests)) == (1, 1), "it was sent once"
            delivery = judge(row(), got)
            action = None if delivery.diagnosis is None else delivery.diagnosis.action
            assert (delivery.outcome, action) == (odd.outcome, odd.action)
            assert bool(delivery.reason) is (odd.outcome is not Outcome.ACCEPTED)
            assert len(delivery.body) <= 300

    asyncio.run(scenario())
    if isinstance(odd.answer, Flood):
        assert odd.answer.taken_bytes < MOST_TAKEN_BYTES


def test_a_compressed_body_is_never_decoded() -> None:
    async def scenario() -> None:
        async with odd_server(saying(http("500 Fault", "Content-Encoding: gzip", body=BOMB))) as server:
            assert (await post(server.port)).body == BOMB[:MAX_BODY_BYTES]

    asyncio.run(scenario())


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308, 201, 401])
def test_a_redirect_is_never_followed(status: int) -> None:
    """It may lead inside: to another port of this machine, here."""

    async def scenario() -> None:
        async with odd_server(saying(CREATED)) as inside:
            to = f"http://127.0.0.1:{inside.port}/"
            headers = (f"Location: {to}", f"Refresh: 0; url={to}", f"Link: <{to}>; rel=preload", f"Alt-Svc: h2c={to}")
            async with odd_server(saying(http(f"{status} Elsewhere", *headers))) as server:
                assert (await post(server.port)).status == status
                assert len(server.requests) == 1
            assert inside.connections == 0

    asyncio.run(scenario())
