"""The child's end of the pipes: reads one request a line, has it done on the loop, writes one reply a line.

Runs on: child process
"""

import asyncio
import os
from collections.abc import Callable
from typing import Any

from webpush_admin.sandbox.records import Temper
from webpush_admin.sandbox.service import PushService
from webpush_admin.sandbox.wire import from_line, to_line


class Control:
    """Serves the verbs of the parent, one at a time, on a thread of its own; only the verbs run on the loop.

    Args:
        service: What the verbs are about.
        loop: Where the service runs.
        requests: Descriptor of the pipe that the parent writes to.
        replies: Descriptor of the pipe that the parent reads from.
    """

    def __init__(self, service: PushService, loop: asyncio.AbstractEventLoop, requests: int, replies: int) -> None:
        self._service = service
        self._loop = loop
        self._requests = requests
        self._replies = replies
        self._verbs: dict[str, Callable[..., object]] = {
            "create": self._create,
            "set_temper": self._set_temper,
            "endpoints": service.endpoints.rows,
            "inbox": service.inbox.rows,
            "counts": service.counters.row,
        }

    def serve(self, port: int) -> None:
        """Tell the port, then serve until the parent has closed its end or is gone."""
        try:
            self._write({"result": port})
            with open(self._requests, "rb", closefd=False) as lines:
                for line in lines:
                    self._write(self._reply(line))
        except OSError:
            return  # the parent is gone

    def _reply(self, line: bytes) -> dict[str, object]:
        try:
            request = from_line(line)
            verb = self._verbs[request.pop("verb")]
        except (ValueError, KeyError):
            return {"problem": "The sandbox push service was asked for something that it does not know."}
        return asyncio.run_coroutine_threadsafe(self._do(verb, request), self._loop).result()

    async def _do(self, verb: Callable[..., object], arguments: dict[str, Any]) -> dict[str, object]:
        try:
            return {"result": verb(**arguments)}
        except KeyError:
            return {"problem": "The sandbox push service has no such endpoint."}
        except (TypeError, ValueError):
            return {"problem": "The sandbox push service cannot use what it was given."}

    def _create(self, tempers: list[str], application_server_key: str | None) -> object:
        return self._service.endpoints.create([Temper[name] for name in tempers], application_server_key)

    def _set_temper(self, endpoints: list[str], temper: str) -> None:
        self._service.endpoints.set_temper(endpoints, Temper[temper])

    def _write(self, reply: dict[str, object]) -> None:
        rest = memoryview(to_line(reply))
        while rest:
            rest = rest[os.write(self._replies, rest) :]
