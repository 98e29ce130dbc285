"""What every table model of ours hands out of its cells, wherever the rows come from.

Runs on: GUI thread
"""

from typing import Any, Final, Generic

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from webpush_admin.gui.models.columns import PILL_ROLE, Cells, Column, Row
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import mono_font

# data() compares with plain numbers: an enum's comparison costs more than the rest of the call.
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_FONT: Final = int(Qt.ItemDataRole.FontRole)
_ACCESSIBLE: Final = int(Qt.ItemDataRole.AccessibleTextRole)

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()


class CellModel(QAbstractTableModel, Generic[Row]):
    """Columns as data over rows whose cells were made ready.

    Attributes:
        columns: What is shown.
    """

    def __init__(self, columns: tuple[Column[Row], ...], parent: QObject | None) -> None:
        super().__init__(parent)
        self.columns = columns
        self._titles = [column.shown_title for column in columns]
        mono = mono_font()
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._alignments = [right if column.right_aligned else None for column in columns]
        self._fonts = [mono if column.mono else None for column in columns]

    def row(self, index: Index | int) -> Row | None:
        """Return a row, None where it is not in memory."""
        raise NotImplementedError

    def cells_at(self, number: int) -> Cells | None:
        """Return a row's cells, None where it is not in memory; called for each cell that is painted."""
        raise NotImplementedError

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Hand out what was made ready."""
        if role == _DISPLAY:
            cells = self.cells_at(index.row())
            return cells.texts[index.column()] if cells else ""
        if role == _ALIGNMENT:
            return self._alignments[index.column()]
        if role == _FONT:
            return self._fonts[index.column()]
        if role == PILL_ROLE:
            cells = self.cells_at(index.row())
            return cells.roles[index.column()] if cells else None
        if role == _TOOLTIP:
            row = self.row(index)
            return plain_tooltip(self.columns[index.column()].tip(row)) if row is not None else None
        if role == _ACCESSIBLE:
            cells = self.cells_at(index.row())
            return f"{self._titles[index.column()]}: {cells.texts[index.column()]}" if cells else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Return a column's title, and what it means."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == _DISPLAY:
            return self._titles[section]
        if role == _ALIGNMENT:
            return self._alignments[section]
        if role == _TOOLTIP:
            return plain_tooltip(self.columns[section].shown_meaning) or None
        return None
