"""The endpoints that were pruned, which can be restored and exported.

Runs on: GUI thread
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from webpush_admin.backend.pruned_records import PrunedChanged, PrunedCounts, PrunedRow
from webpush_admin.backend.records import DatabaseChanged
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.pruned import (
    COMPACT,
    LEAVES_FIRST,
    PRUNED_COLUMNS,
    counts_sentence,
    newer_sentence,
)
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.pruned_list import PrunedList
from webpush_admin.gui.views.live.pruned_places import PrunedPlaces
from webpush_admin.gui.views.live.pruned_selection import PrunedSelection
from webpush_admin.gui.widgets.banner import Banner
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.still import Still
from webpush_admin.gui.widgets.table import Table

if TYPE_CHECKING:
    from webpush_admin.backend.records import DatabaseInfo

BETWEEN_MS: Final = 1000
ANSWER_PIXELS: Final = 170
SEARCH_PIXELS: Final = 180
TOP: Final = ("time", True)


class PrunedPage(QWidget):
    """The endpoints that were pruned, which can be restored and exported.

    Nothing moves under the cursor: newer ones come on top by themselves only while the newest are in sight and nobody
    has selected or points at one; else their number is told.

    Attributes:
        history_wished: A `DeliveryFilter` that the history should show.
        user_wished: Id and name of a user whose subscriptions are to be shown.
    """

    history_wished = Signal(object)
    user_wished = Signal(object)

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pruned_page")
        self.setAccessibleName(self.tr("Pruned endpoints"))
        self._context = context
        self._naming = naming
        self._location = ""
        self._counts = PrunedCounts()
        self.list = PrunedList(context, self)
        self._refresher = Refresher(self._read, self, between_ms=BETWEEN_MS)
        self._refresher.hold()
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._on_database(context.database)

    def _make_widgets(self) -> None:
        self.search = SearchField(self.tr("User, host, status, #send"), self, name="search")
        self.search.setMinimumWidth(SEARCH_PIXELS)
        self.count = PlainLabel("", self, name="count", tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.count.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.table = Table(
            self._context.theme,
            self.list.model,
            PRUNED_COLUMNS,
            self,
            name="pruned_table",
            accessible_name=self.accessibleName(),
            leaves_first=LEAVES_FIRST,
            compact=COMPACT,
            own_order=TOP[0],
            own_descending=TOP[1],
            stretch_pixels=ANSWER_PIXELS,
        )
        self.table.show_sorting(TOP[0], descending=TOP[1])
        Still(self.table, self.list.model)
        self.selection = PrunedSelection(self._context, self.list, self.table, self)
        self.restore_button = ActionButton(self.selection.actions["restore"], self)
        self.export_button = ActionButton(self.selection.actions["export_rows"], self, name="export_button")
        # Below the table: above, its coming would move the row that the operator is about to click.
        self.newer = Banner(self._context, self, name="newer_banner", action=self.tr("Show"))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 2)
        top.addWidget(self.count, 3)
        top.addWidget(self.restore_button)
        top.addWidget(self.export_button)
        self.card = Card(self, name="card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        self.places = PrunedPlaces(self.table, self._context.actions, self.card)
        inside.addWidget(self.places)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.card, 1)
        layout.addWidget(self.newer)
        stops = (self.search, self.restore_button, self.export_button, self.table.horizontalHeader(), self.table)
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        context, model = self._context, self.list.model
        context.changes.connect(self._on_changes)
        context.database_opened.connect(self._on_database)
        context.database_closed.connect(self._on_database)
        model.arrived.connect(self._on_arrived)
        model.loaded.connect(self._show_page)
        self.search.changed.connect(self._on_search)
        self.search.left_down.connect(self.table.focus_rows)
        self.search.returnPressed.connect(self.table.focus_rows)
        self.places.clear_wished.connect(self._clear_search)
        self.table.sort_wished.connect(self._on_sort)
        self.newer.acted.connect(self.refresh)
        self.selection.history_wished.connect(self.history_wished)
        self.selection.user_wished.connect(self.user_wished)

    @property
    def follows(self) -> bool:
        """Whether newer ones may come on top by themselves: nobody reads or points at a row that they would move."""
        return self._at_top and not self.table.underMouse()

    @property
    def _at_top(self) -> bool:
        still = not self.table.selectionModel().hasSelection() and self.list.newest_first
        return still and self.table.verticalScrollBar().value() == 0

    def refresh(self) -> None:
        """Read everything again, whatever is selected or pointed at."""
        self._show_newer()

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when seen: nobody could point at a row meanwhile."""
        super().showEvent(event)
        self._refresher.release()
        self._ask_counts()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing while nobody looks."""
        super().hideEvent(event)
        self._refresher.hold()

    def _on_database(self, info: "DatabaseInfo | None" = None) -> None:
        location = info.location if info is not None else ""
        if location != self._location:
            self._location = location
            self._begin()
        self._show_page()
        self.selection.show_availability()
        # It is told again when its keys changed: then nothing can be restored any more.
        self._ask_counts()

    def _begin(self) -> None:
        self._counts = PrunedCounts()
        self.count.show_text("")
        self.search.show_query("")
        self.table.show_sorting(TOP[0], descending=TOP[1])
        self.newer.show_text("")
        self.list.begin()

    def _ask_counts(self) -> None:
        if self.isVisible() and self._context.database is not None:
            self._context.ask(lambda backend: backend.pruned.counts(), self._on_counts, self._on_counts_failed)

    def _on_counts(self, counts: PrunedCounts) -> None:
        if counts.pruned < self.list.up_to:
            # The same file was opened again: what was pruned before is forgotten.
            self._begin()
        self._take_counts(counts)
        if self._at_top:
            self._show_newer()

    def _on_counts_failed(self, _sentence: str) -> None:
        # It was closed before it could answer.
        return

    def _on_changes(self, batch: Sequence[Any]) -> None:
        if not self.isVisible():
            return
        # In C: ten thousand events a second may come, hardly any of them of these kinds.
        kinds = set(map(type, batch))
        if PrunedChanged in kinds:
            self._take_counts(next(event.counts for event in reversed(batch) if type(event) is PrunedChanged))
        elif DatabaseChanged in kinds and self.list.model.rowCount():
            # A user may be gone, or have another name.
            self._refresher.wish()

    def _take_counts(self, counts: PrunedCounts) -> None:
        # Shown with the rows: a label that changes has the table beside it painted too.
        self._counts = counts
        self._refresher.wish()

    def _read(self) -> None:
        """Read again: all that there is, or what is shown, whose states may be others."""
        if self.follows or not self.list.model.known:
            self._show_newer()
        else:
            self.list.read_again(self.list.up_to)
            self.newer.show_text(newer_sentence(self._counts.pruned - self.list.up_to))
            self._show_counts()

    def _show_newer(self) -> None:
        self.newer.show_text("")
        self._refresher.forget()
        if self._counts.pruned:
            self.list.read_again(self._counts.pruned)

    def _on_arrived(self, rows: Sequence[PrunedRow]) -> None:
        self._naming.learn((row.user_id, row.user_name) for row in rows if row.user_name)

    def _show_counts(self) -> None:
        model = self.list.model
        found = model.rowCount() if self.list.query.search and model.known else None
        self.count.show_text(counts_sentence(self._counts, found))

    def _show_page(self) -> None:
        self._show_counts()
        model, database = self.list.model, self._context.database
        if model.rowCount() or (self._counts.pruned and not model.known):
            self.places.show_rows()
        elif self.list.query.search and self._counts.pruned:
            self.places.show_nothing_found()
        else:
            self.places.show_nothing_pruned(read_only=bool(database is not None and database.read_only))

    def _on_search(self, text: str) -> None:
        self.table.clearSelection()
        self.newer.show_text("")
        self.list.search(text, self._counts.pruned)

    def _clear_search(self) -> None:
        self.search.clear_now()
        self.search.setFocus()

    def _on_sort(self, key: str, descending: bool) -> None:
        self.table.clearSelection()
        self.newer.show_text("")
        self.list.sort(key, descending, self._counts.pruned)
