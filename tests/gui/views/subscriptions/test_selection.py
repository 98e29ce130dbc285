"""What is selected in a long list: all of it, or nothing and the reason."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from PySide6.QtCore import QItemSelection
from pytestqt.qtbot import QtBot

from webpush_admin.backend.records import Page
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.kept_pages import KEPT_PAGES
from webpush_admin.gui.models.paged import HELD_PAGES, PagedModel
from webpush_admin.gui.models.requests import PAGE_ROWS, Stretch
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.views.subscriptions.selection import read_selection
from webpush_admin.gui.widgets.table import Table

TOTAL = 1_000_000
COLUMNS: tuple[Column[int], ...] = (Column("n", "N", 0, text=str, tip=str),)


class _Cancellable:
    def cancel(self) -> None:
        pass


class _Source:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.later: list[Callable[[], None]] = []

    def fetch(self, stretch: Stretch, done: Callable[[Page[int]], None], failed: Callable[[str], None]) -> Job[Any]:
        offset, limit = stretch.offset, stretch.limit
        self.asked.append(offset)

        def answer() -> None:
            done(Page(offset, tuple(range(offset, min(offset + limit, TOTAL))), TOTAL))

        # A real worker never answers within the call.
        self.later.append(answer)
        return cast("Job[Any]", _Cancellable())

    def answer(self) -> None:
        while self.later:
            self.later.pop(0)()


@pytest.fixture
def source() -> _Source:
    return _Source()


@pytest.fixture
def table(qtbot: QtBot, theme: Theme, source: _Source) -> Table:
    model = PagedModel(COLUMNS, source.fetch, key=lambda row: row)
    made = Table(theme, model, COLUMNS, name="table", accessible_name="Table")
    qtbot.addWidget(made)
    model.reset()
    source.answer()
    return made


def _model(table: Table) -> PagedModel[int]:
    return cast("PagedModel[int]", table.model())


def _select(table: Table, first: int, last: int) -> None:
    flags = table.selectionModel().SelectionFlag
    model = _model(table)
    chosen = QItemSelection(model.index(first, 0), model.index(last, 0))
    table.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)


def test_everything_of_a_million_is_refused_with_the_number(table: Table, source: _Source) -> None:
    table.selectAll()
    asked = len(source.asked)
    selection = read_selection(table, _model(table))
    assert selection.count == TOTAL
    assert not selection.rows
    assert "1,000,000" in selection.problem
    assert len(source.asked) == asked, "a million rows must not be fetched for that"


def test_rows_that_were_never_looked_at_are_fetched_first(table: Table, source: _Source) -> None:
    _select(table, 100, 700)
    selection = read_selection(table, _model(table))
    assert selection.count == 601
    assert not selection.rows
    assert selection.problem
    source.answer()
    selection = read_selection(table, _model(table))
    assert selection.rows == tuple(range(100, 701))
    assert not selection.problem


def test_selected_rows_stay_however_far_one_scrolls_and_when_they_are_read_again(table: Table, source: _Source) -> None:
    last = HELD_PAGES * PAGE_ROWS - 1
    _select(table, 0, last)
    model = _model(table)
    read_selection(table, model)
    source.answer()
    for page in range(HELD_PAGES, HELD_PAGES + 2 * KEPT_PAGES):
        assert model.index(page * PAGE_ROWS, 0).data() == ""
        source.answer()
    assert len(read_selection(table, model).rows) == last + 1
    model.refresh()
    source.answer()
    assert len(read_selection(table, model).rows) == last + 1


def test_rows_on_too_many_pages_are_refused(table: Table, source: _Source) -> None:
    model = _model(table)
    flags = table.selectionModel().SelectionFlag
    for page in range(HELD_PAGES + 1):
        table.selectionModel().select(model.index(page * PAGE_ROWS, 0), flags.Select | flags.Rows)
    selection = read_selection(table, model)
    assert selection.count == HELD_PAGES + 1
    assert not selection.rows
    assert "too many" in selection.problem
