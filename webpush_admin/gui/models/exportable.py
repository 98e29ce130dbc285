"""What a view has to offer for an export, and what becomes a wish.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from webpush_admin.backend.exchange_records import ExportFormat, ExportOptions, Wanted
from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.store.rows import Chosen, SubscriptionQuery


class Exportable(NamedTuple):
    """A selection and a list.

    Attributes:
        chosen: What is selected; of nothing its count is 0.
        query: What the table shows.
        stamp: Which reading of it, see `backend.lists`.
        narrowed: The table shows less than everything.
        user_name: Whose subscriptions the table shows, "" for everybody's. Hostile text.
    """

    chosen: Chosen = Chosen(0)
    query: SubscriptionQuery = SubscriptionQuery()
    stamp: int = 0
    narrowed: bool = False
    user_name: str = ""

    @property
    def selected(self) -> int:
        """How many are selected."""
        return self.chosen.count


class ExportWish(NamedTuple):
    """What the operator wants written.

    Attributes:
        wanted: Which subscriptions.
        path: Where.
        options: As what.
        overwrite: The operator has agreed that the file which is there goes.
    """

    wanted: Wanted
    path: Path
    options: ExportOptions
    overwrite: bool


def suggested_path(database: DatabaseInfo, folder: str, chosen: ExportFormat, now: datetime) -> Path:
    """Return a dated name: in the folder that was used last, else beside the database, else at home."""
    beside = None if database.demo else Path(database.location)
    stem = beside.stem if beside is not None else "demo"
    place = Path(folder) if folder else beside.parent if beside is not None and beside.is_absolute() else Path.home()
    return place / f"{stem}-subscriptions-{now.astimezone(UTC):%Y-%m-%d}.{chosen.value}"
