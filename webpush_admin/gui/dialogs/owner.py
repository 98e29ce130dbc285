"""Chooses a user in a form: search as you type, then one line that says who it is.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.text import display_text
from webpush_admin.gui.theme import ROW_PIXELS
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.rows import User, UserRow

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

FOUND_USERS: Final = 50
SHOWN_ROWS: Final = 4
NAME_CHARACTERS: Final = 80

COLUMNS: Final[tuple[Column[UserRow], ...]] = (
    Column(
        "name",
        str(QT_TRANSLATE_NOOP("Columns", "User")),
        0,
        text=lambda row: row.user.name,
        tip=lambda row: row.user.name,
    ),
    Column(
        "id",
        str(QT_TRANSLATE_NOOP("Columns", "ID")),
        84,
        text=lambda row: str(row.user.id)[:8],
        tip=lambda row: str(row.user.id),
        mono=True,
        muted=True,
    ),
    Column(
        "subscriptions",
        str(QT_TRANSLATE_NOOP("Columns", "Subscriptions")),
        60,
        text=lambda row: f"{row.subscriptions:,}",
        tip=lambda _row: "",
        right_aligned=True,
        muted=True,
    ),
)


class OwnerField(QWidget):
    """A user, or the search for one. Names need not be unique: the id stands beside them.

    Attributes:
        changed: Another user is chosen, or none any more.
        pasted: A text that is no search but JSON.
    """

    changed = Signal()
    pasted = Signal(str)

    def __init__(self, context: Context, parent: QWidget, user: User | None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job[Any] | None = None
        self._enter = False
        self.user = user
        self.who = PlainLabel("", self, name="owner_name", elide=Qt.TextElideMode.ElideRight)
        self.change_button = QPushButton(self.tr("Change"), self)
        self.change_button.setObjectName("change_button")
        self.change_button.setAccessibleName(self.tr("Choose another user"))
        self.change_button.setProperty("kind", "link")
        self.change_button.setAutoDefault(False)
        self.change_button.clicked.connect(self._on_change)
        self.search = SearchField(self.tr("Find a user by name or id"), self, name="owner_search")
        self.model: RowsModel[UserRow] = RowsModel(COLUMNS, key=lambda row: row.user.id, parent=self)
        self.list = Table(
            context.theme,
            self.model,
            COLUMNS,
            self,
            name="owner_list",
            accessible_name=self.tr("Users that were found"),
            header=False,
        )
        self.list.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.list.setProperty("flat", False)
        self.list.setFixedHeight(SHOWN_ROWS * ROW_PIXELS + 2)
        self.nobody = PlainLabel("", self, name="nobody", tone="muted")
        chosen = QHBoxLayout()
        chosen.addWidget(self.who, 1)
        chosen.addWidget(self.change_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(chosen)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        layout.addWidget(self.nobody)
        self.setFocusProxy(self.search)
        self.search.changed.connect(self._find)
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_return)
        self.search.left_down.connect(self._on_left_down)
        self.list.opened.connect(self._on_opened)
        self.list.clicked.connect(self._on_opened)
        self._show()
        if user is None:
            self._find()

    def close_search(self) -> None:
        """Wait for nothing any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _show(self) -> None:
        chosen = self.user is not None
        if self.user is not None:
            self.who.show_text(f"{display_text(self.user.name, NAME_CHARACTERS)}  ({str(self.user.id)[:8]})")
        self.who.setVisible(chosen)
        self.change_button.setVisible(chosen)
        self.search.setVisible(not chosen)
        self.list.setVisible(not chosen)
        self.nobody.setVisible(not chosen and bool(self.nobody.text()))

    def _choose(self, user: User | None) -> None:
        self.user = user
        self._show()
        self.changed.emit()

    def _find(self) -> None:
        self.close_search()
        text = self.search.query
        self._job = self._context.ask(lambda backend: backend.people.find(text, FOUND_USERS), self._on_found)

    def _on_found(self, found: tuple[UserRow, ...]) -> None:
        self._job = None
        self.model.replace(found)
        text = "" if found else self.tr("Nobody is called so.") if self.search.query else self.tr("There are no users.")
        self.nobody.show_text(text)
        self.nobody.setVisible(bool(text) and self.user is None)
        if self._enter and found:
            self._choose(found[0].user)
        self._enter = False

    def _on_typed(self, text: str) -> None:
        if "{" in text:
            self.pasted.emit(text)

    def _on_return(self) -> None:
        # What is found for this text may still be on its way.
        if self._job is None and self.model.rows:
            self._choose(self.model.rows[0].user)
        else:
            self._enter = True

    def _on_left_down(self) -> None:
        if self.model.rows:
            self.list.setFocus()
            self.list.selectRow(max(0, self.list.currentIndex().row()))

    def _on_opened(self) -> None:
        row = self.model.row(self.list.currentIndex())
        if row is not None:
            self._choose(row.user)

    def _on_change(self) -> None:
        self._choose(None)
        self._find()
        self.search.setFocus()
        self.search.selectAll()
