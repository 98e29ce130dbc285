"""The endpoints of the sandbox, and how each of them answers.

Runs on: GUI thread
"""

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.models.sandbox import OwnerOf, endpoint_columns
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.views.sandbox.temper_menu import TemperMenu
from webpush_admin.gui.widgets.plain import Card, Heading
from webpush_admin.gui.widgets.table import Table
from webpush_admin.sandbox.records import SandboxEndpoint, Temper


class EndpointsPane(Card):
    """A list of endpoints with their tempers; a menu changes the selected ones.

    Args:
        context: Asks the backend.
        owner_of: Gives the user's name of an endpoint.
        changed: Called when a temper was changed.
    """

    def __init__(self, context: Context, owner_of: OwnerOf, changed: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent, name="endpoints_pane")
        self._context = context
        self._changed = changed
        self.heading = Heading(self.tr("Endpoints"), self, name="endpoints_heading")
        self.change_button = QPushButton(self.tr("Change answer"), self)
        self.change_button.setObjectName("change_button")
        self.change_button.setAccessibleName(self.tr("Change how the selected endpoints answer"))
        self.change_button.setProperty("kind", "accent")
        self.change_menu = TemperMenu(self.set_temper, self._tempers, self.change_button)
        self.change_button.setMenu(self.change_menu)
        columns = endpoint_columns(owner_of)
        self.model = RowsModel(columns, key=lambda endpoint: endpoint.endpoint, parent=self)
        self.table = Table(
            context.theme,
            self.model,
            columns,
            self,
            name="endpoints_table",
            accessible_name=self.tr("Endpoints of the sandbox"),
            leaves_first=("endpoint", "received"),
        )
        top = QHBoxLayout()
        top.setContentsMargins(12, 0, 8, 0)
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self.change_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 8, 1, 1)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        self.table.selection_moved.connect(self._show_selection)
        self.table.menu_wished.connect(self._on_menu)
        self.table.opened.connect(self._on_opened)
        self.model.modelReset.connect(self._show_selection)
        self._show_selection()

    def selected(self) -> list[SandboxEndpoint]:
        """Return the selected endpoints."""
        rows = (self.model.row(number) for number in self.table.selected_rows())
        return [row for row in rows if row is not None]

    def set_temper(self, temper: Temper) -> None:
        """Let the selected endpoints answer so from now on."""
        endpoints = [row.endpoint for row in self.selected()]
        if endpoints:
            self._context.ask(lambda backend: backend.trying.set_temper(endpoints, temper), self._on_changed)

    def _tempers(self) -> set[Temper]:
        return {row.temper for row in self.selected()}

    def _show_selection(self) -> None:
        chosen = len(self.selected())
        self.change_button.setEnabled(chosen > 0)
        told = counted(chosen, self.tr("endpoint"), self.tr("endpoints"))
        self.change_button.setText(
            self.tr("Change answer of {told}").format(told=told) if chosen else self.tr("Change answer")
        )
        self.change_button.setToolTip("" if chosen else self.tr("Select endpoints first."))

    def _on_menu(self, position: QPoint) -> None:
        if self.selected():
            self.change_menu.popup(position)

    def _on_opened(self) -> None:
        place = self.table.visualRect(self.table.currentIndex()).bottomLeft()
        self._on_menu(self.table.viewport().mapToGlobal(place))

    def _on_changed(self, _: None) -> None:
        self._changed()
