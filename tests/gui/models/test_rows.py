"""The model of short lists: appended, bounded, replaced without losing the selection.

Runs on: GUI thread
"""

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from webpush_admin.gui.models.columns import PILL_ROLE, Column
from webpush_admin.gui.models.rows import RowsModel

Row = tuple[int, str]
COLUMNS: tuple[Column[Row], ...] = (
    Column("id", "ID", 50, text=lambda row: str(row[0]), tip=lambda _row: "", right_aligned=True, mono=True),
    Column("name", "Name", 0, text=lambda row: row[1], tip=lambda row: row[1], role=lambda _row: "ok"),
)


def _model(qapp: QApplication, kept: int = 5) -> RowsModel[Row]:
    model = RowsModel(COLUMNS, key=lambda row: row[0], kept=kept)
    model.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]  # kept alive with its model
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return model


def test_the_oldest_rows_leave_where_there_are_too_many(qapp: QApplication) -> None:
    model = _model(qapp)
    model.append([(n, "a") for n in range(4)])
    assert model.index(0, 0).data() == "0"
    model.append([(n, "b") for n in range(4, 7)])
    assert [row[0] for row in model.rows] == [2, 3, 4, 5, 6]
    assert model.index(0, 0).data() == "2", "a cell made ready before must not show another row"
    model.append([(n, "c") for n in range(100)])
    assert [row[0] for row in model.rows] == [95, 96, 97, 98, 99]


def test_replacing_the_same_things_keeps_the_selection_and_shows_their_news(qapp: QApplication) -> None:
    model = _model(qapp)
    model.replace([(1, "old"), (2, "old")])
    selection = QItemSelectionModel(model)
    flags = QItemSelectionModel.SelectionFlag
    selection.select(model.index(1, 0), flags.ClearAndSelect | flags.Rows)
    assert model.index(1, 1).data() == "old"
    model.replace([(1, "new"), (2, "new")])
    assert [index.row() for index in selection.selectedRows()] == [1]
    assert model.index(1, 1).data() == "new"
    model.replace([(2, "new"), (1, "new")])
    assert not selection.selectedRows(), "another order: row 1 is another thing now"


def test_one_row_can_change(qapp: QApplication) -> None:
    model = _model(qapp)
    model.append([(1, "a"), (2, "b")])
    assert model.index(1, 1).data() == "b"
    model.set_row(1, (2, "c"))
    assert model.index(1, 1).data() == "c"


def test_hostile_text_stays_plain(qapp: QApplication) -> None:
    model = _model(qapp)
    model.append([(1, "<b>\u202eevil\x07</b>")])
    cell = model.index(0, 1)
    assert cell.data() == "<b><U+202E>evil<U+0007></b>"
    assert "<b>" not in str(cell.data(3))
    assert "&lt;b&gt;" in str(cell.data(3))
    assert cell.data(PILL_ROLE) == "ok"
