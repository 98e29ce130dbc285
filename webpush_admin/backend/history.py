"""Verbs for the history of sends and deliveries.

Runs on: worker loop
"""

from pathlib import Path
from typing import Literal

from webpush_admin.backend.lists import Lists
from webpush_admin.backend.records import Page
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError
from webpush_admin.store.history_rows import DeliveryDetail, DeliveryQuery, DeliveryRow, Keeping, SendRow, SendTally

ExportFormat = Literal["csv", "json"]

NOT_YET = "The history cannot be read yet."


class History:
    """Each verb raises PushError with a sentence; a caller that is cancelled ends its read."""

    def __init__(self, session: Session, lists: Lists) -> None:
        self._session = session
        self._lists = lists

    async def page(self, query: DeliveryQuery, stamp: int, offset: int, limit: int) -> Page[DeliveryRow]:
        """Return a stretch of the deliveries; for `stamp` see `backend.lists`."""
        raise PushError(NOT_YET)

    async def total(self, query: DeliveryQuery, stamp: int) -> int:
        """Return how many deliveries a query has; a page tells it where that is known at once."""
        raise PushError(NOT_YET)

    async def sends(self, limit: int, before: int | None = None) -> tuple[SendRow, ...]:
        """Return the newest sends, the newest first; with `before`, those with smaller numbers."""
        raise PushError(NOT_YET)

    async def detail(self, number: int) -> DeliveryDetail | None:
        """Return everything that is known of one delivery, None where it was forgotten."""
        raise PushError(NOT_YET)

    async def of_subscription(self, subscription_id: int, limit: int) -> tuple[DeliveryRow, ...]:
        """Return the newest deliveries to one subscription, the newest first."""
        raise PushError(NOT_YET)

    async def tallies(self, send: int) -> tuple[tuple[SendTally, ...], tuple[SendTally, ...]]:
        """Return what came of a send by service and by diagnosis, the largest first."""
        raise PushError(NOT_YET)

    async def export(
        self, wanted: DeliveryQuery | int, path: Path, how: ExportFormat, *, overwrite: bool = False
    ) -> int:
        """Write deliveries to a file that only its owner can read; shown among the works, where it can be stopped.

        Args:
            wanted: Those of a query, in its order, or of one send.
            path: Where to; there is a whole file in the end, or none.
            how: What is written.
            overwrite: Replace a file that is there.

        Returns:
            How many rows there were.

        Raises:
            PushError: There is a file already and it is not to be overwritten; it was stopped; or the disk refuses.
        """
        raise PushError(NOT_YET)

    async def keeping(self) -> Keeping:
        """Return how much of the history is kept."""
        raise PushError(NOT_YET)

    async def forget(self, keeping: Keeping) -> int:
        """Keep so much from now on, and forget what is beyond; return how many deliveries went."""
        raise PushError(NOT_YET)
