"""The form of a user on a real database.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.user import UserDialog


def _renaming(qtbot: QtBot, context: Context, file: File) -> UserDialog:
    dialog = UserDialog(context, file.window, file.ada)
    dialog.open()
    qtbot.waitUntil(dialog.action_button.isEnabled, timeout=TIMEOUT_MS)
    return dialog


def test_a_name_is_judged_while_it_is_typed(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = UserDialog(context, file.window)
    dialog.open()
    assert not dialog.action_button.isEnabled()
    dialog.name.setText("x" * 201)
    qtbot.waitUntil(lambda: "200 are allowed" in dialog.name_note.problem.text(), timeout=TIMEOUT_MS)
    assert dialog.name_note.counter.text() == "201 of 200"
    assert not dialog.action_button.isEnabled()
    dialog.name.setText("\u202eAda")
    qtbot.waitUntil(lambda: "<U+202E>Ada" in dialog.name_note.problem.text(), timeout=TIMEOUT_MS)
    dialog.name.setText("  Grace ")
    with qtbot.waitSignal(dialog.saved, timeout=TIMEOUT_MS) as saved:
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert saved.args[0].name == "Grace"


def test_a_name_that_somebody_changed_is_not_overwritten(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _renaming(qtbot, context, file)
    dialog.name.setText("Mine")
    file.store.rename_user(file.ada.id, "Theirs")
    dialog.submit()
    qtbot.waitUntil(dialog.reload_button.isVisible, timeout=TIMEOUT_MS)
    renamed = file.store.user(file.ada.id)
    assert renamed is not None
    assert renamed.name == "Theirs"
    dialog.reload_button.click()
    assert dialog.name.text() == "Theirs"
    dialog.reject()
    assert not dialog.isVisible()


def test_a_user_who_was_deleted_is_told(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _renaming(qtbot, context, file)
    file.store.delete_users([file.ada.id])
    qtbot.waitUntil(lambda: "deleted meanwhile" in dialog.problem.text(), timeout=TIMEOUT_MS)
    dialog.name.setText("Too late")
    assert not dialog.action_button.isEnabled()
    dialog.done(0)


def test_a_megabyte_of_a_name_must_be_shortened_first(context: Context, file: File, qtbot: QtBot) -> None:
    file.store.rename_user(file.ada.id, "A" * 1_000_000)
    dialog = UserDialog(context, file.window, file.ada)
    dialog.open()
    qtbot.waitUntil(lambda: "1000000 characters" in dialog.name_note.problem.text(), timeout=TIMEOUT_MS)
    assert len(dialog.name.text()) == 4_000
    assert dialog.name_note.counter.text() == "1,000,000 of 200"
    assert not dialog.action_button.isEnabled()
    dialog.name.setText("Ada")
    qtbot.waitUntil(dialog.action_button.isEnabled, timeout=TIMEOUT_MS)
    with qtbot.waitSignal(dialog.saved, timeout=TIMEOUT_MS):
        dialog.action_button.click()
