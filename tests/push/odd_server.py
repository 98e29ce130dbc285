"""A TCP server that takes whole requests and answers them as a test says, however odd.

Runs on: worker loop
"""

import asyncio
import contextlib
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]

CREATED: Final = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


class OddServer:
    """Counts connections and requests; `answer` writes whatever it likes.

    Args:
        answer: Called for each request that came as a whole.
        on_connect: Called before any request has come.
    """

    def __init__(self, answer: Answer, on_connect: Answer | None = None) -> None:
        self.answer = answer
        self.on_connect = on_connect
        self.port = 0
        self.connections = 0
        self.requests: list[bytes] = []
        self.arrived = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if self.on_connect is not None:
                await self.on_connect(writer)
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
                await reader.readexactly(int(length[1]) if length else 0)
                self.requests.append(head)
                self.arrived.set()
                await self.answer(writer)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def odd_server(
    answer: Answer,
    tls: ssl.SSLContext | None = None,
    *,
    on_connect: Answer | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncIterator[OddServer]:
    odd = OddServer(answer, on_connect)
    handlers: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.add(asyncio.create_task(odd.serve(reader, writer)))

    server = await asyncio.start_server(connected, host, port, ssl=tls)
    odd.port = server.sockets[0].getsockname()[1]
    try:
        yield odd
    finally:
        server.close()
        for handler in handlers:
            handler.cancel()
        # One that was cancelled before its first step could not suppress it.
        await asyncio.gather(*handlers, return_exceptions=True)


def saying(*parts: bytes, then_close: bool = True) -> Answer:
    """Write these parts; by default close the connection behind them."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if then_close:
            writer.close()

    return answer


def dripping(head: bytes, drop: bytes) -> Answer:
    """Write the head, then a drop at a time, for ever."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.01)

    return answer


class Flood:
    """Writes the head, then chunks as fast as they are taken, for ever; counts what was taken."""

    def __init__(self, head: bytes, chunk: bytes) -> None:
        self._head = head
        self._chunk = chunk
        self.taken_bytes = 0

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self._head)
        while True:
            writer.write(self._chunk)
            await writer.drain()
            self.taken_bytes += len(self._chunk)


def flooding(head: bytes, chunk: bytes) -> Answer:
    """Write the head, then chunks as fast as they are taken, for ever."""
    return Flood(head, chunk)


async def never(_writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""
    await asyncio.Event().wait()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
