"""A table model over a short list that is in memory: what just happened, or what there is few of.

Runs on: GUI thread
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, Generic

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from webpush_admin.gui.models.columns import PILL_ROLE, Cells, Column, Row
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.gui.theme import mono_font

KEPT_ROWS: Final = 10_000

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_FONT: Final = int(Qt.ItemDataRole.FontRole)
_ACCESSIBLE: Final = int(Qt.ItemDataRole.AccessibleTextRole)

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows in memory, appended in batches; beyond `kept` the oldest leave.

    Cells are made ready when they are first painted: most rows of a broadcast are never looked at.
    """

    def __init__(
        self,
        columns: tuple[Column[Row], ...],
        *,
        key: Callable[[Row], Hashable] | None = None,
        kept: int = KEPT_ROWS,
        parent: QObject | None = None,
    ) -> None:
        """Make an empty model.

        Args:
            columns: What to show.
            key: A row's identity, so that `replace()` can keep what is selected; None: it is never kept.
            kept: Rows held at most.
            parent: Qt owner.
        """
        super().__init__(parent)
        self.columns = columns
        self._titles = [column.shown_title for column in columns]
        self._key = key
        self._kept = kept
        self._rows: list[Row] = []
        self._cells: dict[int, Cells] = {}
        mono = mono_font()
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._alignments = [right if column.right_aligned else None for column in columns]
        self._fonts = [mono if column.mono else None for column in columns]

    @property
    def rows(self) -> Sequence[Row]:
        """Every row, the oldest first. Not to be changed."""
        return self._rows

    def row(self, index: _Index | int) -> Row | None:
        """Return a row, None where there is none."""
        number = index if isinstance(index, int) else index.row()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def append(self, rows: Sequence[Row]) -> None:
        """Put rows at the end; the oldest leave where there are too many."""
        rows = rows[-self._kept :]
        surplus = len(self._rows) + len(rows) - self._kept
        if surplus > 0:
            self.beginRemoveRows(_NOWHERE, 0, surplus - 1)
            del self._rows[:surplus]
            self._cells.clear()
            self.endRemoveRows()
        if rows:
            self.beginInsertRows(_NOWHERE, len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def replace(self, rows: Sequence[Row]) -> None:
        """Show these rows instead; where they are the same things in the same order, selection and scroll stay."""
        key = self._key
        same = key is not None and [key(row) for row in rows] == [key(row) for row in self._rows]
        if same:
            self._rows = list(rows)
            self.repaint()
            return
        self.beginResetModel()
        self._rows, self._cells = list(rows), {}
        self.endResetModel()

    def set_row(self, number: int, row: Row) -> None:
        """Show another row in the place of one."""
        self._rows[number] = row
        self._cells.pop(number, None)
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))

    def clear(self) -> None:
        """Show no rows."""
        self.beginResetModel()
        self._rows, self._cells = [], {}
        self.endResetModel()

    def repaint(self) -> None:
        """Make every cell anew: what the columns look up has changed."""
        self._cells.clear()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """Hand out the cells, made ready once."""
        if role == _DISPLAY:
            return self._cells_of(index.row()).texts[index.column()]
        if role == _ALIGNMENT:
            return self._alignments[index.column()]
        if role == _FONT:
            return self._fonts[index.column()]
        if role == PILL_ROLE:
            return self._cells_of(index.row()).roles[index.column()]
        if role == _TOOLTIP:
            return plain_tooltip(self.columns[index.column()].tip(self._rows[index.row()]))
        if role == _ACCESSIBLE:
            return f"{self._titles[index.column()]}: {self._cells_of(index.row()).texts[index.column()]}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == _DISPLAY:
            return self._titles[section]
        if role == _ALIGNMENT:
            return self._alignments[section]
        return None

    def _cells_of(self, number: int) -> Cells:
        cells = self._cells.get(number)
        if cells is None:
            row = self._rows[number]
            texts = tuple(display_text(column.text(row)) for column in self.columns)
            roles = tuple(column.role(row) if column.role else None for column in self.columns)
            cells = self._cells[number] = Cells(texts, roles)
        return cells
