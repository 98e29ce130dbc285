"""Another side of `benchmarks.dispatch`: webpush-rs, a binding of Rust's web-push, in a process of its own.

Its one function blocks and lets go of the interpreter meanwhile, so it is called on as many threads as the first
argument behind the round says.

Runs on: any
"""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib import import_module
from itertools import cycle, islice
from typing import Any

from benchmarks.receivers import read_receivers
from benchmarks.round import NotAccepted, Round, Timing, timed
from benchmarks.workload import MESSAGE, SUBJECT


async def measure(chosen: Round, *, threads: int) -> Timing:
    """Send to one subscription after the other, round and round, and return what it took.

    Raises:
        NotAccepted: See there.
    """
    # Installed in a folder for this run: not a package that this one needs.
    send_one: Callable[..., int] = import_module("webpush_rs").send_one
    known = read_receivers(chosen.database)
    receivers = cycle(known.subscriptions)
    payload = MESSAGE.payload()

    def work(some: Iterator[dict[str, Any]]) -> None:
        for receiver in some:
            keys = receiver["keys"]
            status = send_one(receiver["endpoint"], keys["p256dh"], keys["auth"], known.private_key, SUBJECT, payload)
            if status != 201:
                raise NotAccepted(f"answered {status}")

    with ThreadPoolExecutor(threads) as pool:

        async def send(pushes: int) -> int:
            # One next() of it holds the interpreter, so the threads can share it.
            some = islice(receivers, pushes)
            loop = asyncio.get_running_loop()
            await asyncio.gather(*(loop.run_in_executor(pool, work, some) for _ in range(threads)))
            return pushes

        return await timed(send, chosen)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(measure(Round.from_argument(sys.argv[1]), threads=int(sys.argv[2]))))))
