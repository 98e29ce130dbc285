"""POSTs to push services, over HTTP/2 where the service can.

With `lane` and `multi`, the only home of pycurl.

Runs on: worker loop
"""

import asyncio
import ssl
import time
from pathlib import Path
from types import TracebackType
from typing import Final

import certifi

from webpush_admin.push.answer import Answer, Failure
from webpush_admin.push.lane import DEFAULT_LIMITS, Done, Lane, LaneSettings, Limits, Request
from webpush_admin.push.multi import Multi
from webpush_admin.push.policy import EndpointPolicy

LANES: Final = 128
"""Requests under way at once. Fixed lanes instead of a task per subscription: all of them can be stopped at once."""

INTERRUPTED: Final = "Interrupted{maybe}."

_LOOKS: Final = 16
"""Times that a request is looked at within its limit for the first byte."""

_LONGEST_LOOK_S: Final = 0.5


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
        limits: How long an attempt may take.
    """

    def __init__(
        self,
        *,
        policy: EndpointPolicy,
        ca_file: Path | None = None,
        lanes: int = LANES,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._settings = LaneSettings(policy, trusted_certificates(ca_file), limits)
        self._multi = Multi()
        self._lanes = lanes
        self._idle: list[Lane] = []
        self._busy: set[Lane] = set()
        self._looking: asyncio.TimerHandle | None = None
        self._quiet: asyncio.Future[None] | None = None
        self._closed = False

    @property
    def in_flight(self) -> int:
        """Requests under way now."""
        return len(self._busy)

    @property
    def room(self) -> int:
        """How many requests may be started."""
        return 0 if self._closed else max(0, self._lanes - len(self._busy))

    def change_lanes(self, lanes: int) -> None:
        """Carry so many requests at once from now on; what is under way ends as it would."""
        self._lanes = lanes
        while len(self._idle) + len(self._busy) > lanes and self._idle:
            self._idle.pop().close()

    def start(self, request: Request, owner: object, done: Done) -> None:
        """Send a request; whatever goes wrong becomes an Answer with a reason.

        Args:
            request: Goes out at once: the caller has seen that there is `room`.
            owner: Whoever may `interrupt` it.
            done: Called on the loop, with the answer, when the lane is free again.
        """
        lane = self._idle.pop() if self._idle else Lane(self._settings)
        self._busy.add(lane)
        if self._looking is None:
            self._look_later()

        def answered(answer: Answer) -> None:
            self._give_back(lane)
            done(answer)

        try:
            lane.start(self._multi, request, time.monotonic(), owner, answered)
        except BaseException:
            self._busy.discard(lane)
            lane.close()
            raise

    def interrupt(self, owner: object = None, reason: str = INTERRUPTED) -> None:
        """End the requests of an owner, every request where there is none; each is answered with `reason`."""
        for lane in tuple(self._busy):
            if owner is None or lane.owner is owner:
                lane.abort(self._multi, Failure.INTERRUPTED, reason)

    async def change_policy(self, policy: EndpointPolicy) -> None:
        """Judge addresses anew: what is under way ends, and pooled connections close, since the old policy let them."""
        self.interrupt(reason="Interrupted by a change of the endpoint policy{maybe}.")
        self._settings = LaneSettings(policy, self._settings.ca_file, self._settings.limits)
        multi, self._multi = self._multi, Multi()
        self._close_idle_lanes()
        await multi.aclose()

    async def aclose(self) -> None:
        """End what is under way, wait until that is told, and close every connection."""
        self._closed = True
        self.interrupt()
        if self._busy:
            self._quiet = asyncio.get_running_loop().create_future()
            await self._quiet
        if self._looking is not None:
            self._looking.cancel()
        self._close_idle_lanes()
        await self._multi.aclose()

    def _give_back(self, lane: Lane) -> None:
        self._busy.discard(lane)
        if lane.settings is self._settings and len(self._idle) + len(self._busy) < self._lanes and not self._closed:
            self._idle.append(lane)
        else:
            lane.close()
        if self._quiet is not None and not self._busy and not self._quiet.done():
            self._quiet.set_result(None)

    def _look_later(self) -> None:
        wait_s = min(_LONGEST_LOOK_S, self._settings.limits.first_byte_s / _LOOKS)
        self._looking = asyncio.get_running_loop().call_later(wait_s, self._look)

    def _look(self) -> None:
        """Give up what takes too long; one timer for all, since nearly every request ends long before."""
        self._looking = None
        now_s = time.monotonic()
        for lane in tuple(self._busy):
            lane.look(self._multi, now_s)
        if self._busy:
            self._look_later()

    def _close_idle_lanes(self) -> None:
        while self._idle:
            self._idle.pop().close()

    async def __aenter__(self) -> "Transport":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
