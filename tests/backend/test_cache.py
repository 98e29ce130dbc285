"""The verbs for the cache: places with names, in every order, searched; and the settings.

Runs on: any
"""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace

from tests.backend.desk import HI, Desk, Town
from webpush_admin.backend.cache_records import CacheOrder, CacheQuery
from webpush_admin.push.events import CacheCleared, UserInvalidated
from webpush_admin.push.places import PlaceState
from webpush_admin.push.tuning import DEFAULT_TUNING
from webpush_admin.sandbox.records import Temper


def test_places_come_with_names_sorted_searched_and_by_state(town: Town) -> None:
    users = town.add_users([[Temper.CREATED] * count for count in (1, 3, 2)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            cache = desk.backend.cache
            assert (await cache.page(CacheQuery(), 0, 10)).total == 0
            assert await cache.user(users[0]) is None
            for user_id in (users[0], users[2], users[1], users[0]):
                await desk.backend.sending.to_user(user_id, HI)

            async def names(**query: object) -> list[str | None]:
                page = await cache.page(CacheQuery(**query), 0, 10)  # type: ignore[arg-type] # whatever is asked for
                assert page.total == len(page.rows)
                return [user.name if user else None for user in page.rows]

            assert await names() == ["user 0", "user 1", "user 2"]
            assert await names(order=CacheOrder.ROWS) == ["user 1", "user 2", "user 0"]
            assert await names(order=CacheOrder.NAME) == ["user 2", "user 1", "user 0"]
            assert await names(order=CacheOrder.NAME, descending=False) == ["user 0", "user 1", "user 2"]
            assert await names(search="R 2") == ["user 2"]
            assert await names(search=str(users[1])[:13]) == ["user 1"]
            assert await names(search="nobody") == []
            await cache.invalidate(users[1])
            assert await names(states=frozenset({PlaceState.INVALIDATED})) == ["user 1"]
            page = await cache.page(CacheQuery(order=CacheOrder.NAME, descending=False), 1, 1)
            assert (page.offset, page.total, [user.name if user else None for user in page.rows]) == (1, 3, ["user 1"])
            one = await cache.user(users[0])
            assert one is not None
            assert (one.name, one.place.rows, one.place.hits, one.place.misses) == ("user 0", 1, 1, 1)

    asyncio.run(scenario())


def test_asked_with_the_same_stamp_it_keeps_its_order(town: Town) -> None:
    users = town.add_users([[Temper.CREATED]] * 3)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            cache = desk.backend.cache
            for user_id in users:
                await desk.backend.sending.to_user(user_id, HI)

            async def told(stamp: int) -> list[tuple[str, int] | None]:
                page = await cache.page(CacheQuery(), 0, 10, stamp)
                return [(user.name, user.place.hits) if user else None for user in page.rows]

            assert await told(7) == [("user 2", 0), ("user 1", 0), ("user 0", 0)]
            await desk.backend.sending.to_user(users[0], HI)
            # Somebody else asks meanwhile: that keeps nothing, and lets nothing go.
            assert (await cache.page(CacheQuery(search="user"), 0, 1)).total == 3
            assert await told(7) == [("user 2", 0), ("user 1", 0), ("user 0", 1)]
            assert await told(8) == [("user 0", 1), ("user 2", 0), ("user 1", 0)]
            await cache.invalidate_all()
            assert await told(8) == [None, None, None]
            assert await told(9) == []

    asyncio.run(scenario())


def test_a_name_that_was_changed_is_found_by_its_new_spelling(town: Town) -> None:
    (user_id,) = town.add_users([[Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.sending.to_user(user_id, HI)
            cache = desk.backend.cache
            assert (await cache.page(CacheQuery(search="grace"), 0, 10)).total == 0
            await desk.backend.people.rename(user_id, "Grace Hopper")
            page = await cache.page(CacheQuery(search="grace"), 0, 10)
            assert [user.name if user else None for user in page.rows] == ["Grace Hopper"]

            with closing(sqlite3.connect(town.path)) as another_program:
                another_program.execute("UPDATE users SET name = 'Edith'")
                another_program.commit()
            await desk.wait_for(CacheCleared)
            await desk.backend.sending.to_user(user_id, HI)
            assert (await cache.page(CacheQuery(search="grace"), 0, 10)).total == 0
            assert (await cache.page(CacheQuery(search="edith"), 0, 10)).total == 1

    asyncio.run(scenario())


def test_the_cache_can_be_emptied_by_hand(town: Town) -> None:
    first, second = town.add_users([[Temper.CREATED], [Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.sending.to_user(first, HI)
            await desk.backend.sending.to_user(second, HI)
            cache = desk.backend.cache
            await cache.invalidate(first)
            assert [event.user_id for event in desk.of(UserInvalidated)] == [first]
            held = CacheQuery(states=frozenset({PlaceState.FRESH}))
            assert [user.user_id if user else None for user in (await cache.page(held, 0, 5)).rows] == [second]
            await cache.invalidate_all()
            assert [event.reason for event in desk.of(CacheCleared)] == ["The operator invalidated all users."]
            assert (await cache.page(CacheQuery(), 0, 5)).total == 0

    asyncio.run(scenario())


def test_settings_hold_until_the_database_is_closed(town: Town) -> None:
    (user_id,) = town.add_users([[Temper.CREATED]])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            cache = desk.backend.cache
            assert await cache.tuning() == DEFAULT_TUNING
            other = replace(DEFAULT_TUNING, ttl_s=1.0, lanes=7)
            assert await cache.tune(other) == other == await cache.tuning()
            await desk.backend.sending.to_user(user_id, HI)
            one = await cache.user(user_id)
            assert one is not None
            assert one.place.left_s is not None
            assert one.place.left_s <= 1.0
            await town.open(desk)
            assert await desk.backend.cache.tuning() == DEFAULT_TUNING

    asyncio.run(scenario())
