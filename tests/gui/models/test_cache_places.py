"""The table model over a cache that moves: against a source that answers when the test says so."""

from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.gui.models.cache_source import CacheSource, user
from webpush_admin.backend.cache_records import CachedUser, CacheOrder, CachePage, CacheQuery
from webpush_admin.gui.models.cache_places import FIRST_ROWS
from webpush_admin.gui.models.cached_users import ORDERS, OWN_ORDER, cache_columns, order_of
from webpush_admin.gui.models.columns import PILL_ROLE
from webpush_admin.push.places import PlaceState

pytestmark = pytest.mark.usefixtures("qapp")

TIP = Qt.ItemDataRole.ToolTipRole


def _source(count: int, *, watched: bool = False) -> CacheSource:
    """Where it is watched, every signal is followed by a look at all rules; a broken one is a warning and fails."""
    source = CacheSource(count)
    if watched:
        model = source.model
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    source.ask()
    return source


def _column(source: CacheSource, key: str) -> int:
    return next(number for number, column in enumerate(source.model.columns) if column.key == key)


def _cell(source: CacheSource, row: int, key: str) -> str:
    return str(source.model.index(row, _column(source, key)).data())


def _told(source: CacheSource) -> list[tuple[int, int, str]]:
    """Return what is told from now on: first and last row, and the column."""
    told: list[tuple[int, int, str]] = []

    def changed(first: QModelIndex, last: QModelIndex) -> None:
        keys = [column.key for column in source.model.columns[first.column() : last.column() + 1]]
        told.extend((first.row(), last.row(), key) for key in keys)

    source.model.dataChanged.connect(changed)
    return told


def test_it_is_a_proper_model_whatever_the_cache_does() -> None:
    source = _source(0, watched=True)
    model = source.model
    assert (model.rowCount(), model.known) == (0, True)
    source.users = [user(number) for number in range(300)]
    source.ask()
    kept = model.index(5, 2)
    chosen = QItemSelectionModel(model)
    flags = QItemSelectionModel.SelectionFlag
    chosen.select(kept, flags.Select | flags.Rows)
    source.users.reverse()
    source.ask()
    source.users = source.users[250:] + source.users[:20]
    source.ask()
    model.look_at(40, 60)
    source.answer()
    source.users = source.users[:3]
    source.ask()
    assert model.rowCount() == 3
    # The view tells that it has come to the beginning.
    model.look_at(0, 2)
    source.users[1] = None
    source.ask()
    assert [model.index(row, 0).data() for row in range(3)] == ["user 49", "—", "user 47"]
    model.clear()
    assert (model.rowCount(), model.known) == (0, False)


def test_only_what_is_around_the_screen_is_asked_for() -> None:
    source = CacheSource(10_000)
    source.model.ask()
    (first,) = source.asked
    assert (first.question.offset, first.question.limit) == (0, 2 * FIRST_ROWS)
    source.answer()
    assert source.model.rowCount() == 10_000
    source.model.look_at(0, 19)
    source.ask()
    assert source.shown() == list(range(40))
    # Within a screen nothing is asked; beyond it, at once; the rows come with those above and below.
    source.model.look_at(15, 34)
    assert not source.asked
    source.model.look_at(5000, 5019)
    assert [(one.question.offset, one.question.limit) for one in source.asked] == [(4980, 60)]
    assert source.model.index(5000, 0).data() == ""
    # It is the order that is shown: nothing may jump because somebody scrolls.
    assert source.asked[0].question.stamp == source.model.stamp
    source.answer()
    assert source.model.index(5000, 0).data() == "user 5000"
    assert source.model.row(0) is None


def test_one_question_at_a_time_and_the_last_place_is_reached() -> None:
    source = _source(10_000)
    source.model.look_at(0, 19)
    source.model.ask()
    source.model.ask()
    for first in range(1000, 9000, 100):
        source.model.look_at(first, first + 19)
    assert len(source.asked) == 1
    # Its answer is of where somebody has scrolled on from: one more question, for where they are.
    assert source.answer() == 2
    assert source.model.row(8900) is not None


def test_a_late_answer_to_an_older_query_is_passed_over() -> None:
    source = _source(50)
    source.model.ask()
    late = source.asked[0]
    source.model.set_query(CacheQuery(search="x"))
    assert late.cancelled
    # The rows of before show until the answer is there, and are not said to be the answer.
    assert (source.model.rowCount(), source.model.known) == (50, False)
    source.users = source.users[7:9]
    source.answer()
    late.done(CachePage(0, tuple(user(number) for number in range(50)), 50, source.now_s))
    assert source.shown() == [7, 8]
    assert source.model.known


def test_what_did_not_come_is_asked_for_again() -> None:
    source = _source(5)
    told: list[str] = []
    source.model.failed.connect(told.append)
    source.model.ask()
    source.asked.pop().failed("The database is locked.")
    assert (told, source.model.rowCount()) == (["The database is locked."], 5)
    source.model.ask()
    assert len(source.asked) == 1


def test_what_is_selected_goes_with_its_user_and_with_nobody_else() -> None:
    source = _source(200)
    source.model.look_at(0, 19)
    chosen = QItemSelectionModel(source.model)
    flags = QItemSelectionModel.SelectionFlag
    for row in (3, 4, 9):
        chosen.select(source.model.index(row, 0), flags.Select | flags.Rows)
    chosen.setCurrentIndex(source.model.index(9, 0), flags.NoUpdate)
    nine = source.users.pop(9)
    source.users.insert(0, nine)
    four = source.users.pop(5)
    assert four is not None
    assert four.user_id == UUID(int=4)
    source.users.append(four)
    source.ask()
    assert sorted(index.row() for index in chosen.selectedRows()) == [0, 4]
    assert [source.model.index(row, 0).data() for row in (0, 4)] == ["user 9", "user 3"]
    assert chosen.currentIndex().row() == 0


def test_held_rows_stay_where_they_are_and_their_numbers_go_on() -> None:
    source = _source(30)
    stamp = source.model.stamp
    source.model.hold(True)
    source.change(4, hits=12)
    source.users[6] = None
    source.model.ask()
    assert source.asked[0].question.stamp == stamp
    source.answer()
    assert (_cell(source, 4, "hits"), _cell(source, 6, "name"), _cell(source, 6, "hits")) == ("12", "—", "")
    # Somebody sorts: that is no jump.
    source.model.set_query(CacheQuery(order=CacheOrder.NAME, descending=False))
    assert source.asked[0].question.stamp > stamp
    source.answer()
    # The cache was emptied: nobody is left to be held.
    source.users = [None] * 30
    source.model.ask()
    held = source.asked.pop()
    held.done(source.page(held.question))
    assert source.asked[0].question.stamp > held.question.stamp
    source.users = []
    source.answer()
    assert source.model.rowCount() == 0


def test_times_go_on_by_themselves_and_end_at_zero() -> None:
    source = _source(40)
    source.model.look_at(0, 9)
    assert [_cell(source, 2, key) for key in ("state", "age", "left")] == ["fresh", "0:10", "2:50"]
    told = _told(source)
    source.now_s += 61.5
    source.model.tick()
    assert [_cell(source, 2, key) for key in ("state", "age", "left")] == ["fresh", "1:11", "1:49"]
    assert told == [(0, 9, "state"), (0, 9, "age"), (0, 9, "left")]
    left = source.model.index(2, _column(source, "left"))
    assert source.model.share_left(left.row()) == pytest.approx(108.5 / 180)
    source.now_s += 108.5
    source.model.tick()
    assert [_cell(source, 2, key) for key in ("state", "age", "left")] == ["expired", "3:00", "expired"]
    state = source.model.index(2, _column(source, "state"))
    assert state.data(PILL_ROLE) == "muted"
    assert "reads the database again" in state.data(TIP)
    source.now_s += 4000
    source.model.tick()
    assert _cell(source, 2, "age") == "1:09:40"
    # An answer sets them right, also where it was on its way for long.
    source.ask()
    assert _cell(source, 2, "left") == "2:50"


def test_only_cells_that_say_something_else_are_told() -> None:
    source = _source(40)
    source.model.look_at(0, 9)
    for row in range(10):
        source.model.cells_at(row)
    source.ask()
    told = _told(source)
    source.ask()
    assert told == []
    source.change(3, hits=1)
    source.change(7, hits=5, misses=2)
    source.change(30, hits=9)
    source.ask()
    assert sorted(told) == [(3, 7, "hits"), (7, 7, "misses")]


@pytest.mark.parametrize(
    ("place", "word", "role"),
    [
        ({}, "fresh", "ok"),
        ({"state": PlaceState.READING, "waiters": 1, "age_s": None, "left_s": None}, "reading", "busy"),
        ({"state": PlaceState.SHARED, "waiters": 3, "age_s": None, "left_s": None}, "shared by 3", "busy"),
        ({"state": PlaceState.EXPIRED, "left_s": 0.0}, "expired", "muted"),
        ({"state": PlaceState.INVALIDATED, "age_s": None, "left_s": None}, "invalidated", "warn"),
        ({"state": PlaceState.EMPTIED, "age_s": None, "left_s": None}, "emptied", "muted"),
        ({"state": PlaceState.FAILED, "age_s": None, "left_s": None}, "read failed", "bad"),
    ],
)
def test_every_state_has_its_word_its_colour_and_its_sentence(place: dict[str, object], word: str, role: str) -> None:
    source = CacheSource(0)
    source.users = [user(1, **place)]
    source.ask()
    state = source.model.index(0, _column(source, "state"))
    assert (state.data(), state.data(PILL_ROLE)) == (word, role)
    assert len(state.data(TIP)) > 20
    if place.get("age_s", 0.0) is None:
        assert [_cell(source, 0, key) for key in ("age", "left")] == ["–", "–"]


def test_numbers_are_grouped_and_hostile_names_stay_plain() -> None:
    source = CacheSource(0)
    hostile = replace(
        user(1, generation=12_345, hits=1_000_000, misses=2, joins=3, stale_discarded=1), name="<b>A\u202e"
    )
    source.users = [hostile, CachedUser("", user(2).place)]
    source.ask()
    assert [_cell(source, 0, key) for key in ("name", "generation", "rows", "hits", "misses", "stale")] == [
        "<b>A<U+202E>",
        "12,345",
        "2",
        "1,000,000",
        "2",
        "1",
    ]
    assert source.model.index(0, 0).data(TIP).startswith("<p>&lt;b&gt;A&lt;U+202E&gt;<br/>")
    assert "3 callers shared one" in source.model.index(0, _column(source, "misses")).data(TIP)
    assert _cell(source, 1, "name") == "user 00000000"


def test_every_column_can_be_sorted_by_and_says_what_it_means() -> None:
    columns = cache_columns(lambda: 0.0)
    assert [column.order_by for column in columns] == [column.key for column in columns] == list(ORDERS)
    source = CacheSource(0)
    tips = [source.model.headerData(number, Qt.Orientation.Horizontal, TIP) for number in range(len(columns))]
    assert all(len(str(tip)) > 30 for tip in tips)
    assert "must not be believed any more" in str(tips[2])
    assert order_of("age", descending=True) == (CacheOrder.AGE, True)
    assert order_of("left", descending=False) == (CacheOrder.AGE, True)
    assert order_of("", descending=False) == OWN_ORDER
