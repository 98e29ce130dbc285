"""One replay of `benchmarks.scaletest`, in a process of its own that prints what it found.

An application with eight threads for its requests: each request writes to the database, and then tells the user of it
by a push. A burst is hundreds of them at once, several for each of some users, as when a conversation is busy.

Runs on: any
"""

import asyncio
import json
import math
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from random import Random
from typing import Final
from uuid import UUID

from benchmarks.scaletest_run import Replay, Replayed
from benchmarks.scaletest_store import PostgresStore
from benchmarks.workload import MESSAGE, SUBJECT
from webpush_admin.push import Dispatcher, EndpointPolicy
from webpush_admin.push.cache import DEFAULT_TTL_S

REQUEST_THREADS: Final = 8
"""As many as the dispatcher has for its reads: either alone fits into the pool of ten, both together do not."""


def bursts(user_ids: list[UUID], replay: Replay) -> Iterator[list[UUID]]:
    """Yield whom each burst is for: in every pass all users, in another order."""
    chance = Random(7)
    order = list(user_ids)
    for _ in range(replay.passes):
        chance.shuffle(order)
        for start in range(0, len(order), replay.users_each):
            burst = order[start : start + replay.users_each] * replay.times
            chance.shuffle(burst)
            yield burst


async def measure(replay: Replay) -> Replayed:
    """Replay the bursts, one after the other.

    Raises:
        DispatchError: A push was not accepted.
    """
    store = PostgresStore(replay.database)
    loop = asyncio.get_running_loop()
    accepted = dispatches = 0
    try:
        with ThreadPoolExecutor(REQUEST_THREADS) as requests:
            user_ids = store.user_ids()
            async with Dispatcher(
                store,
                subject=SUBJECT,
                endpoint_policy=EndpointPolicy(allow_loopback=True),
                ca_file=replay.authority,
            ) as dispatcher:

                async def notify(user_id: UUID) -> None:
                    nonlocal accepted, dispatches
                    await loop.run_in_executor(requests, store.handle_request, user_id)
                    if not replay.cached:
                        # Nothing is there to be served, and no read is under way that could be shared.
                        dispatcher.invalidate_user(user_id)
                    report = await dispatcher.dispatch(user_id, MESSAGE)
                    report.raise_for_failures()
                    accepted += len(report)
                    dispatches += 1

                # The connections are opened, modules loaded.
                await asyncio.gather(*map(notify, user_ids[: replay.users_each]))
                dispatcher.invalidate_all("The warm-up has ended.")
                store.warm_up()
                accepted = dispatches = 0
                wall_s, cpu_s = time.perf_counter(), time.process_time()
                for burst in bursts(user_ids, replay):
                    await asyncio.gather(*map(notify, burst))
                wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    finally:
        store.close()
    return Replayed(
        dispatches=dispatches,
        pushes=accepted,
        users=len(user_ids),
        periods=math.ceil(wall_s / DEFAULT_TTL_S),
        wall_s=wall_s,
        cpu_s=cpu_s,
        reads=store.reads.found(),
        requests=store.requests.found(),
    )


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        print(json.dumps(asdict(runner.run(measure(Replay.from_argument(sys.argv[1]))))))
