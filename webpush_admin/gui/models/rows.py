"""A table model over a short list that is in memory: what just happened, or what there is few of.

Runs on: GUI thread
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Final

from PySide6.QtCore import QObject

from webpush_admin.gui.models.cell_model import NOWHERE, CellModel, Index
from webpush_admin.gui.models.cells import ready_cells
from webpush_admin.gui.models.columns import Cells, Column, Row

KEPT_ROWS: Final = 10_000


class RowsModel(CellModel[Row]):
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
        super().__init__(columns, parent)
        self._key = key
        self._kept = kept
        self._rows: list[Row] = []
        self._cells: dict[int, Cells] = {}

    @property
    def rows(self) -> Sequence[Row]:
        """Every row, the oldest first. Not to be changed."""
        return self._rows

    def row(self, index: Index | int) -> Row | None:
        """Return a row, None where there is none."""
        number = index if isinstance(index, int) else index.row()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def append(self, rows: Sequence[Row]) -> None:
        """Put rows at the end; the oldest leave where there are too many."""
        rows = rows[-self._kept :]
        surplus = len(self._rows) + len(rows) - self._kept
        if surplus > 0:
            self.beginRemoveRows(NOWHERE, 0, surplus - 1)
            del self._rows[:surplus]
            self._cells.clear()
            self.endRemoveRows()
        if rows:
            self.beginInsertRows(NOWHERE, len(self._rows), len(self._rows) + len(rows) - 1)
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

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def cells_at(self, number: int) -> Cells:
        cells = self._cells.get(number)
        if cells is None:
            cells = self._cells[number] = ready_cells(self.columns, self._rows[number])
        return cells
