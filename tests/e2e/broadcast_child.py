"""A program that sends to all of a database, to be killed in the midst of it.

Runs on: child process
"""

import asyncio
from multiprocessing.connection import Connection

from tests.backend.desk import HI, SUBJECT
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import BackendEvent
from webpush_admin.push import results
from webpush_admin.push.events import Event

STRETCH = 20


def send_to_all(url: str, port: int, told: Connection) -> None:
    """Send, and tell the name of each event through a pipe as it happens."""
    # So that intents, answers and prunes of some pushes are written down while others are under way.
    results.FLUSH_AT = STRETCH  # type: ignore[misc]  # of a child that has nothing else to do
    asyncio.run(_send(url, port, told))


async def _send(url: str, port: int, told: Connection) -> None:
    def tell(event: Event | BackendEvent) -> None:
        told.send_bytes(type(event).__name__.encode())

    backend = Backend(tell)
    await backend.open(url, create=False, subject=SUBJECT, loopback_port=port)
    await backend.sending.to_all(HI)
    await backend.close()
