"""Keys that change under a running dispatcher: at once in this process, soon after another one.

Every subscription of the sandbox is bound to one key: a push signed with the old pair is refused with 403.

Runs on: any
"""

import asyncio
import subprocess
import sys
import threading
from typing import Any

import pytest

from tests.push.material import DEADLINE_S, HI, SUBJECT, Bench, WatchedStore, in_thread
from webpush_admin.push.answer import Outcome
from webpush_admin.push.errors import StoreError
from webpush_admin.push.events import CacheCleared, KeysLoaded
from webpush_admin.push.keyring import Keyring
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


def _loaded(bench: Bench) -> list[str]:
    return [loaded.public_key for loaded in bench.log.of(KeysLoaded)]


@pytest.mark.parametrize("on_the_loop", [True, False], ids=["on the loop's thread", "on another thread"])
def test_a_dispatch_right_after_a_regeneration_uses_the_new_pair_and_the_new_rows(
    bench: Bench, on_the_loop: bool
) -> None:
    bench.subscribe(Temper.CREATED, Temper.CREATED)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            old = dispatcher.public_key
            (await dispatcher.dispatch(bench.user_id, HI)).raise_for_failures()
            if on_the_loop:
                made = bench.store.regenerate_vapid_keys()
            else:
                made = await asyncio.to_thread(bench.store.regenerate_vapid_keys)
            (new,) = bench.subscribe(Temper.CREATED)
            report = await dispatcher.dispatch(bench.user_id, HI)
            assert [(one.subscription.id, one.status) for one in report] == [(new.id, 201)]
            assert dispatcher.public_key == made.public_key != old
            assert _loaded(bench) == [old, made.public_key]
            assert dispatcher.cache_stats().clears == 1

    asyncio.run(scenario())


def test_a_regeneration_is_acted_upon_without_a_dispatch(bench: Bench) -> None:
    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            before = dispatcher.generation(bench.user_id)
            made = await asyncio.to_thread(bench.store.regenerate_vapid_keys)
            await bench.log.wait_for(KeysLoaded, 2)
            assert dispatcher.public_key == made.public_key
            assert dispatcher.generation(bench.user_id) > before
            assert bench.log.of(CacheCleared)[0].reason == "The VAPID keys were changed."

    asyncio.run(scenario())


def test_a_regeneration_by_another_process_is_noticed(bench: Bench, url: str) -> None:
    (old,) = bench.subscribe(Temper.CREATED)
    path = ":".join(entry or "." for entry in sys.path)
    program = (
        "import sys; from webpush_admin.store import Store; store = Store.open(sys.argv[1]);"
        "print(store.regenerate_vapid_keys().public_key); store.close()"
    )

    def regenerate() -> str:
        command = [sys.executable, "-c", program, url]
        environment = {"PYTHONPATH": path}
        ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=60)
        return ran.stdout.strip()

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            await dispatcher.dispatch(bench.user_id, HI)
            made = await asyncio.to_thread(regenerate)
            await bench.log.wait_for(KeysLoaded, 2)
            assert dispatcher.public_key == made
            assert bench.log.of(CacheCleared)[0].reason == "Another program changed the database."
            assert len(await dispatcher.dispatch(bench.user_id, HI)) == 0

    asyncio.run(scenario())
    assert len(bench.arrived(old)) == 1


def test_another_stores_change_of_rows_clears_the_cache_and_keeps_the_signatures(bench: Bench, url: str) -> None:
    bench.subscribe(Temper.CREATED)
    other = Store.open(url)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            await dispatcher.dispatch(bench.user_id, HI)
            signed = (await dispatcher._keyring.current()).active.header(bench.sandbox.origin)
            key = other.vapid_keys().public_key
            (made,) = bench.sandbox.create_subscriptions([Temper.CREATED], application_server_key=key)
            other.add_subscription(bench.user_id, endpoint=made.endpoint, p256dh=made.p256dh, auth=made.auth)
            await bench.log.wait_for(CacheCleared)
            assert len(await dispatcher.dispatch(bench.user_id, HI)) == 2
            assert (await dispatcher._keyring.current()).active.header(bench.sandbox.origin) == signed
            assert len(_loaded(bench)) == 1

    asyncio.run(scenario())
    other.close()


class _KeyStore(WatchedStore):
    """Tells each call for the pair to a function, which may hold it up or do what a test wants in between."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.calls = 0
        self.after: Any = None

    def vapid_keys(self) -> VapidKeys:
        self.calls += 1
        keys = self.store.vapid_keys()
        if self.after is not None:
            self.after(self.calls)
        return keys


def test_a_change_from_outside_while_the_dispatcher_opens_is_not_missed(bench: Bench, url: str) -> None:
    other = Store.open(url)
    bench.watched = watched = _KeyStore(bench.store)
    made: list[VapidKeys] = []

    def after(call: int) -> None:
        if call == 1:
            made.append(other.regenerate_vapid_keys())

    watched.after = after

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            await bench.log.wait_for(KeysLoaded, 2)
            assert dispatcher.public_key == made[0].public_key

    asyncio.run(scenario())
    other.close()


def test_a_load_that_was_overtaken_is_neither_kept_nor_told(bench: Bench) -> None:
    bench.watched = watched = _KeyStore(bench.store)
    reached, go_on = threading.Event(), threading.Event()

    def after(call: int) -> None:
        if call == 2:
            reached.set()
            assert go_on.wait(DEADLINE_S)

    watched.after = after

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            first = dispatcher.public_key
            bench.store.regenerate_vapid_keys()
            await in_thread(reached)
            made = await asyncio.to_thread(bench.store.regenerate_vapid_keys)
            await bench.log.wait_for(KeysLoaded, 2)
            go_on.set()
            while watched_calls := dispatcher._calls._running:
                await asyncio.wrap_future(next(iter(watched_calls)))
            await asyncio.sleep(0)
            assert dispatcher.public_key == made.public_key
            assert _loaded(bench) == [first, made.public_key]

    asyncio.run(scenario())


def test_a_pair_that_cannot_be_loaded_stops_pushes_until_it_can(bench: Bench) -> None:
    bench.watched = watched = _KeyStore(bench.store)
    failing = [True]

    def after(call: int) -> None:
        if call > 1 and failing[0]:
            raise StoreError("The database is locked.")

    watched.after = after

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            bench.store.regenerate_vapid_keys()
            (new,) = bench.subscribe(Temper.CREATED)
            for _ in range(2):
                with pytest.raises(StoreError, match="locked"):
                    await dispatcher.dispatch(bench.user_id, HI)
            assert dispatcher.public_key == ""
            assert bench.arrived(new) == []
            failing[0] = False
            (delivery,) = await dispatcher.dispatch(bench.user_id, HI)
            assert delivery.outcome is Outcome.ACCEPTED

    asyncio.run(scenario())


def test_one_load_serves_all_who_wait_for_it(bench: Bench) -> None:
    bench.watched = watched = _KeyStore(bench.store)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            bench.store.regenerate_vapid_keys()
            bench.subscribe(Temper.CREATED)
            reports = await asyncio.gather(*(dispatcher.dispatch(bench.user_id, HI) for _ in range(5)))
            for report in reports:
                report.raise_for_failures()
            assert watched.calls == 2

    asyncio.run(scenario())


def test_the_first_pair_of_a_new_database_is_made_and_told_once(bench: Bench, url: str) -> None:
    fresh = Store.open(url.replace("push.db", "fresh.db"))
    bench.watched = WatchedStore(fresh)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            assert dispatcher.public_key == fresh.vapid_keys().public_key
            assert dispatcher.cache_stats().clears == 0

    asyncio.run(scenario())
    assert len(_loaded(bench)) == 1
    fresh.close()


def test_a_dispatcher_that_has_ended_does_not_listen(bench: Bench) -> None:
    async def scenario() -> None:
        async with bench.dispatcher():
            assert len(bench.store._listeners._listeners) == 1

    asyncio.run(scenario())
    assert bench.store._listeners._listeners == ()


def test_a_loop_that_was_closed_is_no_fault_of_who_commits(bench: Bench) -> None:
    calls = StoreCalls()
    keyring = Keyring(bench.store, calls, SUBJECT, on_event=None, on_change=lambda _reason: None)
    asyncio.run(keyring.open())
    bench.store.regenerate_vapid_keys()
    calls.close()
    assert len(bench.store._listeners._listeners) == 1
