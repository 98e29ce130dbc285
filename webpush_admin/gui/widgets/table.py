"""The table of all views: rows of one height, pills, sorting by the query, columns that leave where it is narrow.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.theme import ROW_PIXELS, Theme
from webpush_admin.gui.widgets.header import Header
from webpush_admin.gui.widgets.pill import MutedDelegate, PillDelegate
from webpush_admin.gui.widgets.table_columns import STRETCH_PIXELS, TableColumns


class Table(QTableView):
    """Shows a model with `columns`.

    Attributes:
        opened: Enter or a double click on a row.
        menu_wished: A context menu at this global position.
        sort_wished: Column key and whether descending; only columns with `order_by`.
        columns: Which of them are seen, see `TableColumns`.
        selection_moved: Other rows are selected.
    """

    opened = Signal()
    menu_wished = Signal(QPoint)
    sort_wished = Signal(str, bool)
    selection_moved = Signal()

    def __init__(
        self,
        theme: Theme,
        model: QAbstractTableModel,
        columns: tuple[Column[Any], ...],
        parent: QWidget | None = None,
        *,
        name: str,
        accessible_name: str,
        leaves_first: Sequence[str] = (),
        leaves_last: Sequence[str] = (),
        header: bool = True,
        stretch_pixels: int = STRETCH_PIXELS,
        compact: Sequence[str] = (),
        own_order: str = "",
        own_descending: bool = False,
    ) -> None:
        """Make a table.

        Args:
            theme: Colours of the pills.
            model: Its rows.
            columns: Those of the model.
            parent: Its widget.
            name: objectName.
            accessible_name: What the rows are.
            leaves_first: Which columns leave first where it is narrow.
            leaves_last: Which leave then, where what can shrink has shrunk.
            header: Whether titles are seen.
            stretch_pixels: The least that a column of width 0 gets.
            compact: The columns of the preset "Compact"; without any there is none.
            own_order: Key of the column that is sorted by unless the operator wants another order.
            own_descending: That order is turned around.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self._columns = columns
        self._own_order = own_order
        self._own_descending = own_descending
        self._sorted_by = ""
        self._descending = False
        self._header = Header(self, self._told_section)
        self.setHorizontalHeader(self._header)
        self.setModel(model)
        self.columns = TableColumns(
            self,
            self._header,
            columns,
            leaves_first=leaves_first,
            leaves_last=leaves_last,
            compact=compact,
            stretch_pixels=stretch_pixels,
        )
        self._set_delegates(theme)
        self.setProperty("flat", True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_PIXELS)
        rows.setDefaultSectionSize(ROW_PIXELS)
        self._dress_header(header)

    def _set_delegates(self, theme: Theme) -> None:
        # Most cells are painted by Qt alone; only these come to Python.
        pills, muted = PillDelegate(theme, self), MutedDelegate(theme, self)
        for number, column in enumerate(self._columns):
            if column.role is not None:
                self.setItemDelegateForColumn(number, pills)
            elif column.muted:
                self.setItemDelegateForColumn(number, muted)

    def _dress_header(self, shown: bool) -> None:
        header = self._header
        header.setVisible(shown)
        header.setSectionsClickable(any(column.order_by for column in self._columns))
        header.sectionClicked.connect(self._on_header_clicked)
        header.left_down.connect(self.setFocus)
        self.setTabOrder(header, self)

    @property
    def sorted_by(self) -> str:
        """The key of the column that is sorted by, "" for the order of the query."""
        return self._sorted_by

    @property
    def descending(self) -> bool:
        """Whether the order is turned around."""
        return self._descending

    def show_sorting(self, key: str, *, descending: bool) -> None:
        """Show the arrow in the header of this column."""
        self._sorted_by, self._descending = key, descending
        header = self._header
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        number = next((number for number, column in enumerate(self._columns) if column.key == key), -1)
        header.setSortIndicatorShown(number >= 0)
        header.setSortIndicator(number, order)
        header.tell_section()

    def focus_rows(self) -> None:
        """Come from a field: the first row becomes the current one, without being selected."""
        self.setFocus()
        if not self.currentIndex().isValid() and self.model().rowCount():
            chosen = self.selectionModel()
            chosen.setCurrentIndex(self.model().index(0, 0), chosen.SelectionFlag.NoUpdate)

    def selected_rows(self) -> list[int]:
        """Return the numbers of the selected rows, ascending."""
        return sorted({row for first, last in self.selected_stretches() for row in range(first, last + 1)})

    def selected_count(self) -> int:
        """Return how many rows are selected, also where that is a million."""
        return sum(last - first + 1 for first, last in self.selected_stretches())

    def selected_stretches(self) -> list[tuple[int, int]]:
        """Return the first and the last row of each unbroken stretch of the selection."""
        selection = self.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.count()))
        return [(stretch.top(), stretch.bottom()) for stretch in ranges]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; the first arrow takes the row of the cursor; everything else is the table's."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit()
            return
        cursor = self.currentIndex()
        arrow = plain and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if arrow and cursor.isValid() and not self.selectionModel().hasSelection():
            # The cursor stands on a row that nobody chose: take that one first, it may be the only one.
            self.selectRow(cursor.row())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let columns leave or come back."""
        super().resizeEvent(event)
        self.columns.fit()

    def _on_header_clicked(self, section: int) -> None:
        column = self._columns[section]
        if not column.order_by:
            self.show_sorting(self._sorted_by, descending=self._descending)
            return
        again = column.key == self._sorted_by
        # One way, the other, and with the third click the list's own order again.
        turned = again and self._descending != column.descends
        key = "" if turned and column.key != self._own_order else column.key
        descending = (not self._descending if again else column.descends) if key else self._own_descending
        self.show_sorting(key or self._own_order, descending=descending)
        self.sort_wished.emit(key or self._own_order, descending)

    def _told_section(self, section: int) -> str:
        column = self._columns[section]
        if not column.order_by:
            return column.shown_title
        if column.key != self._sorted_by:
            return self.tr("{0}, not sorted by").format(column.shown_title)
        sorted_so = self.tr("{0}, descending") if self._descending else self.tr("{0}, ascending")
        return sorted_so.format(column.shown_title)

    def _on_menu(self, position: QPoint) -> None:
        self.menu_wished.emit(self.viewport().mapToGlobal(position))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit()

    def _on_selection_changed(self) -> None:
        self.selection_moved.emit()
