"""The history on a real file: sends, deliveries, filters, the inspector and its remedies, what is taken out of it.

Runs on: GUI thread
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File, ask
from tests.gui.views.history.sent import answered, show, wait_rows, write
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.keeping import KeepingDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.delivery_filters import ALL, DeliveryFilters
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.gui.views.history.remedies import kept_message
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import DeliveryFilter, Keeping, SendState


@pytest.fixture
def file(tmp_path: Path) -> Iterator[File]:
    """Two sends: one of four deliveries, of which two failed, and a test that was stopped."""
    made = File(tmp_path / "push.db")
    rows = [made.row, *(made.add(f"https://push.example.net/wp/other-{number}") for number in range(3))]
    write(
        made,
        [
            answered(rows[0], Outcome.ACCEPTED, 201),
            answered(rows[1], Outcome.GONE, 410, "any-410-gone", body="<b>Gone</b>"),
            answered(rows[2], Outcome.REJECTED, 429, "any-429-rate", headers=(("retry-after", "120"),)),
            answered(rows[3], Outcome.REJECTED, 403, "any-403-key"),
        ],
    )
    write(
        made,
        [answered(rows[0], Outcome.NOT_SENT, request=None, attempts=0)],
        SendState.STOPPED,
        test=True,
        target="1 subscription",
        title="",
        payload=None,
    )
    yield made
    made.store.close()
    made.window.deleteLater()


@pytest.fixture
def view(window: MainWindow, file: File, qtbot: QtBot) -> HistoryView:
    made = show(window, file, qtbot)
    wait_rows(qtbot, made, 5)
    return made


def _select(view: HistoryView, outcome: Outcome, status: int | None) -> None:
    rows = dict(view.table.model.fetched())
    view.table.table.selectRow(
        next(number for number, row in rows.items() if (row.outcome, row.status) == (outcome, status))
    )


def _inspect(qtbot: QtBot, view: HistoryView, outcome: Outcome, status: int | None) -> None:
    _select(view, outcome, status)
    qtbot.waitUntil(lambda: view.inspector.detail is not None, timeout=TIMEOUT_MS)


def _dialog(view: HistoryView) -> ConfirmDialog:
    found = view.findChild(ConfirmDialog)
    assert found is not None
    return found


def test_without_a_database_it_says_what_it_is_for(window: MainWindow) -> None:
    window.show_view("history")
    view = window.views["history"]
    assert isinstance(view, HistoryView)
    assert view.stack.currentWidget() is view.disconnected


def test_nothing_sent_is_an_invitation(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    file = File(tmp_path / "empty.db")
    view = show(window, file, qtbot)
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.nothing_sent, timeout=TIMEOUT_MS)
    assert not window.context.actions["export_report"].isEnabled()
    file.store.close()
    file.window.deleteLater()


def test_choosing_a_send_narrows_the_deliveries(view: HistoryView, qtbot: QtBot) -> None:
    assert view.stack.currentWidget() is view.panes
    lines = [view.sends.model.index(row).data() for row in range(view.sends.model.rowCount())]
    assert lines == ["All sends", "1 subscription", "Ada"]
    assert view.table.bar.line.count.text() == "5 deliveries"
    view.sends.list.setFocus()
    QTest.keyClick(view.sends.list, Qt.Key.Key_Down)
    QTest.keyClick(view.sends.list, Qt.Key.Key_Down)
    wait_rows(qtbot, view, 4)
    assert view.table.bar.line.chips["send"].value == "#1"
    QTest.keyClick(view.sends.list, Qt.Key.Key_Return)
    assert view.table.table.hasFocus()
    view.table.bar.line.chips["send"].clear_button.click()
    wait_rows(qtbot, view, 5)
    assert view.sends.list.currentIndex().row() == 0, "the list follows the chip"


def test_filters_and_orders_are_the_history_s(view: HistoryView, qtbot: QtBot) -> None:
    view.table.bar.choose(failed=True)
    wait_rows(qtbot, view, 3)
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
    wait_rows(qtbot, view, 5)
    assert view.table.bar.filters == ALL
    view.table._on_sort_wished("status", True)
    wait_rows(qtbot, view, 5)
    statuses = [row.status for _, row in sorted(view.table.model.fetched())]
    assert statuses[:4] == [429, 410, 403, 201]


def test_the_third_click_on_a_title_is_the_newest_first_again(view: HistoryView, qtbot: QtBot) -> None:
    number = next(n for n, column in enumerate(view.table.model.columns) if column.key == "status")
    orders = []
    for _ in range(3):
        view.table.table._on_header_clicked(number)
        orders.append((view.table.list.query.order_by, view.table.list.query.descending))
    assert orders == [("status", False), ("status", True), ("number", True)]
    wait_rows(qtbot, view, 5)


def test_a_delivery_is_inspected_with_the_keyboard(view: HistoryView, qtbot: QtBot) -> None:
    assert not view.inspector.isVisible()
    view.table.table.setFocus()
    _inspect(qtbot, view, Outcome.GONE, 410)
    inspector = view.inspector
    assert inspector.isVisible()
    QTest.keyClick(view.table.table, Qt.Key.Key_Return)
    assert inspector.tabs.tabBar().hasFocus()
    assert inspector.headline.text() == "gone, 410 Gone"
    assert inspector.meaning.text() == "subscription removed"
    assert "unsubscribed" in inspector.cause.text()
    assert inspector.send.text() == "Send 1 to Ada"
    assert inspector.sent.text().replace("\n", "").startswith("POST https://push.example.net/…er-0")
    assert "the endpoint's origin" in [judged.text() for _, judged in inspector.claims]
    assert "another key pair" in inspector.key.text()
    assert inspector.body.text() == "<b>Gone</b>", "plain, as the service wrote it"
    QTest.keyClick(inspector.tabs.tabBar(), Qt.Key.Key_Right)
    assert inspector.tabs.currentIndex() == 1
    QTest.keyClick(inspector.tabs.tabBar(), Qt.Key.Key_Escape)
    assert not inspector.isVisible()
    assert view.table.table.hasFocus()
    _select(view, Outcome.ACCEPTED, 201)
    assert not inspector.isVisible(), "who closed it does not want it again"
    QTest.keyClick(view.table.table, Qt.Key.Key_Return)
    assert inspector.isVisible()


def test_where_it_is_narrow_the_inspector_takes_the_place_of_the_sends(
    view: HistoryView, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(900, 600)
    qtbot.waitUntil(lambda: not view.panes.wide, timeout=TIMEOUT_MS)
    _select(view, Outcome.ACCEPTED, 201)
    assert not view.inspector.isVisible()
    assert view.sends.isVisible()
    QTest.keyClick(view.table.table, Qt.Key.Key_Return)
    assert view.inspector.isVisible()
    assert not view.sends.isVisible()
    view.inspector.close_button.click()
    assert view.sends.isVisible()


def test_a_push_without_a_request_says_so(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    _inspect(qtbot, view, Outcome.NOT_SENT, None)
    assert view.inspector.sent.text() == "No request was made."
    assert not view.inspector.sizes.isVisibleTo(view.inspector)
    assert not window.context.actions["copy_curl"].isEnabled()


@pytest.mark.parametrize(
    ("outcome", "status", "text"),
    [
        (Outcome.GONE, 410, "Prune 1 subscription"),
        (Outcome.REJECTED, 429, "Send again"),
        (Outcome.REJECTED, 403, "Open the keys"),
        (Outcome.ACCEPTED, 201, ""),
    ],
)
def test_the_diagnosis_is_a_button(view: HistoryView, qtbot: QtBot, outcome: Outcome, status: int, text: str) -> None:
    _inspect(qtbot, view, outcome, status)
    button = view.inspector.remedy_button
    assert (button.text() if button.isVisible() else "") == text


def test_what_is_gone_is_pruned_after_asking(view: HistoryView, file: File, window: MainWindow, qtbot: QtBot) -> None:
    _inspect(qtbot, view, Outcome.GONE, 410)
    before = file.store.subscriptions_count()
    view.inspector.remedy_button.click()
    dialog = _dialog(view)
    assert dialog.action_button.text() == "Prune 1 subscription"
    with qtbot.waitSignal(window.context.notice, timeout=TIMEOUT_MS) as told:
        dialog.action_button.click()
    assert told.args == ["good", "Pruned 1 subscription."]
    assert file.store.subscriptions_count() == before - 1


def test_a_read_only_database_offers_no_changes(file: File, window: MainWindow, qtbot: QtBot) -> None:
    context = window.context
    context.bridge.start()
    window.resize(1280, 800)
    window.show()
    context.set_database(ask(qtbot, context, lambda backend: backend.open(file.url, create=False, read_only=True)))
    window.show_view("history")
    view = cast("HistoryView", window.views["history"])
    wait_rows(qtbot, view, 5)
    _inspect(qtbot, view, Outcome.GONE, 410)
    assert view.inspector.remedy_button.isVisible()
    assert not view.inspector.remedy_button.isEnabled()
    assert not context.actions["prune_held"].isEnabled()


def test_a_key_problem_leads_to_the_keys(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    _inspect(qtbot, view, Outcome.REJECTED, 403)
    view.inspector.remedy_button.click()
    assert window.view_stack.currentWidget() is window.views["keys"]


def test_the_failed_are_sent_to_again_with_the_kept_message(view: HistoryView, window: MainWindow) -> None:
    retry = window.context.actions["retry_failed"]
    assert not retry.isEnabled()
    view.sends.list.setCurrentIndex(view.sends.model.index(2))
    assert retry.isEnabled()
    assert view.sends.retry_button.text() == "Retry 2 failed"
    assert view.sends.prune_button.text() == "Prune 1 held"
    assert view.sends.current is not None
    message = kept_message(view.sends.current.start)
    assert message is not None
    assert message.payload() == b'{"title":"Hello"}'
    retry.trigger()
    dialog = _dialog(view)
    assert dialog.action_button.text() == "Send again to 2 subscriptions"
    dialog.reject()


def test_a_message_that_was_not_kept_is_written_first(view: HistoryView, window: MainWindow) -> None:
    view.sends.list.setCurrentIndex(view.sends.model.index(1))
    with_message = view.sends.current
    assert with_message is not None
    assert kept_message(with_message.start) is None
    window.context.actions["retry_failed"].trigger()
    assert window.view_stack.currentWidget() is window.views["send"]


def test_the_subscription_is_shown_in_the_first_view(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    _inspect(qtbot, view, Outcome.GONE, 410)
    number = view.table.current.subscription_id if view.table.current else None
    view.inspector.show_button.click()
    first = window.views["subscriptions"]
    assert window.view_stack.currentWidget() is first
    assert first.table.filter.query == str(number)  # type: ignore[attr-defined]  # a SubscriptionsView


def test_another_view_shows_deliveries_here(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    window.show_view("subscriptions")
    window.view_stack._hand_over("history", "show_deliveries", DeliveryFilter(send=1, failed=True))
    wait_rows(qtbot, view, 2)
    assert view.table.bar.filters == DeliveryFilters(send=1, failed=True)
    assert view.sends.list.currentIndex().row() == 2


def test_reports_and_rows_are_copied_without_secrets(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    _inspect(qtbot, view, Outcome.REJECTED, 429)
    window.context.actions["copy_report"].trigger()
    assert "Diagnosis: rate limit (any-429-rate)" in clipboard.text()
    assert "retry-after: 120" in clipboard.text()
    window.context.actions["copy_curl"].trigger()
    assert clipboard.text().startswith("curl --request POST https://push.example.net/...er-1 ")
    view.table.table.selectAll()
    view.own.copy_rows.trigger()
    rows = list(csv.reader(clipboard.text().splitlines()))
    assert len(rows) == 6
    window.context.actions["copy_report"].trigger()
    assert len(clipboard.text().splitlines()) == 5
    assert "token-of-ada" not in clipboard.text()


def test_what_the_table_shows_is_exported(view: HistoryView, window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    view.table.bar.choose(send=1, failed=True)
    wait_rows(qtbot, view, 2)
    view.taking_out.native_file_dialog = False
    window.context.actions["export_report"].trigger()
    dialog = view.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.selectedFiles()[0].endswith(".csv")
    dialog.selectNameFilter(dialog.nameFilters()[1])
    dialog.filterSelected.emit(dialog.nameFilters()[1])
    assert "push-send-1-" in dialog.selectedFiles()[0]
    assert dialog.selectedFiles()[0].endswith(".json")
    dialog.reject()
    for name in ("out.csv", "out.json"):
        with qtbot.waitSignal(window.context.notice, timeout=TIMEOUT_MS) as told:
            view.taking_out.export(tmp_path / name)
        assert told.args is not None
        assert "2 deliveries exported" in told.args[1]
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    assert "429" in json.dumps(json.loads((tmp_path / "out.json").read_text()))


def test_what_is_beyond_is_forgotten_once_that_was_said(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    view.own.forget.trigger()
    qtbot.waitUntil(lambda: window.findChild(KeepingDialog) is not None, timeout=TIMEOUT_MS)
    dialog = window.findChild(KeepingDialog)
    assert dialog is not None
    assert dialog.keeping == Keeping()
    dialog.deliveries.setValue(2)
    dialog.days.setValue(0)
    assert dialog.action_button.text() == "Keep 2 deliveries, forget the rest"
    assert dialog.action_button.property("kind") == "danger"
    dialog.action_button.click()
    wait_rows(qtbot, view, lambda: view.table.model.rowCount() <= 4)
    assert ask(qtbot, window.context, lambda backend: backend.history.keeping()) == Keeping(0, 2)


def test_another_database_forgets_what_the_last_one_had(
    view: HistoryView, window: MainWindow, file: File, qtbot: QtBot
) -> None:
    _inspect(qtbot, view, Outcome.GONE, 410)
    window.context.actions["close_database"].trigger()
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.disconnected, timeout=TIMEOUT_MS)
    assert view.inspector.row is None
    assert view.table.model.rowCount() == view.sends.model.rowCount() == 0
    file.open(qtbot, window.context)
    wait_rows(qtbot, view, 5)
    qtbot.waitUntil(lambda: view.sends.model.rowCount() == 3, timeout=TIMEOUT_MS)
