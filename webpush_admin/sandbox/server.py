"""Puts the service, its socket and its control together, and ends them together.

Runs on: child process
"""

import asyncio
import socket
import threading
from typing import Final

from aiohttp import web

from webpush_admin.sandbox.control import Control
from webpush_admin.sandbox.service import PushService
from webpush_admin.sandbox.wire import HOST

BACKLOG: Final = 1024


def serve(requests: int, replies: int) -> None:
    """Serve until the pipe of requests ends.

    Args:
        requests: Descriptor of the pipe that the parent writes to.
        replies: Descriptor of the pipe that the parent reads from.
    """
    with socket.create_server((HOST, 0), backlog=BACKLOG) as listener:
        asyncio.run(_serve(listener, requests, replies))


async def _serve(listener: socket.socket, requests: int, replies: int) -> None:
    loop = asyncio.get_running_loop()
    port = listener.getsockname()[1]
    service = PushService(f"http://{HOST}:{port}")
    # The bodies are encrypted: there is nothing to inflate. asyncio sets TCP_NODELAY on every connection.
    # A handler whose sender has gone is cancelled, so that it need not sit out a slow answer.
    http = web.Server(service.handle, access_log=None, auto_decompress=False, handler_cancellation=True)
    server = await loop.create_server(http, sock=listener, backlog=BACKLOG)
    ended = asyncio.Event()
    control = Control(service, loop, requests, replies)

    def serve_control() -> None:
        try:
            control.serve(port)
        finally:
            loop.call_soon_threadsafe(ended.set)

    # A daemon: a signal that ends the loop must not wait for the parent.
    threading.Thread(target=serve_control, name="sandbox-control", daemon=True).start()
    await ended.wait()
    # Nobody is left to be answered: what is slow or under way is cancelled with the loop.
    server.close()
