"""Verbs that put another key pair in force, and the way back.

Runs on: worker loop
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from webpush_admin.backend.key_info import pair_info, read_keys_info
from webpush_admin.backend.key_records import (
    KeysRotated,
    RotationCost,
    RotationPlan,
    RotationUndone,
    ServiceCost,
    Subscribers,
)
from webpush_admin.backend.records import InfoChanged, WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.backend.work import Work
from webpush_admin.push.errors import PushError
from webpush_admin.push.services import service_name
from webpush_admin.push.subscription import endpoint_host
from webpush_admin.store import keys
from webpush_admin.store.checks import OTHER_HOSTS, SANDBOX
from webpush_admin.store.kept import GoOn
from webpush_admin.store.key_rows import KeyState
from webpush_admin.store.rotation import Rotation, private_half, rotate
from webpush_admin.store.rotation_cost import DEADLINE_S, OriginCost, count_cost
from webpush_admin.store.rotation_undo import undo_rotation
from webpush_admin.store.store import Store

T = TypeVar("T")


class KeyRotation:
    """Each verb raises PushError with a sentence; nothing has changed then. Long work is shown in `Snapshot.works`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._turn = asyncio.Lock()

    async def cost(self) -> RotationCost:
        """Count what a rotation would cost now."""

        def read(store: Store, work: Work) -> RotationCost:
            now = datetime.now(UTC)
            cost = store.database.read(
                lambda connection: count_cost(connection, now, self._sandbox), cancel=work.cancel, deadline_s=DEADLINE_S
            )
            # Asked for first: it may unlock the pair that is told of next.
            backup_has_key = private_half(store, store.database.read(keys.stored_active)) is not None
            pairs = [pair_info(pair) for pair in store.keys.all()]
            return RotationCost(
                subscriptions=cost.subscriptions,
                users=cost.users,
                accepted_lately=cost.accepted_lately,
                last_success_at=cost.last_success_at,
                services=self._by_service(cost.origins),
                pairs=tuple(pair for pair in pairs if pair.state is KeyState.INACTIVE and not pair.locked),
                active=next((pair for pair in pairs if pair.state is KeyState.ACTIVE), None),
                backup_has_key=backup_has_key,
                elsewhere=cost.elsewhere,
            )

        return await self._at_work(WorkKind.ROTATION_COST, read)

    async def rotate(self, plan: RotationPlan) -> KeysRotated:
        """Write a backup and read it again, then put the other pair in force, in one transaction."""
        wanted = Rotation(
            expected=plan.expected_subscriptions,
            backup=plan.backup,
            keep=plan.subscribers is Subscribers.KEEP,
            key_id=plan.pair_id,
            keep_in=plan.keep_in,
        )
        done = await self._in_turn(WorkKind.ROTATE, lambda store, work: rotate(store, wanted, _told(work), work.cancel))
        return KeysRotated(await read_keys_info(self._session), done.deleted, done.bound, plan.backup)

    async def undo(self, backup: Path) -> RotationUndone:
        """Put the pair of a backup in force again, and bring back the subscriptions that it has."""
        done = await self._in_turn(
            WorkKind.UNDO, lambda store, work: undo_rotation(store, backup, _told(work), work.cancel)
        )
        return RotationUndone(await read_keys_info(self._session), done.restored, done.there_again, done.bound)

    async def _at_work(self, kind: WorkKind, what: Callable[[Store, Work], T]) -> T:
        with self._session.works.running(kind) as work:
            try:
                return await self._session.work(lambda store: what(store, work))
            except PushError:
                # A read that is stopped says so in the words of the database.
                work.check()
                raise

    async def _in_turn(self, kind: WorkKind, what: Callable[[Store, Work], T]) -> T:
        """Put another pair in force, and send with it from now on, also where nothing could be sent before."""
        async with self._turn:
            before = self._session.info
            done = await self._at_work(kind, what)
            self._session.public_key = (await read_keys_info(self._session)).public_key
            await self._session.start_dispatcher()
            if self._session.info != before:
                self._session.emit(InfoChanged())
        return done

    @property
    def _sandbox(self) -> str:
        sandbox = self._session.opening.sandbox
        return sandbox.origin if sandbox is not None else ""

    def _by_service(self, origins: tuple[OriginCost, ...]) -> tuple[ServiceCost, ...]:
        counts: Counter[str] = Counter()
        newest: dict[str, datetime] = {}
        for origin in origins:
            name = self._service(origin.origin)
            counts[name] += origin.subscriptions
            if origin.last_success_at is not None:
                newest[name] = max(origin.last_success_at, newest.get(name, origin.last_success_at))
        return tuple(ServiceCost(name, count, newest.get(name)) for name, count in counts.most_common())

    def _service(self, origin: str) -> str:
        if origin and origin == self._sandbox:
            return SANDBOX
        host = endpoint_host(f"{origin}/")
        return service_name(host) if host else OTHER_HOSTS


def _told(work: Work) -> GoOn:
    """Return what tells how far the work is, and ends it when it was stopped."""

    def go_on(done: int, total: int) -> None:
        work.check()
        work.advance(done, total)

    return go_on
