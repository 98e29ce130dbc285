"""The operator's job on the real demo: find, send, read the answers, prune, edit.

Runs on: GUI thread
"""

from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.backend.records import State
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.subject import SubjectDialog
from webpush_admin.gui.dialogs.user import UserDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.gui.views.subscriptions.sender import TEST_MESSAGE
from webpush_admin.push.answer import Outcome
from webpush_admin.sandbox.records import Temper

TIMEOUT_MS = 15_000


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    made = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: made.people.current is not None, timeout=TIMEOUT_MS)
    return made


def _dialog(kind: type[QDialog]) -> QDialog | None:
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None)


def _choose(view: SubscriptionsView, qtbot: QtBot, name: str) -> None:
    person = next(p for _, p in view.people.model.fetched() if p.user is not None and p.user.name.startswith(name))
    view.people.choose(person.id)
    qtbot.waitUntil(lambda: view.table.model.rowCount() == person.subscriptions, timeout=TIMEOUT_MS)


def _send(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.sending.finished, timeout=TIMEOUT_MS):
        demo.context.actions["send_test"].trigger()


def test_search_enter_and_send_is_one_journey(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    assert view.table.send_button.text() == "Send test to all 100"
    demo.context.actions["find"].trigger()
    QTest.keyClicks(view.people.search, "lovelace")
    QTest.keyClick(view.people.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.target().user_name == "Ada Lovelace", timeout=TIMEOUT_MS)
    assert view.table.send_button.text() == "Send test to Ada Lovelace"
    _send(view, demo, qtbot)
    assert len(view.results.results) == view.target().subscriptions
    assert not view.results.results[0].test
    assert view.results.isVisible()


def test_all_is_a_dispatch_that_prunes_and_says_so(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    _send(view, demo, qtbot)
    gone = [result for result in view.results.results if result.delivery.outcome is Outcome.GONE]
    assert len(view.results.results) == 100
    assert gone
    assert all(result.delivery.pruned for result in gone), "an answer must not offer what is done already"
    assert not view.results.prune_button.isVisible()
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100 - len(gone), timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: view.table.send_button.text() == f"Send test to all {100 - len(gone)}", timeout=TIMEOUT_MS)
    view.copy_report()
    qtbot.waitUntil(lambda: "100" in QApplication.clipboard().text(), timeout=TIMEOUT_MS)
    text = QApplication.clipboard().text()
    assert gone[0].delivery.subscription.endpoint not in text
    assert gone[0].delivery.subscription.masked in text
    assert "  …  " not in text, "every name is read before it is told"


def test_a_test_of_the_selection_prunes_only_by_hand(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    view.table.table.selectRow(0)
    info = view.table.selection().rows[0]
    changed: list[None] = []
    demo.context.ask(
        lambda backend: backend.trying.set_temper([info.subscription.endpoint], Temper.GONE), changed.append
    )
    qtbot.waitUntil(lambda: bool(changed), timeout=TIMEOUT_MS)
    assert view.table.send_button.text() == "Send test to 1 selected"
    assert view.detail.heading.text() == info.user_name
    _send(view, demo, qtbot)
    assert view.results.prunable() == [info.subscription.id]
    assert view.table.model.rowCount() == 100
    demo.context.actions["prune_gone"].trigger()
    dialog = _dialog(ConfirmDialog)
    assert isinstance(dialog, ConfirmDialog)
    assert dialog.action_button.text() == "Prune 1 gone subscription"
    dialog.submit()
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 99, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: not view.results.prunable(), timeout=TIMEOUT_MS)
    assert not view.table.selection().count, "the next send must not meet another row in the place of the pruned one"


def test_outside_the_demo_it_asks_with_the_number_first(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    assert demo.context.database is not None
    demo.context.database = replace(demo.context.database, demo=False)
    demo.context.actions["send_test"].trigger()
    qtbot.waitUntil(lambda: _dialog(ConfirmDialog) is not None, timeout=TIMEOUT_MS)
    dialog = _dialog(ConfirmDialog)
    assert isinstance(dialog, ConfirmDialog)
    assert dialog.action_button.text() == "Send to 100 subscriptions"
    assert dialog.cancel_button.isDefault()
    assert dialog.cancel_button.hasFocus()
    assert "410 (gone) are deleted" in dialog.explanation.text()
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    assert TEST_MESSAGE.title in shown
    assert TEST_MESSAGE.body in shown
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert not view.sending.running
    view.table.table.selectAll()
    demo.context.actions["send_test"].trigger()
    assert _dialog(ConfirmDialog) is not None, "a selection of more than one user asks too"


def test_the_first_send_asks_for_the_subject(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    assert demo.context.database is not None
    demo.context.database = replace(demo.context.database, subject="")
    _choose(view, qtbot, "Ada")
    demo.context.actions["send_test"].trigger()
    dialog = _dialog(SubjectDialog)
    assert isinstance(dialog, SubjectDialog)
    dialog.subject.setText("mailto:ops@webpush-admin.example")
    with qtbot.waitSignal(view.sending.finished, timeout=TIMEOUT_MS):
        dialog.submit()
    assert demo.context.database.subject == "mailto:ops@webpush-admin.example"
    assert view.people.current is not None, "a new subject is no other database"
    assert view.target().user_name == "Ada Lovelace"


def test_deleting_names_the_number_and_the_lists_follow(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    _choose(view, qtbot, "Ada")
    lost = view.table.model.rowCount()
    demo.context.actions["delete_users"].trigger()
    dialog = _dialog(ConfirmDialog)
    assert isinstance(dialog, ConfirmDialog)
    assert dialog.action_button.text() == f"Delete 1 user and {lost} subscriptions"
    dialog.submit()
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100 - lost, timeout=TIMEOUT_MS)
    assert view.people.current is not None
    assert view.people.current.user is None


def test_the_endpoint_is_masked_until_it_is_revealed_and_again_with_the_next(
    view: SubscriptionsView, qtbot: QtBot
) -> None:
    view.table.table.selectRow(0)
    first = view.table.selection().rows[0].subscription
    shown = view.detail.endpoint.text
    assert first.endpoint not in shown().replace("\n", "")
    view.detail.reveal_button.click()
    assert first.endpoint in shown().replace("\n", "")
    view.table.table.selectRow(1)
    second = view.table.selection().rows[0].subscription
    assert second.endpoint not in shown().replace("\n", "")


def test_closed_it_invites_and_disables_with_a_reason(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(demo.context.database_closed, timeout=TIMEOUT_MS):
        demo.context.actions["close_database"].trigger()
    assert view.disconnected.isVisible()
    assert not demo.context.actions["send_test"].isEnabled()
    assert "No database is open." in demo.context.actions["send_test"].toolTip()


def test_fields_and_tables_have_names(view: SubscriptionsView) -> None:
    for child in view.findChildren(QWidget):
        if isinstance(child, QLineEdit) or child.metaObject().className() == "Table":
            assert child.objectName()
            assert child.accessibleName()


def test_the_find_key_always_leads_to_the_search_for_people(view: SubscriptionsView, demo: MainWindow) -> None:
    for _ in range(2):
        demo.context.actions["find"].trigger()
        assert view.people.search.hasFocus()


def test_with_a_filter_nothing_goes_to_what_it_hides(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    view.table.filter.setText("lovelace")
    QTest.keyClick(view.table.filter, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: 0 < view.table.model.rowCount() < 100, timeout=TIMEOUT_MS)
    send = demo.context.actions["send_test"]
    assert not send.isEnabled()
    assert "filter" in send.toolTip()
    view.send_test()
    assert not view.sending.running
    view.table.table.selectAll()
    shown = view.table.model.rowCount()
    assert send.isEnabled()
    assert view.table.send_button.text() == f"Send test to {shown} selected"
    assert len(view.target().subscription_ids) == shown


def test_answers_in_the_database_are_read_again_when_that_is_told(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    info = next(row for _, row in view.table.model.fetched() if row.state is State.NEW and not row.endpoint_problem)
    number = next(n for n, row in view.table.model.fetched() if row is info)
    changed: list[None] = []
    endpoint = info.subscription.endpoint
    demo.context.ask(lambda backend: backend.trying.set_temper([endpoint], Temper.CREATED), changed.append)
    qtbot.waitUntil(lambda: bool(changed), timeout=TIMEOUT_MS)
    view.table.table.selectRow(number)
    _send(view, demo, qtbot)
    qtbot.waitUntil(lambda: view.detail.last_answer.text() == "201", timeout=TIMEOUT_MS)
    assert view.table.selection().count == 1


def test_the_selected_answer_is_told_in_full(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    _send(view, demo, qtbot)
    rows = view.results.results
    number = next(n for n, row in enumerate(rows) if row.delivery.outcome is Outcome.REJECTED and row.delivery.body)
    view.results.table.selectRow(number)
    card, told = view.results.answer, rows[number].told
    assert card.isVisible()
    assert card.headline.text().startswith(f"{told.status} rejected: ")
    assert told.diagnosis is not None
    assert told.diagnosis.cause in card.explained.text().replace("\n", " ")
    assert card.said.text().replace("\n", "") == told.body.replace("\n", "")
    view.results.table.clearSelection()
    assert not view.results.answer.isVisible()


def test_who_was_added_is_chosen_whatever_was_looked_for(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    view.people.search.setText("lovelace")
    QTest.keyClick(view.people.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.target().user_name == "Ada Lovelace", timeout=TIMEOUT_MS)
    demo.context.actions["add_user"].trigger()
    dialog = _dialog(UserDialog)
    assert isinstance(dialog, UserDialog)
    QTest.keyClicks(dialog.name, "Zoltan")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.target().user_name == "Zoltan", timeout=TIMEOUT_MS)
    assert demo.context.actions["add_subscription"].isEnabled()


def test_the_first_arrow_takes_the_row_of_the_cursor(view: SubscriptionsView, qtbot: QtBot) -> None:
    view.table.focus_rows()
    assert not view.table.selection().count
    QTest.keyClick(view.table.table, Qt.Key.Key_Down)
    assert view.table.table.selected_rows() == [0]
    QTest.keyClick(view.table.table, Qt.Key.Key_Down)
    assert view.table.table.selected_rows() == [1]
