"""The dialog of the columns: ticks, order and presets, by keys alone."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.columns import ColumnsDialog
from webpush_admin.gui.models.column_layout import ColumnLayout
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.widgets.table import Table

COLUMNS: tuple[Column[str], ...] = (
    Column("id", "ID", 60, text=str, tip=str),
    Column("user", "User", 0, text=str, tip=str),
    Column("host", "Host", 150, text=str, tip=str, hidden=True),
)


@pytest.fixture
def table(qtbot: QtBot, context: Context) -> Iterator[Table]:
    model = RowsModel(COLUMNS)
    made = Table(context.theme, model, COLUMNS, name="table", accessible_name="Things", compact=("user",))
    qtbot.addWidget(made)
    made.resize(500, 200)
    yield made
    model.deleteLater()


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(qtbot: QtBot, context: Context, parent: QWidget, table: Table) -> ColumnsDialog:
    made = ColumnsDialog(context, parent, table.columns)
    with qtbot.waitExposed(made):
        made.open()
    return made


def _ticks(dialog: ColumnsDialog) -> dict[str, bool]:
    items = (dialog.list.item(row) for row in range(dialog.list.count()))
    return {item.text(): item.checkState() is Qt.CheckState.Checked for item in items}


def test_it_begins_with_what_fits_and_changes_nothing_where_nothing_was_changed(
    dialog: ColumnsDialog, table: Table
) -> None:
    assert _ticks(dialog) == {"ID": True, "User": True, "Host": False}
    assert dialog.action_button.text() == "Show what fits"
    dialog.submit()
    assert table.columns.layout == ColumnLayout()


def test_a_tick_chooses_by_hand(dialog: ColumnsDialog, table: Table, qtbot: QtBot) -> None:
    dialog.list.setFocus()
    dialog.list.setCurrentRow(2)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.preset.currentText() == "What is ticked"
    assert dialog.action_button.text() == "Show 3 columns"
    with qtbot.waitSignal(table.columns.changed):
        dialog.submit()
    assert table.columns.shown == {"id", "user", "host"}


def test_the_order_goes_by_keys(dialog: ColumnsDialog, table: Table) -> None:
    dialog.list.setCurrentRow(1)
    QTest.keyClick(dialog.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert list(_ticks(dialog)) == ["User", "ID", "Host"]
    assert dialog.list.currentRow() == 0
    assert not dialog.up_button.isEnabled()
    dialog.submit()
    assert table.columns.layout.order == ("user", "id", "host")
    assert table.columns.layout.shown is None, "another order is no choice of columns"


def test_a_preset_ticks_its_columns(dialog: ColumnsDialog, table: Table) -> None:
    dialog.preset.setCurrentIndex(dialog.preset.findText("Compact"))
    dialog.preset.activated.emit(dialog.preset.currentIndex())
    assert _ticks(dialog) == {"ID": False, "User": True, "Host": False}
    dialog.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.action_button.isEnabled(), "a table without columns has no way back"
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    dialog.submit()
    assert table.columns.shown == {"id"}


def test_reset_forgets_order_and_widths(context: Context, parent: QWidget, table: Table) -> None:
    table.columns.arrange(ColumnLayout(("host", "user", "id"), frozenset({"user"}), {"id": 99}))
    dialog = ColumnsDialog(context, parent, table.columns)
    assert list(_ticks(dialog)) == ["Host", "User", "ID"]
    dialog.reset_button.click()
    dialog.submit()
    assert table.columns.layout == ColumnLayout(shown=frozenset({"user"}))
