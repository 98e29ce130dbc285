"""The page of the cached users, in the real window over the real dispatcher's cache."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.gui.views.live.cached_people import CachedPeople
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.live import LiveView
from webpush_admin.gui.views.live.cache_page import CachePage
from webpush_admin.gui.views.live.chosen_users import MOST_CHOSEN
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.push.places import PlaceState

MANY = 10_000
HOSTILE = "<img src=x>\u202e"


class Page:
    """The page in its window."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.window = window
        self.qtbot = qtbot
        self.actions = window.context.actions
        window.show_view("live")
        live = window.views["live"]
        assert isinstance(live, LiveView)
        self.live = live
        live.pages.setCurrentWidget(live.cache_page)
        self.page: CachePage = live.cache_page
        self.list = live.cache_page.list
        self.table = self.list.table
        self.model = self.list.model
        self.people = CachedPeople(qtbot, window.context)
        self.notices: list[str] = []
        window.context.notice.connect(lambda _kind, text: self.notices.append(text))

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=10_000)

    def answered(self) -> None:
        """Wait for an answer to a question that is asked from now on."""
        with self.qtbot.waitSignal(self.model.answered):
            self.model.ask_newest()

    def name(self, row: int) -> str:
        return str(self.model.index(row, 0).data())

    def cell(self, row: int, key: str) -> str:
        number = next(number for number, column in enumerate(self.model.columns) if column.key == key)
        return str(self.model.index(row, number).data())

    def selected(self) -> list[str]:
        return [self.name(row) for row in self.table.selected_rows()]

    def place(self) -> str:
        place = self.list._stack.currentWidget()
        assert place is not None
        return place.objectName()

    def follows(self) -> bool:
        return self.list.following

    def click(self, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        where = self.table.visualRect(self.model.index(row, 0)).center()
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, modifier, where)

    def sort_by(self, key: str) -> None:
        header = self.table.horizontalHeader()
        number = next(number for number, column in enumerate(self.model.columns) if column.key == key)
        header.sectionClicked.emit(number)
        self.until(lambda: self.model.known)


@pytest.fixture
def page(qtbot: QtBot, demo: MainWindow) -> Page:
    return Page(qtbot, demo)


def test_ten_thousand_cached_users_are_scrolled_sorted_searched_and_invalidated(page: Page) -> None:
    page.until(lambda: page.place() == "cache_empty")
    assert not page.actions["invalidate_user"].isEnabled()
    page.people.fill([*(f"user {number:04d}" for number in range(MANY - 1)), HOSTILE])
    page.until(lambda: page.model.rowCount() == MANY)
    assert page.place() == "cached_table"
    page.people.use(77)
    page.until(lambda: page.name(0) == "user 0077")
    assert [page.cell(0, key) for key in ("state", "generation", "rows", "hits", "misses")] == [
        "fresh",
        "0",
        "0",
        "1",
        "1",
    ]
    assert page.list.count.text().startswith("10,000 users")
    # In memory is a screen above and below what is seen, not ten thousand.
    page.sort_by("name")
    page.until(lambda: page.name(1) == "user 0000")
    assert page.name(0) == "<img src=x><U+202E>"
    page.table.verticalScrollBar().setValue(5000)
    page.until(lambda: page.name(5000) == "user 4999")
    assert len(list(page.model.rows_here())) < 200

    # Who is selected stays selected, wherever in the list that is.
    page.click(5001)
    assert (page.selected(), page.page.timeline._user_id) == (["user 5000"], page.people.ids[5000])
    assert page.actions["invalidate_user"].isEnabled()
    page.sort_by("name")
    page.until(lambda: page.name(0) == "user 9998")
    assert [user.name for user in page.list.users] == ["user 5000"]
    assert (page.selected(), page.table.currentIndex().isValid()) == ([], False)
    row = MANY - 2 - 5000
    above = row - page.table.rowAt(page.table.viewport().height() - 1) - 4
    page.table.verticalScrollBar().setValue(above)
    page.until(lambda: page.selected() == ["user 5000"])
    assert page.table.currentIndex().row() == page.table.selected_rows()[0] == row
    # It is just below what is seen, and nothing scrolls because of it.
    assert page.table.verticalScrollBar().value() == above

    # Ctrl adds somebody from far away; the button names the number.
    page.table.verticalScrollBar().setValue(0)
    page.until(lambda: page.name(0) == "user 9998")
    page.click(2, Qt.KeyboardModifier.ControlModifier)
    assert sorted(user.name for user in page.list.users) == ["user 5000", "user 9996"]
    assert page.list.invalidate_button.text() == "Invalidate 2 users"
    assert page.list.count.text().startswith("10,000 users, 2 selected")
    page.list.invalidate_button.click()
    page.until(lambda: page.cell(2, "state") == "invalidated")
    assert [page.cell(2, key) for key in ("name", "rows", "age", "left")] == ["user 9996", "0", "–", "–"]
    assert int(page.cell(2, "generation")) > 0
    assert page.notices[-1] == "2 users are invalidated: the next push to each of them reads the database."

    # Search and states together; the empty place says how to get out.
    page.list.filters.choose([PlaceState.INVALIDATED])
    page.until(lambda: page.model.rowCount() == 2)
    assert page.selected() == ["user 9996", "user 5000"]
    QTest.keyClicks(page.list.filters.search, "99")
    page.until(lambda: page.model.rowCount() == 1)
    QTest.keyClicks(page.list.filters.search, "zz")
    page.until(lambda: page.place() == "nothing_found")
    assert page.list.count.text() == "0 of 10,000 users, 2 selected"
    page.list.clear_action.trigger()
    page.until(lambda: page.model.known and page.model.rowCount() == MANY)
    assert page.place() == "cached_table"
    QTest.keyClicks(page.list.filters.search, str(page.people.ids[41])[:36])
    page.until(lambda: page.model.rowCount() == 1)
    assert page.name(0) == "user 0041"
    page.list.filters.clear()
    page.until(lambda: page.model.known and page.model.rowCount() == MANY)

    # A stretch that is not in memory is asked for; so many at once that it is said where it ends.
    page.table.selectAll()
    page.until(lambda: len(page.list.users) == MOST_CHOSEN)
    assert page.notices[-1].startswith("Only the first 1,000 can be selected")

    followed = page.page.timeline.user_id
    page.list.all_button.click()
    page.until(lambda: page.place() == "cache_empty")
    assert page.notices[-1].startswith("Everybody is invalidated")
    assert (page.list.users, page.list.invalidate_button.text()) == ((), "Invalidate")
    assert not page.actions["invalidate_user"].isEnabled()
    assert page.page.timeline.user_id == followed, "what is told of somebody goes on"


def test_rows_stay_under_the_pointer_and_the_keys_and_numbers_go_on(page: Page) -> None:
    page.people.fill([f"user {number}" for number in range(9)])
    for number in range(9):
        page.people.use(number)
    page.until(lambda: page.model.rowCount() == 9 and page.name(0) == "user 8")
    before = [page.name(row) for row in range(9)]
    QTest.mouseMove(page.table.viewport(), QPoint(40, 40))
    QTest.mouseMove(page.table.viewport(), QPoint(42, 44))
    page.until(lambda: page.model.held)
    assert "order held" in page.list.count.text()
    page.people.use(3, 3)
    page.until(lambda: page.cell(5, "hits") == "3")
    assert [page.name(row) for row in range(9)] == before
    # A menu holds them too, when the pointer has gone over to it.
    page.click(5)
    page.table.menu_wished.emit(page.table.viewport().mapToGlobal(QPoint(50, 50)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QApplication.sendEvent(page.table.viewport(), QEvent(QEvent.Type.Leave))
    assert page.model.held
    menu.close()
    QApplication.sendEvent(page.table.viewport(), QEvent(QEvent.Type.Leave))
    page.until(lambda: page.name(0) == "user 3")
    assert page.selected() == ["user 3"]
    assert page.list.count.text() == "9 users, 1 selected"

    # The keyboard goes on from the user it was at.
    page.table.clearSelection()
    page.sort_by("name")
    page.until(lambda: page.name(0) == "user 0")
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.selected() == ["user 4"]
    assert page.model.held, "rows stay while keys are pressed"
    page.table._let_go()
    page.sort_by("name")
    page.until(lambda: page.selected() == ["user 4"] and page.name(0) == "user 8")
    row = page.table.currentIndex().row()
    QTest.keyClick(page.table, Qt.Key.Key_Up)
    assert page.selected() == [page.name(row - 1)]


def test_what_the_context_menu_does_and_where_the_timeline_goes(page: Page) -> None:
    assert page.page.timeline.isVisible()
    page.window.resize(900, 600)
    page.until(lambda: not page.page.timeline.isVisible())
    assert not page.page.timeline_button.isChecked()
    page.page.timeline_button.click()
    assert page.page.timeline.isVisible()
    assert page.page.timeline.width() >= 240
    page.window.resize(1280, 800)
    page.until(lambda: page.page.panes.width() > 1000)
    assert page.page.timeline.isVisible()
    assert page.page.timeline_button.isChecked()

    page.people.fill(["Ada", HOSTILE])
    page.until(lambda: page.model.rowCount() == 2)
    row = next(row for row in range(2) if page.name(row) == "Ada")
    page.table.selectRow(row)
    page.table.menu_wished.emit(QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.iconText() for action in menu.actions() if not action.isSeparator()] == [
        "Invalidate user",
        "Show timeline",
        "Show subscriptions",
        "Copy id",
    ]
    menu.close()
    page.page.copy_id.trigger()
    assert QGuiApplication.clipboard().text() == str(page.people.ids[0])
    page.page.timeline_button.click()
    assert not page.page.timeline.isVisible()
    page.page.show_timeline.trigger()
    assert page.page.timeline.isVisible()
    page.actions["invalidate_user"].trigger()
    page.until(lambda: page.notices[-1] == "Ada is invalidated: the next push reads the database.")
    page.page.show_subscriptions.trigger()
    first = page.window.views["subscriptions"]
    assert isinstance(first, SubscriptionsView)
    assert first.isVisible()
    page.until(lambda: first.people.current is not None and first.people.current.id == UUID(int=1))


def test_states_are_ticked_together_and_nobody_is_asked_while_nobody_looks(page: Page) -> None:
    button = page.list.filters.state_filter
    button.menu.popup(QPoint(10, 10))
    for name in ("state_invalidated", "state_fresh"):
        action = next(action for action in button.menu.actions() if action.objectName() == name)
        button.menu.setActiveAction(action)
        QTest.keyClick(button.menu, Qt.Key.Key_Space)
        assert button.menu.isVisible()
    button.menu.close()
    assert page.list.filters.states == {PlaceState.FRESH, PlaceState.INVALIDATED}
    assert button.value == "2 of 7"
    assert "fresh, invalidated" in button.button.toolTip()
    page.until(lambda: page.place() == "nothing_found")
    button.cleared.emit()
    page.until(lambda: page.place() == "cache_empty")

    page.until(lambda: page.follows())
    # Without a subject there is no dispatcher, and nothing to ask.
    context = page.window.context
    info = context.database
    assert info is not None
    context.set_database(replace(info, subject=""))
    assert (page.place(), page.follows()) == ("nobody_sends", False)
    assert not page.actions["invalidate_all"].isEnabled()
    assert "set a subject first" in page.actions["invalidate_all"].toolTip()
    context.set_database(info)
    page.until(lambda: page.place() == "cache_empty" and page.follows())

    page.live.pages.setCurrentWidget(page.live.totals_page)
    assert not page.follows()
    assert not page.actions["invalidate_user"].isEnabled()
    page.live.pages.setCurrentWidget(page.page)
    assert page.follows()
    page.window.show_view("subscriptions")
    assert not page.follows()
    page.people.fill(["Ada"])
    page.window.show_view("live")
    page.until(lambda: page.model.rowCount() == 1)
    page.table.selectRow(0)
    with page.qtbot.waitSignal(page.window.context.database_closed):
        page.actions["close_database"].trigger()
    assert (page.model.rowCount(), page.list.users, page.follows()) == (0, (), False)
