"""The header of a table does not go through all that is selected."""

from collections import Counter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt
from pytestqt.qtbot import QtBot

from webpush_admin.gui.models.cell_model import NOWHERE, Index
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.widgets.table import Table

ROWS = 3000
COLUMNS: tuple[Column[Any], ...] = tuple(Column(key, key, 60, text=str, tip=str) for key in "abc")
"""A section is painted as the neighbour of others: of a single one nothing would be asked."""


class _Counting(QAbstractTableModel):
    """Counts what is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[int] = Counter()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else ROWS

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        return str(index.row()) if role == int(Qt.ItemDataRole.DisplayRole) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        self.asked[index.row()] += 1
        return super().flags(index)


def test_painting_it_asks_no_row_whatever_is_selected(qtbot: QtBot, theme: Theme) -> None:
    model = _Counting()
    table = Table(theme, model, COLUMNS, name="table", accessible_name="Rows")
    qtbot.addWidget(table)
    table.resize(200, 100)
    with qtbot.waitExposed(table):
        table.show()
    table.selectAll()
    assert table.selected_count() == ROWS
    model.asked.clear()
    table.grab()
    assert len(model.asked) < 100, "only the rows that are seen"
