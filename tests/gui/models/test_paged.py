"""The paged model against a real list behind a real asynchronous fetch."""

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from tests.gui.models.paged_source import Row, Source, loaded, model_of
from webpush_admin.backend.records import Page
from webpush_admin.gui.models.columns import PILL_ROLE
from webpush_admin.gui.models.kept_pages import KEPT_PAGES
from webpush_admin.gui.models.paged import PagedModel
from webpush_admin.gui.models.requests import PAGE_ROWS

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("count", [0, 1, 127, 128, 129, 1000])
def test_it_is_a_proper_model(count: int) -> None:
    source, model = loaded(count, watched=True)
    source.answer()
    assert model.rowCount() == count


def test_only_what_is_looked_at_is_fetched(qtbot: QtBot) -> None:
    source, model = loaded(100_000)
    assert source.asked == [0]
    assert model.index(50_000, 1).data() == ""
    assert source.asked == [0, 50_000 // PAGE_ROWS * PAGE_ROWS]
    model.index(50_001, 1).data()
    assert len(source.asked) == 2
    source.answer()
    assert model.index(50_000, 1).data() == "name 50000"
    assert model.row(50_000) == (50_000, "name 50000")
    assert model.row(70_000) is None


def test_cells_carry_everything_that_is_painted(qtbot: QtBot) -> None:
    source, model = loaded(1)
    source.rows[0] = (0, "a\u202eb")
    model.reset()
    source.answer()
    name = model.index(0, 1)
    assert name.data() == "a<U+202E>b"
    assert name.data(PILL_ROLE) == "ok"
    assert name.data(Qt.ItemDataRole.ToolTipRole) == "<p>&lt;i&gt;a&lt;U+202E&gt;b&lt;/i&gt;</p>"
    assert name.data(Qt.ItemDataRole.AccessibleTextRole) == "Name: a<U+202E>b"
    number = model.index(0, 0)
    assert number.data(Qt.ItemDataRole.FontRole).family() == "JetBrains Mono"
    assert number.data(Qt.ItemDataRole.TextAlignmentRole) & int(Qt.AlignmentFlag.AlignRight)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "ID"


def test_a_late_page_of_a_former_list_never_shows(qtbot: QtBot) -> None:
    source = Source(10)
    model = model_of(source)
    model.reset()
    late = source.pending.pop()
    source.rows = [(99, "new")]
    model.reset()
    assert late.cancelled
    source.answer()
    # Even where the cancel came too late.
    late.done(Page(0, tuple((number, "old") for number in range(10)), 10))
    assert model.rowCount() == 1
    assert model.index(0, 1).data() == "new"


def test_pages_are_bounded(qtbot: QtBot) -> None:
    source, model = loaded(PAGE_ROWS * (KEPT_PAGES + 20))
    for page in range(KEPT_PAGES + 20):
        model.index(page * PAGE_ROWS, 0).data()
        source.answer()
    assert len({number // PAGE_ROWS for number, _ in model.fetched()}) == KEPT_PAGES
    assert model.row(0) is None
    assert model.row((KEPT_PAGES + 19) * PAGE_ROWS) is not None


def _view(qtbot: QtBot, model: PagedModel[Row]) -> QTableView:
    view = QTableView()
    qtbot.addWidget(view)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setModel(model)
    view.resize(400, 300)
    with qtbot.waitExposed(view):
        view.show()
    return view


def _selected(view: QTableView, model: PagedModel[Row]) -> list[int]:
    rows = [model.row(index) for index in view.selectionModel().selectedRows()]
    return sorted(row[0] for row in rows if row is not None)


def _select(view: QTableView, *numbers: int) -> None:
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for number in numbers:
        view.selectionModel().select(view.model().index(number, 0), flags)


def test_a_refresh_keeps_selection_by_row_not_by_place(qtbot: QtBot) -> None:
    source, model = loaded(500, watched=True)
    view = _view(qtbot, model)
    source.answer()
    _select(view, 3, 10, 200)
    model.index(200, 0).data()
    source.answer()
    source.rows = [row for row in source.rows if row is not None and row[0] not in (0, 1, 10)]
    model.refresh()
    assert model.rowCount() == 500  # the old rows show until the new ones are there
    source.answer()
    assert model.rowCount() == 497
    assert _selected(view, model) == [3, 200]
    source.rows.insert(0, (1000, "first"))
    model.refresh()
    source.answer()
    assert model.rowCount() == 498
    assert _selected(view, model) == [3, 200]
    assert model.index(0, 1).data() == "first"
    view.hide()


def test_a_selected_row_that_is_gone_is_not_replaced_by_its_neighbour(qtbot: QtBot) -> None:
    source, model = loaded(5, watched=True)
    view = _view(qtbot, model)
    _select(view, 4)
    del source.rows[4]
    source.rows.append((77, "somebody else"))
    model.refresh()
    source.answer()
    assert _selected(view, model) == []
    view.hide()


def test_a_refresh_keeps_the_scroll(qtbot: QtBot) -> None:
    source, model = loaded(2000)
    view = _view(qtbot, model)
    view.scrollTo(model.index(1000, 0), QTableView.ScrollHint.PositionAtTop)
    view.viewport().repaint()
    source.answer()
    top = view.rowAt(0)
    assert top == 1000
    model.refresh()
    source.answer()
    view.viewport().repaint()
    assert view.rowAt(0) == top
    assert model.index(1000, 1).data() == "name 1000"
    view.hide()


def test_a_list_that_empties_and_fills_again(qtbot: QtBot) -> None:
    source, model = loaded(300, watched=True)
    source.rows.clear()
    model.refresh()
    source.answer()
    assert model.rowCount() == 0
    source.rows = [(1, "again")]
    model.refresh()
    source.answer()
    assert model.rowCount() == 1
    assert model.index(0, 1).data() == "again"


def test_a_page_that_came_short_does_not_fail(qtbot: QtBot) -> None:
    source = Source(10)
    model = model_of(source)
    model.reset()
    wish = source.pending.pop()
    wish.done(Page(0, tuple(source.rows[:4]), 10))
    assert model.rowCount() == 10
    assert model.index(7, 1).data() == ""
    assert model.row(7) is None


def test_clear_asks_for_nothing(qtbot: QtBot) -> None:
    source, model = loaded(10)
    model.clear()
    assert model.rowCount() == 0
    assert source.asked == [0]
    assert not model.hasIndex(0, 0, QModelIndex())
