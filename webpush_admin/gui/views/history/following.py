"""Keeps the history true while something is sent: newer deliveries come on top, or are told where they would disturb.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QObject

from webpush_admin.backend.records import HistoryChanged
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.models.sends import deliveries_of
from webpush_admin.gui.views.history.sends_pane import SendsPane
from webpush_admin.gui.views.history.table import TablePane

BETWEEN_MS: Final = 1000


class Following(QObject):
    """Reads sends and deliveries again when they are no longer true, once a second at most, while they are seen.

    Nothing moves under the cursor: the table reads by itself only while it is at its top and nobody is at it.
    """

    def __init__(self, context: Context, sends: SendsPane, table: TablePane, parent: QObject) -> None:
        super().__init__(parent)
        self._sends = sends
        self._table = table
        self._seen: dict[int, int] = {}
        self._moved: set[int] = set()
        self._forced = False
        self._held = True
        self._refresher = Refresher(sends.refresh, self, between_ms=BETWEEN_MS)
        sends.read.connect(self._on_sends)
        table.narrowed.connect(self._on_narrowed)
        table.newer.acted.connect(self.refresh)
        context.changes.connect(self._on_changes)
        self.hold()

    def hold(self) -> None:
        """The view is hidden: wishes to read again are kept for later."""
        self._held = True
        self._refresher.hold()

    def release(self) -> None:
        """The view is shown: read what has changed meanwhile."""
        self._held = False
        # Nobody could point at a row meanwhile: where the pointer happens to be keeps nothing old.
        self._forced |= self._refresher.wished and self._table.at_top
        self._refresher.release()

    def refresh(self) -> None:
        """Read everything again, whatever is selected or pointed at."""
        self._forced = True
        self._refresher.wish()

    def begin(self) -> None:
        """Another database: what its table will show is what there is now."""
        self._seen.clear()
        self._moved.clear()
        self._forced = False
        self._refresher.forget()
        if self._held:
            self._refresher.wish()
        else:
            # At once: a read of the former one would make this one wait.
            self._sends.refresh()

    def _on_changes(self, batch: Sequence[Any]) -> None:
        moved = {event.send for event in batch if isinstance(event, HistoryChanged)}
        if moved:
            self._moved |= moved
            self._refresher.wish()

    def _on_narrowed(self) -> None:
        # The table has just been asked for: it shows what there is now.
        self._remember()

    def _on_sends(self) -> None:
        """The totals are known: the rows are read after them, so that never more rows are promised than there are."""
        moved, self._moved = self._moved, set()
        forced, self._forced = self._forced, False
        if forced or not self._table.model.known:
            self._read_rows()
        elif moved and self._concerns(moved):
            if not self._table.follows:
                self._table.show_newer(self._newer())
            elif self._table.model.busy:
                # What is on its way may be older than what has moved: it is looked at again.
                self._moved |= moved
                self._refresher.wish()
            else:
                self._read_rows()

    def _concerns(self, moved: set[int]) -> bool:
        send = self._table.list.query.where.send
        return send is None or 0 in moved or send in moved

    def _newer(self) -> int | None:
        if not self._table.bar.filters.counted_by_sends:
            return None
        send = self._table.list.query.where.send
        there = {one.number: deliveries_of(one) for one in self._sends.model.sends if send in (None, one.number)}
        newer = sum(max(0, count - self._seen.get(number, 0)) for number, count in there.items())
        return newer or None

    def _read_rows(self) -> None:
        self._remember()
        self._table.model.refresh()

    def _remember(self) -> None:
        self._seen = {send.number: deliveries_of(send) for send in self._sends.model.sends}
        self._table.show_newer(0)
