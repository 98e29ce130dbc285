"""Who may ask for the metrics and how, and that nobody keeps others out or the end waiting."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from http.client import HTTPConnection, HTTPMessage

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webpush_admin.backend import metrics_server
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.metrics_server import MOST_AT_ONCE, MetricsServer
from webpush_admin.push.errors import PushError

DEADLINE_S = 10.0


@asynccontextmanager
async def backend() -> AsyncIterator[Backend]:
    made = Backend(lambda _event: None)
    try:
        yield made
    finally:
        await made.close()


def connected(port: int, host: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection((host, port), timeout=DEADLINE_S)


def ask(port: int, path: str = "/metrics", method: str = "GET", **headers: str) -> tuple[int, HTTPMessage, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def ask_raw(port: int, request: bytes) -> bytes:
    with connected(port) as one:
        one.sendall(request)
        answer = b""
        while more := one.recv(65536):
            answer += more
        return answer


def test_programs_of_this_machine_are_answered_and_web_pages_are_not() -> None:
    async def scenario() -> None:
        async with backend() as one:
            port = await one.serve_metrics(0)
            for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}", f"[::1]:{port}"):
                status, headers, body = await asyncio.to_thread(ask, port, Host=host, Origin="https://example.org")
                assert status == 200, host
                assert body.startswith(b"# HELP webpush_admin_")
                assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
                assert headers["X-Content-Type-Options"] == "nosniff"
                assert not [name for name in headers if name.lower().startswith("access-control")]
            for host in (
                "rebound.example.org",
                f"rebound.example.org:{port}",
                "127.0.0.1",
                f"127.0.0.1:{port + 1}",
                "",
            ):
                status, headers, body = await asyncio.to_thread(ask, port, Host=host)
                assert (status, b"webpush_admin_" in body) == (403, False), host
            twice = f"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: example.org\r\n\r\n"
            for request in (twice.encode(), b"GET /metrics HTTP/1.0\r\n\r\n", b"GET /metrics\r\n\r\n"):
                answer = await asyncio.to_thread(ask_raw, port, request)
                assert (b"under its own name" in answer, b"webpush_admin_" in answer) == (True, False), request

    asyncio.run(scenario())


def test_there_is_one_thing_to_get() -> None:
    async def scenario() -> None:
        async with backend() as one:
            port = await one.serve_metrics(0)
            _, _, whole = await asyncio.to_thread(ask, port)
            status, headers, _ = await asyncio.to_thread(ask, port, method="HEAD")
            assert (status, int(headers["Content-Length"])) == (200, len(whole))
            head = f"HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
            assert (await asyncio.to_thread(ask_raw, port, head.encode())).endswith(b"\r\n\r\n"), "no body"
            for method in ("POST", "PUT", "DELETE", "OPTIONS"):
                status, headers, _ = await asyncio.to_thread(ask, port, method=method)
                assert (status, headers["Allow"]) == (405, "GET, HEAD"), method
            status, _, body = await asyncio.to_thread(ask, port, "/")
            assert (status, body.count(b"\n"), b"/metrics" in body) == (200, 1, True)
            for path in ("/metrics/", "/favicon.ico", "/../metrics", f"http://127.0.0.1:{port}/metrics"):
                assert (await asyncio.to_thread(ask, port, path))[0] == 404, path
            assert b" 400 " in await asyncio.to_thread(ask_raw, port, b"\x16\x03\x01 hello there\r\n\r\n")
            status, headers, _ = await asyncio.to_thread(ask, port, **{"Accept-Encoding": "gzip"})
            assert (status, headers["Content-Encoding"]) == (200, "gzip")

    asyncio.run(scenario())


def test_who_hangs_keeps_nobody_out_and_does_not_delay_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody is to be sent away for being slow.
    monkeypatch.setattr("webpush_admin.backend.metrics_server._Handler.timeout", 10 * DEADLINE_S)

    async def scenario() -> None:
        with ExitStack() as open_ones:
            async with backend() as one:
                port = await one.serve_metrics(0)
                hanging = []
                for _ in range(2 * MOST_AT_ONCE):
                    # The loop of this test is the one that takes connections.
                    connection = await asyncio.to_thread(connected, port)
                    hanging.append(open_ones.enter_context(connection))
                for connection in hanging:
                    connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: ")
                assert (await asyncio.to_thread(ask, port))[0] == 200
                # The oldest made room.
                assert await asyncio.to_thread(hanging[0].recv, 1) == b""
            # The others were ended with the backend.
            for connection in hanging[-MOST_AT_ONCE + 1 :]:
                connection.setblocking(False)
                assert connection.recv(1) == b""
            with pytest.raises(ConnectionRefusedError):
                connected(port)

    asyncio.run(scenario())


def test_who_goes_away_in_the_middle_is_no_matter(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with backend() as one:
            port = await one.serve_metrics(0)
            for begun in (b"", b"GET /met", b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n"):
                with connected(port) as gone:
                    gone.sendall(begun)
                    # Closed with a reset.
                    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            assert (await asyncio.to_thread(ask, port))[0] == 200

    asyncio.run(scenario())
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.levelname != "DEBUG"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere 127.0.0.2 is no address of this machine")
def test_only_loopback_is_listened_to() -> None:
    async def scenario() -> None:
        async with backend() as one:
            port = await one.serve_metrics(0)
            with pytest.raises(ConnectionRefusedError):
                connected(port, "127.0.0.2")

    asyncio.run(scenario())


def test_a_port_that_cannot_be_had_is_told_and_what_is_served_stays() -> None:
    async def scenario() -> None:
        async with backend() as one, backend() as other:
            port = await one.serve_metrics(0)
            with pytest.raises(
                PushError, match=rf"No metrics are served: another program has port {port} of 127\.0\.0\.1\."
            ):
                await other.serve_metrics(port)
            for odd in (-1, 65_536):
                with pytest.raises(PushError, match="0 to 65535"):
                    await one.serve_metrics(odd)
            assert (await asyncio.to_thread(ask, port))[0] == 200
            elsewhere = await one.serve_metrics(0)
            assert elsewhere != port
            with pytest.raises(ConnectionRefusedError):
                await asyncio.to_thread(ask, port)
            assert await other.serve_metrics(port) == port

    asyncio.run(scenario())


def test_a_port_that_the_system_keeps_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_self: socket.socket, _address: object) -> None:
        raise PermissionError(13, "Permission denied")

    async def scenario() -> None:
        # Nothing is forbidden to root, so the system's answer is changed.
        monkeypatch.setattr(socket.socket, "bind", forbidden)
        with pytest.raises(PushError, match="the system does not give port 80 to this user"):
            MetricsServer(80, CollectorRegistry())
        monkeypatch.undo()

    asyncio.run(scenario())


def test_nothing_is_printed_of_who_does_not_read_on_or_of_metrics_that_fail(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(metrics_server._Handler, "timeout", 0.1)
    registry = CollectorRegistry()
    gauge = Gauge("much", "More than fits into what lies between two programs.", ["of"], registry=registry)
    for number in range(8):
        gauge.labels(str(number) * 1_000_000)

    class Failing(Collector):
        def collect(self) -> Iterator[Metric]:
            raise RuntimeError("It is out of order.")

    async def run() -> None:
        server = MetricsServer(0, registry)
        with connected(server.port) as lazy:
            lazy.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % server.port)
            async with asyncio.timeout(10):
                while not server._server._answering:  # noqa: ASYNC110 - a dictionary is no event
                    await asyncio.sleep(0)
                (thread,) = server._server._answering.values()
                await asyncio.to_thread(thread.join)
        failing = CollectorRegistry()
        failing.register(Failing())
        other = MetricsServer(0, failing)
        status, _, body = await asyncio.to_thread(ask, other.port)
        assert (status, body) == (500, b"The metrics could not be told: see the log.\n")
        server.close()
        other.close()

    asyncio.run(run())
    assert capfd.readouterr().err == ""
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "The metrics could not be told."
    ]
