"""Keeps the view's lists true to what happens elsewhere: pushes, prunes, edits, an audit.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject

from webpush_admin.backend.audit_records import Audited
from webpush_admin.backend.records import DatabaseChanged
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.views.subscriptions.people import PeoplePane
from webpush_admin.gui.views.subscriptions.results import ResultsPanel
from webpush_admin.gui.views.subscriptions.table import TablePane
from webpush_admin.push.events import AnswersRecorded, PushFinished, SubscriptionsPruned


class Following(QObject):
    """Reads the lists again when they are no longer true, at most every two seconds, and only while they are seen."""

    def __init__(
        self, context: Context, people: PeoplePane, table: TablePane, results: ResultsPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._results = results
        self._people_refresher = Refresher(people.model.refresh, self)
        self._table_refresher = Refresher(self._read_table_again, self)
        self._changed = False
        context.events.connect(self._on_events)
        context.changes.connect(self._on_changes)
        self.hold()

    def hold(self) -> None:
        """The view is hidden: wishes to read again are kept for later."""
        self._people_refresher.hold()
        self._table_refresher.hold()

    def release(self) -> None:
        """The view is shown: read what has changed meanwhile."""
        self._people_refresher.release()
        self._table_refresher.release()

    def refresh(self) -> None:
        """Read what is shown again. A selection of more rows than are kept is given up: it could not be found again."""
        self._changed = True
        if self._table.selects_many:
            self._table.table.clearSelection()
        self._people_refresher.wish()
        self._table_refresher.wish()

    def _read_table_again(self) -> None:
        # A wish waits: many rows may have been selected since. An answer is no reason to give them up.
        if self._table.selects_many:
            if not self._changed:
                return
            self._table.table.clearSelection()
        self._changed = False
        self._table.model.refresh()

    def _on_events(self, batch: Sequence[Any]) -> None:
        # A batch may be of thousands: it is gone through once, and again only for what is in it.
        kinds = set(map(type, batch))
        if PushFinished in kinds:
            self._results.append([event for event in batch if type(event) is PushFinished])
        if SubscriptionsPruned in kinds:
            pruned = [event for event in batch if type(event) is SubscriptionsPruned]
            self._results.mark_pruned(row.id for event in pruned for row in event.subscriptions if row.id is not None)
        if AnswersRecorded in kinds and not self._table.selects_many:
            self._table_refresher.wish()

    def _on_changes(self, changes: Sequence[Any]) -> None:
        # What others change is not read by itself: nothing moves under the cursor.
        if any(isinstance(event, DatabaseChanged | Audited) for event in changes):
            self.refresh()
