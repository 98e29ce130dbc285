"""Our side of `benchmarks.dispatch`: the whole Dispatcher, in a process of its own that prints its timing.

Nothing is left out: rows read from the store and validated, cache, endpoint policy, events, answers written back to the
rows. After the warm-up the cache is cleared, so that the first pass over the users reads each of them, as a broadcast
does.

Runs on: any
"""

import asyncio
import json
import sys
from collections import deque
from dataclasses import asdict
from itertools import cycle
from typing import Final

from benchmarks.round import Round, Timing, timed
from benchmarks.workload import MESSAGE, SUBJECT
from webpush_admin.push import Dispatcher, EndpointPolicy
from webpush_admin.push.events import Event
from webpush_admin.store import Store

USERS_AT_ONCE: Final = 8
"""Users that are dispatched to at a time; the dispatcher itself limits the requests under way."""

EVENTS_KEPT: Final = 20_000
"""As many as the window's queue holds."""


async def measure(chosen: Round) -> Timing:
    """Dispatch to one user after the other, round and round, and return what it took.

    Raises:
        DispatchError: A push was not accepted.
    """
    store = Store.open(f"sqlite:///{chosen.database}")
    try:
        events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        async with Dispatcher(
            store,
            subject=SUBJECT,
            on_event=events.append,
            endpoint_policy=EndpointPolicy(allow_loopback=True),
            ca_file=chosen.authority,
        ) as dispatcher:
            users = cycle(store.user_ids_after(None, 1_000_000))

            async def send(pushes: int) -> int:
                accepted = 0

                async def work() -> None:
                    nonlocal accepted
                    while accepted < pushes:
                        report = await dispatcher.dispatch(next(users), MESSAGE)
                        report.raise_for_failures()
                        accepted += len(report)

                async with asyncio.TaskGroup() as group:
                    for _ in range(USERS_AT_ONCE):
                        group.create_task(work())
                return accepted

            return await timed(send, chosen, before=lambda: dispatcher.invalidate_all("The warm-up has ended."))
    finally:
        store.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        print(json.dumps(asdict(runner.run(measure(Round.from_argument(sys.argv[1]))))))
