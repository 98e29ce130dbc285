"""The pane of people: search as you type, "All users" first.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from webpush_admin.backend.records import Page
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.paged import PagedModel
from webpush_admin.gui.models.requests import Stretch
from webpush_admin.gui.models.users import PEOPLE_COLUMNS, Person, people_page
from webpush_admin.gui.views.subscriptions.selection import Selection, read_selection
from webpush_admin.gui.widgets.plain import Card
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.still import Still
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.rows import User, UserQuery

NAME_PIXELS: Final = 84
NUMBER_MARGIN: Final = 18

_ORDERS: Final = {column.key: column.order_by for column in PEOPLE_COLUMNS}


class PeoplePane(Card):
    """The list of users.

    Attributes:
        chosen: A `Person` is the current one; also when its numbers have changed.
        entered: Enter in the search: somebody was found, go on to the subscriptions.
        opened: Enter or a double click on a user.
        menu_wished: A context menu at this global position.
        loaded: The list has arrived.
    """

    chosen = Signal(object)
    entered = Signal()
    opened = Signal()
    menu_wished = Signal(QPoint)
    loaded = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="people_pane")
        self._context = context
        self._current: UUID | None = None
        self._go_to_found = False
        self._sought: tuple[UUID, str] | None = None
        self._query = UserQuery()
        self.search = SearchField(self.tr("Find a user"), self)
        self.search.setAccessibleName(self.tr("Find a user by name or id"))
        self.model = PagedModel(PEOPLE_COLUMNS, self._fetch, key=lambda person: person.id, parent=self)
        self.list = Table(
            context.theme,
            self.model,
            PEOPLE_COLUMNS,
            self,
            name="list",
            accessible_name=self.tr("Users"),
            stretch_pixels=NAME_PIXELS,
        )
        # A name that is cut is read in its tooltip; a list that can be pushed aside is not read at all.
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.show_sorting("name", descending=False)
        Still(self.list, self.model)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 8, 1, 1)
        layout.setSpacing(8)
        field = QVBoxLayout()
        field.setContentsMargins(8, 0, 8, 0)
        field.addWidget(self.search)
        layout.addLayout(field)
        layout.addWidget(self.list, 1)
        self.search.changed.connect(self._on_search_changed)
        self.search.returnPressed.connect(self._on_return)
        self.search.left_down.connect(self.list.setFocus)
        self.model.loaded.connect(self._on_loaded)
        self.model.failed.connect(self._on_failed)
        self.list.sort_wished.connect(self._on_sort_wished)
        self.list.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.list.opened.connect(self.opened)
        self.list.menu_wished.connect(self.menu_wished)

    @property
    def current(self) -> Person | None:
        """The person whose subscriptions are shown; None while the list is not there."""
        index = self.list.currentIndex()
        return self.model.row(index) if index.isValid() else None

    def selection(self) -> Selection[Person]:
        """Return the selected users without the line "All users", or why they cannot be acted on."""
        selection = read_selection(self.list, self.model)
        users = tuple(person for person in selection.rows if person.user is not None)
        return replace(selection, count=len(users), rows=users) if selection.rows else selection

    def choose(self, user_id: UUID | None) -> None:
        """Make a user the current one, now or when the list has arrived; None is "All users"."""
        self._current = user_id
        self._select_current()

    def show_saved(self, user: User) -> None:
        """Make a user who was just added or renamed the current one, whatever is being looked for."""
        self.seek(user.id, user.name)

    def seek(self, user_id: UUID, name: str) -> None:
        """Make a user the current one, wherever in the list that is."""
        self._current, self._sought = user_id, (user_id, name)
        if self.search.query:
            self.search.clear_now()
        else:
            self.model.reset()

    def begin(self) -> None:
        """Show another database from its beginning."""
        self._current = None
        self.search.clear_now()
        self.model.reset()

    def _fetch(self, stretch: Stretch, done: Callable[[Page[Person]], None], failed: Callable[[str], None]) -> Job[Any]:
        query = self._query
        return self._context.ask(lambda backend: people_page(backend, query, stretch), done, failed)

    def _on_failed(self, sentence: str) -> None:
        self._context.notify(sentence, "bad")

    def _on_search_changed(self, text: str) -> None:
        self._query = replace(self._query, search=text)
        self.model.reset()

    def _on_sort_wished(self, key: str, descending: bool) -> None:
        self._query = replace(self._query, order_by=_ORDERS[key], descending=descending)
        self.model.reset()

    def _on_return(self) -> None:
        # Who is found is known when the page is there: the list may still show what was looked for before.
        self._go_to_found = True
        self.model.reset()

    def _on_loaded(self) -> None:
        if self._go_to_found and self.model.known:
            self._go_to_found = False
            found = self.model.row(1) if self.search.query else None
            if found is not None:
                self._current = found.id
                self.entered.emit()
        sought, self._sought = self._sought, None
        if sought is not None and all(person.id != sought[0] for _, person in self.model.fetched()):
            # Further down in a long list: looking for the name brings it up.
            self.search.setText(sought[1])
            return
        self._fit_numbers()
        self._select_current()
        self.loaded.emit()

    def _fit_numbers(self) -> None:
        # "All users" has the largest number: what fits it fits all.
        everybody = self.model.index(0, 1).data() if self.model.rowCount() else ""
        width = self.list.fontMetrics().horizontalAdvance(str(everybody)) + NUMBER_MARGIN
        self.list.columns.give_width("subscriptions", width)

    def _select_current(self) -> None:
        if not self.model.rowCount():
            return
        shown = self.current
        if shown is not None and shown.id == self._current:
            # Most pages come while somebody scrolls.
            at = self.list.currentIndex().row()
        else:
            at = next((number for number, person in self.model.fetched() if person.id == self._current), 0)
        index = self.model.index(at, 0)
        if self.list.currentIndex().row() == at and self.list.selectionModel().isRowSelected(at):
            person = self.model.row(at)
            if person is not None:
                self.chosen.emit(person)
            return
        flags = QItemSelectionModel.SelectionFlag
        self.list.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.list.scrollTo(index)

    def _on_current_changed(self) -> None:
        person = self.current
        if person is not None:
            self._current = person.id
            self.chosen.emit(person)
