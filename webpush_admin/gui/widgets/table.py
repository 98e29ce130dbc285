"""A table as this window has them: rows of 30 pixels, no grid, columns from their records.

Runs on: GUI thread
"""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.theme import ROW_PIXELS, Theme
from webpush_admin.gui.widgets.pill import MutedDelegate, PillDelegate


class DataTable(QTableView):
    """Shows a model whose columns are `Column` records.

    Attributes:
        ordered: A header was clicked: `order_by` of the column, and whether descending.
        activated_row: Return or a double click: the number of the row.
        selection_changed: Other rows are selected.
    """

    ordered = Signal(str, bool)
    activated_row = Signal(int)
    selection_changed = Signal()

    def __init__(
        self,
        model: QAbstractTableModel,
        columns: tuple[Column[Any], ...],
        theme: Theme,
        parent: QWidget | None = None,
        *,
        name: str,
        accessible: str,
        multiple: bool = True,
        flat: bool = False,
    ) -> None:
        """Make the table.

        Args:
            model: Its columns are those of `columns`.
            columns: Titles, widths, alignment and painting.
            theme: For what is painted by hand.
            parent: Its widget.
            name: objectName.
            accessible: What the table shows, for screen readers.
            multiple: More than one row can be selected.
            flat: Without a border of its own, for a table inside a card.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        if flat:
            self.setProperty("flat", True)
        self._columns = columns
        self.setModel(model)
        self._dress(theme, multiple)
        self._lay_out()
        header = self.horizontalHeader()
        header.sectionClicked.connect(self._on_section_clicked)
        self.doubleClicked.connect(lambda index: self.activated_row.emit(index.row()))
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())

    def selected_rows(self) -> list[int]:
        """Return the numbers of the selected rows, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def show_order(self, order_by: str, descending: bool) -> None:
        """Put the arrow on the column that the rows are ordered by."""
        header = self.horizontalHeader()
        for number, column in enumerate(self._columns):
            if column.order_by == order_by and order_by:
                order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
                header.setSortIndicator(number, order)
                header.setSortIndicatorShown(True)
                return
        header.setSortIndicatorShown(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return does what a double click does."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated_row.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _dress(self, theme: Theme, multiple: bool) -> None:
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if multiple else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_PIXELS)
        rows.setDefaultSectionSize(ROW_PIXELS)
        pill = PillDelegate(theme, self)
        muted = MutedDelegate(self)
        for number, column in enumerate(self._columns):
            if column.role is not None:
                self.setItemDelegateForColumn(number, pill)
            elif column.muted:
                self.setItemDelegateForColumn(number, muted)

    def _lay_out(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(40)
        header.setSectionsClickable(any(column.order_by for column in self._columns))
        header.setFixedHeight(ROW_PIXELS + 2)
        for number, column in enumerate(self._columns):
            if column.width:
                header.resizeSection(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def _on_section_clicked(self, number: int) -> None:
        column = self._columns[number]
        header = self.horizontalHeader()
        if not column.order_by:
            return
        same = header.isSortIndicatorShown() and header.sortIndicatorSection() == number
        descending = same and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        self.show_order(column.order_by, descending)
        self.ordered.emit(column.order_by, descending)
