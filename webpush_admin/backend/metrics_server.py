"""Serves the metrics on loopback, to programs of this machine and to no web page.

Runs on: worker loop (which takes the connections; each request is answered on a thread of its own)
"""

import asyncio
import contextlib
import errno
import io
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import Any, Final, TextIO
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CollectorRegistry, make_wsgi_app

from webpush_admin.push.errors import PushError

HOST: Final = "127.0.0.1"
PATH: Final = "/metrics"
MOST_AT_ONCE: Final = 8
"""Requests that are answered at a time; one more ends the oldest, so that none who hangs keeps others out."""

PATIENCE_S: Final = 5.0
"""For each piece of a request, and of its answer."""

ENDS_WITHIN_S: Final = 0.3
_LARGEST_PORT: Final = 65_535
_NAMES: Final = (HOST, "localhost", "[::1]")
_ALWAYS: Final = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
_PLAIN: Final = ("Content-Type", "text/plain; charset=utf-8")

_log = logging.getLogger(__name__)


class MetricsServer:
    """Answers `GET /metrics` on 127.0.0.1 from when it is made until `close`; make it on the loop.

    The loop takes the connections: where it hangs, a scrape fails, and does not tell old numbers as if all were well.

    Args:
        port: Where; 0 for a free one.
        registry: What is told.

    Attributes:
        port: Where it is.

    Raises:
        PushError: It cannot be there, as a sentence.
    """

    def __init__(self, port: int, registry: CollectorRegistry) -> None:
        if not 0 <= port <= _LARGEST_PORT:
            raise PushError(f"A port is a number from 0 to {_LARGEST_PORT}: no metrics are served.")
        try:
            self._server = _Server((HOST, port), _Handler)
        except OSError as refused:
            raise PushError(_refusal(port, refused)) from None
        self.port = self._server.server_port
        self._server.set_app(_for_this_machine(make_wsgi_app(registry), self.port))
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._server.fileno(), self._server.handle_request)

    def close(self) -> None:
        """Let go of the port, and end what is being answered."""
        self._loop.remove_reader(self._server.fileno())
        self._server.end()


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE_S

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that BaseHTTPRequestHandler gives it
        """Tell nobody: a scrape comes every few seconds."""

    def get_stderr(self) -> TextIO:
        """Return what nobody reads: wsgiref would print a traceback for each who does not read on."""
        return io.StringIO()


class _Server(ThreadingMixIn, WSGIServer):
    # On Windows it would let another program take the same port; elsewhere it only passes over closed connections.
    allow_reuse_address = os.name == "posix"
    allow_reuse_port = False
    daemon_threads = True
    # `handle_request` looks whether somebody is there, and never waits.
    timeout = 0

    def __init__(self, address: tuple[str, int], handler: type[_Handler]) -> None:
        self._answering: dict[Any, Thread] = {}
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Take the port."""
        # HTTPServer's own would ask the name service what 127.0.0.1 is called, which may take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]
        self.setup_environ()
        # Who has gone away between two looks is not waited for.
        self.socket.setblocking(False)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer on a thread of its own."""
        for oldest in tuple(self._answering)[: -MOST_AT_ONCE + 1]:
            self._answering.pop(oldest, None)
            _hang_up(oldest)
        thread = Thread(
            target=self.process_request_thread, args=(request, client_address), name="webpush-metrics", daemon=True
        )
        self._answering[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection; on its own thread."""
        super().shutdown_request(request)
        self._answering.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as socketserver calls it
        """Write down why a request was not answered, in place of printing it."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            _log.debug("A request for the metrics broke off: %s", error)
        else:
            _log.error("A request for the metrics failed.", exc_info=error)

    def end(self) -> None:
        """Let go of the port, and end what is being answered."""
        self.server_close()
        answering = dict(self._answering)
        for request in answering:
            _hang_up(request)
        deadline_s = time.monotonic() + ENDS_WITHIN_S
        for thread in answering.values():
            thread.join(max(0.0, deadline_s - time.monotonic()))


def _hang_up(request: Any) -> None:
    """End a connection under the thread that reads or writes it, which then comes to its end."""
    # It may just have ended by itself.
    with contextlib.suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)


def _for_this_machine(metrics: Callable[..., Iterable[bytes]], port: int) -> WSGIApplication:
    """Return what answers as `metrics` does, but only where it should.

    A web page can make a browser of this machine ask, under a name that was made to lead to 127.0.0.1: it would read
    the answer as its own. So the request must name this machine.
    """
    hosts = {f"{name}:{port}" for name in _NAMES}

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = _answer(environ, hosts, metrics)
        start_response(status, [*headers, *_ALWAYS, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return answer


def _answer(
    environ: WSGIEnvironment, hosts: set[str], metrics: Callable[..., Iterable[bytes]]
) -> tuple[str, list[tuple[str, str]], bytes]:
    if environ.get("HTTP_HOST", "").lower() not in hosts:
        return "403 Forbidden", [_PLAIN], b"The metrics are told to programs of this machine, under its own name.\n"
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return "405 Method Not Allowed", [_PLAIN, ("Allow", "GET, HEAD")], b"There is only something to GET.\n"
    if environ["PATH_INFO"] == "/":
        return "200 OK", [_PLAIN], b"webpush-admin tells its metrics at /metrics.\n"
    if environ["PATH_INFO"] != PATH:
        return "404 Not Found", [_PLAIN], b"The metrics are at /metrics.\n"
    told: list[tuple[str, list[tuple[str, str]]]] = []
    try:
        # The library knows GET alone.
        body = b"".join(metrics({**environ, "REQUEST_METHOD": "GET"}, lambda *answered: told.append(answered)))
        status, headers = told[0]
    except Exception as error:  # noqa: BLE001 - else nobody would hear of it: wsgiref is not to print anything
        _log.error("The metrics could not be told.", exc_info=error)
        return "500 Internal Server Error", [_PLAIN], b"The metrics could not be told: see the log.\n"
    return status, headers, body


def _refusal(port: int, refused: OSError) -> str:
    if refused.errno == errno.EADDRINUSE:
        why = f"another program has port {port} of {HOST}"
    elif isinstance(refused, PermissionError):
        why = f"the system does not give port {port} to this user"
    else:
        why = f"port {port} cannot be had ({refused.strerror or type(refused).__name__})"
    return f"No metrics are served: {why}. Choose another one, or 0 for one that is free."
