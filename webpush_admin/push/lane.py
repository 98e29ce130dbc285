"""One reused libcurl handle: settings, limits, the check of the address, and what went wrong in words.

Runs on: worker loop
"""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pycurl

from webpush_admin import __version__
from webpush_admin.push.answer import Answer, Failure
from webpush_admin.push.endpoint import Endpoint
from webpush_admin.push.head import MAYBE, UNSEEN, failed, failed_in_head, read_head
from webpush_admin.push.multi import Multi
from webpush_admin.push.policy import EndpointPolicy

MAX_BODY_BYTES: Final = 4096
MAX_UNSHARED: Final = 1000


class Limits(NamedTuple):
    """How long one attempt may take, in seconds."""

    connect_s: float = 5.0
    first_byte_s: float = 10.0
    attempt_s: float = 20.0


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """What a lane is made with; `ca_file` is a path."""

    policy: EndpointPolicy
    ca_file: str
    limits: Limits
    unshared: set[str] = field(default_factory=set)
    """Origins seen to speak HTTP/1, where each request under way needs a connection of its own."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One push as it goes out; `headers` are lines of "Name: value" and hold the Authorization."""

    endpoint: Endpoint
    headers: list[str]
    body: bytes


Done = Callable[[Answer], None]


class Lane:
    """Carries one request at a time.

    Nothing waits for it: whoever starts a request is called with its answer. A task for each would cost as much as the
    request itself.

    Attributes:
        settings: As it was made.
        owner: Whoever has started the request under way.

    Source: libcurl's manual for each option; RFC 8030, section 5 for the request.
    """

    def __init__(self, settings: LaneSettings) -> None:
        self.settings = settings
        self.owner: object = None
        self._curl = _new_curl(settings)
        # A body from a function that cannot rewind: libcurl would otherwise send it again, up to five times, when a
        # reused connection dies without an answer, and somebody would see the notification more than once.
        self._curl.setopt(pycurl.READFUNCTION, self._on_read)
        self._curl.setopt(pycurl.WRITEFUNCTION, self._on_body)
        # Lines are only collected while they arrive, without a call into Python for each, and read at the end.
        self._lines: list[bytes] = []
        self._curl.setopt(pycurl.HEADERFUNCTION, self._lines.append)
        self._curl.setopt(pycurl.OPENSOCKETFUNCTION, self._on_open_socket)
        self._done: Done | None = None
        self._origin = ""
        self._started_s = 0.0
        self._set_headers: list[str] = []
        self._set_size = -1
        self._shares = True
        self._targets = False
        self._suspects = False
        self._opened: list[socket.socket] = []
        self._unsent = b""
        self._read_any = False
        self._body = b""
        self._refused = ""
        self._opened_any = False
        self._aborted: tuple[Failure, str] | None = None

    def start(self, multi: Multi, request: Request, started_s: float, owner: object, done: Done) -> None:
        """Send a request; `done` is called with its answer, later, on the loop. Failures are answers with a reason."""
        self.owner = owner
        self._done = done
        self._started_s = started_s
        self._origin = origin = request.endpoint.origin
        self._unsent = request.body
        self._read_any = self._opened_any = False
        self._body = b""
        self._lines.clear()
        self._refused = ""
        self._aborted = None
        curl = self._curl
        if self._suspects:
            curl.setopt(pycurl.FORBID_REUSE, 0)
            self._suspects = False
        # Waiting for a connection to share is a loss where none can be: libcurl would hold the request back until the
        # one before it has its answer, however slow that is.
        shares = origin not in self.settings.unshared and origin.startswith("https:")
        if shares is not self._shares:
            curl.setopt(pycurl.PIPEWAIT, int(shares))
            self._shares = shares
        curl.setopt(pycurl.URL, request.endpoint.url)
        # libcurl would write %2e as %2E, and a service may compare letter by letter. Once told, it must always be told.
        # Never a local here: a traceback that tells its locals would show it.
        if self._targets or "%" in request.endpoint.target:
            self._targets = True
            curl.setopt(pycurl.REQUEST_TARGET, request.endpoint.target)
        if request.headers is not self._set_headers:
            curl.setopt(pycurl.HTTPHEADER, request.headers)
            self._set_headers = request.headers
        if len(request.body) != self._set_size:
            self._set_size = len(request.body)
            curl.setopt(pycurl.POSTFIELDSIZE, self._set_size)
        multi.add(curl, self._on_ended)

    def abort(self, multi: Multi, failure: Failure, reason: str) -> None:
        """End the request under way; it is answered with `reason`, to which is added where it may have arrived."""
        if self._done is not None and self._aborted is None:
            self._aborted = failure, reason
            multi.remove(self._curl)

    def look(self, multi: Multi, now_s: float) -> None:
        """End the request under way where it takes longer than it may: libcurl knows no limit for the first byte."""
        taken_s = now_s - self._started_s
        limits = self.settings.limits
        if taken_s >= limits.attempt_s:
            late = self._too_late(taken_s)
        # What libcurl still holds back has not been sent: it has until the end of the attempt.
        elif taken_s >= limits.first_byte_s and not self._lines and self._read_any:
            late = Failure.TIMEOUT, f"No answer within {limits.first_byte_s:g} s{{maybe}}."
        else:
            return
        # A connection that has died without a word would be used again, and again: libcurl closes a shared one for
        # nobody's timeout. Here it is closed with the last request on it.
        self._curl.setopt(pycurl.FORBID_REUSE, 1)
        self._suspects = True
        self.abort(multi, *late)

    def close(self) -> None:
        """Free the handle."""
        self._curl.close()

    def _on_ended(self, error: pycurl.error | None) -> None:
        # pycurl has duplicated them: these are only the halves that it was handed.
        while self._opened:
            self._opened.pop().close()
        status, headers = read_head(self._lines)
        if self._aborted is not None:
            failure, reason = self._aborted
        else:
            failure, reason = (Failure.NONE, "") if error is None else self._in_words(*error.args[:2])
        if self._lines and self._lines[0].startswith(b"HTTP/1") and len(self.settings.unshared) < MAX_UNSHARED:
            self.settings.unshared.add(self._origin)
        answer = (
            Answer(status, "", headers, self._body, time.monotonic() - self._started_s)
            if status is not None
            else self._unanswered(failure, reason)
        )
        done, self._done, self.owner = self._done, None, None
        assert done is not None, "a request under way has somebody who waits for it"
        done(answer)

    def _unanswered(self, failure: Failure, reason: str) -> Answer:
        # Of several addresses one may be refused and another have been connected to: then it may have arrived.
        if self._refused and not self._opened_any:
            failure, reason = Failure.BLOCKED, self._refused
        elif failure is Failure.NONE:
            failure, reason = failed_in_head(self._lines)
        # Without its body nobody can act on it.
        unprocessed = not self._read_any or reason == UNSEEN
        return Answer(
            None,
            reason.replace("{maybe}", "" if unprocessed else MAYBE),
            elapsed_s=time.monotonic() - self._started_s,
            failure=failure,
            unprocessed=unprocessed,
        )

    def _on_read(self, size: int) -> bytes:
        self._read_any = True
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

    def _in_words(self, code: int, detail: str) -> tuple[Failure, str]:
        if code == pycurl.E_OPERATION_TIMEDOUT:
            return self._too_late(time.monotonic() - self._started_s)
        unshared = self.settings.unshared
        multiplexed = self._shares and self._origin not in unshared and len(unshared) < MAX_UNSHARED
        return failed(code, detail, multiplexed=multiplexed)

    def _too_late(self, taken_s: float) -> tuple[Failure, str]:
        """Return what to say of a request that was given up after so long."""
        limits = self.settings.limits
        # Not libcurl's times, which are filled in for what was never come to.
        if not self._read_any:
            within_s = limits.connect_s if taken_s < limits.attempt_s else limits.attempt_s
            return Failure.NO_CONNECTION, f"No connection within {within_s:g} s."
        return Failure.TIMEOUT, f"No complete answer within {limits.attempt_s:g} s{{maybe}}."


def _new_curl(settings: LaneSettings) -> pycurl.Curl:
    curl = pycurl.Curl()
    for option, value in (
        (pycurl.NOSIGNAL, 1),
        (pycurl.POST, 1),
        # The smallest there is: a body has 4 KiB at most, and libcurl allocates the buffer anew for each request.
        (pycurl.UPLOAD_BUFFERSIZE, 16 * 1024),
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS),
        (pycurl.PIPEWAIT, 1),
        (pycurl.TCP_NODELAY, 1),
        (pycurl.PATH_AS_IS, 1),
        (pycurl.FOLLOWLOCATION, 0),
        (pycurl.PROXY, ""),
        (pycurl.NETRC, pycurl.NETRC_IGNORED),
        (pycurl.CAINFO, settings.ca_file),
        (pycurl.USERAGENT, f"webpush-admin/{__version__}"),
        (pycurl.CONNECTTIMEOUT_MS, int(settings.limits.connect_s * 1000)),
        (pycurl.TIMEOUT_MS, int(settings.limits.attempt_s * 1000)),
    ):
        curl.setopt(option, value)
    return curl
