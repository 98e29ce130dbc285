"""The table of push services in its card, and the way from a row to the history.

Runs on: GUI thread
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QMenu, QWidget

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.services import ServiceLine
from webpush_admin.gui.models.services_model import ServicesModel
from webpush_admin.gui.theme import Theme, text_font
from webpush_admin.gui.views.live.service_columns import LEAVES_FIRST, SERVICE_COLUMNS
from webpush_admin.gui.views.live.table_card import TableCard
from webpush_admin.gui.widgets.share import ShareDelegate
from webpush_admin.gui.widgets.table import Table

OWN_ORDER: Final = "accepted"
"""The largest come first."""

_NAME_PIXELS: Final = 140
_ARROW_PIXELS: Final = 16
_MARGIN_PIXELS: Final = 18


class ServicesCard(TableCard):
    """A row for all push services together, and one for each.

    Attributes:
        history_wished: A `DeliveryFilter` of the row.
    """

    history_wished = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        # Before the card is there it can translate nothing itself.
        title = translate("ServicesCard", "Push services")
        model = ServicesModel(SERVICE_COLUMNS)
        table = Table(
            theme,
            model,
            SERVICE_COLUMNS,
            name="services_table",
            accessible_name=title,
            leaves_first=LEAVES_FIRST,
            stretch_pixels=_NAME_PIXELS,
            own_order=OWN_ORDER,
            own_descending=True,
        )
        super().__init__(title, table, parent, name="services_card", nothing="")
        model.setParent(self)
        self.model = model
        self.model.sort_by(OWN_ORDER, descending=True)
        table.show_sorting(OWN_ORDER, descending=True)
        table.setSelectionMode(Table.SelectionMode.SingleSelection)
        numbers = {column.key: number for number, column in enumerate(SERVICE_COLUMNS)}
        table.setItemDelegateForColumn(numbers["error_share"], ShareDelegate(theme, table))
        table.sort_wished.connect(self._on_sort_wished)
        table.opened.connect(self._on_opened)
        table.menu_wished.connect(self._on_menu_wished)

    @property
    def selected(self) -> ServiceLine | None:
        """The row that is selected."""
        rows = self.table.selected_rows()
        return self.model.row(rows[0]) if rows else None

    def show_lines(self, lines: Sequence[ServiceLine], taken_s: float) -> None:
        """Show newer numbers."""
        self.model.show_readings(lines, taken_s)
        self._fit_columns()
        self._stack.setCurrentWidget(self.table)

    def show_time(self, words: str) -> None:
        """Say of which time they are."""
        self.count.show_text(words)

    def pass_second(self) -> None:
        """Count down."""
        self.model.pass_time("rests")

    def clear(self) -> None:
        """Show nothing."""
        self.model.show_lines(())

    def _fit_columns(self) -> None:
        """Give columns of numbers the room for their largest, which the first row has, and for the arrow."""
        numbers = QFontMetrics(text_font(bold=True))
        titles = self.table.horizontalHeader().fontMetrics()
        cells = self.model.cells_at(0)
        for number, column in enumerate(SERVICE_COLUMNS):
            if column.right_aligned and cells is not None and column.key != "error_share":
                arrow = _ARROW_PIXELS if column.key == self.table.sorted_by else 0
                title = titles.horizontalAdvance(column.shown_title) + arrow
                wanted = max(title, numbers.horizontalAdvance(cells.texts[number])) + _MARGIN_PIXELS
                self.table.columns.give_width(column.key, max(column.width, wanted))

    def _on_sort_wished(self, key: str, descending: bool) -> None:
        self.model.sort_by(key, descending=descending)
        self._fit_columns()

    def _on_opened(self) -> None:
        line = self.selected
        if line is not None and line.deliveries is not None:
            self.history_wished.emit(line.deliveries)

    def _on_menu_wished(self, position: QPoint) -> None:
        line = self.selected
        if line is None:
            return
        menu = QMenu(self)
        menu.setObjectName("context_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        where = line.deliveries
        for words, failed in (
            (self.tr("Show its pushes in the history"), False),
            (self.tr("Show those that failed in the history"), True),
        ):
            action = menu.addAction(words)
            action.setEnabled(where is not None)
            if where is not None:
                wanted = replace(where, failed=failed)
                action.triggered.connect(lambda *_, wanted=wanted: self.history_wished.emit(wanted))
        menu.popup(position)
