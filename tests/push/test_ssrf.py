"""Where a push may lead, judged by the sockets that are really opened: names that change their mind, odd spellings.

Services listen on several addresses of this machine. One of them plays an address on the public internet: the policy,
which is the one that ships, is told of another in its place. The others stay what they are.

Runs on: any
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

import pycurl
import pytest

from tests.push.material import HI, Bench, answered, row
from tests.push.odd_h2 import ALPN, OddH2Server, created, odd_h2_server
from tests.push.odd_server import CREATED, OddServer, never, odd_server, saying
from tests.push.odd_tls import Authority
from webpush_admin.push import transport as transports
from webpush_admin.push.answer import Failure, Outcome
from webpush_admin.push.endpoint import Endpoint, check_endpoint
from webpush_admin.push.lane import Done, Lane, Request
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.transport import Transport
from webpush_admin.push.verdict import judge

PUBLIC: Final = "127.0.0.1"
INSIDE: Final = "127.0.0.2"
NAME: Final = "push.example.net"
KEPT: Final = saying(CREATED, then_close=False)
ONCE: Final = saying(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

INSIDES: Final = (
    INSIDE,
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.168.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.2",
    "::ffff:127.0.0.2",
    "64:ff9b::7f00:2",
    "2002:7f00:2::1",
    "2001:0:808:808::80ff:fffd",
    "fe80::1",
    "fd00::1",
    "ff02::1",
)


class Plays(EndpointPolicy):
    """The policy that ships, for which `PUBLIC` is on the public internet."""

    def refusal(self, address: str, port: int) -> str:
        return super().refusal("8.8.8.8" if address == PUBLIC else address, port)


class Resolver:
    """What the name leads to now, as its owner's name server says; and what was opened for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, port: int, *addresses: str) -> None:
        self.addresses: Sequence[str] = addresses
        self.opened: list[str] = []
        resolver = self

        class Resolving(Lane):
            """Is told what the name leads to before each request, as by a name server with a time to live of nought."""

            def start(self, multi: Any, request: Request, started_s: float, owner: object, done: Done) -> None:
                told = ",".join(f"[{one}]" if ":" in one else one for one in resolver.addresses)
                self._curl.setopt(pycurl.RESOLVE, [f"-{NAME}:{port}", f"{NAME}:{port}:{told}"])
                super().start(multi, request, started_s, owner, done)

            def _on_open_socket(self, purpose: int, address: Any) -> Any:
                opened = super()._on_open_socket(purpose, address)
                if opened != pycurl.SOCKET_BAD:
                    resolver.opened.append(address[3][0])
                return opened

        monkeypatch.setattr(transports, "Lane", Resolving)


def request_to(port: int, host: str = NAME, scheme: str = "http") -> Request:
    """Return a request past the validator, which would let no plain http and no odd host through."""
    origin = f"{scheme}://{host}:{port}"
    return Request(Endpoint(f"{origin}/a", host.strip("[]"), port, origin, "/a"), ["TTL: 60", "Expect:"], b"x" * 300)


@contextlib.asynccontextmanager
async def both(answer: Any = KEPT) -> AsyncIterator[tuple[OddServer, OddServer]]:
    """The same port on both addresses."""
    async with odd_server(answer, host=PUBLIC) as public, odd_server(answer, host=INSIDE, port=public.port) as inside:
        yield public, inside


def test_the_ground_on_which_these_tests_stand() -> None:
    """Both addresses can be connected to, and only the policy is between."""

    async def scenario() -> None:
        async with both() as (public, inside), Transport(policy=EndpointPolicy(allow_loopback=True)) as transport:
            for host in (PUBLIC, INSIDE):
                assert (await answered(transport, request_to(public.port, host))).status == 201
            assert (public.connections, inside.connections) == (1, 1)
        assert Plays().refusal(PUBLIC, 443) == ""
        assert Plays().refusal(INSIDE, 443) != ""

    asyncio.run(scenario())


@pytest.mark.parametrize("address", INSIDES)
def test_a_name_that_led_outside_and_now_leads_inside_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    async def scenario() -> None:
        async with both(ONCE) as (public, inside), Transport(policy=Plays()) as transport:
            resolver = Resolver(monkeypatch, public.port, PUBLIC)
            assert (await answered(transport, request_to(public.port))).status == 201
            resolver.addresses = [address]
            got = await answered(transport, request_to(public.port))
            assert (got.status, got.failure, got.unprocessed) == (None, Failure.BLOCKED, True)
            assert "is not allowed" in got.reason
            assert judge(row(), got).outcome is Outcome.BLOCKED
            # And back again: nothing of it is kept.
            resolver.addresses = [PUBLIC]
            assert (await answered(transport, request_to(public.port))).status == 201
            assert (public.connections, inside.connections) == (2, 0)
            assert resolver.opened == [PUBLIC, PUBLIC]

    asyncio.run(scenario())


def test_a_connection_that_was_kept_leads_where_it_led(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with both() as (public, inside), Transport(policy=Plays()) as transport:
            resolver = Resolver(monkeypatch, public.port, PUBLIC)
            for addresses in ([PUBLIC], [INSIDE], [INSIDE, PUBLIC]):
                resolver.addresses = addresses
                assert (await answered(transport, request_to(public.port))).status == 201
            assert (public.connections, len(public.requests), inside.connections) == (1, 3, 0)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "addresses", [(INSIDE, PUBLIC), (PUBLIC, INSIDE), ("::1", INSIDE, PUBLIC), (INSIDE, "10.0.0.1", PUBLIC, "::1")]
)
def test_of_several_addresses_only_those_outside_are_tried(
    monkeypatch: pytest.MonkeyPatch, addresses: Sequence[str]
) -> None:
    async def scenario() -> None:
        async with both() as (public, inside), Transport(policy=Plays()) as transport:
            resolver = Resolver(monkeypatch, public.port, *addresses)
            assert (await answered(transport, request_to(public.port))).status == 201
            assert (public.connections, inside.connections) == (1, 0)
            assert resolver.opened == [PUBLIC]

    asyncio.run(scenario())


@pytest.mark.parametrize("addresses", [(PUBLIC, INSIDE), (INSIDE, PUBLIC)])
def test_where_the_one_outside_does_not_answer_the_one_inside_is_not_tried(
    monkeypatch: pytest.MonkeyPatch, addresses: Sequence[str]
) -> None:
    """The other way to rebind: an address outside that refuses, and a second answer to fall back to."""

    async def scenario() -> None:
        async with odd_server(KEPT, host=INSIDE) as inside, Transport(policy=Plays()) as transport:
            resolver = Resolver(monkeypatch, inside.port, *addresses)
            got = await answered(transport, request_to(inside.port))
            assert (got.status, got.unprocessed) == (None, True)
            assert got.failure in (Failure.REFUSED, Failure.BLOCKED)
            assert inside.connections == 0
            assert resolver.opened == [PUBLIC]

    asyncio.run(scenario())


def test_a_name_that_the_system_resolves_is_judged_by_each_of_its_addresses() -> None:
    """Most systems say of localhost that it is ::1 and 127.0.0.1; only the second plays a public address."""

    async def scenario() -> None:
        async with contextlib.AsyncExitStack() as stack:
            public = await stack.enter_async_context(odd_server(KEPT, host=PUBLIC))
            six = None
            with contextlib.suppress(OSError):
                six = await stack.enter_async_context(odd_server(KEPT, host="::1", port=public.port))
            transport = await stack.enter_async_context(Transport(policy=Plays()))
            assert (await answered(transport, request_to(public.port, "localhost"))).status == 201
            assert public.connections == 1
            assert six is None or six.connections == 0
            await transport.change_policy(EndpointPolicy())
            got = await answered(transport, request_to(public.port, "localhost"))
            assert got.failure is Failure.BLOCKED
            assert (public.connections, len(public.requests)) == (1, 1)
            assert six is None or six.connections == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
    ],
)
def test_what_would_get_past_the_validator_is_stopped_at_the_socket(host: str) -> None:
    """Each of these reaches this machine, or may: what the validator thinks of a spelling is not all that guards it."""

    async def scenario() -> None:
        async with odd_server(KEPT) as server, Transport(policy=EndpointPolicy()) as transport:
            got = await answered(transport, request_to(server.port, host))
            assert (got.status, got.failure) == (None, Failure.BLOCKED)
            assert server.connections == 0

    asyncio.run(scenario())


def test_a_change_of_policy_closes_the_connection_that_streams_share(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    odd = OddH2Server(created)

    async def scenario() -> None:
        loopback = EndpointPolicy(allow_loopback=True)
        async with (
            odd_h2_server(odd, authority.tls(alpn=ALPN)),
            Transport(policy=loopback, ca_file=authority.file) as transport,
        ):
            request = Request(check_endpoint(f"https://127.0.0.1:{odd.port}/a", loopback), ["TTL: 60"], b"x")
            for _ in range(3):
                assert (await answered(transport, request)).status == 201
            assert odd.connections == 1
            await transport.change_policy(EndpointPolicy(allow_loopback=True, loopback_port=1))
            assert (await answered(transport, request)).failure is Failure.BLOCKED
            assert (odd.connections, odd.whole) == (1, 3)

    asyncio.run(scenario())


def test_the_address_is_checked_and_the_name_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In SNI, in the certificate that is asked for, and in Host."""
    authority = Authority(tmp_path)
    asked: list[str | None] = []

    def on_name(_socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        asked.append(name)

    async def scenario() -> None:
        tls = authority.tls(NAME)
        tls.sni_callback = on_name
        async with odd_server(KEPT, tls) as server, Transport(policy=Plays(), ca_file=authority.file) as transport:
            Resolver(monkeypatch, server.port, INSIDE, PUBLIC)
            assert (await answered(transport, request_to(server.port, scheme="https"))).status == 201
            assert asked == [NAME]
            assert f"host: {NAME}:{server.port}\r\n".encode() in server.requests[0].lower()

    asyncio.run(scenario())


def test_a_row_whose_name_leads_inside_is_blocked_not_pruned_and_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, bench: Bench
) -> None:
    async def scenario() -> None:
        async with odd_server(never, host=INSIDE) as inside:
            resolver = Resolver(monkeypatch, inside.port, INSIDE)
            added = bench.add(f"https://{NAME}:{inside.port}/a")
            async with bench.dispatcher(endpoint_policy=EndpointPolicy()) as dispatcher:
                (delivery,) = await dispatcher.dispatch(bench.user_id, HI)
            assert (delivery.outcome, delivery.attempts) == (Outcome.BLOCKED, 1)
            assert delivery.reason == f"{INSIDE} is this machine, and sending to it is not allowed."
            assert (inside.connections, resolver.opened) == (0, [])
            assert [row.id for row in bench.rows] == [added.id]

    asyncio.run(scenario())
