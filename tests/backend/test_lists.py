"""Lists that are looked at: stamps, what was chosen in them, and readers who go away.

Runs on: any
"""

import asyncio
from pathlib import Path

import pytest

from tests.backend.desk import DEADLINE_S, Desk, Town
from webpush_admin.backend.lists import KEPT_LISTS
from webpush_admin.push.errors import PushError
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store import lists as lists_module
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.rows import Chosen, SubscriptionFilter, SubscriptionQuery, UserQuery

ALL = SubscriptionQuery()


@pytest.fixture
def town(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Twenty rows, of which a list holds the first five by itself."""
    monkeypatch.setattr(lists_module, "HEAD_ROWS", 5)
    made = Town(tmp_path / "push.db", sandbox)
    made.add_users([[Temper.CREATED] * 4] * 5)
    return made


async def ids(desk: Desk, stamp: int, offset: int = 0, limit: int = 30) -> list[int | None]:
    page = await desk.backend.subscriptions.page(ALL, offset, limit, stamp)
    return [None if row is None else row.subscription.id for row in page.rows]


def test_a_list_stays_as_it_was_until_a_newer_stamp_is_asked_for(town: Town) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            assert await ids(desk, 1) == [*range(1, 21)]
            assert await ids(desk, 1, 10, 2) == [11, 12]
            # Somebody has left the top: every position is sought.
            await asyncio.gather(*desk.backend.lists._placing.values())
            await desk.backend.deleting.subscriptions(Chosen(1, (7,)))
            assert await ids(desk, 1, 5, 4) == [6, None, 8, 9]
            assert await ids(desk, 2, 5, 4) == [6, 8, 9, 10]
            assert await ids(desk, 1, 5, 4) == [6, 8, 9, 10], "nobody goes back to an older reading"
            assert await desk.backend.subscriptions.total(ALL, 2) == 19
            assert await desk.backend.subscriptions.count() == 19

    asyncio.run(scenario())


def test_what_was_chosen_is_told_by_its_ids(town: Town) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await ids(desk, 4)
            lists = desk.backend.lists

            async def chosen(*stretches: tuple[int, int], stamp: int = 4) -> list[int]:
                return (await lists.ids(Chosen(0, query=ALL, stamp=stamp, stretches=stretches), Cancel())).tolist()

            assert await chosen((0, 1), (18, 19)) == [1, 2, 19, 20]
            assert (await lists.ids(Chosen(2, (3, 9)), Cancel())).tolist() == [3, 9]
            whole = SubscriptionQuery(where=SubscriptionFilter(search="user 3"))
            assert len(await lists.ids(Chosen(4, query=whole), Cancel())) == 4
            with pytest.raises(PushError, match="changed meanwhile"):
                await chosen((0, 1), stamp=3)

    asyncio.run(scenario())


def test_the_list_used_longest_ago_is_forgotten_and_its_connection_comes_back(town: Town) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            for number in range(5 * KEPT_LISTS):
                query = SubscriptionQuery(where=SubscriptionFilter(search="https://"), descending=bool(number % 2))
                assert len((await desk.backend.subscriptions.page(query, 10, 30, number)).rows) == 0
                await desk.backend.people.page(UserQuery(f"user {number % 9}"), 0, 10, number)
                assert await desk.backend.subscriptions.total(SubscriptionQuery(order_by="user_agent"), number) == 20

    asyncio.run(scenario())


def test_what_was_chosen_in_a_list_that_was_read_again_since_is_refused(town: Town) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            assert await ids(desk, 1, 0, 3) == [1, 2, 3]
            for number in range(KEPT_LISTS):
                await desk.backend.people.page(UserQuery(f"user {number}"), 0, 10, 2 + number)
            await desk.backend.deleting.subscriptions(Chosen(1, (2,)))
            # The table that shows the former one scrolls on.
            assert await ids(desk, 1, 0, 3) == [1, 3, 4]
            with pytest.raises(PushError, match="changed meanwhile"):
                await desk.backend.lists.ids(Chosen(2, query=ALL, stamp=1, stretches=((1, 2),)), Cancel())

    asyncio.run(scenario())


def test_who_goes_away_ends_the_read(town: Town) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            reading = asyncio.Event()
            loop = asyncio.get_running_loop()
            ended = asyncio.Event()

            def endless(store: Store, cancel: Cancel) -> None:
                loop.call_soon_threadsafe(reading.set)
                try:
                    store.database.read(
                        lambda connection: connection.exec_driver_sql(
                            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
                        ).scalar(),
                        cancel=cancel,
                    )
                finally:
                    loop.call_soon_threadsafe(ended.set)

            task = asyncio.create_task(desk.session.look(endless))
            await reading.wait()
            task.cancel()
            async with asyncio.timeout(DEADLINE_S):
                await ended.wait()
            assert len(await ids(desk, 1)) == 20

    asyncio.run(scenario())


def test_closing_while_positions_are_sought_ends_at_once(town: Town) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await asyncio.gather(*(ids(desk, 1, offset, 3) for offset in range(0, 20, 3)))
            await desk.backend.close()
            with pytest.raises(PushError, match="No database is open"):
                await ids(desk, 2)

    asyncio.run(scenario())
