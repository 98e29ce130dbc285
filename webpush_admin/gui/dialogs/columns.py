"""Asks which columns a table shows, and in what order; everything works with the keyboard.

Runs on: GUI thread
"""

from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.models.column_layout import ColumnLayout, arranged
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.widgets.table_columns import Preset, TableColumns, preset_title

_LIST_HEIGHT: Final = 340
_ROW_PIXELS: Final = 26
_BY_HAND: Final = "by hand"


class ColumnsDialog(FormDialog):
    """The columns of one table as a list with ticks."""

    def __init__(self, context: Context, parent: QWidget | None, columns: TableColumns) -> None:
        super().__init__(context, parent, title=self.tr("Columns"))
        self.setObjectName("columns_dialog")
        self._columns = columns
        self._widths = dict(columns.layout.widths)
        self._filling = False
        self.preset = QComboBox(self)
        for preset in columns.presets:
            self.preset.addItem(preset_title(preset), preset)
        self.preset.addItem(self.tr("What is ticked"), _BY_HAND)
        self.preset.setToolTip(self.tr("“What fits” lets columns leave where the window is narrow."))
        self.add_field("preset", self.tr("Show"), self.preset)
        self.list = QListWidget(self)
        self.list.setObjectName("list")
        self.list.setAccessibleName(self.tr("Columns from left to right"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setMinimumHeight(_LIST_HEIGHT)
        self.keep_field(self.list)
        self.up_button = self._button("up_button", self.tr("Move up"), "Alt+Up", -1)
        self.down_button = self._button("down_button", self.tr("Move down"), "Alt+Down", 1)
        self.reset_button = QPushButton(self.tr("Reset"), self)
        self.reset_button.setObjectName("reset_button")
        self.reset_button.setAccessibleName(self.tr("Reset order and widths"))
        self.reset_button.setToolTip(self.tr("Order and widths as they were at first."))
        self.reset_button.setAutoDefault(False)
        self.keep_field(self.reset_button)
        self._lay_out()
        keys = arranged(columns.layout.order, columns.all)
        shown = columns.layout.shown
        self._fill(keys, columns.keys_of(Preset.FITS) if shown is None else shown)
        current = next((preset for preset in columns.presets if columns.is_preset(preset)), _BY_HAND)
        self.preset.setCurrentIndex(self.preset.findData(current))
        self.preset.activated.connect(self._on_preset)
        self.list.itemChanged.connect(self._on_ticked)
        self.list.currentRowChanged.connect(self._show_state)
        self.list.model().rowsMoved.connect(self._show_state)
        self.reset_button.clicked.connect(self._on_reset)
        self.list.setCurrentRow(0)
        self._show_state()

    def layout_chosen(self) -> ColumnLayout:
        """Return what the dialog says."""
        order = self._keys()
        return ColumnLayout(
            order=() if order == self._own_order() else order,
            shown=None if self.preset.currentData() is Preset.FITS else self._ticked(),
            widths=self._widths,
        )

    def submit(self) -> None:
        """Arrange the table."""
        self._columns.choose_layout(self.layout_chosen())
        self.accept()

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        for button in (self.up_button, self.down_button, self.reset_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.list, 1)
        row.addLayout(buttons)
        self.content.insertLayout(2, row, 1)

    def _button(self, name: str, text: str, shortcut: str, step: int) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({shortcut})")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._move(step))
        QShortcut(QKeySequence(shortcut), self).activated.connect(button.click)
        self.keep_field(button)
        return button

    def _fill(self, keys: tuple[str, ...], ticked: frozenset[str]) -> None:
        titles = {column.key: column.shown_title for column in self._columns.all}
        self._filling = True
        self.list.clear()
        for key in keys:
            item = QListWidgetItem(titles[key])
            item.setData(Qt.ItemDataRole.UserRole, key)
            # Nothing can be dropped onto a column, only between two.
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in ticked else Qt.CheckState.Unchecked)
            item.setSizeHint(QSize(0, _ROW_PIXELS))
            self.list.addItem(item)
        self._filling = False

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _keys(self) -> tuple[str, ...]:
        return tuple(str(item.data(Qt.ItemDataRole.UserRole)) for item in self._items())

    def _own_order(self) -> tuple[str, ...]:
        return tuple(column.key for column in self._columns.all)

    def _ticked(self) -> frozenset[str]:
        return frozenset(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in self._items()
            if item.checkState() is Qt.CheckState.Checked
        )

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        if 0 <= row + step < self.list.count():
            item = self.list.takeItem(row)
            self.list.insertItem(row + step, item)
            self.list.setCurrentRow(row + step)

    def _on_preset(self) -> None:
        preset: Any = self.preset.currentData()
        if isinstance(preset, Preset):
            self._fill(self._keys(), self._columns.keys_of(preset))
            self.list.setCurrentRow(0)
        self._show_state()

    def _on_ticked(self) -> None:
        if not self._filling:
            self.preset.setCurrentIndex(self.preset.findData(_BY_HAND))
            self._show_state()

    def _on_reset(self) -> None:
        self._widths = {}
        self._fill(self._own_order(), self._ticked())
        self.list.setCurrentRow(0)
        self._show_state()

    def _show_state(self, _first: int | QModelIndex | QPersistentModelIndex = 0, *_others: object) -> None:
        row, ticked = self.list.currentRow(), len(self._ticked())
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < self.list.count() - 1)
        fits = self.preset.currentData() is Preset.FITS
        columns = counted(ticked, self.tr("column"), self.tr("columns"))
        self.set_action(self.tr("Show what fits") if fits else self.tr("Show {0}").format(columns))
        self.action_button.setEnabled(ticked > 0)
