"""The audit on real files: invitation, progress, results, the way to what was found, and deletions that come back.

Runs on: GUI thread
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gone import remove
from tests.gui.database_file import AUTH, P256DH, TIMEOUT_MS, File, ask
from webpush_admin.backend.undo_records import UndoChanged
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.audit import AuditView
from webpush_admin.store.rows import Finding, SubscriptionFilter

FCM = f"https://fcm.googleapis.com/fcm/send/dGVzdA:APA91b{'A' * 134}"
OFF_CURVE = P256DH[:-1] + "I"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[File]:
    """One healthy subscription of Ada's."""
    made = File(tmp_path / "push.db")
    remove(made.store, [made.row.id or 0])
    made.add(FCM + "0")
    yield made
    made.store.close()
    made.window.deleteLater()


@pytest.fixture
def view(window: MainWindow) -> AuditView:
    window.resize(1280, 800)
    window.show()
    window.show_view("audit")
    return cast("AuditView", window.views["audit"])


def _plant(file: File, count: int) -> None:
    for number in range(count):
        file.store.add_subscription(file.ada.id, endpoint=f"{FCM}ill{number}", p256dh=OFF_CURVE, auth=AUTH)


def _open(view: AuditView, file: File, window: MainWindow, qtbot: QtBot) -> None:
    file.open(qtbot, window.context)
    qtbot.waitUntil(lambda: view.audit_actions.check.text() not in ("", "Check all subscriptions"), timeout=TIMEOUT_MS)


def _check(view: AuditView, qtbot: QtBot) -> None:
    view.audit_actions.check.trigger()
    assert view.stack.currentWidget() is view.running
    qtbot.waitUntil(lambda: view.stack.currentWidget() is not view.running, timeout=TIMEOUT_MS)


def _select(view: AuditView, finding: Finding) -> None:
    rows = view.results.findings.rows
    view.results.findings_table.selectRow(next(row for row, line in enumerate(rows) if line.finding is finding))


def test_without_a_database_it_invites(view: AuditView) -> None:
    assert view.stack.currentWidget() is view.disconnected
    assert not view.audit_actions.check.isEnabled()


def test_before_the_first_audit_it_says_what_it_would_do(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot
) -> None:
    _plant(file, 2)
    _open(view, file, window, qtbot)
    assert view.stack.currentWidget() is view.invitation
    assert view.audit_actions.check.text() == "Check 3 subscriptions"
    assert "Nothing is changed and nothing is sent" in view.invitation.text.text()


def test_an_empty_database_has_nothing_to_check(view: AuditView, file: File, window: MainWindow, qtbot: QtBot) -> None:
    file.store.delete_users([file.ada.id])
    file.open(qtbot, window.context)
    qtbot.waitUntil(lambda: "nothing to check" in view.invitation.title.text(), timeout=TIMEOUT_MS)
    assert not view.audit_actions.check.isEnabled()


def test_where_nothing_was_found_all_is_well(view: AuditView, file: File, window: MainWindow, qtbot: QtBot) -> None:
    file.add(FCM + "1")
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    assert view.stack.currentWidget() is view.healthy
    assert view.healthy.title.text() == "All 2 subscriptions are healthy"


def test_what_was_found_is_shown_and_copied(view: AuditView, file: File, window: MainWindow, qtbot: QtBot) -> None:
    _plant(file, 3)
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    results = view.results
    assert results.headline.text() == "3 with findings"
    assert results.told.text().startswith("4 checked, 1 healthy, in ")
    assert results.line is not None
    assert (results.line.finding, results.line.count) == (Finding.P256DH, 3)
    assert results.show_button.text() == "Show 3 subscriptions"
    assert results.delete_button.text() == "Delete 3 subscriptions…"
    assert not results.changed.isVisible()
    assert [row.name for row in results.services.rows] == ["FCM (Chrome)"]
    results.copy_button.click()
    assert "Unusable public key: 3 (75.0 %)" in QApplication.clipboard().text()
    _select(view, Finding.IDLE)
    assert not results.show_button.isEnabled()
    assert not results.delete_button.isEnabled()


def test_enter_goes_to_the_subscriptions_with_the_finding(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot
) -> None:
    _plant(file, 3)
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    with qtbot.waitSignal(view.filter_wished) as wished:
        QTest.keyClick(view.results.findings_table, Qt.Key.Key_Return)
    assert wished.args == [SubscriptionFilter(findings=Finding.P256DH)]
    assert window.view_stack.currentWidget() is window.views["subscriptions"]
    table: Any = window.views["subscriptions"]
    qtbot.waitUntil(lambda: table.table.model.rowCount() == 3, timeout=TIMEOUT_MS)
    assert {table.table.model.row(row).findings for row in range(3)} == {Finding.P256DH}


def test_enter_on_a_service_goes_to_what_it_has(view: AuditView, file: File, window: MainWindow, qtbot: QtBot) -> None:
    _plant(file, 1)
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    services = view.results.services_table
    services.selectRow(0)
    with qtbot.waitSignal(view.filter_wished) as wished:
        QTest.keyClick(services, Qt.Key.Key_Return)
    assert wished.args == [SubscriptionFilter(findings=Finding.P256DH, service="FCM (Chrome)")]


def test_a_deletion_is_asked_for_with_its_number_and_the_counts_follow(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot
) -> None:
    _plant(file, 3)
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    # Somebody else was faster with one of them: the number that is asked about is the one of now.
    remove(file.store, [3])
    view.results.delete_button.click()
    qtbot.waitUntil(lambda: bool(window.findChildren(ConfirmDialog)), timeout=TIMEOUT_MS)
    dialog = window.findChildren(ConfirmDialog)[0]
    assert dialog.action_button.text() == "Delete 2 subscriptions"
    assert "Ctrl+Z" in dialog.explanation.text()
    assert file.store.counts() == (1, 3)
    dialog.submit()
    qtbot.waitUntil(lambda: file.store.counts() == (1, 1), timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: view.results.changed.isVisible(), timeout=TIMEOUT_MS)
    qtbot.waitUntil(window.context.actions["undo"].isEnabled, timeout=TIMEOUT_MS)
    window.context.actions["undo"].trigger()
    qtbot.waitUntil(lambda: file.store.counts() == (1, 3), timeout=TIMEOUT_MS)
    # The verdicts come back with the rows, and the button with them.
    qtbot.waitUntil(view.results.delete_button.isEnabled, timeout=TIMEOUT_MS)
    assert view.results.delete_button.text() == "Delete 2 subscriptions…"


def test_an_emptied_finding_stays_where_it_was_and_nothing_can_be_deleted_by_a_second_click(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot
) -> None:
    _plant(file, 3)
    file.add("https://push.example.net/1")
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    order = [line.finding for line in view.results.findings.rows]
    deletable: list[tuple[Finding, str]] = []

    def look() -> None:
        line = view.results.line
        if line is not None and view.results.delete_button.isEnabled():
            deletable.append((line.finding, view.results.delete_button.text()))

    view.results.delete_button.setFocus()
    view.results.delete_button.click()
    qtbot.waitUntil(lambda: bool(window.findChildren(ConfirmDialog)), timeout=TIMEOUT_MS)
    window.findChildren(ConfirmDialog)[0].submit()
    view.audit_actions.delete.changed.connect(look)
    view.results.line_moved.connect(look)
    qtbot.waitUntil(lambda: view.results.headline.text() == "1 with findings", timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: not view.cleanup.running and "has it" in view.results.remedy.text(), timeout=TIMEOUT_MS)
    assert deletable == []
    assert [line.finding for line in view.results.findings.rows] == order
    assert view.results.line is not None
    assert (view.results.line.finding, view.results.line.count) == (Finding.P256DH, 0)
    assert not view.results.delete_button.isEnabled()
    # The button cannot be pressed: the row that it belonged to has the focus.
    assert window.focusWidget() is view.results.findings_table


def test_a_dialog_that_is_cancelled_gives_the_focus_back_to_its_button(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot
) -> None:
    _plant(file, 2)
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    view.results.delete_button.setFocus()
    view.results.delete_button.click()
    qtbot.waitUntil(lambda: bool(window.findChildren(ConfirmDialog)), timeout=TIMEOUT_MS)
    window.findChildren(ConfirmDialog)[0].reject()
    qtbot.waitUntil(lambda: window.focusWidget() is view.results.delete_button, timeout=TIMEOUT_MS)
    assert view.results.delete_button.isEnabled()


def test_old_counts_cannot_be_acted_on_while_they_are_read_again(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot
) -> None:
    _plant(file, 2)
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    window.context.events.emit([UndoChanged(None)])
    assert not view.results.delete_button.isEnabled()
    assert not view.results.show_button.isEnabled()
    assert view.results.delete_button.text() == "Delete them"
    assert "read again" in view.results.remedy.text()
    qtbot.waitUntil(view.results.delete_button.isEnabled, timeout=TIMEOUT_MS)
    assert view.results.delete_button.text() == "Delete 2 subscriptions…"


def test_what_is_mended_meanwhile_is_not_deleted(view: AuditView, file: File, window: MainWindow, qtbot: QtBot) -> None:
    _plant(file, 1)
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    file.store.edit_subscription(3, endpoint=f"{FCM}ill0", p256dh=P256DH, auth=AUTH, user_agent=None)
    with qtbot.waitSignal(window.context.notice) as notice:
        view.results.delete_button.click()
    assert "No subscription has it any more" in notice.args[1]
    assert not window.findChildren(ConfirmDialog)


def test_it_is_shown_and_stopped_and_keeps_nothing(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(sources: Any) -> Any:
        sources.advance(1, 4)
        while not sources.cancel.raised:
            sources.database.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar_one())
        return audit(sources)

    from webpush_admin.store.audit import audit

    monkeypatch.setattr("webpush_admin.backend.audit.audit", held)
    _plant(file, 3)
    _open(view, file, window, qtbot)
    view.audit_actions.check.trigger()
    qtbot.waitUntil(lambda: view.running.numbers.text() == "1 of 4", timeout=TIMEOUT_MS)
    assert (view.running.progress.value(), view.running.progress.maximum()) == (1, 4)
    view.running.stop_button.click()
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.invitation, timeout=TIMEOUT_MS)
    assert view.invitation.title.text() == "The check was stopped"
    assert view.audit_actions.check.isEnabled()


def test_a_read_only_database_is_checked_and_nothing_of_it_deleted(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot
) -> None:
    _plant(file, 2)
    window.context.bridge.start()
    info = ask(qtbot, window.context, lambda backend: backend.open(file.url, create=False, read_only=True))
    window.context.set_database(info)
    qtbot.waitUntil(view.audit_actions.check.isEnabled, timeout=TIMEOUT_MS)
    _check(view, qtbot)
    assert view.results.show_button.isEnabled()
    assert not view.results.delete_button.isEnabled()
    assert "read-only" in info.read_only
    assert "read-only" in view.results.delete_button.toolTip()


def test_another_database_forgets_what_the_last_one_had(
    view: AuditView, file: File, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    _plant(file, 2)
    _open(view, file, window, qtbot)
    _check(view, qtbot)
    assert view.stack.currentWidget() is view.results
    # The last picture of the worker may show the work that has just ended, and closing would ask.
    qtbot.waitUntil(lambda: not window.opening._leaving._lost(), timeout=TIMEOUT_MS)
    window.context.actions["close_database"].trigger()
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.disconnected, timeout=TIMEOUT_MS)
    _open(view, file, window, qtbot)
    assert view.stack.currentWidget() is view.invitation
