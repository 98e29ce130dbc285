"""Where the table stands, or what is told in its place while there is nothing in it.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from webpush_admin.gui.actions import Actions
from webpush_admin.gui.models.filters import Filters
from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState

_NAME_CHARACTERS = 60
_SENTENCE_CHARACTERS = 400


class Places(QStackedWidget):
    """The table and the empty places.

    Attributes:
        clear_wished: Search and filters are to go.
        anywhere_wished: Whole endpoints are to be searched.
        audit_wished: Every subscription is to be checked.
    """

    clear_wished = Signal()
    anywhere_wished = Signal()
    audit_wished = Signal()

    def __init__(self, table: QWidget, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("stack")
        self._table = table
        self.no_users = EmptyState(
            "users",
            self.tr("Nobody here yet"),
            self.tr("Add a user, then the subscription of their browser, and send it a test."),
            actions["add_user"],
            actions["open_demo"],
            parent=self,
            name="no_users",
        )
        self.no_subscriptions = EmptyState(
            "bell", self.tr("No subscriptions"), "", actions["add_subscription"], parent=self, name="no_subscriptions"
        )
        self.clear_action = QAction(self.tr("Clear filters"), self)
        self.clear_action.setObjectName("clear_all")
        self.clear_action.triggered.connect(self.clear_wished)
        self.anywhere_action = QAction(self.tr("Search whole endpoints"), self)
        self.anywhere_action.setObjectName("search_anywhere")
        self.anywhere_action.setToolTip(self.tr("Finds any part of an endpoint. It reads every row."))
        self.anywhere_action.triggered.connect(self.anywhere_wished)
        self.nothing_found = EmptyState(
            "search",
            self.tr("Nothing matches"),
            "",
            self.clear_action,
            self.anywhere_action,
            parent=self,
            name="nothing_found",
        )
        self.audit_action = QAction(self.tr("Run the audit"), self)
        self.audit_action.setObjectName("run_audit")
        self.audit_action.setToolTip(self.tr("Checks every subscription and changes none; it can be stopped."))
        self.audit_action.triggered.connect(self.audit_wished)
        self.not_audited = EmptyState(
            "shield-check",
            self.tr("Not checked yet"),
            self.tr("Which subscriptions are invalid or duplicates is known once each of them has been checked."),
            self.audit_action,
            self.clear_action,
            parent=self,
            name="not_audited",
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
            # The accent is the send button's, which can be pressed then.
            button.setProperty("kind", "")
        for page in (
            table,
            self.no_users,
            self.no_subscriptions,
            self.nothing_found,
            self.not_audited,
            self.stopped,
        ):
            self.addWidget(page)

    def show_rows(self) -> None:
        """Show the table."""
        self.setCurrentWidget(self._table)

    def show_nobody(self) -> None:
        """There are no users at all."""
        self.setCurrentWidget(self.no_users)

    def show_no_subscriptions(self, name: str | None) -> None:
        """One user has none, or nobody."""
        self.no_subscriptions.show_text(
            self.tr("Nobody has a subscription")
            if name is None
            else self.tr("{name} has no subscriptions").format(name=display_text(name, _NAME_CHARACTERS)),
            self.tr("Nothing can be sent. Select a user and paste a subscription, or wait until they subscribe."),
        )
        self.setCurrentWidget(self.no_subscriptions)

    def show_nothing_found(self, filters: Filters, name: str | None) -> None:
        """Nothing matches, of one user's or of all."""
        lines = [display_text(filters.sentence(), _SENTENCE_CHARACTERS)]
        if name is not None:
            lines.append(self.tr("Of {0} alone.").format(display_text(name, _NAME_CHARACTERS)))
        if filters.search and not filters.anywhere:
            lines.append(self.tr("The search knows names of users, the start of an endpoint or of its host, and ids."))
        self.nothing_found.show_text(self.tr("Nothing matches"), "\n".join(lines))
        both = self.tr("Clear search and filters") if filters.search else self.tr("Clear filters")
        self.clear_action.setText(both if filters.words() else self.tr("Clear search"))
        button = self.nothing_found.findChild(ActionButton, "search_anywhere_button")
        assert button is not None
        button.setVisible(bool(filters.search) and not filters.anywhere)
        self.setCurrentWidget(self.nothing_found)

    def show_not_audited(self) -> None:
        """The filter asks what only the audit knows."""
        self.clear_action.setText(self.tr("Clear filters"))
        self.setCurrentWidget(self.not_audited)

    def show_stopped(self) -> None:
        """The operator did not want to wait."""
        self.setCurrentWidget(self.stopped)
