"""Plain cells painted in one step look as the style paints them."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStyledItemDelegate
from pytestqt.qtbot import QtBot

from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.theme import Mode, Theme
from webpush_admin.gui.widgets.pill import MutedDelegate
from webpush_admin.gui.widgets.quick_cells import QuickDelegate
from webpush_admin.gui.widgets.table import Table

COLUMNS: tuple[Column[str], ...] = (
    Column("name", "Name", 0, text=lambda row: row, tip=lambda row: ""),
    Column("size", "Size", 60, text=lambda row: f"{len(row):,}", tip=lambda row: "", right_aligned=True),
    Column("age", "Age", 60, text=lambda row: "1:09", tip=lambda row: "", right_aligned=True, muted=True),
)
ROWS = ("Ada", "Grace Hopper, whose name is far too long for its column, and is cut", "<b>Zoë</b>", "", "Radia Perlman")


@pytest.mark.parametrize("mode", [Mode.DARK, Mode.LIGHT])
def test_quick_cells_look_as_usual(qtbot: QtBot, theme: Theme, mode: Mode) -> None:
    theme.set_mode(mode)
    model = RowsModel(COLUMNS)
    model.append(ROWS)
    table = Table(theme, model, COLUMNS, name="table", accessible_name="Rows")
    qtbot.addWidget(table)
    table.resize(400, 220)
    with qtbot.waitExposed(table):
        table.show()
    table.selectRow(2)

    def painted(*delegates: QStyledItemDelegate) -> QImage:
        for column, delegate in enumerate(delegates):
            table.setItemDelegateForColumn(column, delegate)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)
        return table.viewport().grab().toImage()

    usual, quick = QStyledItemDelegate(table), QuickDelegate(theme, model, table)
    before = painted(usual, usual, MutedDelegate(theme, table))
    model.append(["another"])
    assert painted(usual, usual, MutedDelegate(theme, table)) != before
    before = painted(usual, usual, MutedDelegate(theme, table))
    assert painted(quick, quick, quick) == before
