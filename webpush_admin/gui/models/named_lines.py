"""A short table whose rows have names: numbers change in place, and who is selected stays selected.

Runs on: GUI thread
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar

from PySide6.QtCore import QModelIndex, QObject, Qt

from webpush_admin.gui.models.cell_model import NOWHERE, CellModel, Index
from webpush_admin.gui.models.cells import ready_cells
from webpush_admin.gui.models.columns import SHARE_ROLE, Cells, Column

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)


class Named(Protocol):
    """What a row must have."""

    @property
    def name(self) -> str:
        """Unique in the table."""


Line = TypeVar("Line", bound=Named)


class NamedLines(CellModel[Line], Generic[Line]):
    """Some dozens of rows, all in memory; only those that are seen are written.

    Args:
        columns: What is shown.
        shares: By the key of a column with a bar: how much of it is filled.
        parent: Owns it.
    """

    def __init__(
        self,
        columns: tuple[Column[Line], ...],
        shares: dict[str, Callable[[Line], float | None]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._lines: list[Line] = []
        self._cells: dict[int, Cells] = {}
        self._shares = [shares.get(column.key) for column in columns]

    @property
    def lines(self) -> Sequence[Line]:
        """All rows, as they are shown."""
        return self._lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show newer rows in this order."""
        newer = {line.name: line for line in lines}
        for place in reversed(range(len(self._lines))):
            if self._lines[place].name not in newer:
                self.beginRemoveRows(NOWHERE, place, place)
                del self._lines[place]
                self._cells.clear()
                self.endRemoveRows()
        known = {line.name for line in self._lines}
        added = [line for line in lines if line.name not in known]
        if added:
            self.beginInsertRows(NOWHERE, len(self._lines), len(self._lines) + len(added) - 1)
            self._lines += added
            self.endInsertRows()
        changed = {line.name for line in self._lines if newer[line.name] != line}
        self._lines = [newer[line.name] for line in self._lines]
        for place, line in enumerate(self._lines):
            if line.name in changed:
                self._cells.pop(place, None)
        self._put(lines)
        # What stays the same is not painted again.
        places = [place for place, line in enumerate(self._lines) if line.name in changed]
        if places:
            self._tell(places[0], places[-1], 0, len(self.columns) - 1)

    def pass_time(self, key: str) -> None:
        """Write the cells of one column anew: they say how long something will yet take."""
        if self._lines:
            number = next(number for number, column in enumerate(self.columns) if column.key == key)
            self._cells.clear()
            self._tell(0, len(self._lines) - 1, number, number)

    def row(self, index: Index | int) -> Line | None:
        """Return a row."""
        number = index if isinstance(index, int) else index.row()
        return self._lines[number] if 0 <= number < len(self._lines) else None

    def cells_at(self, number: int) -> Cells | None:
        """Return a row's cells, written when they are first asked for."""
        cells = self._cells.get(number)
        if cells is None and 0 <= number < len(self._lines):
            cells = self._cells[number] = ready_cells(self.columns, self._lines[number])
        return cells

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Hand out what was made ready, and how much of a bar is filled."""
        if role == SHARE_ROLE:
            share, line = self._shares[index.column()], self.row(index)
            return share(line) if share is not None and line is not None else None
        return super().data(index, role)

    def _put(self, lines: Sequence[Line]) -> None:
        """Give the same rows other places."""
        if [line.name for line in lines] == [line.name for line in self._lines]:
            return
        self.layoutAboutToBeChanged.emit()
        places = {line.name: place for place, line in enumerate(lines)}
        before: list[QModelIndex] = self.persistentIndexList()
        after = [self.index(places[self._lines[index.row()].name], index.column()) for index in before]
        self._lines = list(lines)
        self._cells.clear()
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _tell(self, top: int, bottom: int, left: int, right: int) -> None:
        self.dataChanged.emit(self.index(top, left), self.index(bottom, right))
