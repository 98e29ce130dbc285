"""Where the table of what was pruned stands, or what is told in its place while there is nothing in it.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from webpush_admin.gui.actions import Actions
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState


class PrunedPlaces(QStackedWidget):
    """The table and the empty places.

    Attributes:
        clear_wished: The search is to go.
    """

    clear_wished = Signal()

    def __init__(self, table: QWidget, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("places")
        self._table = table
        clear = QAction(self.tr("Clear search"), self)
        clear.setObjectName("clear_all")
        clear.triggered.connect(self.clear_wished)
        self.nothing_found = EmptyState(
            "search",
            self.tr("Nothing matches"),
            self.tr(
                "The search knows names of users, hosts, the end of an endpoint, statuses, ids of subscriptions, and "
                "sends (#12)."
            ),
            clear,
            parent=self,
            name="nothing_found",
        )
        self.nothing_pruned = EmptyState(
            "scissors", "", "", actions["show_history"], parent=self, name="nothing_pruned"
        )
        for button in self.findChildren(ActionButton):
            # The accent belongs to what one comes to this view for.
            button.setProperty("kind", "")
        for page in (table, self.nothing_found, self.nothing_pruned):
            self.addWidget(page)
        self.show_nothing_pruned(read_only=False)

    def show_rows(self) -> None:
        """Show the table."""
        self.setCurrentWidget(self._table)

    def show_nothing_found(self) -> None:
        """Nothing matches."""
        self.setCurrentWidget(self.nothing_found)

    def show_nothing_pruned(self, *, read_only: bool) -> None:
        """Nothing was pruned; in a database that is only read, nothing can be."""
        if read_only:
            title = self.tr("Nothing is pruned here")
            text = self.tr("This database is only read: a row whose push service calls it gone stays. See History.")
        else:
            title = self.tr("None since the database was opened")
            text = self.tr(
                "An answer of 410 deletes the row and puts it here, from where it can be restored until the database "
                "is closed. Older ones are in History."
            )
        self.nothing_pruned.show_text(title, text)
        self.setCurrentWidget(self.nothing_pruned)
