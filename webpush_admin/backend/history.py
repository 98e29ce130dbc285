"""Verbs for the history of sends and deliveries.

Runs on: worker loop
"""

from pathlib import Path
from typing import Literal

from webpush_admin.backend.lists import Lists
from webpush_admin.backend.records import Page, WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.backend.tidying import Tidying
from webpush_admin.push.errors import PushError
from webpush_admin.store.exporting import records as exporting
from webpush_admin.store.exporting.writing import check_target
from webpush_admin.store.history.exporting import to_file
from webpush_admin.store.history_rows import (
    DeliveryDetail,
    DeliveryFilter,
    DeliveryQuery,
    DeliveryRow,
    Keeping,
    SendRow,
    SendTally,
)
from webpush_admin.store.store import Store

ExportFormat = Literal["csv", "json"]


class History:
    """Each verb raises PushError with a sentence; a caller that is cancelled ends its read."""

    def __init__(self, session: Session, lists: Lists, tidying: Tidying) -> None:
        self._session = session
        self._lists = lists
        self._tidying = tidying

    async def page(self, query: DeliveryQuery, stamp: int, offset: int, limit: int) -> Page[DeliveryRow]:
        """Return a stretch of the deliveries; for `stamp` see `backend.lists`."""
        rows, total = await self._lists.deliveries(query, stamp, offset, limit)
        return Page(offset, tuple(rows), total)

    async def total(self, query: DeliveryQuery, stamp: int) -> int:
        """Return how many deliveries a query has; a page tells it where that is known at once."""
        return await self._lists.total(query, stamp)

    async def sends(self, limit: int, before: int | None = None) -> tuple[SendRow, ...]:
        """Return the newest sends, the newest first; with `before`, those with smaller numbers."""
        return await self._session.read(lambda store: store.history.sends(limit, before))

    async def send(self, number: int) -> SendRow | None:
        """Return one send, None where there is none."""
        return await self._session.read(lambda store: store.history.send(number))

    async def detail(self, number: int) -> DeliveryDetail | None:
        """Return everything that is known of one delivery, None where it was forgotten."""
        return await self._session.read(lambda store: store.history.detail(number))

    async def of_subscription(self, subscription_id: int, limit: int) -> tuple[DeliveryRow, ...]:
        """Return the newest deliveries to one subscription, the newest first."""
        return await self._session.read(lambda store: store.history.of_subscription(subscription_id, limit))

    async def tallies(self, send: int) -> tuple[tuple[SendTally, ...], tuple[SendTally, ...]]:
        """Return what came of a send by service and by diagnosis, the largest first."""
        return await self._session.work(lambda store: store.history.tallies(send))

    async def export(
        self, wanted: DeliveryQuery | int, path: Path, how: ExportFormat, *, overwrite: bool = False
    ) -> int:
        """Write deliveries to a file that only its owner can read; shown among the works, where it can be stopped.

        Args:
            wanted: Those of a query, in its order, or of one send, as they went out.
            path: Where to; there is a whole file in the end, or none.
            how: What is written.
            overwrite: Replace a file that is there.

        Returns:
            How many rows there were.

        Raises:
            PushError: There is a file already and it is not to be overwritten; it was stopped; or the disk refuses.
        """
        query = wanted
        if isinstance(query, int):
            query = DeliveryQuery(DeliveryFilter(send=query), descending=False)

        def write(store: Store) -> int:
            check_target(path, store.path, overwrite=overwrite)
            rows = store.history.rows_for_export(query, work.cancel)
            return to_file(rows, path, exporting.ExportFormat(how), overwrite=overwrite, work=work).rows

        with self._session.works.running(WorkKind.EXPORT) as work:
            try:
                return await self._session.work(write)
            except PushError:
                # A read that is stopped says so in the words of the database.
                work.check()
                raise

    async def keeping(self) -> Keeping:
        """Return how much of the history is kept."""
        return await self._session.read(lambda store: store.history.keeping())

    async def forget(self, keeping: Keeping) -> int:
        """Keep so much from now on, and forget what is beyond; return how many deliveries went."""
        await self._session.read(lambda store: store.history.set_keeping(keeping))
        return await self._tidying.forget()
