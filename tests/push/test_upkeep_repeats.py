"""Answers that repeat themselves are not written each time.

Runs on: any
"""

import asyncio

from tests.push.material import HI, Bench
from webpush_admin.sandbox.records import Temper


def test_a_row_that_keeps_answering_the_same_is_written_once_and_another_answer_at_once(bench: Bench) -> None:
    (row,) = bench.subscribe(Temper.CREATED)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            for _ in range(3):
                await dispatcher.dispatch(bench.user_id, HI)
            bench.sandbox.set_temper([row.endpoint], Temper.TOO_LARGE)
            await dispatcher.dispatch(bench.user_id, HI)
            bench.sandbox.set_temper([row.endpoint], Temper.CREATED)
            await dispatcher.dispatch(bench.user_id, HI)

    asyncio.run(scenario())
    assert [mark.status for mark in bench.watched.marks] == [201, 413, 201]
    assert bench.rows[0].last_status == 201
