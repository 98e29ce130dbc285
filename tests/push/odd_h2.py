"""A server that speaks HTTP/2 as a test says: refuses streams, goes away, resets, stalls, or talks nonsense.

Runs on: worker loop
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, StreamEnded
from h2.exceptions import ProtocolError

ALPN: Final = ("h2",)


@dataclass(frozen=True, slots=True)
class Stream:
    """One request of a connection, and how to answer it."""

    h2: H2Connection
    writer: asyncio.StreamWriter
    number: int

    def say(self, status: int, *, end: bool = True, body: bytes = b"") -> None:
        """Send headers, and a body where there is one."""
        self.h2.send_headers(self.number, [(":status", str(status))], end_stream=end and not body)
        if body:
            self.h2.send_data(self.number, body, end_stream=end)

    def say_more(self, body: bytes) -> None:
        """Send a part of a body."""
        self.h2.send_data(self.number, body)

    async def flush(self) -> None:
        """Let what was said go out."""
        self.writer.write(self.h2.data_to_send())
        await self.writer.drain()


H2Answer = Callable[[Stream], Awaitable[None]]


class OddH2Server:
    """Counts connections and whole requests.

    Args:
        answer: Called for each request that came as a whole.
    """

    def __init__(self, answer: H2Answer) -> None:
        self.port = 0
        self.connections = 0
        self.whole = 0
        self._answer = answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = H2Connection(H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        with contextlib.suppress(OSError, ProtocolError, asyncio.CancelledError):
            while not writer.is_closing() and (data := await reader.read(65536)):
                for event in connection.receive_data(data):
                    if isinstance(event, DataReceived):
                        connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, StreamEnded):
                        self.whole += 1
                        stream = Stream(connection, writer, event.stream_id)
                        await self._answer(stream)
                        await stream.flush()
                writer.write(connection.data_to_send())
        writer.close()


@contextlib.asynccontextmanager
async def odd_h2_server(odd: OddH2Server, tls: ssl.SSLContext) -> AsyncIterator[OddH2Server]:
    handlers: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.add(asyncio.create_task(odd.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    odd.port = server.sockets[0].getsockname()[1]
    try:
        yield odd
    finally:
        server.close()
        for handler in handlers:
            handler.cancel()
        # One that was cancelled before its first step could not suppress it.
        await asyncio.gather(*handlers, return_exceptions=True)


async def created(stream: Stream) -> None:
    """Take it."""
    stream.say(201)


async def nothing(_stream: Stream) -> None:
    """Say nothing, and go on listening."""


async def refuse(stream: Stream) -> None:
    """Say that the stream was not looked at. Source: RFC 9113, section 8.7."""
    stream.h2.reset_stream(stream.number, ErrorCodes.REFUSED_STREAM)


async def break_off(stream: Stream) -> None:
    """Give the stream up, having looked at it."""
    stream.h2.reset_stream(stream.number, ErrorCodes.INTERNAL_ERROR)


async def go_away_before_it(stream: Stream) -> None:
    """Close the connection; this stream was not looked at. Source: RFC 9113, section 6.8."""
    stream.h2.close_connection(last_stream_id=stream.number - 2 if stream.number > 1 else 0)
    await stream.flush()
    stream.writer.close()


async def go_away_with_it(stream: Stream) -> None:
    """Close the connection; this stream may have been looked at."""
    stream.h2.close_connection(last_stream_id=stream.number)
    await stream.flush()
    stream.writer.close()


async def gone_then_reset(stream: Stream) -> None:
    """Say 410 with a body to come, and break off."""
    stream.say(410, end=False)
    await stream.flush()
    await break_off(stream)


async def close(stream: Stream) -> None:
    """End the connection without a word."""
    stream.writer.close()


async def reset(stream: Stream) -> None:
    """Break the connection."""
    raw = stream.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    stream.writer.transport.abort()


async def flood(stream: Stream) -> None:
    """Send a body for as long as it is taken."""
    stream.say(503, end=False)
    while (room := min(stream.h2.local_flow_control_window(stream.number), 16384)) > 0:
        stream.say_more(b"x" * room)
        await stream.flush()


async def hints_for_ever(stream: Stream) -> None:
    """Send one 103 after the other, and no answer."""
    while not stream.writer.is_closing():
        stream.h2.send_headers(stream.number, [(":status", "103")])
        await stream.flush()
        await asyncio.sleep(0.01)
