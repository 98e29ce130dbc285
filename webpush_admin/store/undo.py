"""Deletes many rows in one transaction, and brings them back as they were for as long as the database is open.

Runs on: any (one call at a time; `steps` and `forget` at any time)
"""

import itertools
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import StoreError
from webpush_admin.store import bulk, keys
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.forgotten import Moment
from webpush_admin.store.kept import GoOn, Kept
from webpush_admin.store.schema import COLUMNS
from webpush_admin.store.store import Store

MAX_STEPS: Final = 20
MAX_ROWS: Final = 2_000_000
"""Of all steps together, at some 600 bytes each; the newest step is kept whatever its size."""

NAMED_USERS: Final = 1000
"""Of more, listeners are told that it may be anybody."""

NOTHING_LEFT: Final = "There is nothing to undo."
OTHER_KEYS: Final = (
    "The VAPID keys were replaced since: the deleted subscriptions belonged to the old ones, and cannot be restored."
)
_PAIR: Final = COLUMNS["subscriptions"].index("vapid_key_id")
CHANGED: Final = "The rows could not be kept for undo as they are: nothing was deleted."


@dataclass(frozen=True, slots=True)
class Step:
    """One deletion that can be undone.

    Attributes:
        subscriptions: How many it deleted.
        users: How many it deleted.
        owners: Whose rows these are; empty where there are too many to name.
        keys: The active pair at the time, None where there was none.
        kept: The rows.
    """

    subscriptions: int
    users: int
    owners: frozenset[UUID]
    keys: int | None
    kept: Kept


@dataclass(frozen=True, slots=True)
class Restored:
    """What an undo brought back.

    Attributes:
        subscriptions: How many.
        users: How many.
        there_again: Subscriptions that were left alone: the user has one with this endpoint again.
        without_user: Subscriptions whose user is gone.
    """

    subscriptions: int
    users: int
    there_again: int
    without_user: int


class Undo:
    """The deletions of one open database, the newest first to come back.

    Both ways the rows go in one transaction: a process that is killed leaves the state before or the one after.

    Args:
        store: What is deleted from.
        on_change: Called when `steps` are others, on the thread that changed them; it must not raise.
    """

    def __init__(self, store: Store, on_change: Callable[[], None]) -> None:
        self._store = store
        self._on_change = on_change
        self._steps: list[Step] = []
        self._moments: dict[Kept, tuple[Moment, Moment]] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What can be undone, the oldest first."""
        with self._lock:
            return tuple(self._steps)

    def delete(
        self, ids: "array[int]", user_ids: Sequence[UUID], go_on: GoOn, cancel: Cancel | None = None
    ) -> Step | None:
        """Delete subscriptions, and users with all of theirs; None where none of them was there.

        Args:
            ids: Of subscriptions.
            user_ids: Of users.
            go_on: Told how far it is; what it raises ends it, and nothing has changed.
            cancel: Ends it in the midst of a long statement.

        Raises:
            StoreError: The database or the disk refuses; nothing has changed.
        """
        database = self._store.database
        kept = Kept(database.side.file(f"undo-{next(self._numbers)}.db"), database.path)
        try:
            step = database.write(lambda connection: _delete(connection, kept, ids, user_ids, go_on), cancel=cancel)
        except BaseException:
            kept.remove()
            raise
        if not (step.subscriptions or step.users):
            kept.remove()
            return None
        with self._lock:
            self._steps.append(step)
            dropped = self._take_what_is_too_much()
        for old in dropped:
            old.kept.remove()
            self._moments.pop(old.kept, None)
        self._on_change()
        before = self._store.findings.moment
        self._tell(step)
        self._moments[step.kept] = before, self._store.findings.moment
        return step

    def undo(self, go_on: GoOn, cancel: Cancel | None = None) -> Restored:
        """Bring back what the newest step deleted; it is forgotten then.

        Raises:
            StoreError: There is nothing to undo, or nothing that would still be of use; or the database refuses.
        """

        def work(connection: Connection) -> tuple[Step, Restored]:
            # Looked for in here: another undo, that nobody waited for any more, may just have ended.
            if not self.steps:
                raise StoreError(NOTHING_LEFT)
            step = self.steps[-1]
            return step, _restore(connection, step, go_on)

        try:
            step, restored = self._store.database.write(work, cancel=cancel)
        except _OtherKeys:
            self.forget_lost()
            raise
        with self._lock:
            self._steps = [other for other in self._steps if other is not step]
        step.kept.remove()
        self._on_change()
        moments = self._moments.pop(step.kept, None)
        whole = not (restored.there_again or restored.without_user)
        self._tell(step, undone=moments if whole else None)
        return restored

    def forget_lost(self) -> None:
        """Forget the steps whose subscriptions belonged to key pairs that are gone: they could not be used any more."""
        if not self.steps:
            return
        try:
            can_come = self._store.database.read(_may_come_back)
        except StoreError:
            # Whoever wants them back finds out.
            return
        with self._lock:
            forgotten = [step for step in self._steps if step.keys not in can_come]
            self._steps = [step for step in self._steps if step.keys in can_come]
        for step in forgotten:
            self._moments.pop(step.kept, None)
            step.kept.remove()
        if forgotten:
            self._on_change()

    def _take_what_is_too_much(self) -> list[Step]:
        taken: list[Step] = []
        while len(self._steps) > MAX_STEPS or (
            len(self._steps) > 1 and sum(step.subscriptions + step.users for step in self._steps) > MAX_ROWS
        ):
            taken.append(self._steps.pop(0))
        return taken

    def _tell(self, step: Step, undone: tuple[Moment, Moment] | None = None) -> None:
        if step.users:
            self._store.tell(ChangeKind.USERS, step.owners)
        if step.subscriptions:
            self._store.tell(ChangeKind.SUBSCRIPTIONS, step.owners, undone=undone)


class _OtherKeys(StoreError):
    """What was deleted belonged to keys that are gone by now."""


def _delete(connection: Connection, kept: Kept, ids: "array[int]", user_ids: Sequence[UUID], go_on: GoOn) -> Step:
    # Copying and deleting go through the same rows: each is told as half of the way.
    kept.keep(ids, user_ids, lambda done, total: go_on(done // 2, total))
    total, users = kept.counts["subscriptions"], kept.counts["users"]
    half = total - total // 2

    def told(done: int) -> None:
        go_on(half + done // 2, total)

    with (
        bulk.many_rows(connection, total, told),
        kept.ids("subscriptions") as rows,
        kept.ids("users") as people,
    ):
        gone = bulk.delete(connection, "subscriptions", rows, told)
        gone_users = bulk.delete(connection, "users", people, lambda _: told(total))
    if (gone, gone_users) != (total, users):
        # Another file lies where the database was: what was copied is not what was deleted.
        raise StoreError(CHANGED)
    owners = kept.owners(NAMED_USERS + 1)
    named = frozenset(owners if len(owners) <= NAMED_USERS else ())
    return Step(total, users, named, keys.active_id(connection), kept)


def _may_come_back(connection: Connection) -> frozenset[int | None]:
    """Return the pairs whose subscriptions can be used; None is among them where no pair is active, as it was then."""
    return keys.signing(connection) | {keys.active_id(connection)}


def _restore(connection: Connection, step: Step, go_on: GoOn) -> Restored:
    if step.keys not in _may_come_back(connection):
        raise _OtherKeys(OTHER_KEYS)
    # Of a pair that is active no more, and was kept: it goes on signing for them.
    pair = step.keys if step.keys != keys.active_id(connection) else None
    can_sign = keys.signing(connection)

    def told(done: int) -> None:
        go_on(done, step.subscriptions)

    with (
        bulk.many_rows(connection, step.subscriptions, told),
        step.kept.rows("users") as people,
        step.kept.rows("subscriptions") as rows,
    ):
        users = bulk.insert_users(connection, people)
        came, orphans = bulk.insert_subscriptions(connection, _bound(rows, pair, can_sign), told)
    return Restored(came, users, step.subscriptions - came - orphans, orphans)


def _bound(
    stretches: Iterator[list[tuple[Any, ...]]], pair: int | None, can_sign: frozenset[int]
) -> Iterator[list[tuple[Any, ...]]]:
    """Bind rows to a pair that are bound to none that can sign; None leaves them as they were."""
    for rows in stretches:
        yield (
            rows
            if pair is None
            else [row if row[_PAIR] in can_sign else (*row[:_PAIR], pair, *row[_PAIR + 1 :]) for row in rows]
        )
