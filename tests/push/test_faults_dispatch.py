"""A dispatch past every kind of fault at once, with a real store: who is tried again, what rests, and what is pruned.

Runs on: any
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from tests.push.material import DEADLINE_S, HI, Bench
from tests.push.odd_h2 import ALPN, OddH2Server, break_off, odd_h2_server, refuse
from tests.push.odd_server import CREATED, Answer, Flood, OddServer, dripping, never, odd_server, reset, saying
from tests.push.odd_tls import Authority
from tests.push.test_faults import nobody
from tests.push.test_faults_answers import BOMB, http
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.lane import Limits
from webpush_admin.push.pace import Pace

TRIES: Final = 3
PACE: Final = Pace(tries=TRIES, first_wait_s=0.01)
LIMITS: Final = Limits(connect_s=3.0, first_byte_s=0.8, attempt_s=1.2)


def kept(raw: bytes) -> Answer:
    """Write this and keep the connection, as services do."""
    return saying(raw, then_close=False)


@dataclass(frozen=True)
class Case:
    """A service, and what must become of a push to it.

    Attributes:
        answer: What it does with a whole request.
        outcome: Of the push.
        requests: That it gets.
        stays: Whether the row is still there afterwards.
    """

    answer: Answer
    outcome: Outcome
    requests: int
    stays: bool = True


UNREACHABLE: Final = Outcome.UNREACHABLE
REJECTED: Final = Outcome.REJECTED

CASES: Final = {
    "created": Case(saying(CREATED), Outcome.ACCEPTED, 1),
    # What may have arrived is not sent again: somebody would see it twice.
    "slow first byte": Case(never, UNREACHABLE, 1),
    "dripping headers": Case(dripping(b"HTTP/1.1 410 Gone\r\n", b"X: y\r\n"), UNREACHABLE, 1),
    "headers without end": Case(Flood(b"HTTP/1.1 410 Gone\r\n", b"X: y\r\n" * 999), UNREACHABLE, 1),
    "reset": Case(reset, UNREACHABLE, 1),
    "closed": Case(saying(b""), UNREACHABLE, 1),
    "a 100 alone": Case(saying(b"HTTP/1.1 100 Continue\r\n\r\n"), UNREACHABLE, 1),
    "no HTTP": Case(saying(b"410 Gone\r\n\r\n"), UNREACHABLE, 1),
    "headers cut off": Case(saying(b"HTTP/1.1 410 Gone\r\nX: y"), UNREACHABLE, 1),
    # The service says itself that it did nothing.
    "408": Case(kept(http("408 Request Timeout")), REJECTED, TRIES),
    "429": Case(kept(http("429 Too Many Requests")), REJECTED, TRIES),
    "503, body without end": Case(Flood(b"HTTP/1.1 503 Busy\r\n\r\n", b"x" * 65536), REJECTED, TRIES),
    "500, gzip bomb": Case(kept(http("500 Fault", "Content-Encoding: gzip", body=BOMB)), REJECTED, TRIES),
    # Nothing is gained by another try, and the row is innocent, or may be.
    "204": Case(kept(http("204 No Content")), REJECTED, 1),
    "307": Case(kept(http("307 Temporary Redirect", "Location: http://127.0.0.1:9/")), REJECTED, 1),
    "400": Case(kept(http("400 Bad Request", body=b"gone")), REJECTED, 1),
    "401": Case(kept(http("401 Unauthorized", body=b"expired")), REJECTED, 1),
    "403": Case(kept(http("403 Forbidden", body=b"410 Gone")), REJECTED, 1),
    "404 for the first time": Case(kept(http("404 Not Found")), REJECTED, 1),
    "999": Case(kept(http("999 Denied")), REJECTED, 1),
    # And this row is dead, however its answer goes on.
    "410": Case(kept(http("410 Gone")), Outcome.GONE, 1, stays=False),
    "410, dripping body": Case(dripping(b"HTTP/1.1 410 Gone\r\n\r\n", b"x"), Outcome.GONE, 1, stays=False),
    "410, body cut off": Case(saying(b"HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nx"), Outcome.GONE, 1, stays=False),
}


@contextlib.asynccontextmanager
async def services(answers: dict[str, Answer]) -> AsyncIterator[dict[str, OddServer]]:
    """A server for each answer: each an origin of its own."""
    async with contextlib.AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(odd_server(answer)) for name, answer in answers.items()}


def test_only_what_is_gone_is_pruned_and_only_what_was_surely_not_processed_is_tried_again(
    bench: Bench, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)

    async def scenario() -> None:
        async with (
            services({name: case.answer for name, case in CASES.items()}) as odd,
            odd_server(never, authority.tls(self_signed=True)) as untrusted,
            odd_h2_server(OddH2Server(refuse), authority.tls(alpn=ALPN)) as refusing,
            odd_h2_server(OddH2Server(break_off), authority.tls(alpn=ALPN)) as breaking,
            nobody() as closed_port,
        ):
            urls = {name: f"http://127.0.0.1:{server.port}/a" for name, server in odd.items()}
            urls |= {
                "untrusted": f"https://127.0.0.1:{untrusted.port}/a",
                "refused stream": f"https://127.0.0.1:{refusing.port}/a",
                "broken stream": f"https://127.0.0.1:{breaking.port}/a",
                "refused": f"http://127.0.0.1:{closed_port}/a",
            }
            names = {bench.add(url).id: name for name, url in urls.items()}
            async with bench.dispatcher(pace=PACE, limits=LIMITS, ca_file=authority.file) as dispatcher:
                async with asyncio.timeout(DEADLINE_S):
                    report = await dispatcher.dispatch(bench.user_id, HI)
            told = {names[delivery.subscription.id]: delivery for delivery in report}
            assert {name: told[name].outcome for name in CASES} == {name: case.outcome for name, case in CASES.items()}
            assert {name: len(server.requests) for name, server in odd.items()} == {
                name: case.requests for name, case in CASES.items()
            }
            assert {name: told[name].attempts for name in CASES} == {
                name: case.requests for name, case in CASES.items()
            }
            # Without an answer, but surely not processed either.
            for name in ("untrusted", "refused", "refused stream"):
                assert (told[name].outcome, told[name].attempts) == (UNREACHABLE, TRIES), name
            assert (len(untrusted.requests), refusing.whole) == (0, TRIES)
            assert (told["broken stream"].outcome, told["broken stream"].attempts, breaking.whole) == (
                UNREACHABLE,
                1,
                1,
            )
            assert all(delivery.reason for delivery in report if delivery.outcome is not Outcome.ACCEPTED)
        left = {names[row.id] for row in bench.rows}
        assert set(names.values()) - left == {name for name, case in CASES.items() if not case.stays}

    asyncio.run(scenario())


def _date(ahead: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + ahead, usegmt=True)


HOUR: Final = timedelta(hours=1)

RETRY_AFTER: Final[dict[str, tuple[tuple[str, ...], bool]]] = {
    "none": ((), False),
    "zero": (("0",), False),
    "negative": (("-5",), False),
    "garbage": (("soon",), False),
    "empty": (("",), False),
    "a fraction": (("1.5",), False),
    "another script": (("٣٦٠٠",), False),
    "no text": (("\xff\x01",), False),
    "a date that was": ((_date(-HOUR),), False),
    "a date before all": (("Mon, 01 Jan 0001 00:00:00 GMT",), False),
    "no date": (("Mon, 99 Foo 2026 99:99:99 GMT",), False),
    "garbage without end": (("9 " * 4000,), False),
    "seconds": (("120",), True),
    "too many seconds": (("86400",), True),
    "huge": (("9" * 4000,), True),
    "a date": ((_date(HOUR / 2),), True),
    "a date far ahead": ((_date(9000 * HOUR),), True),
    "the last date of all": (("Fri, 31 Dec 9999 23:59:59 GMT",), True),
    "several": (("120", "soon"), True),
}


def test_an_odd_retry_after_is_never_waited_for_longer_than_a_push_has(bench: Bench) -> None:
    """Either it says nothing, and the push is tried again; or the origin rests, for an hour at most."""

    def asking(values: tuple[str, ...]) -> Answer:
        lines = "".join(f"Retry-After: {value}\r\n" for value in values)
        return kept(f"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n{lines}\r\n".encode("utf-8", "surrogateescape"))

    async def scenario() -> None:
        async with services({name: asking(values) for name, (values, _) in RETRY_AFTER.items()}) as odd:
            names = {bench.add(f"http://127.0.0.1:{server.port}/a").id: name for name, server in odd.items()}
            async with bench.dispatcher(pace=PACE) as dispatcher:
                async with asyncio.timeout(DEADLINE_S):
                    report = await dispatcher.dispatch(bench.user_id, HI)
                resting = {rest.origin: rest.until for rest in dispatcher.resting()}
            now = datetime.now(UTC)
            for delivery in report:
                name = names[delivery.subscription.id]
                rests = RETRY_AFTER[name][1]
                _look(name, delivery, odd[name], rests=rests)
                until = resting.get(f"http://127.0.0.1:{odd[name].port}")
                assert (until is not None) is rests, name
                assert until is None or now < until <= now + HOUR, name
        assert len(bench.rows) == len(RETRY_AFTER)

    asyncio.run(scenario())


def _look(name: str, delivery: Delivery, server: OddServer, *, rests: bool) -> None:
    assert (delivery.outcome, delivery.status) == (REJECTED, 429), name
    assert delivery.attempts == len(server.requests) == (1 if rests else TRIES), name
    assert (delivery.resting_until is not None) is rests, name


def test_an_accepted_push_wakes_no_suspicion(bench: Bench) -> None:
    """A service that was odd and is well again is sent to as ever."""

    async def scenario() -> None:
        async with odd_server(saying(b"")) as server, bench.dispatcher(pace=PACE) as dispatcher:
            bench.add(f"http://127.0.0.1:{server.port}/a")
            (lost,) = await dispatcher.dispatch(bench.user_id, HI)
            server.answer = saying(CREATED)
            (taken,) = await dispatcher.dispatch(bench.user_id, HI)
            assert (lost.outcome, taken.outcome) == (UNREACHABLE, Outcome.ACCEPTED)
            assert dispatcher.resting() == ()

    asyncio.run(scenario())
