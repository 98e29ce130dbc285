"""One open database: its store, its dispatcher, and the sandbox where it is the demo's.

Runs on: worker loop
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from webpush_admin.backend.busy_store import BusyStore
from webpush_admin.backend.database_info import database_info
from webpush_admin.backend.opening import Opening
from webpush_admin.backend.pruned_log import PrunedLog
from webpush_admin.backend.records import BackendEvent, DatabaseChanged, DatabaseInfo, InfoChanged
from webpush_admin.backend.work import Works
from webpush_admin.push.disabled import DisabledDispatcher
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import InvalidKeys, KeysLocked, PushError, StoreError, StoreReadOnly
from webpush_admin.push.events import Event, KeysLoaded, SubscriptionsPruned
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subject import normalised_subject, subject_as_signed
from webpush_admin.push.tuning import Tuning
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.store import Store

T = TypeVar("T")

Emit = Callable[[Event | BackendEvent], None]

LARGE_BYTES = 64 * 1024 * 1024
LARGE_LATER_S = 2.0
"""A large file is checked so much later than it was opened."""

SETTLED_WITHIN_S = 0.02
CHECK_AGAIN_S = 0.5
SUBJECT_SETTING = "vapid_subject"
NO_KEYS = "The database holds no active key pair."
NO_SUBJECT = "Set the VAPID subject first: push services ask who answers for the pushes."

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Session:
    """Everything that lives as long as a database is open. Made by `open_session`.

    Attributes:
        calls: Threads for the views' reads, apart from the dispatcher's: a broadcast never delays them.
        work_calls: Threads for what takes long, so that pages never wait for an import or a search for positions.
        dispatcher: Disabled, with a reason, where there is no subject or the keys cannot be used.
        public_key: 87 characters base64url, "" where the database cannot give a pair.
        works: Long work that runs beside.
        pruned: What the dispatcher has deleted since it is gone.
        busy_store: What the dispatcher reads from where a sandbox runs: reads of it can be held.
    """

    opening: Opening
    store: Store
    emit: Emit
    calls: StoreCalls
    loop: asyncio.AbstractEventLoop
    subject: str = ""
    public_key: str = ""
    keys_problem: str = ""
    keys_locked: bool = False
    tuning: Tuning | None = None
    """Of a dispatcher that was closed when its keys were locked: the next one goes on with it."""
    dispatcher: Dispatcher | DisabledDispatcher = field(default_factory=lambda: DisabledDispatcher(NO_SUBJECT))
    works: Works = field(default_factory=Works)
    pruned: PrunedLog = field(default_factory=PrunedLog)
    work_calls: StoreCalls = field(default_factory=StoreCalls)
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a dispatcher is being made or given another subject: there is never a second one."""
    kept_subject: str = ""
    """As the database had it when it was last looked at."""
    settling: asyncio.Task[None] | None = None
    busy_store: BusyStore = field(init=False)

    def __post_init__(self) -> None:
        self.busy_store = BusyStore(self.store)

    @property
    def sandbox(self) -> Sandbox:
        """The running sandbox.

        Raises:
            PushError: None runs.
        """
        if self.opening.sandbox is None:
            raise PushError("The sandbox push service runs with the demo only.")
        return self.opening.sandbox

    @property
    def open_dispatcher(self) -> Dispatcher:
        """The dispatcher that sends.

        Raises:
            PushError: Nothing can be sent; the sentence says why.
        """
        if isinstance(self.dispatcher, Dispatcher):
            return self.dispatcher
        raise PushError(self.keys_problem or NO_SUBJECT)

    @property
    def info(self) -> DatabaseInfo:
        """The database as the window names it."""
        return database_info(self)

    async def read(self, function: Callable[[Store], T]) -> T:
        """Return what `function` reads from, or changes in, the store; it runs on a thread of the views."""
        return await self.calls.run(lambda: function(self.store))

    async def work(self, function: Callable[[Store], T]) -> T:
        """Return what `function` returns, which may take as long as the operator has patience."""
        return await self.work_calls.run(lambda: function(self.store))

    async def look(self, function: Callable[[Store, Cancel], T]) -> T:
        """Return what `function` reads from the store; it ends when the caller is cancelled."""
        cancel = Cancel()
        try:
            return await self.calls.run(lambda: function(self.store, cancel))
        finally:
            cancel.cancel()

    async def set_subject(self, subject: str) -> str:
        """Keep the subject with the database and sign with it from now on; return it normalised.

        Raises:
            InvalidKeys: It is none.
        """
        normalised = normalised_subject(subject)
        async with self.changing:
            await self._keep_subject(normalised)
            self.subject = normalised
            if isinstance(self.dispatcher, Dispatcher):
                self.dispatcher.change_subject(normalised)
            else:
                await self._start_dispatcher()
        return normalised

    async def _kept(self) -> str:
        kept: str | None = await self.read(lambda store: store.setting(SUBJECT_SETTING))
        return kept or ""

    async def _keep_subject(self, subject: str) -> None:
        # In a read-only database it is for this session.
        with contextlib.suppress(StoreReadOnly):
            await self.read(lambda store: store.set_setting(SUBJECT_SETTING, subject))
            self.kept_subject = subject

    async def begin(self) -> None:
        """Take the subject, open a dispatcher, and find out meanwhile whether the file is whole.

        Raises:
            InvalidKeys: The subject asked for is none.
        """
        asked = normalised_subject(self.opening.subject) if self.opening.subject else ""
        self.settling = asyncio.create_task(self._settle(asked), name="webpush-settling")
        self.kept_subject = await self._kept()
        self.subject = asked or subject_as_signed(self.kept_subject)
        await self.start_dispatcher()
        # A file of the usual size is checked by now, and nobody needs to hear that it was not yet.
        await asyncio.wait({self.settling}, timeout=SETTLED_WITHIN_S)

    async def _settle(self, subject: str) -> None:
        """Check the file: until that has passed nothing is written to it; then keep the subject that was asked for."""
        if self.store.database.size_bytes > LARGE_BYTES:
            # Half a minute of reading: whoever has just opened the file comes first.
            await asyncio.sleep(LARGE_LATER_S)
        while True:
            try:
                await self.read(lambda store: store.database.check())
                if subject:
                    await self._keep_subject(subject)
                break
            except StoreError as error:
                _log.warning("The database cannot be checked now: %s", error)
                await asyncio.sleep(CHECK_AGAIN_S)
        if self.store.database.standing.problem:
            _log.warning("%s", self.store.database.standing.problem)
        self.emit(InfoChanged())
        # What a killed process has left of private keys; a keyring may ask its user for a password first.
        with contextlib.suppress(StoreError):
            await self.work(lambda store: store.keys.moving.sweep())

    async def follow_others(self) -> None:
        """Take what another program has changed: the subject, and keys that had been unusable."""
        kept = await self._kept()
        if kept != self.kept_subject:
            # Also one that nothing can be signed with: what is wrong with it is told by a check of the keys.
            self.kept_subject, self.subject = kept, subject_as_signed(kept)
            if isinstance(self.dispatcher, Dispatcher):
                with contextlib.suppress(InvalidKeys):
                    self.dispatcher.change_subject(kept)
        await self.start_dispatcher()

    async def start_dispatcher(self) -> None:
        """Load the keys, and open a dispatcher where there is a subject; what is in the way becomes `keys_problem`.

        One that is open follows its keys by itself, and is closed where these are locked by now.
        """
        async with self.changing:
            if not isinstance(self.dispatcher, Dispatcher):
                await self._start_dispatcher()
                return
            try:
                await self.read(lambda store: store.vapid_keys())
            except KeysLocked as error:
                # Nothing that could sign stays in memory; a send that runs is told of it.
                closed, self.tuning = self.dispatcher, self.dispatcher.tuning
                self._disable(error)
                await closed.aclose()
            except (StoreError, InvalidKeys):
                pass  # told by whoever sends

    async def _start_dispatcher(self) -> None:
        self.keys_problem, self.keys_locked = "", False
        try:
            if not self.opening.first_keys and await self.read(lambda store: store.keys_created_at()) is None:
                raise StoreError(NO_KEYS)
            keys = await self.read(lambda store: store.vapid_keys())
            self.public_key = keys.public_key
            if not self.subject:
                return
            dispatcher = Dispatcher(
                self.store if self.opening.sandbox is None else self.busy_store,
                subject=self.subject,
                on_event=self._on_event,
                endpoint_policy=self.opening.policy,
                ca_file=self.opening.ca_file,
            )
            self.dispatcher = await dispatcher.__aenter__()
            if self.tuning is not None:
                self.dispatcher.tune(self.tuning)
        except (StoreError, InvalidKeys) as error:
            self._disable(error)
        if self.keys_locked:
            self.public_key = await self.read(lambda store: store.keys.active_public_key())

    def _disable(self, error: PushError) -> None:
        self.keys_problem, self.keys_locked = str(error), isinstance(error, KeysLocked)
        self.dispatcher = DisabledDispatcher(self.keys_problem)

    def on_store_change(self, change: StoreChange) -> None:
        """Hear of a commit, on the thread that made it."""
        with contextlib.suppress(RuntimeError):  # the loop has ended: so has everybody who would listen
            self.loop.call_soon_threadsafe(self._apply, change)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, KeysLoaded):
            self.public_key = event.public_key
        elif isinstance(event, SubscriptionsPruned):
            self.pruned.add(event)
        self.emit(event)

    def _apply(self, change: StoreChange) -> None:
        """Make every edit invalidate its users, so that no verb can forget to."""
        own = change.by is not None and change.by is self.dispatcher
        if (
            change.kind not in (ChangeKind.KEYS, ChangeKind.PAIRS)
            and not own
            and isinstance(self.dispatcher, Dispatcher)
        ):
            for user_id in change.user_ids:
                self.dispatcher.invalidate_user(user_id)
            if not change.user_ids:
                self.dispatcher.invalidate_all("Subscriptions were changed.")
        self.emit(DatabaseChanged(change.kind, change.user_ids))

    async def aclose(self) -> None:
        """End the dispatcher, the store, the sandbox and their threads, in this order. Within a second."""
        if self.settling is not None:
            self.settling.cancel()
            await asyncio.wait({self.settling})
        self.works.stop_all()
        if isinstance(self.dispatcher, Dispatcher):
            await self.dispatcher.aclose()
        # On a thread of its own: closing the store is what ends reads that the other threads may hang in.
        closing = StoreCalls()
        await closing.run(self._close_store_and_sandbox)
        closing.close()
        self.calls.close()
        self.work_calls.close()

    def _close_store_and_sandbox(self) -> None:
        self.store.close()
        self.opening.discard()
