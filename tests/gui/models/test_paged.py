"""The paged model against a real list behind a real asynchronous fetch."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from webpush_admin.backend.records import Page
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.columns import PILL_ROLE, Column
from webpush_admin.gui.models.paged import KEPT_PAGES, PagedModel
from webpush_admin.gui.models.requests import AWAITED_PAGES, PAGE_ROWS, Stretch

pytestmark = pytest.mark.usefixtures("qapp")

Row = tuple[int, str]

COLUMNS: tuple[Column[Row], ...] = (
    Column("id", "ID", 80, text=lambda row: str(row[0]), tip=lambda row: "", right_aligned=True, mono=True),
    Column("name", "Name", 0, text=lambda row: row[1], tip=lambda row: f"<i>{row[1]}</i>", role=lambda row: "ok"),
)


class Pending:
    """One fetch that has not been answered."""

    def __init__(self, stretch: Stretch, done: Callable[[Page[Row]], None], failed: Callable[[str], None]) -> None:
        self.offset, self.limit, self.done, self.failed = stretch.offset, stretch.limit, done, failed
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Source:
    """A list of rows whose pages are answered when the test says so."""

    def __init__(self, count: int) -> None:
        self.rows: list[Row | None] = [(number, f"name {number}") for number in range(count)]
        self.pending: list[Pending] = []
        self.asked: list[int] = []
        self.counts_later = False
        self.counting: list[tuple[Callable[[int], None], Callable[[str], None]]] = []

    def fetch(self, stretch: Stretch, done: Callable[[Page[Row]], None], failed: Callable[[str], None]) -> Job[Any]:
        self.asked.append(stretch.offset)
        self.pending.append(Pending(stretch, done, failed))
        return cast("Job[Any]", self.pending[-1])

    def answer(self) -> None:
        while self.pending:
            wish = self.pending.pop(0)
            if not wish.cancelled:
                self.answer_one(wish)

    def answer_one(self, wish: Pending) -> None:
        total = None if self.counts_later else len(self.rows)
        wish.done(Page(wish.offset, tuple(self.rows[wish.offset : wish.offset + wish.limit]), total))

    def count(self, stamp: int, done: Callable[[int], None], failed: Callable[[str], None]) -> Job[Any]:
        self.counting.append((done, failed))
        return cast("Job[Any]", Pending(Stretch(stamp, 0, 0), lambda _: None, failed))


def _model(source: Source) -> PagedModel[Row]:
    return PagedModel(COLUMNS, source.fetch, key=lambda row: row[0], count=source.count)


def _loaded(count: int, *, watched: bool = False) -> tuple[Source, PagedModel[Row]]:
    """Where it is watched, every signal is followed by a look at all rules; a broken one is a warning and fails."""
    source = Source(count)
    model = _model(source)
    if watched:
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.reset()
    source.answer()
    return source, model


@pytest.mark.parametrize("count", [0, 1, 127, 128, 129, 1000])
def test_it_is_a_proper_model(count: int) -> None:
    source, model = _loaded(count, watched=True)
    source.answer()
    assert model.rowCount() == count


def test_only_what_is_looked_at_is_fetched(qtbot: QtBot) -> None:
    source, model = _loaded(100_000)
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
    source, model = _loaded(1)
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
    model = _model(source)
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
    source, model = _loaded(PAGE_ROWS * (KEPT_PAGES + 20))
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
    source, model = _loaded(500, watched=True)
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
    source, model = _loaded(5, watched=True)
    view = _view(qtbot, model)
    _select(view, 4)
    del source.rows[4]
    source.rows.append((77, "somebody else"))
    model.refresh()
    source.answer()
    assert _selected(view, model) == []
    view.hide()


def test_a_refresh_keeps_the_scroll(qtbot: QtBot) -> None:
    source, model = _loaded(2000)
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
    source, model = _loaded(300, watched=True)
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
    model = _model(source)
    model.reset()
    wish = source.pending.pop()
    wish.done(Page(0, tuple(source.rows[:4]), 10))
    assert model.rowCount() == 10
    assert model.index(7, 1).data() == ""
    assert model.row(7) is None


def test_clear_asks_for_nothing(qtbot: QtBot) -> None:
    source, model = _loaded(10)
    model.clear()
    assert model.rowCount() == 0
    assert source.asked == [0]
    assert not model.hasIndex(0, 0, QModelIndex())


def test_rows_show_before_their_number_is_known() -> None:
    source = Source(1000)
    source.counts_later = True
    model = _model(source)
    busy: list[bool] = []
    model.busy_changed.connect(busy.append)
    model.reset()
    source.answer()
    assert (model.rowCount(), model.known, model.busy) == (PAGE_ROWS, True, True)
    (counted, _), *others = source.counting
    assert others == []
    counted(1000)
    assert (model.rowCount(), model.busy, busy) == (1000, False, [True, False])


def test_a_number_of_a_former_generation_never_arrives() -> None:
    source = Source(1000)
    source.counts_later = True
    model = _model(source)
    model.reset()
    source.answer()
    late, _ = source.counting[0]
    source.rows = source.rows[:5]
    model.reset()
    late(1000)
    source.answer()
    assert model.rowCount() == 5


def test_a_row_that_was_deleted_since_is_a_gap_that_nobody_can_select() -> None:
    source = Source(3)
    source.rows[1] = None
    model = _model(source)
    model.reset()
    source.answer()
    assert [model.index(number, 1).data() for number in range(3)] == ["name 0", "", "name 2"]
    assert model.index(1, 0).data() == "—"
    assert model.row(1) is None
    assert [number for number, _ in model.fetched()] == [0, 2]
    model.refresh()
    source.answer()
    assert model.rowCount() == 3


def test_pages_that_were_dragged_past_are_given_up() -> None:
    source, model = _loaded(100_000)
    for page in range(10, 40):
        model.index(page * PAGE_ROWS, 0).data()
    waiting = [wish.offset // PAGE_ROWS for wish in source.pending if not wish.cancelled]
    assert waiting == [*range(39 - AWAITED_PAGES, 40)]
    source.answer()
    assert model.index(39 * PAGE_ROWS, 1).data() == f"name {39 * PAGE_ROWS}"
    assert model.index(12 * PAGE_ROWS, 1).data() == "", "and asked for again where somebody goes back"
    source.answer()
    assert model.index(12 * PAGE_ROWS, 1).data() == f"name {12 * PAGE_ROWS}"


def test_a_page_that_fails_is_told_once_and_asked_for_again_when_it_is_painted_again() -> None:
    source, model = _loaded(1000)
    told: list[str] = []
    model.failed.connect(told.append)
    model.index(500, 0).data()
    source.pending.pop().failed("The database is closed.")
    assert (told, model.busy) == (["The database is closed."], False)
    assert model.index(500, 1).data() == ""
    source.answer()
    assert model.index(500, 1).data() == "name 500"


def test_giving_up_keeps_the_rows_that_are_there() -> None:
    source, model = _loaded(1000)
    model.index(500, 0).data()
    model.cancel()
    assert not model.busy
    assert all(wish.cancelled for wish in source.pending)
    assert model.index(3, 1).data() == "name 3"


def test_only_rows_that_are_looked_at_are_made_ready() -> None:
    made: list[int] = []

    def text(row: Row) -> str:
        made.append(row[0])
        return str(row[0])

    counted: Column[Row] = Column("id", "ID", 80, text=text, tip=lambda row: "")
    source = Source(1000)
    model: PagedModel[Row] = PagedModel((counted,), source.fetch, key=lambda row: row[0], count=source.count)
    model.reset()
    source.answer()
    assert made == []
    for _ in range(2):
        assert [model.index(number, 0).data() for number in (3, 4)] == ["3", "4"]
    assert made == [3, 4]
