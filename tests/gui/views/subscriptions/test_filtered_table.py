"""The table under the filters, on the real demo: it sorts, is stopped, and is reached by keys."""

from typing import cast

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.views.subscriptions.filtered import (
    TIMEOUT_MS,
    browsers,
    filled_view,
    settled,
    shown_dialog,
)
from webpush_admin.gui.dialogs.columns import ColumnsDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.filters import Filters
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.gui.views.subscriptions.filter_bar import FilterBar


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    return filled_view(demo, qtbot)


@pytest.fixture
def bar(view: SubscriptionsView) -> FilterBar:
    return view.table.bar


def test_every_column_that_can_be_sorted_sorts(view: SubscriptionsView, qtbot: QtBot) -> None:
    table = view.table.table
    for column in table.columns.all:
        assert column.order_by, column.key
        for descending in (False, True):
            table.sort_wished.emit(column.key, descending)
            assert view.table.list.query.order_by == column.order_by
            qtbot.waitUntil(lambda: settled(view) and view.table.model.rowCount() == 100, timeout=TIMEOUT_MS)


def test_a_search_that_is_stopped_says_so_and_can_be_read_again(
    view: SubscriptionsView, bar: FilterBar, demo: MainWindow, qtbot: QtBot
) -> None:
    bar.set_filters(Filters(browser="Firefox"))
    model, places = view.table.model, view.table.stack
    view.table.busy.stopped.emit()
    assert (places.currentWidget(), model.busy) == (places.stopped, False)
    demo.context.actions["refresh"].trigger()
    qtbot.waitUntil(lambda: settled(view) and browsers(view) == {"Firefox"}, timeout=TIMEOUT_MS)
    assert places.currentWidget() is view.table.table


def test_an_order_that_is_stopped_goes_back_to_the_one_before(view: SubscriptionsView, qtbot: QtBot) -> None:
    table = view.table.table
    table.horizontalHeader().sectionClicked.emit(6)
    assert table.sorted_by == "browser"
    view.table.busy.stopped.emit()
    assert (table.sorted_by, view.table.list.query.order_by) == ("id", "id")
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100, timeout=TIMEOUT_MS)


def test_the_table_is_reached_by_actions(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    demo.context.actions["find_subscription"].trigger()
    qtbot.waitUntil(lambda: view.table.filter.hasFocus(), timeout=TIMEOUT_MS)
    demo.context.actions["choose_columns"].trigger()
    dialog = cast("ColumnsDialog", shown_dialog(ColumnsDialog))
    dialog.list.item(2).setCheckState(Qt.CheckState.Checked)
    dialog.submit()
    assert "user_id" in view.table.table.columns.shown
    kept = str(QSettings("webpush-admin", "webpush-admin").value("columns/subscriptions/table"))
    assert "user_id" in kept


def test_the_tab_key_goes_as_one_reads(view: SubscriptionsView, bar: FilterBar, qtbot: QtBot) -> None:
    bar.set_filters(Filters(browser="Firefox"))
    view.table.filter.setFocus()
    gone: list[str] = []
    while not view.table.table.hasFocus() and len(gone) < 30:
        at = QApplication.focusWidget()
        assert at is not None
        gone.append(at.accessibleName())
        QTest.keyClick(at, Qt.Key.Key_Tab)
    # The send button is passed by: it cannot be pressed while filters hide some.
    assert gone == [
        "Filter by user, endpoint, host or id",
        "Filters",
        "Filter by Service",
        "Filter Browser: Firefox",
        "Filter by State",
        "Filter by Created",
        "Filter by Success",
        "Saved filters",
        "Columns",
        "Filter Browser: Firefox",
        "Remove the filter Browser: Firefox",
        "User, not sorted by",
    ]
