"""Lanes over pooled connections: how many at once, TLS, a policy that changes, and an end.

Runs on: any
"""

import asyncio
import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.push.material import LOOPBACK, answered
from tests.push.odd_server import CREATED, OddServer, never, odd_server, saying
from webpush_admin.push.answer import Answer, Failure
from webpush_admin.push.endpoint import check_endpoint
from webpush_admin.push.lane import Request
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.transport import LANES, Transport, trusted_certificates


def _request(server: OddServer, scheme: str = "http", host: str = "127.0.0.1") -> Request:
    endpoint = check_endpoint(f"{scheme}://{host}:{server.port}/a", LOOPBACK)
    return Request(endpoint, ["TTL: 60", "Expect:"], b"x" * 300)


class _Barrier:
    """Answers nobody before this many have asked."""

    def __init__(self, count: int) -> None:
        self._missing = count
        self._all_here = asyncio.Event()

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        self._missing -= 1
        if self._missing <= 0:
            self._all_here.set()
        await self._all_here.wait()
        writer.write(CREATED)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody's system trusts, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def _send_over_tls(transport: Transport, server: OddServer) -> Answer:
    return await answered(transport, _request(server, "https", "localhost"))


def test_requests_to_one_origin_do_not_wait_for_each_other() -> None:
    async def scenario() -> None:
        async with odd_server(_Barrier(LANES)) as server, Transport(policy=LOOPBACK) as transport:
            sent = [asyncio.create_task(answered(transport, _request(server))) for _ in range(LANES)]
            assert [answer.status for answer in await asyncio.gather(*sent)] == [201] * LANES

    asyncio.run(scenario())


def test_a_lane_is_free_once_its_request_is_answered() -> None:
    async def scenario() -> None:
        async with odd_server(_Barrier(3)) as server, Transport(policy=LOOPBACK, lanes=2) as transport:
            sent = [asyncio.create_task(answered(transport, _request(server))) for _ in range(2)]
            while len(server.requests) < 2:
                server.arrived.clear()
                await server.arrived.wait()
            assert (transport.in_flight, transport.room) == (2, 0)
            transport.interrupt(reason="Enough.")
            assert [(answer.status, answer.reason) for answer in await asyncio.gather(*sent)] == [(None, "Enough.")] * 2
            assert (transport.in_flight, transport.room) == (0, 2)
            # It is answered since it is the third to ask.
            assert (await answered(transport, _request(server))).status == 201

    asyncio.run(scenario())


def test_a_connection_is_used_again() -> None:
    async def scenario() -> None:
        async with odd_server(saying(CREATED, then_close=False)) as server, Transport(policy=LOOPBACK) as transport:
            for _ in range(5):
                assert (await answered(transport, _request(server))).status == 201
            assert (server.connections, len(server.requests)) == (1, 5)

    asyncio.run(scenario())


def test_a_change_of_policy_closes_pooled_connections_and_is_obeyed() -> None:
    async def scenario() -> None:
        async with odd_server(saying(CREATED, then_close=False)) as server, Transport(policy=LOOPBACK) as transport:
            await answered(transport, _request(server))
            await transport.change_policy(EndpointPolicy(allow_loopback=True, loopback_port=server.port))
            assert (await answered(transport, _request(server))).status == 201
            assert server.connections == 2
            await transport.change_policy(EndpointPolicy())
            # The request was validated by the policy before; the connection is judged by the one of now.
            blocked = await answered(transport, _request(server))
            assert (blocked.status, blocked.blocked) == (None, True)
            assert blocked.reason == "127.0.0.1 is this machine, and sending to it is not allowed."
            assert (server.connections, len(server.requests)) == (2, 2)

    asyncio.run(scenario())


def test_a_change_of_policy_ends_what_is_under_way() -> None:
    async def scenario() -> None:
        async with odd_server(never) as server, Transport(policy=LOOPBACK) as transport:
            sent = asyncio.create_task(answered(transport, _request(server)))
            await server.arrived.wait()
            await transport.change_policy(EndpointPolicy())
            answer = await sent
            assert answer.status is None
            assert answer.reason == "Interrupted by a change of the endpoint policy; it may have arrived."

    asyncio.run(scenario())


def test_an_interrupted_request_leaves_its_lane_usable() -> None:
    async def scenario() -> None:
        async with odd_server(never) as server, Transport(policy=LOOPBACK, lanes=1) as transport:
            sent = asyncio.create_task(answered(transport, _request(server)))
            await server.arrived.wait()
            transport.interrupt()
            assert (await sent).reason == "Interrupted; it may have arrived."
            server.answer = saying(CREATED)
            assert (await answered(transport, _request(server))).status == 201

    asyncio.run(scenario())


def test_an_owner_interrupts_its_own_requests_and_the_lane_stays_usable() -> None:
    async def scenario() -> None:
        async with odd_server(never) as server, Transport(policy=LOOPBACK, lanes=1) as transport:
            mine, somebody = object(), asyncio.get_running_loop().create_future()
            transport.start(_request(server), mine, somebody.set_result)
            await server.arrived.wait()
            transport.interrupt(object())
            assert transport.in_flight == 1, "that was another's"
            transport.interrupt(mine)
            assert (await somebody).failure is Failure.INTERRUPTED
            assert transport.in_flight == 0
            server.answer = saying(CREATED)
            assert (await answered(transport, _request(server))).status == 201

    asyncio.run(scenario())


def test_a_transport_that_has_ended_sends_nothing() -> None:
    async def scenario() -> None:
        async with odd_server(never) as server:
            transport = Transport(policy=LOOPBACK)
            sent = asyncio.create_task(answered(transport, _request(server)))
            await server.arrived.wait()
            await transport.aclose()
            assert (await sent).reason == "Interrupted; it may have arrived."
            assert transport.room == 0
            assert len(server.requests) == 1

    asyncio.run(scenario())


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    async def scenario() -> None:
        async with odd_server(saying(CREATED), _tls(certificate)) as server:
            async with Transport(policy=LOOPBACK) as transport:
                answer = await _send_over_tls(transport, server)
                assert answer.status is None
                assert answer.reason.startswith("The service's TLS certificate is not valid for it.")
            assert server.requests == []

    asyncio.run(scenario())


def test_a_file_of_authorities_makes_their_certificates_good(certificate: Path) -> None:
    async def scenario() -> None:
        async with (
            odd_server(saying(CREATED), _tls(certificate)) as server,
            Transport(policy=LOOPBACK, ca_file=certificate) as transport,
        ):
            assert (await _send_over_tls(transport, server)).status == 201

    asyncio.run(scenario())


def test_a_file_of_authorities_that_is_none_is_told(tmp_path: Path, certificate: Path) -> None:
    async def scenario() -> None:
        async with (
            odd_server(saying(CREATED), _tls(certificate)) as server,
            Transport(policy=LOOPBACK, ca_file=tmp_path / "missing.pem") as transport,
        ):
            answer = await _send_over_tls(transport, server)
            assert answer.reason.startswith("The file of certificate authorities cannot be read.")

    asyncio.run(scenario())


def test_a_service_with_tls_but_without_http2_is_asked_side_by_side_once_known(certificate: Path) -> None:
    async def scenario() -> None:
        async with (
            odd_server(saying(CREATED, then_close=False), _tls(certificate)) as server,
            Transport(policy=LOOPBACK, ca_file=certificate) as transport,
        ):
            assert (await _send_over_tls(transport, server)).status == 201
            server.answer = _Barrier(8)
            sent = [_send_over_tls(transport, server) for _ in range(8)]
            assert [answer.status for answer in await asyncio.gather(*sent)] == [201] * 8

    asyncio.run(scenario())


def test_trusted_are_the_file_asked_for_the_systems_or_that_of_certifi(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert trusted_certificates(tmp_path) == str(tmp_path)
    assert Path(trusted_certificates(None)).is_file()
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: ssl.DefaultVerifyPaths("", "", "", "", "", ""))
    assert trusted_certificates(None).endswith("cacert.pem")
