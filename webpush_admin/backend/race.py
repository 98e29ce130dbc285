"""Provokes a read that is overtaken by a change, in the demo, and tells what the cache did with it.

Everything is real: the dispatcher, its cache, the database, a subscription that is added, pushes to the sandbox. Only
the moment at which a read returns is chosen, as a busy database would choose it once in a long while.

The pushes go past `backend.sending`, where one send runs at a time: a race is two dispatches at once, which is what a
dispatcher is for and what a person's send must not be. They are not written to the history, since nobody sent them.

Runs on: worker loop
"""

import asyncio
from typing import Final
from uuid import UUID

from webpush_admin.backend.busy_store import HeldRead
from webpush_admin.backend.race_records import Race
from webpush_admin.backend.session import Session
from webpush_admin.push.answer import DispatchReport
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import PushError
from webpush_admin.push.message import Message
from webpush_admin.push.receiver import prepare
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import SandboxSubscription, Temper
from webpush_admin.store.store import Store

MESSAGE: Final = Message(title="Race", body="Two dispatches of the demonstration of a stale read.", ttl_s=0)
USER_AGENT: Final = "Added by the demonstration of a stale read, and removed again"

AGREEABLE: Final = frozenset({Temper.CREATED, Temper.OK, Temper.ACCEPTED})
"""What answers otherwise would be removed, or tried again for half a minute, in the midst of the race."""

LOOKED_AT: Final = 200
"""Users among whom one is looked for."""
ROWS: Final = 4
"""As many subscriptions are shown well; who has more is not better."""

ENDS_WITHIN_S: Final = 0.3
"""Part of the second within which a database closes."""

NOBODY: Final = "Nobody here has only subscriptions that accept pushes: give somebody one, in the view Sandbox."
ENDED: Final = "The race was ended."
OVERTAKEN: Final = "Somebody else read the same rows at that moment: try again."


class Races:
    """One race runs at a time; the next one waits for its end. Each method raises PushError where no sandbox runs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._one = asyncio.Lock()
        self._running: set[asyncio.Task[Race]] = set()
        # Made once for a key pair: an endpoint of the sandbox cannot be taken back.
        self._spare: tuple[str, SandboxSubscription] | None = None

    async def racer(self, wished: UUID | None) -> UUID:
        """Return with whom a race can be shown: whom was wished for, where each of their subscriptions accepts pushes.

        Raises:
            PushError: There is nobody; or no sandbox runs.
        """
        sandbox, policy = self._session.sandbox, self._session.opening.policy

        def read(store: Store) -> UUID | None:
            agreeable = {one.endpoint for one in sandbox.endpoints() if one.temper in AGREEABLE}

            def fit(user_id: UUID) -> int:
                rows = store.subscriptions_of(user_id)
                if all(row.endpoint in agreeable and prepare(row, policy).target is not None for row in rows):
                    return len(rows)
                return 0

            if wished is not None and fit(wished):
                return wished
            others = {user_id: min(fit(user_id), ROWS) for user_id in store.user_ids_after(None, LOOKED_AT)}
            best = max(others, key=others.__getitem__, default=None)
            return best if best is not None and others[best] else None

        found = await self._session.read(read)
        if found is None:
            raise PushError(NOBODY)
        return found

    async def run(self, user_id: UUID) -> Race:
        """Provoke a race for a user; whoever gives up waiting ends it, and what it added is removed all the same.

        Raises:
            PushError: It could not be run to its end; or no sandbox runs.
        """
        task = asyncio.create_task(self._in_turn(user_id), name="webpush-race")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled() and not _is_cancelled():
                raise PushError(ENDED) from None
            task.cancel()
            raise

    async def aclose(self) -> None:
        """End what runs, and what it holds."""
        running = tuple(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=ENDS_WITHIN_S)

    async def _in_turn(self, user_id: UUID) -> Race:
        async with self._one:
            spare = await self._spare_subscription()
            return await self._race(user_id, spare)

    async def _race(self, user_id: UUID, spare: SandboxSubscription) -> Race:
        session, dispatcher = self._session, self._session.open_dispatcher
        adding: asyncio.Task[Subscription] | None = None
        dispatcher.invalidate_user(user_id)
        discarded_before = _discarded(dispatcher, user_id)
        held = session.busy_store.hold_next_read(user_id)
        older = asyncio.create_task(dispatcher.dispatch(user_id, MESSAGE), name="webpush-race-older")
        try:
            await _held(held, older)
            read_generation = dispatcher.generation(user_id)
            # A task, since a thread that writes goes on where nobody waits any more: what it adds is to be removed.
            adding = asyncio.create_task(session.read(lambda store: _add(store, user_id, spare)))
            # Nobody invalidates the user by name: the commit does, as that of every edit.
            await asyncio.shield(adding)
            newer = await dispatcher.dispatch(user_id, MESSAGE)
            held.let_go()
            stale = await older
            discarded = _discarded(dispatcher, user_id) - discarded_before
            # A hit: what the newer read brought is still there, with one row more.
            await dispatcher.dispatch(user_id, MESSAGE)
            return Race(
                user_id=user_id,
                read_generation=read_generation,
                generation=dispatcher.generation(user_id),
                stale_rows=len(stale),
                rows=len(newer),
                discarded=discarded > 0,
            )
        finally:
            held.let_go()
            await asyncio.wait({older, adding} if adding is not None else {older})
            if adding is not None and not adding.exception():
                added = adding.result()
                await session.read(lambda store: store.delete_subscriptions([added], by=self))
            if not older.cancelled():
                older.exception()

    async def _spare_subscription(self) -> SandboxSubscription:
        key, sandbox = self._session.public_key, self._session.sandbox
        if self._spare is None or self._spare[0] != key:
            made = await self._session.calls.run(
                lambda: sandbox.create_subscriptions([Temper.CREATED], application_server_key=key)
            )
            self._spare = key, made[0]
        return self._spare[1]


def _add(store: Store, user_id: UUID, made: SandboxSubscription) -> Subscription:
    return store.add_subscription(
        user_id, endpoint=made.endpoint, p256dh=made.p256dh, auth=made.auth, user_agent=USER_AGENT
    )


def _discarded(dispatcher: Dispatcher, user_id: UUID) -> int:
    """Return how many stale reads of this user the core has counted."""
    return sum(place.stale_discarded for place in dispatcher.places([user_id]))


async def _held(held: HeldRead, older: asyncio.Task[DispatchReport]) -> None:
    """Wait until the older read has seen its rows.

    Raises:
        PushError: It cannot read, or did not have to.
    """
    reached = asyncio.create_task(held.reached())
    try:
        await asyncio.wait({reached, older}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        reached.cancel()
    if older.done():
        older.result()
        raise PushError(OVERTAKEN)


def _is_cancelled() -> bool:
    """Whether it is the caller who was cancelled, and not what the caller waits for."""
    task = asyncio.current_task()
    return task is not None and bool(task.cancelling())
