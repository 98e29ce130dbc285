"""What happens around the rest of a push service, and while no lane is free: over real HTTP.

Runs on: any
"""

import asyncio
from dataclasses import replace

from tests.push.odd_server import CREATED, never
from tests.push.test_schedule import FAILED, QUICK, Desk, _run, by_turns
from webpush_admin.push.answer import Outcome


class Recovering:
    """Fails so many times, then holds its answers until it is told to be well."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.well = asyncio.Event()
        self.tried = asyncio.Event()
        self.now = self.most = 0

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        if self.failures:
            self.failures -= 1
            writer.write(FAILED)
            return
        self.now += 1
        self.most = max(self.most, self.now)
        self.tried.set()
        was_well = self.well.is_set()
        await self.well.wait()
        for _ in range(10 * was_well):
            await asyncio.sleep(0)
        self.now -= 1
        writer.write(CREATED)


def test_after_a_rest_one_request_goes_out_and_the_others_once_it_is_answered() -> None:
    service = Recovering(failures=1)

    async def scenario(desk: Desk) -> None:
        assert (await desk.send(test=True))[0].outcome is Outcome.REJECTED
        batch = desk.batch(8)
        running = asyncio.create_task(batch.run())
        await service.tried.wait()
        assert desk.sender.stats(0).in_flight == 1
        service.well.set()
        async with asyncio.timeout(10):
            await running
        assert [(delivery.outcome, delivery.attempts) for delivery in batch.so_far()] == [(Outcome.ACCEPTED, 1)] * 8
        assert service.most > 1

    _run(service, replace(QUICK, rest_after=1, first_rest_s=0.05), scenario)


def test_nothing_wakes_for_a_retry_while_no_lane_is_free() -> None:
    async def scenario(desk: Desk) -> None:
        failing = asyncio.create_task(desk.batch(1).run())
        await desk.until(lambda: desk.sender.stats(0).retrying == 1)
        desk.server.answer = never
        blocking = asyncio.create_task(desk.batch(1).run())
        await asyncio.sleep(0)
        assert desk.sender.stats(0).in_flight == 1
        assert desk.sender._schedule._timer is None, "it would come again and again once that is due"
        desk.sender.interrupt()
        await asyncio.gather(failing, blocking)

    _run(by_turns(FAILED), replace(QUICK, first_wait_s=5.0), scenario, lanes=1)
