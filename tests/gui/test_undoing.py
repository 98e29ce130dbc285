"""What the window deletes comes back: by the key, by the menu, by the button of the notice."""

from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from webpush_admin.backend.key_records import KeysRotated, RotationPlan
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.subscriptions import SubscriptionsView

TIMEOUT_MS = 15_000


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    made = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    return made


def _confirm() -> ConfirmDialog:
    (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, ConfirmDialog) and w.isVisible())
    return dialog


def _delete(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot, rows: int) -> None:
    """Delete the first rows, and see the notice that tells it."""
    left = view.table.model.rowCount() - rows
    table = view.table.table
    table.clearSelection()
    for row in range(rows):
        table.selectionModel().select(
            view.table.model.index(row, 0),
            table.selectionModel().SelectionFlag.Select | table.selectionModel().SelectionFlag.Rows,
        )
    qtbot.waitUntil(demo.context.actions["delete_subscriptions"].isEnabled, timeout=TIMEOUT_MS)
    demo.context.actions["delete_subscriptions"].trigger()
    _confirm().submit()
    qtbot.waitUntil(lambda: view.table.model.rowCount() == left, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: demo.toast.offer_button is not None, timeout=TIMEOUT_MS)


def test_the_key_brings_back_what_was_deleted_and_the_action_names_it(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    undo = demo.context.actions["undo"]
    assert not undo.isEnabled()
    assert "Nothing was deleted" in undo.toolTip()
    _delete(view, demo, qtbot, 3)
    assert demo.toast.text.text() == "Deleted 3 subscriptions."
    assert undo.isEnabled()
    assert undo.text() == "U&ndo deletion of 3 subscriptions"
    _delete(view, demo, qtbot, 1)
    assert undo.text() == "U&ndo deletion of 1 subscription"
    demo.activateWindow()
    qtbot.waitUntil(demo.isActiveWindow, timeout=TIMEOUT_MS)
    view.table.focus_rows()
    QTest.keyClick(view.table.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 97, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: undo.isEnabled() and undo.text() == "U&ndo deletion of 3 subscriptions", timeout=TIMEOUT_MS)
    undo.trigger()
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: demo.toast.text.text() == "Restored 3 subscriptions.", timeout=TIMEOUT_MS)
    assert not undo.isEnabled()
    assert undo.text() == "U&ndo delete"


def test_the_notice_offers_it_and_the_keyboard_gets_there(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    _delete(view, demo, qtbot, 2)
    button = demo.toast.offer_button
    assert button is not None
    assert button.isVisible()
    assert button.text() == "Undo"
    assert button.accessibleName() == "Undo deletion of 2 subscriptions"
    assert demo.rect().contains(demo.toast.geometry())
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: demo.toast.text.text() == "Restored 2 subscriptions.", timeout=TIMEOUT_MS)
    assert demo.toast.offer_button is None


def test_users_come_back_too_and_from_another_view(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(list(view.people.model.fetched())) > 1, timeout=TIMEOUT_MS)
    person = next(person for _, person in view.people.model.fetched() if person.user is not None)
    view.people.choose(person.id)
    qtbot.waitUntil(lambda: view.table.model.rowCount() == person.subscriptions, timeout=TIMEOUT_MS)
    people = view.people.model.rowCount()
    demo.context.actions["delete_users"].trigger()
    dialog = _confirm()
    assert dialog.action_button.text().startswith("Delete 1 user and ")
    assert "Ctrl+Z" in dialog.explanation.text()
    assert "until the database is closed" in dialog.explanation.text()
    dialog.submit()
    qtbot.waitUntil(lambda: view.people.model.rowCount() == people - 1, timeout=TIMEOUT_MS)
    demo.show_view("live")
    qtbot.waitUntil(demo.context.actions["undo"].isEnabled, timeout=TIMEOUT_MS)
    demo.context.actions["undo"].trigger()
    qtbot.waitUntil(lambda: "Restored 1 user" in demo.toast.text.text(), timeout=TIMEOUT_MS)
    demo.show_view("subscriptions")
    qtbot.waitUntil(lambda: view.people.model.rowCount() == people, timeout=TIMEOUT_MS)


def test_new_keys_and_a_closed_database_leave_nothing_to_undo(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    undo = demo.context.actions["undo"]
    _delete(view, demo, qtbot, 2)
    done: list[KeysRotated] = []
    backup = tmp_path_factory.mktemp("backup") / "backup.db"
    demo.context.ask(lambda backend: backend.keys.rotation.rotate(RotationPlan(98, backup)), done.append)
    qtbot.waitUntil(lambda: bool(done) and not undo.isEnabled(), timeout=TIMEOUT_MS)
    assert undo.text() == "U&ndo delete"
    assert demo.toast.offer_button is None, "what can no more be done is not offered"
    # The last picture of the worker may show the work that has just ended, and closing would ask.
    qtbot.waitUntil(lambda: not demo.opening._leaving._lost(), timeout=TIMEOUT_MS)
    with qtbot.waitSignal(demo.context.database_closed, timeout=TIMEOUT_MS):
        demo.context.actions["close_database"].trigger()
    assert "No database is open." in undo.toolTip()


def test_a_dialog_that_is_cancelled_deletes_nothing(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    view.table.table.selectAll()
    demo.context.actions["delete_subscriptions"].trigger()
    dialog = _confirm()
    assert dialog.action_button.text() == "Delete 100 subscriptions"
    assert dialog.windowTitle() == "Delete 100 subscriptions"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible(), "a stray Enter cancels"
    assert not demo.context.actions["undo"].isEnabled()
    assert view.table.model.rowCount() == 100
