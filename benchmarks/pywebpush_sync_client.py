"""Another side of `benchmarks.dispatch`: pywebpush's `webpush()`, in a process of its own that prints its timing.

Called one push after the other, as its README shows, which opens a connection for each; with the argument `session` all
go through one requests session, which keeps it.

Runs on: any
"""

import asyncio
import json
import sys
from contextlib import ExitStack
from dataclasses import asdict
from itertools import cycle, islice

import requests
from pywebpush import webpush

from benchmarks.receivers import read_receivers
from benchmarks.round import Round, Timing, timed
from benchmarks.workload import MESSAGE, SUBJECT


async def measure(chosen: Round, *, one_session: bool) -> Timing:
    """Send to one subscription after the other, round and round, and return what it took.

    Raises:
        WebPushException: A push was not accepted.
    """
    known = read_receivers(chosen.database)
    receivers = cycle(known.subscriptions)
    payload = MESSAGE.payload()
    with ExitStack() as stack:
        session = stack.enter_context(requests.Session()) if one_session else None

        async def send(pushes: int) -> int:
            for receiver in islice(receivers, pushes):
                webpush(
                    receiver,
                    payload,
                    vapid_private_key=known.private_key,
                    # A new one for each: pywebpush writes into it.
                    vapid_claims={"sub": SUBJECT},
                    ttl=MESSAGE.ttl_s,
                    timeout=20,
                    requests_session=session,
                )
            return pushes

        return await timed(send, chosen)


if __name__ == "__main__":
    timing = asyncio.run(measure(Round.from_argument(sys.argv[1]), one_session="session" in sys.argv[2:]))
    print(json.dumps(asdict(timing)))
