"""Columns by hand, by keys and by presets, in a real table."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from webpush_admin.gui.models.column_layout import ColumnLayout
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.widgets.header import Header
from webpush_admin.gui.widgets.table import Table
from webpush_admin.gui.widgets.table_columns import Preset

COLUMNS: tuple[Column[str], ...] = (
    Column("id", "ID", 60, text=str, tip=str, order_by="id"),
    Column("user", "User", 0, text=str, tip=str, order_by="user"),
    Column("host", "Host", 150, text=str, tip=str, hidden=True),
    Column("state", "State", 100, text=str, tip=str, order_by="state"),
)


@pytest.fixture
def table(qtbot: QtBot, theme: Theme) -> Iterator[Table]:
    model = RowsModel(COLUMNS)
    made = Table(
        theme,
        model,
        COLUMNS,
        name="table",
        accessible_name="Things",
        leaves_first=("id",),
        compact=("user", "state"),
        own_order="id",
    )
    qtbot.addWidget(made)
    model.replace(["a", "b"])
    made.resize(600, 200)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    model.deleteLater()


def _header(table: Table) -> Header:
    header = table.horizontalHeader()
    assert isinstance(header, Header)
    return header


def _from_left(table: Table) -> list[str]:
    header = _header(table)
    places = (header.logicalIndex(place) for place in range(header.count()))
    return [COLUMNS[section].key for section in places if not header.isSectionHidden(section)]


def _drag(header: Header, start: QPoint, end: QPoint) -> None:
    port = header.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 9):
        QTest.mouseMove(port, start + (end - start) * step / 8)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)


def test_columns_leave_where_it_is_narrow_as_long_as_nobody_chose_any(table: Table) -> None:
    assert _from_left(table) == ["id", "user", "state"]
    table.resize(240, 200)
    assert _from_left(table) == ["user", "state"]
    table.resize(600, 200)
    assert _from_left(table) == ["id", "user", "state"]
    table.columns.choose("state", False)
    table.resize(150, 200)
    assert _from_left(table) == ["id", "user"], "what was chosen stays, and the table scrolls"
    assert table.horizontalScrollBar().maximum() > 0
    table.columns.choose_preset(Preset.FITS)
    assert _from_left(table) == ["user", "state"]


def test_the_room_that_is_left_goes_to_who_takes_it(table: Table) -> None:
    assert table.columnWidth(1) == table.viewport().width() - 160
    table.columns.choose("user", False)
    assert table.columnViewportPosition(3) + table.columnWidth(3) == table.viewport().width()


def test_a_border_is_dragged_and_the_width_stays(table: Table, qtbot: QtBot) -> None:
    header = _header(table)
    edge = QPoint(header.sectionViewportPosition(0) + header.sectionSize(0) - 1, header.height() // 2)
    with qtbot.waitSignal(table.columns.changed):
        _drag(header, edge, edge + QPoint(80, 0))
    assert table.columns.layout.widths == {"id": 140}
    table.resize(700, 200)
    assert table.columnWidth(0) == 140
    assert table.columnWidth(1) == table.viewport().width() - 240


def test_the_last_column_that_is_stretched_in_answer_is_not_the_one_in_the_hand(table: Table) -> None:
    table.columns.choose("user", False)
    header = _header(table)
    edge = QPoint(header.sectionSize(0) - 1, header.height() // 2)
    _drag(header, edge, edge + QPoint(50, 0))
    assert table.columns.layout.widths == {"id": 110}


def test_a_double_click_on_a_border_fits_the_column(table: Table, qtbot: QtBot) -> None:
    header = _header(table)
    edge = QPoint(header.sectionViewportPosition(3) - 1, header.height() // 2)
    with qtbot.waitSignal(table.columns.changed):
        QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
        QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
        QTest.mouseDClick(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
        QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    assert 40 <= table.columns.layout.widths["user"] < 120


def test_a_title_is_dragged_to_another_place(table: Table, qtbot: QtBot) -> None:
    header = _header(table)
    start = QPoint(header.sectionViewportPosition(3) + 50, header.height() // 2)
    with qtbot.waitSignal(table.columns.changed):
        _drag(header, start, QPoint(4, header.height() // 2))
    assert _from_left(table) == ["state", "id", "user"]
    assert not table.sorted_by, "a drag is no click"


def test_the_header_works_by_keys(table: Table, qtbot: QtBot) -> None:
    header = _header(table)
    wishes: list[tuple[str, bool]] = []
    table.sort_wished.connect(lambda key, descending: wishes.append((key, descending)))
    header.setFocus(Qt.FocusReason.TabFocusReason)
    assert header.section == 0
    assert header.accessibleName() == "ID, not sorted by"
    QTest.keyClick(header, Qt.Key.Key_Right)
    assert header.section == 1
    QTest.keyClick(header, Qt.Key.Key_Return)
    assert header.accessibleName() == "User, ascending"
    QTest.keyClick(header, Qt.Key.Key_Right)
    assert header.section == 3, "a hidden column is passed over"
    QTest.keyClick(header, Qt.Key.Key_Space)
    assert wishes == [("user", False), ("state", False)]
    QTest.keyClick(header, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert _from_left(table) == ["id", "state", "user"]
    width = table.columnWidth(3)
    QTest.keyClick(header, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert table.columnWidth(3) > width
    QTest.keyClick(header, Qt.Key.Key_Down)
    qtbot.waitUntil(table.hasFocus)


def test_the_third_click_brings_the_lists_own_order_back(table: Table) -> None:
    header = _header(table)
    wishes: list[tuple[str, bool]] = []
    table.sort_wished.connect(lambda key, descending: wishes.append((key, descending)))
    for section in (1, 1, 1, 0, 0):
        header.sectionClicked.emit(section)
    assert wishes == [("user", False), ("user", True), ("id", False), ("id", True), ("id", False)]
    assert table.sorted_by == "id"


def test_the_menu_shows_what_is_seen_and_offers_presets(table: Table, qtbot: QtBot) -> None:
    arranging = QAction("Columns…", table)
    table.columns.dialog_action = arranging
    _header(table).menu_wished.emit(table.mapToGlobal(QPoint(5, 5)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    by_text = {action.text(): action for action in menu.actions() if action.text()}
    assert [text for text, action in by_text.items() if action.isChecked()] == ["ID", "User", "State", "What fits"]
    assert arranging in menu.actions()
    by_text["Host"].trigger()
    assert _from_left(table) == ["id", "user", "host", "state"]
    by_text["Compact"].trigger()
    assert _from_left(table) == ["user", "state"]
    menu.close()


def test_the_last_column_cannot_be_hidden(table: Table) -> None:
    for key in ("id", "user", "state"):
        table.columns.choose(key, False)
    assert _from_left(table) == ["state"]


def test_what_the_view_sends_away_comes_back_as_it_was_chosen(table: Table) -> None:
    table.columns.choose("id", False)
    table.columns.send_away("user", True)
    assert _from_left(table) == ["state"]
    table.columns.choose("id", True)
    assert _from_left(table) == ["id", "state"]
    table.columns.send_away("user", False)
    assert _from_left(table) == ["id", "user", "state"]


def test_a_layout_is_shown_without_telling_that_it_changed(table: Table, qtbot: QtBot) -> None:
    layout = ColumnLayout(("state", "host", "user", "id"), frozenset({"state", "host"}), {"host": 222})
    with qtbot.assertNotEmitted(table.columns.changed):
        table.columns.arrange(layout)
    assert _from_left(table) == ["state", "host"]
    assert table.columns.layout == layout


def test_what_tells_rows_apart_stays_while_others_can_shrink(qtbot: QtBot, theme: Theme) -> None:
    columns: tuple[Column[str], ...] = (
        Column("service", "Service", 140, text=str, tip=str, least=70),
        Column("tail", "Tail", 80, text=str, tip=str),
        Column("browser", "Browser", 0, text=str, tip=str, least=80),
        Column("age", "Age", 90, text=str, tip=str),
    )
    model = RowsModel(columns)
    made = Table(
        theme,
        model,
        columns,
        name="table",
        accessible_name="Things",
        leaves_first=("age",),
        leaves_last=("tail", "browser"),
    )
    qtbot.addWidget(made)
    made.resize(360, 200)
    with qtbot.waitExposed(made):
        made.show()
    assert made.columns.shown == {"service", "tail", "browser"}
    made.resize(260, 200)
    assert made.columns.shown == {"service", "tail", "browser"}
    assert (made.columnWidth(0), made.columnWidth(1)) == (70, 80)
    assert sum(map(made.columnWidth, range(3))) == made.viewport().width()
    made.resize(200, 200)
    assert made.columns.shown == {"service", "browser"}
    model.deleteLater()
