"""The pane of subscriptions: filter, the accent button, the table, and what to do where there are none.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from webpush_admin.backend.records import Page, SubscriptionInfo
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.names import Names
from webpush_admin.gui.models.paged import PagedModel
from webpush_admin.gui.models.requests import Stretch
from webpush_admin.gui.models.subscriptions import COMPACT, LEAVES_FIRST, STRETCH_PIXELS, SUBSCRIPTION_COLUMNS
from webpush_admin.gui.text import display_text
from webpush_admin.gui.views.subscriptions.selection import Selection, read_chosen, read_selection
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.plain import Card
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.rows import Chosen, SubscriptionFilter, SubscriptionQuery, User

_ORDERS = {column.key: column.order_by for column in SUBSCRIPTION_COLUMNS}


class TablePane(QWidget):
    """The subscriptions of one user or of all.

    Attributes:
        selection_moved: Other subscriptions are selected, or the selected ones have changed.
        opened: Enter or a double click on one.
        menu_wished: A context menu at this global position.
        loaded: Rows have arrived.
    """

    selection_moved = Signal()
    opened = Signal()
    menu_wished = Signal(QPoint)
    loaded = Signal()

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_pane")
        self._context = context
        self._names = names
        self._user: User | None = None
        self._people = 0
        self._query = SubscriptionQuery()
        self.filter = SearchField(self.tr("Filter by user, endpoint, host or id"), self, name="filter")
        self.send_button = ActionButton(context.actions["send_test"], self, kind="accent", name="send_button")
        self.model = PagedModel(
            SUBSCRIPTION_COLUMNS,
            self._fetch,
            key=lambda info: info.subscription.identity,
            count=self._count,
            parent=self,
        )
        self.table = Table(
            context.theme,
            self.model,
            SUBSCRIPTION_COLUMNS,
            self,
            name="table",
            accessible_name=self.tr("Subscriptions"),
            leaves_first=LEAVES_FIRST,
            stretch_pixels=STRETCH_PIXELS,
            compact=COMPACT,
            own_order="id",
        )
        self.table.show_sorting("id", descending=False)
        actions = context.actions
        self.no_users = EmptyState(
            "users",
            self.tr("Nobody here yet"),
            self.tr("Add a user, then the subscription of their browser, and send it a test."),
            actions["add_user"],
            actions["open_demo"],
            name="no_users",
        )
        self.no_subscriptions = EmptyState(
            "bell", self.tr("No subscriptions"), "", actions["add_subscription"], name="no_subscriptions"
        )
        self.nothing_found = EmptyState(
            "search",
            self.tr("Nothing matches the filter"),
            self.tr("It looks for a user's name, for the start of an endpoint or of its host, and for an id."),
            name="nothing_found",
        )
        self._lay_out()
        self.filter.changed.connect(self._on_filter_changed)
        self.filter.left_down.connect(self.focus_rows)
        self.filter.returnPressed.connect(self.focus_rows)
        self.table.sort_wished.connect(self._on_sort_wished)
        self.table.selection_moved.connect(self.selection_moved)
        self.table.opened.connect(self.opened)
        self.table.menu_wished.connect(self.menu_wished)
        self.model.loaded.connect(self._on_loaded)
        self.model.failed.connect(self._on_failed)
        self.model.modelReset.connect(self.selection_moved)

    def _lay_out(self) -> None:
        self.card = Card(self, name="card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        self.stack = QStackedWidget(self.card)
        self.stack.setObjectName("stack")
        for page in (self.table, self.no_users, self.no_subscriptions, self.nothing_found):
            self.stack.addWidget(page)
        inside.addWidget(self.stack)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.filter, 1)
        top.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.card, 1)

    def show_user(self, user: User | None) -> None:
        """Show one user's subscriptions, or everybody's."""
        if user is not None:
            self._names.learn([(user.id, user.name)])
        same = user == self._user and self.model.known
        self._user = user
        if same:
            return
        self.table.columns.send_away("user", user is not None)
        self._begin(user_id=user.id if user else None)

    def show_people(self, people: int) -> None:
        """Tell how many users there are: without any, the place invites to add one."""
        self._people = people
        self._show_page()

    def begin(self) -> None:
        """Show another database from its beginning."""
        self._user = None
        self.filter.clear_now()
        self.table.columns.send_away("user", False)
        self._begin(user_id=None)

    def selection(self) -> Selection[SubscriptionInfo]:
        """Return the selected subscriptions, or why they cannot be acted on."""
        return read_selection(self.table, self.model)

    def chosen(self) -> Chosen:
        """Return what the operator selected, up to a million rows; nothing selected is nothing chosen."""
        return read_chosen(self.table, self.model, self._query)

    def focus_rows(self) -> None:
        """Go from a field into the table; the first row becomes the current one, without being selected."""
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.selectionModel().setCurrentIndex(
                self.model.index(0, 0), self.table.selectionModel().SelectionFlag.NoUpdate
            )

    def _begin(self, **changes: Any) -> None:
        kept = {
            "user_id": self._query.user_id,
            "where": self._query.where,
            "order_by": self._query.order_by,
            "descending": self._query.descending,
        }
        self._query = SubscriptionQuery(**(kept | changes))
        self.table.clearSelection()
        self.model.reset()

    def _fetch(
        self, stretch: Stretch, done: Callable[[Page[SubscriptionInfo]], None], failed: Callable[[str], None]
    ) -> Job[Any]:
        query = self._query
        return self._context.ask(
            lambda backend: backend.subscriptions.page(query, stretch.offset, stretch.limit, stretch.stamp),
            done,
            failed,
        )

    def _count(self, stamp: int, done: Callable[[int], None], failed: Callable[[str], None]) -> Job[Any]:
        query = self._query
        return self._context.ask(lambda backend: backend.subscriptions.total(query, stamp), done, failed)

    def _on_filter_changed(self, text: str) -> None:
        self._begin(where=SubscriptionFilter(search=text))

    def _on_sort_wished(self, key: str, descending: bool) -> None:
        self._begin(order_by=_ORDERS[key], descending=descending)

    def _on_loaded(self) -> None:
        for _, info in self.model.fetched():
            self._names.learn_service(info.subscription.host, info.service)
            if info.subscription.user_id is not None:
                self._names.learn([(info.subscription.user_id, info.user_name)])
        self._show_page()
        self.loaded.emit()
        self.selection_moved.emit()

    def _on_failed(self, sentence: str) -> None:
        self._context.notify(sentence, "bad")

    def _show_page(self) -> None:
        page: QWidget = self.table
        if self.model.known and not self.model.rowCount():
            if self._query.where.search:
                page = self.nothing_found
            elif self._user is None and not self._people:
                page = self.no_users
            else:
                self.no_subscriptions.show_text(
                    self.tr("{name} has no subscriptions").format(name=display_text(self._user.name, 60))
                    if self._user
                    else self.tr("Nobody has a subscription"),
                    self.tr(
                        "Nothing can be sent. Select a user and paste a subscription, or wait until they subscribe."
                    ),
                )
                page = self.no_subscriptions
        self.stack.setCurrentWidget(page)
