"""Where the table of events stands, or what is told in its place while there is nothing in it.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from webpush_admin.gui.models.event_rows import EventRows
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState


class EventPlaces(QStackedWidget):
    """The table and the empty places.

    Attributes:
        clear_wished: Search and filters are to go.
    """

    clear_wished = Signal()

    def __init__(self, table: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("places")
        self._table = table
        self.nothing = EmptyState(
            "activity",
            self.tr("No events yet"),
            self.tr(
                "Each hit and each read of the cache, each push and what was pruned is told here as it happens, "
                "the newest last. Send a test, and watch."
            ),
            parent=self,
            name="nothing",
        )
        everything = QAction(self.tr("Clear search and filters"), self)
        everything.setObjectName("clear_all")
        everything.triggered.connect(self.clear_wished)
        self.nothing_found = EmptyState(
            "search",
            self.tr("Nothing matches"),
            self.tr("None of the events that are kept matches; new ones that do are shown as they come."),
            everything,
            parent=self,
            name="nothing_found",
        )
        for button in self.nothing_found.findChildren(ActionButton):
            button.setProperty("kind", "")
        for page in (self.nothing, self.nothing_found, table):
            self.addWidget(page)

    def show_fitting(self, rows: EventRows) -> None:
        """Show the table where it has rows, else why it has none."""
        empty = self.nothing_found if rows.filter.narrows and rows.logged_count else self.nothing
        self.setCurrentWidget(self._table if rows.rowCount() else empty)
