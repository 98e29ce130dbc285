"""The table of all views: rows of one height, pills, sorting by the query, columns that leave where it is narrow.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.theme import ROW_PIXELS, Theme
from webpush_admin.gui.widgets.pill import MutedDelegate, PillDelegate

STRETCH_PIXELS: Final = 120
"""The least that a column of width 0 gets, before others leave."""


class Table(QTableView):
    """Shows a model with `columns`.

    Attributes:
        opened: Enter or a double click on a row.
        menu_wished: A context menu at this global position.
        sort_wished: Column key and whether descending; only columns with `order_by`.
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
        header: bool = True,
        stretch_pixels: int = STRETCH_PIXELS,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self._columns = columns
        self._leaves_first = tuple(leaves_first)
        self._stretch_pixels = stretch_pixels
        self._hidden_by_hand: set[str] = set()
        self._sorted_by = ""
        self._descending = False
        self.setModel(model)
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
        header = self.horizontalHeader()
        header.setVisible(shown)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(40)
        header.setSectionsClickable(any(column.order_by for column in self._columns))
        header.sectionClicked.connect(self._on_header_clicked)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu)
        for number, column in enumerate(self._columns):
            if column.width:
                self.setColumnWidth(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    @property
    def sorted_by(self) -> str:
        """The key of the column that is sorted by, "" for the order of the query."""
        return self._sorted_by

    def show_sorting(self, key: str, *, descending: bool) -> None:
        """Show the arrow in the header of this column."""
        self._sorted_by, self._descending = key, descending
        header = self.horizontalHeader()
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        number = next((number for number, column in enumerate(self._columns) if column.key == key), -1)
        header.setSortIndicatorShown(number >= 0)
        header.setSortIndicator(number, order)

    def show_column(self, key: str, shown: bool) -> None:
        """Show or hide a column, whatever room there is."""
        if shown:
            self._hidden_by_hand.discard(key)
        else:
            self._hidden_by_hand.add(key)
        self._fit_columns()

    def selected_rows(self) -> list[int]:
        """Return the numbers of the selected rows, ascending."""
        return sorted({row for first, last in self._stretches() for row in range(first, last + 1)})

    def selected_count(self) -> int:
        """Return how many rows are selected, also where that is a million."""
        return sum(last - first + 1 for first, last in self._stretches())

    def _stretches(self) -> list[tuple[int, int]]:
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
        self._fit_columns()

    def _fit_columns(self) -> None:
        room = self.viewport().width()
        shown = [column for column in self._columns if column.key not in self._hidden_by_hand]
        needed = sum(column.width or self._stretch_pixels for column in shown)
        left = {column.key: column for column in shown}
        for key in self._leaves_first:
            if needed <= room:
                break
            column = left.pop(key, None)
            needed -= (column.width or self._stretch_pixels) if column else 0
        for number, column in enumerate(self._columns):
            if self.isColumnHidden(number) is not (column.key not in left):
                self.setColumnHidden(number, column.key not in left)
        # Somebody takes the room that is left, or rows would end before their table does.
        self.horizontalHeader().setStretchLastSection(all(column.width for column in left.values()))

    def _on_header_clicked(self, section: int) -> None:
        column = self._columns[section]
        if not column.order_by:
            self.show_sorting(self._sorted_by, descending=self._descending)
            return
        descending = not self._descending if column.key == self._sorted_by else False
        self.show_sorting(column.key, descending=descending)
        self.sort_wished.emit(column.key, descending)

    def _on_header_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in self._columns:
            action = QAction(column.shown_title, menu, checkable=True, checked=column.key not in self._hidden_by_hand)
            action.setEnabled(column.key in self._hidden_by_hand or len(self._hidden_by_hand) < len(self._columns) - 1)
            action.setData(column.key)
            menu.addAction(action)
        menu.triggered.connect(self._on_column_chosen)
        menu.popup(self.horizontalHeader().mapToGlobal(position))

    def _on_column_chosen(self, action: QAction) -> None:
        self.show_column(str(action.data()), action.isChecked())

    def _on_menu(self, position: QPoint) -> None:
        self.menu_wished.emit(self.viewport().mapToGlobal(position))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit()

    def _on_selection_changed(self) -> None:
        self.selection_moved.emit()
