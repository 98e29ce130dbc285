"""The history on a real file: sends, deliveries, filters, and the inspector.

Runs on: GUI thread
"""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File
from tests.gui.views.history.sent import inspect, select, show, wait_rows
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.delivery_filters import ALL, DeliveryFilters
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import DeliveryFilter


def test_without_a_database_or_sends_it_says_what_it_is_for(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window.show_view("history")
    view = window.views["history"]
    assert isinstance(view, HistoryView)
    assert view.stack.currentWidget() is view.disconnected

    file = File(tmp_path / "empty.db")
    assert show(window, file, qtbot) is view
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.nothing_sent, timeout=TIMEOUT_MS)
    assert not window.context.actions["export_report"].isEnabled()
    file.store.close()
    file.window.deleteLater()


def test_choosing_a_send_narrows_the_deliveries(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    assert view.stack.currentWidget() is view.panes
    lines = [view.sends.model.index(row).data() for row in range(view.sends.model.rowCount())]
    assert lines == ["All sends", "1 subscription", "Ada"]
    assert view.table.bar.line.count.text() == "6 deliveries"
    view.sends.list.setFocus()
    QTest.keyClick(view.sends.list, Qt.Key.Key_Down)
    QTest.keyClick(view.sends.list, Qt.Key.Key_Down)
    wait_rows(qtbot, view, 5)
    assert view.table.bar.line.chips["send"].value == "#1"
    QTest.keyClick(view.sends.list, Qt.Key.Key_Return)
    assert view.table.table.hasFocus()
    view.table.bar.line.chips["send"].clear_button.click()
    wait_rows(qtbot, view, 6)
    assert view.sends.list.currentIndex().row() == 0, "the list follows the chip"

    # Another view wants something to be shown.
    window.show_view("subscriptions")
    window.view_stack._hand_over("history", "show_deliveries", DeliveryFilter(send=1, failed=True))
    wait_rows(qtbot, view, 3)
    assert view.table.bar.filters == DeliveryFilters(send=1, failed=True)
    assert view.sends.list.currentIndex().row() == 2


def test_filters_and_orders_are_those_of_the_history(view: HistoryView, qtbot: QtBot) -> None:
    view.table.bar.choose(failed=True)
    wait_rows(qtbot, view, 4)
    view.table.bar.choose(failed=False, rule="any-429-rate")
    wait_rows(qtbot, view, 1)
    menu = QMenu()
    view.table.bar._fill_rules(menu)
    seen = [action.text() for action in menu.actions() if action.isCheckable()]
    assert seen[0] == "All diagnoses"
    assert any("any-429-rate" in text for text in seen)
    assert any(action.menu() for action in menu.actions()), "the others by service"
    menu.deleteLater()
    view.table.search.setText("nobody like that")
    qtbot.waitUntil(lambda: view.table.stack.currentWidget() is view.table.stack.nothing_found, timeout=TIMEOUT_MS)
    view.table.stack.clear_action.trigger()
    wait_rows(qtbot, view, 6)
    assert view.table.bar.filters == ALL
    view.table._on_sort_wished("status", True)
    wait_rows(qtbot, view, 6)
    statuses = [row.status for _, row in sorted(view.table.model.fetched())]
    assert statuses[:5] == [429, 410, 404, 403, 201]

    # The third click on a title is the newest first again.
    view.table._on_sort_wished("number", True)
    view.table.table.show_sorting("number", descending=True)
    number = next(n for n, column in enumerate(view.table.model.columns) if column.key == "status")
    orders = []
    for _ in range(3):
        view.table.table._on_header_clicked(number)
        orders.append((view.table.list.query.order_by, view.table.list.query.descending))
    assert orders == [("status", False), ("status", True), ("number", True)]
    wait_rows(qtbot, view, 6)


def test_a_delivery_is_inspected_with_the_keyboard(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    assert not view.inspector.isVisible()
    view.table.table.setFocus()
    inspect(qtbot, view, Outcome.GONE, 410)
    inspector = view.inspector
    assert inspector.isVisible()
    QTest.keyClick(view.table.table, Qt.Key.Key_Return)
    assert inspector.tabs.tabBar().hasFocus()
    assert inspector.headline.text() == "gone, 410 Gone"
    assert inspector.meaning.text() == "subscription removed"
    assert "unsubscribed" in inspector.diagnosis.cause.text()
    assert inspector.diagnosis.send.text() == "Send 1 to Ada"
    assert inspector.request.sent.text().replace("\n", "").startswith("POST https://push.example.net/…er-0")
    assert "the endpoint's origin" in [judged.text() for _, judged in inspector.request.claims]
    assert "another key pair" in inspector.request.key.text()
    assert inspector.answer.body.text() == "<b>Gone</b>", "plain, as the service wrote it"
    QTest.keyClick(inspector.tabs.tabBar(), Qt.Key.Key_Right)
    assert inspector.tabs.currentIndex() == 1
    QTest.keyClick(inspector.tabs.tabBar(), Qt.Key.Key_Escape)
    assert not inspector.isVisible()
    assert view.table.table.hasFocus()
    select(view, Outcome.ACCEPTED, 201)
    assert not inspector.isVisible(), "who closed it does not want it again"
    QTest.keyClick(view.table.table, Qt.Key.Key_Return)
    assert inspector.isVisible()

    inspect(qtbot, view, Outcome.NOT_SENT, None)
    assert view.inspector.request.sent.text() == "No request was made."
    assert not view.inspector.request.sizes.isVisibleTo(view.inspector)
    assert not window.context.actions["copy_curl"].isEnabled()


def test_where_it_is_narrow_the_inspector_takes_the_place_of_the_sends(
    view: HistoryView, window: MainWindow, file: File, qtbot: QtBot
) -> None:
    window.resize(900, 600)
    qtbot.waitUntil(lambda: not view.panes.wide, timeout=TIMEOUT_MS)
    select(view, Outcome.ACCEPTED, 201)
    assert not view.inspector.isVisible()
    assert view.sends.isVisible()
    QTest.keyClick(view.table.table, Qt.Key.Key_Return)
    assert view.inspector.isVisible()
    assert not view.sends.isVisible()
    view.inspector.close_button.click()
    assert view.sends.isVisible()

    # Another database forgets what the last one had.
    QTest.keyClick(view.table.table, Qt.Key.Key_Return)
    assert view.inspector.isVisible()
    window.context.actions["close_database"].trigger()
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.disconnected, timeout=TIMEOUT_MS)
    assert view.inspector.row is None
    assert view.table.model.rowCount() == view.sends.model.rowCount() == 0
    file.open(qtbot, window.context)
    wait_rows(qtbot, view, 6)
    qtbot.waitUntil(lambda: view.sends.model.rowCount() == 3, timeout=TIMEOUT_MS)
