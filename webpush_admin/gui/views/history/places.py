"""Where the table of deliveries stands, or what is told in its place while there is nothing in it.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from webpush_admin.gui.actions import Actions
from webpush_admin.gui.models.delivery_filters import DeliveryFilters
from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState

_SENTENCE_CHARACTERS = 400


class Places(QStackedWidget):
    """The table and the empty places.

    Attributes:
        clear_wished: Search and filters are to go.
    """

    clear_wished = Signal()

    def __init__(self, table: QWidget, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("stack")
        self._table = table
        self.clear_action = QAction(self.tr("Clear filters"), self)
        self.clear_action.setObjectName("clear_all")
        self.clear_action.triggered.connect(self.clear_wished)
        self.nothing_found = EmptyState(
            "search", self.tr("Nothing matches"), "", self.clear_action, parent=self, name="nothing_found"
        )
        self.nothing_kept = EmptyState(
            "history",
            self.tr("No deliveries"),
            self.tr("They were forgotten, or none went out; the totals of the sends stay."),
            parent=self,
            name="nothing_kept",
        )
        self.stopped = EmptyState(
            "circle-stop",
            self.tr("Stopped"),
            self.tr("Nothing had been read yet."),
            actions["refresh"],
            parent=self,
            name="stopped",
        )
        for button in self.stopped.findChildren(ActionButton):
            button.setProperty("kind", "")
        for page in (table, self.nothing_found, self.nothing_kept, self.stopped):
            self.addWidget(page)

    def show_rows(self) -> None:
        """Show the table."""
        self.setCurrentWidget(self._table)

    def show_nothing_found(self, filters: DeliveryFilters) -> None:
        """Nothing matches."""
        lines = [display_text(filters.sentence(), _SENTENCE_CHARACTERS)]
        if filters.search:
            lines.append(
                self.tr(
                    "The search knows names of users, the start of a host, the end of an endpoint, statuses and ids."
                )
            )
        self.nothing_found.show_text(self.tr("Nothing matches"), "\n".join(lines))
        both = self.tr("Clear search and filters") if filters.search else self.tr("Clear filters")
        self.clear_action.setText(both if filters.words() else self.tr("Clear search"))
        self.setCurrentWidget(self.nothing_found)

    def show_nothing_kept(self) -> None:
        """There are sends, and no delivery of them."""
        self.setCurrentWidget(self.nothing_kept)

    def show_stopped(self) -> None:
        """The operator did not want to wait."""
        self.setCurrentWidget(self.stopped)
