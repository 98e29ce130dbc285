"""Drives libcurl's transfers from an asyncio loop: one wake-up for all that were added, one round for all that ended.

`pycurl.AsyncCurlMulti` does the same with a future and three callbacks of the loop for each request, and a timer that
each request sets anew: measured beside it, a push cost a tenth more processor time.

Runs on: worker loop
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Final

import pycurl

Ended = Callable[[pycurl.error | None], None]
"""Told that a transfer has ended: with None where it went well, or was removed."""

CLOSE_WITHIN_S: Final = 0.2
"""What is not closed by then is left to its thread."""

_READS: Final = pycurl.POLL_IN
_WRITES: Final = pycurl.POLL_OUT


class Multi:
    """Transfers over one set of pooled connections. Bound to the running loop, which must have a selector.

    Source: libcurl-multi(3), "MULTI_SOCKET"; curl_multi_socket_action(3).
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._on_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._on_timer)
        self._ended: dict[pycurl.Curl, Ended] = {}
        self._watched: dict[int, int] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._kick: asyncio.Handle | None = None
        self._closed = False

    def add(self, curl: pycurl.Curl, ended: Ended) -> None:
        """Start a transfer; `ended` is called later, on the loop, and may add or remove others."""
        self._multi.add_handle(curl)
        self._ended[curl] = ended

    def remove(self, curl: pycurl.Curl) -> None:
        """Take a transfer out, if it has not ended; that it has is told soon, not now."""
        ended = self._ended.pop(curl, None)
        if ended is not None:
            self._multi.remove_handle(curl)
            self._loop.call_soon(ended, None)

    async def aclose(self) -> None:
        """Take every transfer out, and close the connections. Idempotent."""
        if self._closed:
            return
        for curl in tuple(self._ended):
            self.remove(curl)
        self._closed = True
        for handle in (self._timer, self._kick):
            if handle is not None:
                handle.cancel()
        for socket in tuple(self._watched):
            self._watch(socket, 0)
        # On a thread: libcurl waits for a name that is being looked up, and a name server may take half a minute.
        closed = self._loop.create_future()
        threading.Thread(target=self._close, args=(closed,), name="webpush-curl-close", daemon=True).start()
        await asyncio.wait({closed}, timeout=CLOSE_WITHIN_S)

    def _close(self, closed: "asyncio.Future[None]") -> None:
        self._multi.close()
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            self._loop.call_soon_threadsafe(closed.set_result, None)

    def _on_socket(self, what: int, socket: int, _multi: object, _data: object) -> None:
        if self._closed:
            return  # perhaps on the thread that closes: nothing is watched any more
        self._watch(socket, 0 if what == pycurl.POLL_REMOVE else what & (_READS | _WRITES))

    def _watch(self, socket: int, wanted: int) -> None:
        known = self._watched.pop(socket, 0)
        if wanted:
            self._watched[socket] = wanted
        if (known ^ wanted) & _READS:
            if wanted & _READS:
                self._loop.add_reader(socket, self._drive, socket, pycurl.CSELECT_IN)
            else:
                self._loop.remove_reader(socket)
        if (known ^ wanted) & _WRITES:
            if wanted & _WRITES:
                self._loop.add_writer(socket, self._drive, socket, pycurl.CSELECT_OUT)
            else:
                self._loop.remove_writer(socket)

    def _on_timer(self, timeout_ms: int) -> None:
        # Called for each handle that is added: one wake-up is enough for all. Not here: libcurl must not be entered
        # from its own callback.
        if timeout_ms == 0:
            if self._kick is None and not self._closed:
                self._kick = self._loop.call_soon(self._on_kick)
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if timeout_ms > 0 and not self._closed:
            self._timer = self._loop.call_later(timeout_ms / 1000, self._on_timeout)

    def _on_kick(self) -> None:
        self._kick = None
        self._drive(pycurl.SOCKET_TIMEOUT, 0)

    def _on_timeout(self) -> None:
        self._timer = None
        self._drive(pycurl.SOCKET_TIMEOUT, 0)

    def _drive(self, socket: int, ready: int) -> None:
        if self._closed:
            return
        try:
            self._multi.socket_action(socket, ready)
        except pycurl.error as error:
            # Nothing more will come of any of them.
            for curl in tuple(self._ended):
                self._end(curl, error)
            return
        more = 1
        while more and not self._closed:
            more, well, failed = self._multi.info_read()
            for curl in well:
                self._end(curl, None)
            for curl, code, detail in failed:
                self._end(curl, pycurl.error(code, detail))

    def _end(self, curl: pycurl.Curl, error: pycurl.error | None) -> None:
        # Whoever was told before may have removed it.
        ended = self._ended.pop(curl, None)
        if ended is not None:
            self._multi.remove_handle(curl)
            ended(error)
