"""The other side of `benchmarks.dispatch`: `pywebpush.webpush_async`, in a process of its own that prints its timing.

Called as its documentation shows, with all that it offers for speed: one aiohttp session for all, connections kept,
fifty pushes at once, rows read from the database before the clock runs. The VAPID key is given as text, as applications
keep it in their settings; with the argument `parsed` it is parsed once, which pywebpush also takes. It speaks HTTP/1.1,
since aiohttp speaks nothing else.

Runs on: any
"""

import asyncio
import json
import ssl
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import cycle, islice
from typing import Any, Final

import aiohttp
from py_vapid import Vapid02
from pywebpush import webpush_async

from benchmarks.receivers import read_receivers
from benchmarks.round import NotAccepted, Round, Timing, timed
from benchmarks.workload import MESSAGE, SUBJECT

AT_ONCE: Final = 50

ACCEPTED: Final = frozenset({200, 201, 202})


async def measure(chosen: Round, *, parsed: bool) -> Timing:
    """Send to one subscription after the other, round and round, and return what it took.

    Raises:
        NotAccepted: See there.
    """
    known = read_receivers(chosen.database)
    private_key = Vapid02.from_string(known.private_key) if parsed else known.private_key
    receivers = cycle(known.subscriptions)
    payload = MESSAGE.payload()
    trusted = ssl.create_default_context(cafile=chosen.authority)
    connector = aiohttp.TCPConnector(ssl=trusted, limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def work(some: Iterator[dict[str, Any]]) -> None:
            for receiver in some:
                answer = await webpush_async(
                    receiver,
                    payload,
                    vapid_private_key=private_key,
                    # A new one for each: pywebpush writes into it.
                    vapid_claims={"sub": SUBJECT},
                    ttl=MESSAGE.ttl_s,
                    timeout=aiohttp.ClientTimeout(total=20),
                    aiohttp_session=session,
                )
                if answer.status not in ACCEPTED:
                    raise NotAccepted(f"answered {answer.status}")

        async def send(pushes: int) -> int:
            some = islice(receivers, pushes)
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(work(some))
            return pushes

        return await timed(send, chosen)


if __name__ == "__main__":
    timing = asyncio.run(measure(Round.from_argument(sys.argv[1]), parsed="parsed" in sys.argv[2:]))
    print(json.dumps(asdict(timing)))
