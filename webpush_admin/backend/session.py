"""One open database: its store, its dispatcher, and the sandbox where it is the demo's.

Runs on: worker loop
"""

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from webpush_admin.backend.answers import Answers
from webpush_admin.backend.records import BackendEvent, DatabaseChanged, DatabaseInfo
from webpush_admin.backend.work import Works
from webpush_admin.push.disabled import DisabledDispatcher
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.dispatcher import Dispatcher
from webpush_admin.push.errors import InvalidKeys, PushError, StoreError
from webpush_admin.push.events import Event, KeysLoaded
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subject import normalised_subject
from webpush_admin.push.vapid import fingerprint
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.store import Store

T = TypeVar("T")

Emit = Callable[[Event | BackendEvent], None]

SUBJECT_SETTING = "vapid_subject"
NO_SUBJECT = "Set the VAPID subject first: push services ask who answers for the pushes."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a database is opened with.

    Attributes:
        url: "sqlite:///path".
        create: Make a missing or empty file.
        subject: Replaces the subject that is kept with the database; "" leaves it.
        ca_file: Certificate authorities to trust instead of the system's.
        sandbox: Runs beside the database, and ends with it.
        folder: Deleted with everything in it when the session ends.
    """

    url: str
    create: bool
    subject: str = ""
    ca_file: Path | None = None
    sandbox: Sandbox | None = None
    folder: Path | None = None

    @property
    def policy(self) -> EndpointPolicy:
        """Loopback means the running sandbox's port and no other: a row must not reach other local services."""
        if self.sandbox is None:
            return EndpointPolicy()
        return EndpointPolicy(allow_loopback=True, loopback_port=self.sandbox.port)

    def discard(self) -> None:
        """End the sandbox and delete the folder. Blocks for up to a second."""
        if self.sandbox is not None:
            self.sandbox.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(slots=True)
class Session:
    """Everything that lives as long as a database is open. Made by `open_session`.

    Attributes:
        calls: Threads for the views' reads, apart from the dispatcher's: a broadcast never delays them.
        dispatcher: Disabled, with a reason, where there is no subject or the keys cannot be used.
        public_key: 87 characters base64url, "" where the database cannot give a pair.
        works: Long work that runs beside.
    """

    opening: Opening
    store: Store
    emit: Emit
    calls: StoreCalls
    loop: asyncio.AbstractEventLoop
    subject: str = ""
    public_key: str = ""
    keys_problem: str = ""
    dispatcher: Dispatcher | DisabledDispatcher = field(default_factory=lambda: DisabledDispatcher(NO_SUBJECT))
    works: Works = field(default_factory=Works)
    answers: Answers = field(default_factory=Answers)
    """What came back since the database was opened."""
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a dispatcher is being made or given another subject: there is never a second one."""

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
        demo = self.opening.sandbox is not None
        return DatabaseInfo(
            name="demo" if demo else self.store.path.name,
            location="throw-away database on the sandbox" if demo else str(self.store.path),
            demo=demo,
            subject=self.subject,
            public_key=self.public_key,
            fingerprint=fingerprint(self.public_key),
            keys_problem=self.keys_problem,
        )

    async def read(self, function: Callable[[Store], T]) -> T:
        """Return what `function` reads from, or changes in, the store; it runs on a thread of the views."""
        return await self.calls.run(lambda: function(self.store))

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
            if not self.store.read_only:
                await self.read(lambda store: store.set_setting(SUBJECT_SETTING, normalised))
            self.subject = normalised
            if isinstance(self.dispatcher, Dispatcher):
                self.dispatcher.change_subject(normalised)
            else:
                await self._start_dispatcher()
        return normalised

    async def start_dispatcher(self) -> None:
        """Load the keys, and open a dispatcher where there is a subject; what is in the way becomes `keys_problem`.

        Does nothing where one is open: that one follows its keys by itself.
        """
        async with self.changing:
            if not isinstance(self.dispatcher, Dispatcher):
                await self._start_dispatcher()

    async def _start_dispatcher(self) -> None:
        self.keys_problem = ""
        try:
            keys = await self.read(lambda store: store.vapid_keys())
            self.public_key = keys.public_key
            if not self.subject:
                return
            dispatcher = Dispatcher(
                self.store,
                subject=self.subject,
                on_event=self._on_event,
                endpoint_policy=self.opening.policy,
                ca_file=self.opening.ca_file,
            )
            self.dispatcher = await dispatcher.__aenter__()
        except (StoreError, InvalidKeys) as error:
            self.keys_problem = str(error)
            self.dispatcher = DisabledDispatcher(self.keys_problem)

    def on_store_change(self, change: StoreChange) -> None:
        """Hear of a commit, on the thread that made it."""
        with contextlib.suppress(RuntimeError):  # the loop has ended: so has everybody who would listen
            self.loop.call_soon_threadsafe(self._apply, change)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, KeysLoaded):
            self.public_key = event.public_key
        self.answers.hear(event)
        self.emit(event)

    def _apply(self, change: StoreChange) -> None:
        """Make every edit invalidate its users, so that no verb can forget to."""
        own = change.by is not None and change.by is self.dispatcher
        if change.kind is not ChangeKind.KEYS and not own and isinstance(self.dispatcher, Dispatcher):
            for user_id in change.user_ids:
                self.dispatcher.invalidate_user(user_id)
            if not change.user_ids:
                self.dispatcher.invalidate_all("Subscriptions were changed.")
        self.emit(DatabaseChanged(change.kind, change.user_ids))

    async def aclose(self) -> None:
        """End the dispatcher, the store, the sandbox and their threads, in this order. Within a second."""
        self.works.stop_all()
        if isinstance(self.dispatcher, Dispatcher):
            await self.dispatcher.aclose()
        # On a thread of its own: closing the store is what ends reads that the other threads may hang in.
        closing = StoreCalls()
        await closing.run(self._close_store_and_sandbox)
        closing.close()
        self.calls.close()

    def _close_store_and_sandbox(self) -> None:
        self.store.close()
        self.opening.discard()


async def open_session(opening: Opening, emit: Emit) -> Session:
    """Open a database.

    Raises:
        StoreError: It cannot be used; nothing is left open.
        InvalidKeys: The subject asked for is none.
    """
    calls = StoreCalls()
    try:
        store = await calls.run(lambda: Store.open(opening.url, create=opening.create))
    except BaseException:
        await calls.run(opening.discard)
        calls.close()
        raise
    session = Session(opening, store, emit, calls, asyncio.get_running_loop())
    try:
        store.add_listener(session.on_store_change)
        kept: str | None = await session.read(lambda store: store.setting(SUBJECT_SETTING))
        session.subject = kept or ""
        if opening.subject:
            await session.set_subject(opening.subject)
        else:
            await session.start_dispatcher()
    except BaseException:
        await session.aclose()
        raise
    _log.info("Opened %s.", session.info.name)
    return session
