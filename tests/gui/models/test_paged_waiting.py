"""The paged model while it waits: late totals, gaps, pages that nobody wants any more, pages that fail.

Runs on: GUI thread
"""

import pytest

from tests.gui.models.paged_source import Row, Source, loaded, model_of
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.paged import PagedModel
from webpush_admin.gui.models.requests import AWAITED_PAGES, PAGE_ROWS

pytestmark = pytest.mark.usefixtures("qapp")


def test_rows_show_before_their_number_is_known() -> None:
    source = Source(1000)
    source.counts_later = True
    model = model_of(source)
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
    model = model_of(source)
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
    model = model_of(source)
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
    source, model = loaded(100_000)
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
    source, model = loaded(1000)
    told: list[str] = []
    model.failed.connect(told.append)
    model.index(500, 0).data()
    source.pending.pop().failed("The database is closed.")
    assert (told, model.busy) == (["The database is closed."], False)
    assert model.index(500, 1).data() == ""
    source.answer()
    assert model.index(500, 1).data() == "name 500"


def test_giving_up_keeps_the_rows_that_are_there() -> None:
    source, model = loaded(1000)
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


def test_the_stamp_is_that_of_the_rows_that_show() -> None:
    source, model = loaded(300)
    shown = model.stamp
    model.refresh()
    assert model.stamp == shown, "the old rows still show"
    source.answer()
    assert model.stamp > shown
    shown = model.stamp
    model.reset()
    assert model.stamp > shown


def test_a_refresh_of_which_a_page_fails_keeps_the_old_rows_and_lets_others_come() -> None:
    source, model = loaded(1000)
    model.index(200, 0).data()
    source.answer()
    shown = model.stamp
    said: list[str] = []
    model.failed.connect(said.append)
    model.refresh()
    wishes, source.pending = source.pending, []
    assert len(wishes) == 2
    wishes[0].failed("The database is locked.")
    assert (said, model.busy, model.stamp) == (["The database is locked."], False, shown)
    assert model.index(3, 1).data() == "name 3"
    model.index(700, 0).data()
    source.answer()
    assert model.index(700, 1).data() == "name 700"
    source.rows = source.rows[1:]
    model.refresh()
    source.answer()
    assert model.index(3, 1).data() == "name 4"
