"""Verbs for what was pruned since the database was opened: list it, bring it back, write it to a file.

Runs on: worker loop
"""

import asyncio
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from webpush_admin.backend import pruned_export
from webpush_admin.backend.history import ExportFormat
from webpush_admin.backend.lists import GONE
from webpush_admin.backend.pruned_lists import numbers_of, with_names
from webpush_admin.backend.pruned_records import (
    PrunedBack,
    PrunedChanged,
    PrunedChosen,
    PrunedCounts,
    PrunedQuery,
    PrunedRow,
    PrunedState,
)
from webpush_admin.backend.records import Page, WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.push.answer import Delivery
from webpush_admin.push.errors import PushError
from webpush_admin.store.exporting import records as exporting
from webpush_admin.store.exporting.writing import check_target
from webpush_admin.store.pruned import Returned
from webpush_admin.store.store import Store

TOLD_EVERY_S: Final = 0.3
KEPT_LISTS: Final = 4
"""Readings of the list that are looked at, or were a moment ago."""

EXPORTED_AT_ONCE: Final = 1000


class Pruned:
    """Each verb raises PushError with a sentence; a caller that is cancelled ends its read.

    Changes are told as `PrunedChanged`. Endpoints and keys stay in the store.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._log = session.pruned
        self._log.on_change = self._note
        session.store.pruned.most = self._log.most
        self._lists: OrderedDict[tuple[PrunedQuery, int], asyncio.Task[array[int]]] = OrderedDict()
        self._turn = asyncio.Lock()
        self._moved = False
        self._timer: asyncio.TimerHandle | None = None

    async def counts(self) -> PrunedCounts:
        """Return how many rows were pruned, and how many of them are listed."""
        return self._log.counts

    async def page(self, query: PrunedQuery, stamp: int, offset: int, limit: int) -> Page[PrunedRow]:
        """Return a stretch of a list, None for rows that are not kept any more; for `stamp` see `backend.lists`."""
        numbers = await self._numbers(query, stamp)
        rows = [self._log.get(number) for number in numbers[offset : offset + limit]]
        return Page(offset, await self._session.read(lambda store: with_names(store, rows)), len(numbers))

    async def restore(self, wanted: Sequence[int] | PrunedChosen) -> PrunedBack:
        """Bring rows back as they were, with the same ids, in one transaction; shown among the works.

        The users' next pushes go to them again, and most likely prune them again.

        Args:
            wanted: Numbers of `PrunedRow`, or what was chosen in a list.

        Raises:
            PushError: The list that they were chosen from is no longer there, it was stopped, or the database refuses:
                nothing has changed.
        """
        async with self._turn:
            numbers = set(await self._chosen(wanted) if isinstance(wanted, PrunedChosen) else wanted)
            known = [row for number in sorted(numbers) if (row := self._log.get(number)) is not None]
            by_id = {row.subscription_id: row.number for row in known if row.state is PrunedState.KNOWN}
            with self._session.works.running(WorkKind.UNDO, len(by_id)) as work:

                def told(done: int) -> None:
                    work.check()
                    work.advance(done)

                bringing = self._session.work(lambda store: store.pruned.restore([*by_id], told, work.cancel))
                task = asyncio.create_task(bringing, name="webpush-pruned-restore")
                task.add_done_callback(partial(self._take_back, by_id))
                # Where nobody waits any more it may be too late to stop it: what came is remembered all the same.
                came = await asyncio.shield(task)
        return PrunedBack(
            restored=len(came.restored),
            there_again=len(came.there_again),
            without_user=len(came.without_user),
            other_keys=len(came.other_keys),
            not_kept=len(numbers) - len(by_id) + len(came.not_kept),
        )

    async def export(self, query: PrunedQuery, path: Path, how: ExportFormat, *, overwrite: bool = False) -> int:
        """Write rows to a file that only its owner can read, endpoints masked; shown among the works.

        Args:
            query: Which, in what order.
            path: Where to; there is a whole file in the end, or none.
            how: What is written.
            overwrite: Replace a file that is there.

        Returns:
            How many rows there were.

        Raises:
            PushError: There is a file already and it is not to be overwritten; it was stopped; or the disk refuses.
        """
        kept = self._log.rows()

        def write(store: Store) -> int:
            check_target(path, store.path, overwrite=overwrite)
            by_number = {row.number: row for row in kept}
            rows = [by_number[number] for number in numbers_of(store, kept, query, work.cancel)]
            work.advance(0, len(rows))
            kind = exporting.ExportFormat(how)
            return pruned_export.to_file(_batches(store, rows), path, kind, overwrite=overwrite, work=work).rows

        with self._session.works.running(WorkKind.EXPORT) as work:
            try:
                return await self._session.work(write)
            except PushError:
                # A read that is stopped says so in the words of the database.
                work.check()
                raise

    def record(self, deliveries: Iterable[Delivery], send: int = 0) -> None:
        """Take why rows were pruned, from a dispatch that is not written down in the history.

        What the history writes down is taken by itself.
        """
        self._log.answered(deliveries, send)

    async def aclose(self) -> None:
        """Tell nothing any more."""
        self._log.on_change = None
        if self._timer is not None:
            self._timer.cancel()
        reading = [task for task in self._lists.values() if not task.done()]
        for task in reading:
            task.cancel()
        if reading:
            await asyncio.wait(reading)

    async def _chosen(self, chosen: PrunedChosen) -> list[int]:
        kept = self._lists.get((chosen.query, chosen.stamp))
        if kept is None:
            raise PushError(GONE)
        numbers = await asyncio.shield(kept)
        return [number for first, last in chosen.stretches for number in numbers[first : last + 1]]

    async def _numbers(self, query: PrunedQuery, stamp: int) -> "array[int]":
        """Return the numbers of a list: of one reading all pages are of the same."""
        key = query, stamp
        if key not in self._lists:
            task = self._lists[key] = asyncio.create_task(self._find(query), name="webpush-pruned-list")
            task.add_done_callback(lambda task: self._forget_failed(key, task))
            while len(self._lists) > KEPT_LISTS:
                self._lists.popitem(last=False)
        # Others may wait for it too.
        return await asyncio.shield(self._lists[key])

    async def _find(self, query: PrunedQuery) -> "array[int]":
        rows = self._log.rows()
        return await self._session.look(lambda store, cancel: numbers_of(store, rows, query, cancel))

    def _forget_failed(self, key: tuple[PrunedQuery, int], task: "asyncio.Task[array[int]]") -> None:
        if task.cancelled() or task.exception() is not None:
            self._lists.pop(key, None)

    def _take_back(self, by_id: Mapping[int, int], task: "asyncio.Task[Returned]") -> None:
        if not task.cancelled() and task.exception() is None:
            self._log.restored(by_id[subscription_id] for subscription_id in task.result().restored)

    def _note(self) -> None:
        self._moved = True
        if self._timer is None:
            # In a moment: what was pruned together is told together.
            self._timer = self._session.loop.call_later(0, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        if self._moved:
            self._moved = False
            self._session.emit(PrunedChanged(self._log.counts))
            self._timer = self._session.loop.call_later(TOLD_EVERY_S, self._on_time)


def _batches(store: Store, rows: Sequence[PrunedRow]) -> Iterator[Sequence[PrunedRow]]:
    for start in range(0, len(rows), EXPORTED_AT_ONCE):
        named = with_names(store, rows[start : start + EXPORTED_AT_ONCE])
        yield [row for row in named if row is not None]
