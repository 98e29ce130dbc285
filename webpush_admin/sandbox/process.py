"""The sandbox push service as the application holds it: a child process, asked over pipes.

Every method blocks until the child has answered: call it off a loop.

Runs on: any
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Any, Final, Self

from webpush_admin.push.errors import PushError
from webpush_admin.sandbox.records import InboxEntry, SandboxCounts, SandboxEndpoint, SandboxSubscription, Temper
from webpush_admin.sandbox.wire import (
    HOST,
    counts_from_row,
    endpoint_from_row,
    entry_from_row,
    from_line,
    subscription_from_row,
    to_line,
)

START_DEADLINE_S: Final = 30.0
REPLY_DEADLINE_S: Final = 10.0
END_DEADLINE_S: Final = 0.4
"""Given to the child twice, asked and then killed: together less than a second."""

ROWS_PER_REQUEST: Final = 500
"""Keeps a request within the buffer of a pipe, and the child's loop free for pushes in between."""


class SandboxError(PushError):
    """The sandbox push service cannot be started, has ended, or refused."""


class Sandbox:
    """A running push service on loopback. Thread-safe; one request is under way at a time.

    The child ends with `close`, and by itself when this process is gone, however it went: its standard input is a pipe
    that we hold. Nothing but that pipe controls it: the port on loopback takes pushes only.

    Attributes:
        port: Where it listens on 127.0.0.1.
        pid: The child's process id.
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        """Take over a child that was just spawned; `start` is the way to make one."""
        assert process.stdin is not None
        assert process.stdout is not None
        self.pid = process.pid
        self.port = 0
        self._process = process
        self._requests: IO[bytes] = process.stdin
        self._replies: SimpleQueue[bytes] = SimpleQueue()
        self._lock = threading.Lock()
        self._closing = False
        # A thread, since a pipe cannot be read with a deadline on every system.
        self._reader = threading.Thread(
            target=_read_lines, args=(process.stdout, self._replies), name="sandbox-replies", daemon=True
        )
        self._reader.start()

    @classmethod
    def start(cls) -> Self:
        """Spawn the child and wait until it listens.

        Raises:
            SandboxError: It could not be spawned, or did not get ready.
        """
        # The child finds its packages where we find ours, however that came about, and not in the directory that it
        # happens to run in (-P); warnings that were made errors for us are not made errors for it (-W).
        command = [sys.executable, "-P", "-W", "ignore", "-m", "webpush_admin.sandbox"]
        path = os.pathsep.join(entry or os.curdir for entry in sys.path)
        try:
            process = subprocess.Popen(  # noqa: S603  our own interpreter and our own module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # aiohttp reads the system's certificates when it is imported; nothing here is TLS, and it takes long.
                env={**os.environ, "PYTHONPATH": path, "SSL_CERT_FILE": os.devnull},
            )
        except OSError as error:
            raise SandboxError(f"The sandbox push service cannot be started: {error.strerror or error}.") from None
        sandbox = cls(process)
        try:
            sandbox.port = int(sandbox._receive(START_DEADLINE_S))
        except BaseException:
            sandbox.close()
            raise
        return sandbox

    @property
    def origin(self) -> str:
        """Scheme, host and port of every endpoint: the audience of a VAPID token."""
        return f"http://{HOST}:{self.port}"

    def create_subscriptions(
        self, tempers: Sequence[Temper], *, application_server_key: str | None = None
    ) -> tuple[SandboxSubscription, ...]:
        """Make one subscription per temper, in order, each with its own key pair.

        Args:
            tempers: How each answers at first.
            application_server_key: The only key that may send to them, 87 characters base64url; None for any key.
                Source: RFC 8292, section 4.

        Raises:
            SandboxError: The key cannot be used, or the sandbox has ended.
        """
        made: list[SandboxSubscription] = []
        for start in range(0, len(tempers), ROWS_PER_REQUEST):
            names = [temper.name for temper in tempers[start : start + ROWS_PER_REQUEST]]
            rows = self._ask("create", tempers=names, application_server_key=application_server_key)
            made += map(subscription_from_row, rows)
        return tuple(made)

    def set_temper(self, endpoints: Sequence[str], temper: Temper) -> None:
        """Change how these answer from now on.

        Raises:
            SandboxError: One of them is not an endpoint of this sandbox, or the sandbox has ended.
        """
        for start in range(0, len(endpoints), ROWS_PER_REQUEST):
            chosen = list(endpoints[start : start + ROWS_PER_REQUEST])
            self._ask("set_temper", endpoints=chosen, temper=temper.name)

    def endpoints(self) -> tuple[SandboxEndpoint, ...]:
        """Return every endpoint in the order they were made.

        Raises:
            SandboxError: The sandbox has ended.
        """
        return tuple(map(endpoint_from_row, self._ask("endpoints")))

    def inbox(self, after: int = 0, limit: int = 1000) -> tuple[InboxEntry, ...]:
        """Return what arrived after entry number `after`, the oldest first, of the newest 10,000.

        Raises:
            SandboxError: The sandbox has ended.
        """
        return tuple(map(entry_from_row, self._ask("inbox", after=after, limit=limit)))

    def counts(self) -> SandboxCounts:
        """Return what has been seen since the start.

        Raises:
            SandboxError: The sandbox has ended.
        """
        return counts_from_row(self._ask("counts"))

    def close(self) -> None:
        """End the child within a second. Idempotent; a request under way on another thread raises SandboxError."""
        self._closing = True
        self._end()
        with self._lock:
            # The child is gone, so the pipes can neither block nor bring anything.
            with suppress(OSError):
                self._requests.close()
            self._reader.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, verb: str, **arguments: object) -> Any:
        with self._lock:
            if self._closing:
                raise SandboxError("The sandbox push service has been closed.")
            try:
                self._requests.write(to_line({"verb": verb, **arguments}))
                self._requests.flush()
            except OSError:
                raise self._ended() from None
            return self._receive(REPLY_DEADLINE_S)

    def _receive(self, deadline_s: float) -> Any:
        try:
            line = self._replies.get(timeout=deadline_s)
        except Empty:
            # A reply that comes after all would be taken for the next one.
            self._end()
            raise SandboxError(f"The sandbox push service did not answer within {deadline_s:.0f} seconds.") from None
        if not line:
            raise self._ended()
        try:
            reply = from_line(line)
        except ValueError:
            self._end()
            raise SandboxError("The sandbox push service gave an answer that cannot be read.") from None
        if "problem" in reply:
            raise SandboxError(str(reply["problem"]))
        return reply["result"]

    def _ended(self) -> SandboxError:
        if self._closing:
            return SandboxError("The sandbox push service has been closed.")
        with suppress(subprocess.TimeoutExpired):
            # Its pipes close shortly before it is gone: its own exit status says more than our signal's.
            self._process.wait(END_DEADLINE_S)
        self._end()
        status = self._process.returncode
        return SandboxError(f"The sandbox push service has ended unexpectedly (exit status {status}).")

    def _end(self) -> None:
        """Leave no process behind, not even a zombie."""
        for end in (self._process.terminate, self._process.kill):
            end()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_DEADLINE_S)
                return


def _read_lines(pipe: IO[bytes], lines: "SimpleQueue[bytes]") -> None:
    """Put every line into the queue, and an empty one at the end."""
    with pipe, suppress(OSError):
        for line in pipe:
            lines.put(line)
    lines.put(b"")
