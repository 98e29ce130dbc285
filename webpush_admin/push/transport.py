"""POSTs to push services, over HTTP/2 where the service can.

With `lane`, the only home of pycurl.

Runs on: worker loop
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

import certifi
import pycurl

from webpush_admin.push.answer import Answer
from webpush_admin.push.lane import Lane, LaneSettings, Request
from webpush_admin.push.policy import EndpointPolicy

LANES: Final = 64
"""Requests under way at once. Fixed lanes instead of a task per subscription: all of them can be stopped at once."""


def trusted_certificates(ca_file: Path | None) -> str:
    """Return the file of certificate authorities: the one asked for, else the system's, else certifi's."""
    if ca_file is not None:
        return str(ca_file)
    return ssl.get_default_verify_paths().cafile or certifi.where()


class Transport:
    """A fixed number of lanes over one set of pooled connections.

    A connection is pooled only if its address passed the policy when it was opened.

    Args:
        policy: Which addresses may be connected to.
        ca_file: Certificate authorities to trust instead of the system's.
        lanes: Requests under way at once.
    """

    def __init__(self, *, policy: EndpointPolicy, ca_file: Path | None = None, lanes: int = LANES) -> None:
        self._settings = LaneSettings(policy, trusted_certificates(ca_file))
        self._multi = _new_multi()
        self._free = asyncio.Semaphore(lanes)
        self._idle: list[Lane] = []
        self._busy: set[Lane] = set()
        self._closed = False

    @property
    def in_flight(self) -> int:
        """Requests under way now."""
        return len(self._busy)

    async def send(self, build: Callable[[], Request | None]) -> Answer | None:
        """Send what `build` makes once a lane is free; None where it made nothing by then.

        Whatever goes wrong becomes an Answer with a reason.
        """
        async with self._free:
            request = build()
            if request is None or self._closed:
                return None
            lane = self._idle.pop() if self._idle else Lane(self._settings)
            self._busy.add(lane)
            started_s = time.monotonic()
            try:
                return await lane.post(self._multi, request, started_s)
            finally:
                self._busy.discard(lane)
                if lane.settings is self._settings and not self._closed:
                    self._idle.append(lane)
                else:
                    lane.close()

    def interrupt(self, reason: str) -> None:
        """End every request under way; each is answered with `reason`."""
        for lane in tuple(self._busy):
            lane.abort(self._multi, reason)

    async def change_policy(self, policy: EndpointPolicy) -> None:
        """Judge addresses anew: what is under way ends, and pooled connections close, since the old policy let them."""
        self.interrupt("Interrupted by a change of the endpoint policy; it may have arrived.")
        self._settings = LaneSettings(policy, self._settings.ca_file)
        multi, self._multi = self._multi, _new_multi()
        self._close_idle_lanes()
        await multi.aclose()

    async def aclose(self) -> None:
        """End what is under way and close every connection."""
        self._closed = True
        self.interrupt("Interrupted; it may have arrived.")
        self._close_idle_lanes()
        await self._multi.aclose()

    def _close_idle_lanes(self) -> None:
        while self._idle:
            self._idle.pop().close()

    async def __aenter__(self) -> "Transport":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _new_multi() -> pycurl.AsyncCurlMulti:
    multi = pycurl.AsyncCurlMulti()
    multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
    return multi
