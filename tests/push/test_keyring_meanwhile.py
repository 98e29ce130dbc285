"""What happens to the key pair, or its subject, while something else is under way.

Runs on: any
"""

import asyncio
import threading
from uuid import UUID

import pytest

from tests.push.material import DEADLINE_S, HI, Bench, WatchedStore, in_thread
from webpush_admin.push.answer import DispatchReport
from webpush_admin.push.events import Event, KeysLoaded
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.vapid import Authorizations, VapidKeys
from webpush_admin.sandbox.records import Temper


def test_a_dispatch_in_the_very_moment_in_which_a_load_ends_is_served(bench: Bench) -> None:
    """The load has ended, and nothing that waits for its end has run yet."""

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            started: list[asyncio.Task[DispatchReport]] = []

            def on_loaded(event: Event) -> None:
                if isinstance(event, KeysLoaded):
                    coroutine = dispatcher.dispatch(bench.user_id, HI)
                    started.append(asyncio.get_running_loop().create_task(coroutine))
                bench.log(event)

            dispatcher._keyring._on_event = on_loaded
            bench.store.regenerate_vapid_keys()
            bench.subscribe(Temper.CREATED)
            await bench.log.wait_for(KeysLoaded, 2)
            (await started[0]).raise_for_failures()

    asyncio.run(scenario())


def test_a_subject_that_changes_during_a_load_is_the_one_that_is_signed_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slow(keys: VapidKeys, subject: str) -> Authorizations:
        made = Authorizations(keys, subject)
        reached.set()
        assert go_on.wait(DEADLINE_S)
        return made

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            monkeypatch.setattr("webpush_admin.push.keyring.Authorizations", slow)
            bench.store.regenerate_vapid_keys()
            await in_thread(reached)
            dispatcher.change_subject("mailto:other@example.org")
            go_on.set()
            await bench.log.wait_for(KeysLoaded, 2)
            assert (await dispatcher._keyring.current()).active.subject == "mailto:other@example.org"

    asyncio.run(scenario())


def test_a_pair_that_is_replaced_during_a_read_signs_none_of_the_new_rows(bench: Bench) -> None:
    """The sandbox refuses with 403 what another pair has signed."""
    reached, go_on = threading.Event(), threading.Event()

    class LateReading(WatchedStore):
        def subscriptions_of(self, user_id: UUID) -> list[Subscription]:
            reached.set()
            assert go_on.wait(DEADLINE_S)
            return self.store.subscriptions_of(user_id)

    bench.watched = LateReading(bench.store)

    async def scenario() -> None:
        async with bench.dispatcher() as dispatcher:
            running = asyncio.create_task(dispatcher.dispatch(bench.user_id, HI))
            await in_thread(reached)
            bench.store.regenerate_vapid_keys()
            bench.subscribe(Temper.CREATED)
            go_on.set()
            assert [delivery.status for delivery in await running] == [201]

    asyncio.run(scenario())
