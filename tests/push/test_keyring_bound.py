"""Rows that stay bound to an older pair: they are sent to with it, beside those of the active one.

Every subscription of the sandbox is bound to one key: a push signed with another pair is refused with 403.

Runs on: any
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, insert, update

from tests.push.material import DEADLINE_S, HI, Bench, WatchedStore, in_thread
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.control import Control
from webpush_admin.push.dispatch_store import BoundPair, ChangeKind
from webpush_admin.push.events import CacheCleared, KeysLoaded
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import keys
from webpush_admin.store.schema import key_places, subscriptions, vapid_keys

BROKEN = "not a key"


def _rotate_and_keep(bench: Bench) -> VapidKeys:
    """Put a new pair in force and leave the rows with the old one."""
    made = VapidKeys.generate()

    def work(connection: Connection) -> None:
        old = keys.active_id(connection)
        connection.execute(update(subscriptions).values(vapid_key_id=old))
        connection.execute(update(vapid_keys).values(active=0))
        keys.insert_pair(connection, made, active=True)

    bench.store.database.write(work)
    bench.store.tell(ChangeKind.KEYS)
    return made


def _change_pair(bench: Bench, number: int, private_key: str | None) -> None:
    def work(connection: Connection) -> None:
        connection.execute(update(vapid_keys).where(vapid_keys.c.id == number).values(private_key=private_key))

    bench.store.database.write(work)
    bench.store.tell(ChangeKind.PAIRS)


def _move_to_a_file(bench: Bench, number: int) -> None:
    """Let a pair say that its private half is elsewhere, where nobody has unlocked it."""
    note = insert(key_places).values(key_id=number, home="file", place="/nowhere/keys.pem")
    bench.store.database.write(lambda connection: connection.execute(note))
    _change_pair(bench, number, "")


class _OnePage:
    def __init__(self, rows: Sequence[Subscription]) -> None:
        self._left = [list(rows)]

    async def next_page(self) -> Sequence[Subscription]:
        return self._left.pop() if self._left else ()

    async def again(self, ids: Sequence[int]) -> Sequence[Subscription]:
        raise AssertionError(ids)


def _statuses(deliveries: Sequence[Delivery]) -> list[int | None]:
    return [delivery.status for delivery in deliveries]


def test_each_row_is_sent_to_with_its_own_pair_on_every_way(bench: Bench) -> None:
    (old,) = bench.subscribe(Temper.CREATED)
    old_key = bench.store.vapid_keys().public_key

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            assert _statuses(tuple(await dispatcher.dispatch(bench.user_id, HI))) == [201]
            made = await asyncio.to_thread(_rotate_and_keep, bench)
            (new,) = bench.subscribe(Temper.CREATED)
            report = tuple(await dispatcher.dispatch(bench.user_id, HI))
            assert _statuses(report) == [201, 201]
            assert [one.request.public_key for one in report if one.request] == [old_key, made.public_key]
            assert dispatcher.public_key == made.public_key
            rows = bench.rows
            assert [row.id for row in rows] == [old.id, new.id]
            for row, key in zip(rows, (old_key, made.public_key), strict=True):
                assert (await dispatcher.test(row, HI)).status == 201
                built, refusal = await dispatcher.dry_run(row, HI)
                assert built is not None
                assert (built.public_key, refusal) == (key, "")
            told: list[Delivery] = []
            control = Control()
            await dispatcher.broadcast(_OnePage(rows), HI, targets=2, control=control, on_deliveries=told.extend)
            assert _statuses(told) == [201, 201]
            # Another subject is told by both.
            dispatcher.change_subject("mailto:else@example.org")
            report = tuple(await dispatcher.dispatch(bench.user_id, HI))
            assert _statuses(report) == [201, 201]
            assert all("else@" in one.request.jwt_claims for one in report if one.request)
            # A service refuses what the other pair signs: nothing of the above was luck.
            assert (await dispatcher.test(_with(rows[0], None), HI)).status == 403

    asyncio.run(scenario())


def test_a_pair_that_cannot_sign_refuses_its_rows_and_no_others(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    old_private_key = bench.store.vapid_keys().private_key
    _rotate_and_keep(bench)
    bench.subscribe(Temper.CREATED)
    _change_pair(bench, 1, BROKEN)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            clears = len(bench.log.of(CacheCleared))
            report = tuple(await dispatcher.dispatch(bench.user_id, HI))
            assert [one.outcome for one in report] == [Outcome.BLOCKED, Outcome.ACCEPTED]
            assert "private key" in report[0].reason
            assert BROKEN not in report[0].reason
            assert (await dispatcher.test(bench.rows[0], HI)).outcome is Outcome.BLOCKED
            assert (await dispatcher.dry_run(bench.rows[0], HI))[0] is None
            told: list[Delivery] = []
            await dispatcher.broadcast(
                _OnePage(bench.rows), HI, targets=2, control=Control(), on_deliveries=told.extend
            )
            assert sorted(one.outcome.value for one in told) == ["accepted", "blocked"]
            await asyncio.to_thread(_change_pair, bench, 1, old_private_key)
            assert _statuses(tuple(await dispatcher.dispatch(bench.user_id, HI))) == [201, 201]
            await asyncio.to_thread(_move_to_a_file, bench, 1)
            report = tuple(await dispatcher.dispatch(bench.user_id, HI))
            assert [one.outcome for one in report] == [Outcome.BLOCKED, Outcome.ACCEPTED]
            # The rows are as they were, and so is the active pair.
            assert len(bench.log.of(CacheCleared)) == clears
            assert len(bench.log.of(KeysLoaded)) == 1
            # Destroyed, its rows go the way of all rows: the active pair signs, and the service says no.
            await asyncio.to_thread(_change_pair, bench, 1, None)
            assert _statuses(tuple(await dispatcher.dispatch(bench.user_id, HI))) == [403, 201]

    asyncio.run(scenario())


def test_rows_that_were_read_before_a_rotation_are_signed_for_by_their_pair(bench: Bench) -> None:
    reached, go_on = threading.Event(), threading.Event()

    class LateReturning(WatchedStore):
        def subscriptions_of(self, user_id: UUID) -> list[Subscription]:
            rows = self.store.subscriptions_of(user_id)
            reached.set()
            assert go_on.wait(DEADLINE_S)
            return rows

    bench.subscribe(Temper.CREATED)
    unbound = update(subscriptions).values(vapid_key_id=None)
    bench.store.database.write(lambda connection: connection.execute(unbound))
    bench.watched = LateReturning(bench.store)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            running = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await in_thread(reached)
            await asyncio.to_thread(_rotate_and_keep, bench)
            go_on.set()
            assert _statuses(tuple(await running)) == [201]

    asyncio.run(scenario())


def test_a_rotation_between_two_pages_of_a_broadcast_is_followed(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)

    class TwoPages(_OnePage):
        async def next_page(self) -> Sequence[Subscription]:
            page = await super().next_page()
            if not page and len(bench.rows) == 1:
                await asyncio.to_thread(_rotate_and_keep, bench)
                return bench.subscribe(Temper.CREATED)
            return page

        async def again(self, ids: Sequence[int]) -> Sequence[Subscription]:
            return [row for row in bench.rows if row.id in ids]

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            told: list[Delivery] = []
            pages = TwoPages(bench.rows)
            await dispatcher.broadcast(pages, HI, targets=2, control=Control(), on_deliveries=told.extend)
            assert _statuses(told) == [201, 201]

    asyncio.run(scenario())


def test_a_number_that_is_another_pair_by_now_is_signed_for_by_that(bench: Bench) -> None:
    """As in another file that lies in the place of the first."""
    _rotate_and_keep(bench)
    pairs = [VapidKeys.generate(), VapidKeys.generate()]

    class Elsewhere(WatchedStore):
        def bound_pairs(self) -> dict[int, BoundPair]:
            return {1: BoundPair(pairs[0])}

    bench.watched = Elsewhere(bench.store)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            assert (await dispatcher._keyring.current()).bound[1].public_key == pairs[0].public_key
            del pairs[0]
            bench.store.tell(ChangeKind.PAIRS)
            assert (await dispatcher._keyring.current()).bound[1].public_key == pairs[0].public_key

    asyncio.run(scenario())


def test_who_waited_for_a_load_hears_of_a_change_in_the_moment_in_which_it_ended(bench: Bench) -> None:
    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            bench.store.tell(ChangeKind.PAIRS)
            waiting = asyncio.create_task(dispatcher._keyring.current())
            await asyncio.sleep(0)
            load = dispatcher._keyring._load
            assert load is not None
            made: list[VapidKeys] = []
            # After who waits was woken, and before it runs.
            load.add_done_callback(lambda _: made.append(_rotate_and_keep(bench)))
            assert (await waiting).active.public_key == made[0].public_key

    asyncio.run(scenario())


def test_what_was_signed_is_kept_while_nothing_changes(bench: Bench) -> None:
    bench.subscribe(Temper.CREATED)
    _rotate_and_keep(bench)
    bench.subscribe(Temper.CREATED)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            before = await dispatcher._keyring.current()
            bench.store.tell(ChangeKind.PAIRS)
            assert await dispatcher._keyring.current() is before
            signed: list[Callable[[str], str]] = [before.active.header, before.bound[1].header]
            headers = [sign(bench.sandbox.origin) for sign in signed]
            await asyncio.to_thread(_rotate_and_keep, bench)
            after = await dispatcher._keyring.current()
            assert after is not before
            assert after.bound[2] is not before.active, "it signs for other rows now"
            dispatcher._keyring.forget_signatures()
            assert after.active.header(bench.sandbox.origin) not in headers

    asyncio.run(scenario())


def _with(row: Subscription, key_id: int | None) -> Subscription:
    return replace(row, vapid_key_id=key_id)
