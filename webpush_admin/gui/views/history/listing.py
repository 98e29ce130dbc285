"""The list that the table shows: which deliveries, in what order, and how they are read.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from webpush_admin.backend.records import Page
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.deliveries import DELIVERY_COLUMNS
from webpush_admin.gui.models.paged import PagedModel
from webpush_admin.gui.models.requests import Stretch
from webpush_admin.store.history_rows import ALL_DELIVERIES, DeliveryQuery, DeliveryRow


class Listing(QObject):
    """A query and the model of its rows.

    Attributes:
        model: The rows.
        query: What is shown.
        counted: The number of rows is the exact one.
    """

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.query = DeliveryQuery()
        self.counted = False
        self.model = PagedModel(
            DELIVERY_COLUMNS, self._fetch, key=lambda row: row.number, count=self._count, parent=self
        )
        self.model.modelAboutToBeReset.connect(self._on_reset)
        self.model.failed.connect(self._on_failed)

    @property
    def narrowed(self) -> bool:
        """Whether search or filters may hide some."""
        return self.query.where != ALL_DELIVERIES

    @property
    def newest_first(self) -> bool:
        """Whether what comes anew comes on top."""
        return self.query.descending and self.query.order_by in ("number", "at")

    @property
    def what(self) -> str:
        """What is being done, where rows are waited for."""
        if self.model.rowCount():
            return self.tr("Reading…")
        if self.narrowed:
            return self.tr("Searching…")
        return self.tr("Reading…") if self.query == DeliveryQuery() else self.tr("Sorting…")

    def begin(self, **changes: Any) -> None:
        """Show another list: what is named changes, everything else stays."""
        self.query = replace(self.query, **changes)
        self.model.reset()

    def _fetch(
        self, stretch: Stretch, done: Callable[[Page[DeliveryRow]], None], failed: Callable[[str], None]
    ) -> Job[Any]:
        query = self.query
        return self._context.ask(
            lambda backend: backend.history.page(query, stretch.stamp, stretch.offset, stretch.limit),
            lambda page: self._on_page(page, done),
            failed,
        )

    def _count(self, stamp: int, done: Callable[[int], None], failed: Callable[[str], None]) -> Job[Any]:
        query = self.query

        def counted(total: int) -> None:
            self.counted = True
            done(total)

        return self._context.ask(lambda backend: backend.history.total(query, stamp), counted, failed)

    def _on_page(self, page: Page[DeliveryRow], done: Callable[[Page[DeliveryRow]], None]) -> None:
        self.counted = self.counted or page.total is not None
        done(page)

    def _on_reset(self) -> None:
        self.counted = False

    def _on_failed(self, sentence: str) -> None:
        self._context.notify(sentence, "bad")
