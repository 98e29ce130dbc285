"""The composition root: opens a database with its dispatcher and sandbox, and holds the verbs, one object per noun.

Runs on: worker loop
"""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from webpush_admin.backend.audit import Audit
from webpush_admin.backend.cache import Cache
from webpush_admin.backend.deleting import Deleting
from webpush_admin.backend.demo import make_demo
from webpush_admin.backend.details import Details
from webpush_admin.backend.event_export import EventExport
from webpush_admin.backend.exchange import Exchange
from webpush_admin.backend.files import Files
from webpush_admin.backend.history import History
from webpush_admin.backend.keys import Keys
from webpush_admin.backend.lists import Lists
from webpush_admin.backend.looking_ahead import look_ahead
from webpush_admin.backend.open_session import open_session
from webpush_admin.backend.opening import Opening
from webpush_admin.backend.people import People
from webpush_admin.backend.pruned import Pruned
from webpush_admin.backend.records import DatabaseInfo, Snapshot
from webpush_admin.backend.sending import Sending
from webpush_admin.backend.session import Emit, Session
from webpush_admin.backend.subscriptions import Subscriptions
from webpush_admin.backend.tidying import Tidying
from webpush_admin.backend.trying import Trying
from webpush_admin.backend.watching import Watching
from webpush_admin.backend.work import Works
from webpush_admin.push.errors import PushError
from webpush_admin.push.store_calls import StoreCalls

if TYPE_CHECKING:
    from webpush_admin.backend.metrics_server import MetricsServer


@dataclass(frozen=True, slots=True)
class _Open:
    session: Session
    watching: Watching
    people: People
    subscriptions: Subscriptions
    details: Details
    sending: Sending
    cache: Cache
    events: EventExport
    keys: Keys
    trying: Trying
    exchange: Exchange
    lists: Lists
    audit: Audit
    deleting: Deleting
    history: History
    tidying: Tidying
    pruned: Pruned


class Backend:
    """Everything that a window or a command line may ask. Lives on one asyncio loop.

    Args:
        emit: Told every event, on the loop; it must be quick and must not raise.
    """

    def __init__(self, emit: Emit) -> None:
        self.files: Final = Files()
        self._emit = emit
        self._open: _Open | None = None
        self._opening = asyncio.Lock()
        self._last = Snapshot()
        self._metrics: MetricsServer | None = None
        # Held here, since a loop holds its tasks weakly.
        self._tasks: set[asyncio.Task[DatabaseInfo]] = set()

    @property
    def snapshot(self) -> Snapshot:
        """Every total, as of some tenths of a second ago. Read from any thread."""
        opened = self._open
        return opened.watching.snapshot if opened else self._last

    @property
    def people(self) -> People:
        """Verbs for users."""
        return self._opened().people

    @property
    def subscriptions(self) -> Subscriptions:
        """Verbs for subscriptions."""
        return self._opened().subscriptions

    @property
    def details(self) -> Details:
        """Everything about one subscription."""
        return self._opened().details

    @property
    def sending(self) -> Sending:
        """Verbs for pushes and what is gone."""
        return self._opened().sending

    @property
    def cache(self) -> Cache:
        """Verbs for the cache and the settings of the dispatcher."""
        return self._opened().cache

    @property
    def events(self) -> EventExport:
        """Saves events that were told."""
        return self._opened().events

    @property
    def keys(self) -> Keys:
        """Verbs for the VAPID keys and the subject."""
        return self._opened().keys

    @property
    def trying(self) -> Trying:
        """Verbs for the sandbox push service."""
        return self._opened().trying

    @property
    def exchange(self) -> Exchange:
        """Verbs that import and export."""
        return self._opened().exchange

    @property
    def lists(self) -> Lists:
        """The ids behind what was chosen in a long list."""
        return self._opened().lists

    @property
    def audit(self) -> Audit:
        """Verbs that check every subscription."""
        return self._opened().audit

    @property
    def deleting(self) -> Deleting:
        """Verbs that delete one or many, and bring them back."""
        return self._opened().deleting

    @property
    def history(self) -> History:
        """Verbs for what was sent, and what became of it."""
        return self._opened().history

    @property
    def pruned(self) -> Pruned:
        """Verbs for the endpoints that were pruned."""
        return self._opened().pruned

    @property
    def works(self) -> Works:
        """Long work in the background."""
        return self._opened().session.works

    async def open(
        self,
        url: str,
        *,
        create: bool,
        subject: str = "",
        ca_file: Path | None = None,
        read_only: bool | None = None,
        loopback_port: int | None = None,
        first_keys: bool = True,
    ) -> DatabaseInfo:
        """Open a database ("sqlite:///path") in place of the one that is open.

        Args:
            url: Which one.
            create: Make it where there is none.
            subject: Replaces the VAPID subject that is kept with it; "" leaves that.
            ca_file: Certificate authorities to trust instead of the system's.
            read_only: Never write to it; None lets the file decide.
            loopback_port: Of a push service on this machine that may be sent to; None for none.
            first_keys: Make a key pair where there is none and no subscription.

        Raises:
            PushError: It cannot be used, as a sentence; the one that was open stays open.
        """
        opening = Opening(
            url, create, subject, ca_file, read_only=read_only, loopback_port=loopback_port, first_keys=first_keys
        )
        return await self._finish(self._open_file(opening))

    async def open_demo(self) -> DatabaseInfo:
        """Make a throw-away database of 40 users and 100 subscriptions on a running sandbox, and open it."""
        return await self._finish(self._open_demo())

    async def info(self) -> DatabaseInfo:
        """Return what is open."""
        return self._opened().session.info

    async def serve_metrics(self, port: int) -> int:
        """Tell every total to Prometheus at this port of 127.0.0.1, 0 for a free one, until `close`; return the port.

        Raises:
            PushError: It cannot be had, as a sentence; where metrics are served already they stay.
        """
        # Imported here: few ask for it.
        from webpush_admin.backend.metrics import metrics_registry
        from webpush_admin.backend.metrics_server import MetricsServer

        made = MetricsServer(port, metrics_registry(lambda: self.snapshot))
        if self._metrics is not None:
            self._metrics.close()
        self._metrics = made
        return made.port

    async def close_database(self) -> None:
        """End what runs within a second, close the database, the sandbox and their threads. Idempotent."""
        async with self._opening:
            await self._close()

    async def close(self) -> None:
        """End everything, as `close_database` does, and the metrics. Idempotent."""
        if self._metrics is not None:
            self._metrics.close()
            self._metrics = None
        await self.close_database()

    async def _finish(self, opening: Coroutine[Any, Any, DatabaseInfo]) -> DatabaseInfo:
        """Finish what has begun, also where nobody waits any more: a thread that opens cannot be called back.

        `close` waits for it, and then closes what it opened.
        """
        task = asyncio.create_task(opening, name="webpush-opening")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _open_file(self, opening: Opening) -> DatabaseInfo:
        async with self._opening:
            return await self._replace(opening)

    async def _open_demo(self) -> DatabaseInfo:
        async with self._opening:
            calls = StoreCalls()
            try:
                opening = await calls.run(make_demo)
            finally:
                calls.close()
            return await self._replace(opening)

    async def _replace(self, opening: Opening) -> DatabaseInfo:
        session = await open_session(opening, self._emit)
        await self._close()
        watching = Watching(session)
        lists = Lists(session)
        tidying = Tidying(session)
        sending = Sending(session, lists, tidying, watching.publish)
        subscriptions = Subscriptions(session, lists)
        self._open = _Open(
            session,
            watching,
            People(session, lists),
            subscriptions,
            Details(session, subscriptions),
            sending,
            Cache(session),
            EventExport(session),
            Keys(session),
            Trying(session),
            Exchange(session, lists),
            lists,
            Audit(session),
            Deleting(session, lists),
            History(session, lists, tidying),
            tidying,
            Pruned(session),
        )
        tidying.start()
        watching.start(lambda: sending.progress)
        await look_ahead(self._open.people, subscriptions)
        return session.info

    async def _close(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            await opened.trying.aclose()
            await opened.sending.aclose()
            await opened.tidying.aclose()
            await opened.pruned.aclose()
            await opened.lists.aclose()
            await opened.watching.aclose()
            await opened.session.aclose()
            self._last = replace(Snapshot(), taken_s=time.monotonic())

    def _opened(self) -> _Open:
        if self._open is None:
            raise PushError("No database is open.")
        return self._open
