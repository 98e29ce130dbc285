"""One reused libcurl handle: settings, limits, the check of the address, and what went wrong in words.

Runs on: worker loop
"""

import asyncio
import socket
import time
from dataclasses import dataclass, field
from typing import Final

import pycurl

from webpush_admin import __version__
from webpush_admin.push.answer import Answer, Failure
from webpush_admin.push.endpoint import Endpoint
from webpush_admin.push.policy import EndpointPolicy

CONNECT_TIMEOUT_S: Final = 5.0
FIRST_BYTE_TIMEOUT_S: Final = 10.0
ATTEMPT_TIMEOUT_S: Final = 20.0
MAX_BODY_BYTES: Final = 4096
MAX_HEADERS: Final = 64
MAX_UNSHARED: Final = 1000
MAX_HEADER_BYTES: Final = 8192

CURLE_HTTP2_STREAM: Final = 92
"""pycurl has no name for it. Source: libcurl-errors(3)."""

_REASONS: Final = {
    pycurl.E_COULDNT_RESOLVE_HOST: "The host name could not be resolved.",
    pycurl.E_COULDNT_CONNECT: "The connection was refused.",
    pycurl.E_GOT_NOTHING: "The connection was closed without an answer; it may have arrived.",
    pycurl.E_RECV_ERROR: "The connection broke before an answer came; it may have arrived.",
    pycurl.E_SEND_ERROR: "The connection broke while sending; it may have arrived.",
    pycurl.E_SEND_FAIL_REWIND: "The connection broke before an answer came; it may have arrived.",
    pycurl.E_PEER_FAILED_VERIFICATION: "The service's TLS certificate is not valid for it.",
    pycurl.E_SSL_CONNECT_ERROR: "No TLS connection could be made.",
    pycurl.E_SSL_CACERT_BADFILE: "The file of certificate authorities cannot be read.",
    pycurl.E_PARTIAL_FILE: "The answer ended too early; it may have arrived.",
    pycurl.E_HTTP2: "The HTTP/2 connection broke; it may have arrived.",
    CURLE_HTTP2_STREAM: "The service reset the HTTP/2 stream; it may have arrived.",
    pycurl.E_UNSUPPORTED_PROTOCOL: "What answered does not speak HTTP.",
    pycurl.E_FTP_WEIRD_SERVER_REPLY: "What answered does not speak HTTP.",
}


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """What a lane is made with; `ca_file` is a path."""

    policy: EndpointPolicy
    ca_file: str
    unshared: set[str] = field(default_factory=set)
    """Origins seen to speak HTTP/1, where each request under way needs a connection of its own."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One push as it goes out; `headers` are lines of "Name: value" and hold the Authorization."""

    endpoint: Endpoint
    headers: list[str]
    body: bytes


class Lane:
    """Carries one request at a time.

    Source: libcurl's manual for each option; RFC 8030, section 5 for the request.
    """

    def __init__(self, settings: LaneSettings) -> None:
        self.settings = settings
        self._curl = _new_curl(settings.ca_file)
        # A body from a function that cannot rewind: libcurl would otherwise send it again, up to five times, when a
        # reused connection dies without an answer, and somebody would see the notification more than once.
        self._curl.setopt(pycurl.READFUNCTION, self._on_read)
        self._curl.setopt(pycurl.WRITEFUNCTION, self._on_body)
        # Lines are only collected while they arrive, without a call into Python for each, and read at the end.
        self._lines: list[bytes] = []
        self._curl.setopt(pycurl.HEADERFUNCTION, self._lines.append)
        self._curl.setopt(pycurl.OPENSOCKETFUNCTION, self._on_open_socket)
        self._transfer: asyncio.Future[pycurl.Curl] | None = None
        self._origin = ""
        self._set_headers: list[str] = []
        self._opened: list[socket.socket] = []
        self._begin()

    def _begin(self) -> None:
        self._unsent = b""
        self._body = b""
        self._lines.clear()
        self._refused = ""
        self._opened_any = False
        self._aborted = ""

    async def post(self, multi: pycurl.AsyncCurlMulti, request: Request, started_s: float) -> Answer:
        """Send one request and wait for its answer; failures are answers with a reason."""
        self._begin()
        self._origin = request.endpoint.origin
        curl = self._curl
        # Waiting for a connection to share is a loss where none can be: libcurl would hold the request back until the
        # one before it has its answer, however slow that is.
        shares = self._origin.startswith("https:") and self._origin not in self.settings.unshared
        curl.setopt(pycurl.PIPEWAIT, int(shares))
        curl.setopt(pycurl.URL, request.endpoint.url)
        # libcurl would write %2e as %2E, and a service may compare letter by letter.
        curl.setopt(pycurl.REQUEST_TARGET, request.endpoint.target)
        if request.headers is not self._set_headers:
            curl.setopt(pycurl.HTTPHEADER, request.headers)
            self._set_headers = request.headers
        curl.setopt(pycurl.POSTFIELDSIZE, len(request.body))
        self._unsent = request.body
        loop = asyncio.get_running_loop()
        self._due = loop.call_later(FIRST_BYTE_TIMEOUT_S, self._on_first_byte_due, multi, loop)
        failure = ""
        self._transfer = multi.add_handle(curl)
        try:
            await self._transfer
        except pycurl.error as error:
            failure = self._in_words(*error.args[:2])
        except asyncio.CancelledError:
            # Either `abort` took the handle out, or the task that waits here is being cancelled.
            if not self._aborted or _is_being_cancelled():
                raise
            failure = self._aborted
        finally:
            self._due.cancel()
            # pycurl has duplicated them: these are only the halves that it was handed.
            while self._opened:
                self._opened.pop().close()
        elapsed_s = time.monotonic() - started_s
        status, headers = _read_head(self._lines)
        if self._lines and self._lines[0].startswith(b"HTTP/1") and len(self.settings.unshared) < MAX_UNSHARED:
            self.settings.unshared.add(self._origin)
        # Of several addresses one may be refused and another have been connected to: then it may have arrived.
        refused = "" if self._opened_any else self._refused
        return Answer(
            status=status,
            reason="" if status is not None else refused or failure or "The answer had no status.",
            headers=headers,
            body=self._body,
            elapsed_s=elapsed_s,
            failure=Failure.BLOCKED if refused and status is None else Failure.NONE,
        )

    def abort(self, multi: pycurl.AsyncCurlMulti, reason: str) -> None:
        """End the request under way; it is answered with `reason`."""
        if self._transfer is not None and not self._transfer.done():
            self._aborted = reason
            multi.remove_handle(self._curl)

    def close(self) -> None:
        """Free the handle."""
        self._curl.close()

    def _on_first_byte_due(self, multi: pycurl.AsyncCurlMulti, loop: asyncio.AbstractEventLoop) -> None:
        # What libcurl still holds back has not been sent: it has until the end of the attempt.
        if not self._lines and self._curl.getinfo(pycurl.PRETRANSFER_TIME) > 0:
            self.abort(multi, f"No answer within {FIRST_BYTE_TIMEOUT_S:.0f} s; it may have arrived.")
        else:
            reason = f"No complete answer within {ATTEMPT_TIMEOUT_S:.0f} s; it may have arrived."
            self._due = loop.call_later(ATTEMPT_TIMEOUT_S - FIRST_BYTE_TIMEOUT_S, self.abort, multi, reason)

    def _on_read(self, size: int) -> bytes:
        part, self._unsent = self._unsent[:size], self._unsent[size:]
        return part

    def _on_body(self, data: bytes) -> int | None:
        room = MAX_BODY_BYTES - len(self._body)
        self._body += data[:room]
        # Less than it was given tells libcurl to stop reading.
        return 0 if len(data) > room else None

    def _on_open_socket(self, _purpose: int, address: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
        family, kind, protocol, where = address
        if family not in (socket.AF_INET, socket.AF_INET6):
            self._refused = "The address is no IP address."
        else:
            self._refused = self.settings.policy.refusal(where[0], where[1])
        if self._refused:
            bad: int = pycurl.SOCKET_BAD
            return bad
        self._opened_any = True
        opened = socket.socket(family, kind, protocol)
        self._opened.append(opened)
        return opened

    def _in_words(self, code: int, detail: str) -> str:
        if code == pycurl.E_OPERATION_TIMEDOUT:
            if self._curl.getinfo(pycurl.PRETRANSFER_TIME) == 0:
                return f"No connection within {CONNECT_TIMEOUT_S:.0f} s."
            return f"No complete answer within {ATTEMPT_TIMEOUT_S:.0f} s; it may have arrived."
        if code == pycurl.E_SEND_FAIL_REWIND:
            # Its detail speaks of our body, which is no concern of an operator.
            detail = ""
        reason = _REASONS.get(code, "The request failed.")
        return f"{reason} ({detail})" if detail else reason


def _read_head(lines: list[bytes]) -> tuple[int | None, tuple[tuple[str, str], ...]]:
    """Return the final status and its headers; None and nothing where the head did not come to its end.

    The status line is the verdict: what breaks behind complete headers does not change it.
    """
    begins = max((number for number, line in enumerate(lines) if line.startswith(b"HTTP/")), default=None)
    if begins is None:
        return None, ()
    head = lines[begins + 1 :]
    ends = next((number for number, line in enumerate(head) if line in (b"\r\n", b"\n")), None)
    words = lines[begins].split(None, 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    if ends is None or status < 200:
        return None, ()
    headers: list[tuple[str, str]] = []
    size = 0
    for line in head[: min(ends, MAX_HEADERS)]:
        size += len(line)
        if size > MAX_HEADER_BYTES:
            break
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name.strip().lower(), value.strip()))
    return status, tuple(headers)


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _new_curl(ca_file: str) -> pycurl.Curl:
    curl = pycurl.Curl()
    for option, value in (
        (pycurl.NOSIGNAL, 1),
        (pycurl.POST, 1),
        # The smallest there is: a body has 4 KiB at most, and libcurl allocates the buffer anew for each request.
        (pycurl.UPLOAD_BUFFERSIZE, 16 * 1024),
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS),
        (pycurl.TCP_NODELAY, 1),
        (pycurl.PATH_AS_IS, 1),
        (pycurl.FOLLOWLOCATION, 0),
        (pycurl.PROXY, ""),
        (pycurl.NETRC, pycurl.NETRC_IGNORED),
        (pycurl.CAINFO, ca_file),
        (pycurl.USERAGENT, f"webpush-admin/{__version__}"),
        (pycurl.CONNECTTIMEOUT_MS, int(CONNECT_TIMEOUT_S * 1000)),
        (pycurl.TIMEOUT_MS, int(ATTEMPT_TIMEOUT_S * 1000)),
    ):
        curl.setopt(option, value)
    return curl
