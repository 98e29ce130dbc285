"""A private key is shown to who was asked twice, for half a minute, and to nobody else.

Runs on: GUI thread
"""

import logging

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File
from tests.gui.dialogs.key_dialogs import active_pair, keys_of, told_anywhere, wait_until_forgotten
from tests.gui.exchange_place import tab_through
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.reveal_key import SHOWN_S, RevealKeyDialog, Step


@pytest.fixture
def dialog(file: File, context: Context, qtbot: QtBot) -> RevealKeyDialog:
    made = RevealKeyDialog(context, file.window, active_pair(qtbot, context))
    made.open()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def show_key(dialog: RevealKeyDialog, qtbot: QtBot) -> None:
    """Answer what is asked, from wherever the dialog is."""
    if dialog.step is Step.WARNED:
        dialog.action_button.click()
    assert not dialog.action_button.isEnabled()
    dialog.alone.click()
    with qtbot.waitSignal(dialog.revealed, timeout=TIMEOUT_MS):
        dialog.action_button.click()


def test_it_is_asked_for_twice_and_goes_after_half_a_minute(
    dialog: RevealKeyDialog, file: File, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    private_key = file.store.vapid_keys().private_key
    qtbot.waitUntil(lambda: "1 subscription " in dialog.explanation.text(), timeout=TIMEOUT_MS)
    assert not dialog.key.isVisible()
    show_key(dialog, qtbot)
    assert dialog.key.isVisible()
    assert dialog.key.shown
    assert dialog.ticking.isActive()
    assert dialog.ticking.interval() == 1000
    assert dialog.countdown.text().startswith(f"Hidden again in {SHOWN_S} s")
    blank = dialog.key.grab().toImage()
    assert len({blank.pixel(x, blank.height() // 2) for x in range(blank.width())}) > 5, "it is painted"
    told = told_anywhere(dialog)
    assert private_key not in told, "it is painted: no other program can read or select it"
    assert private_key not in caplog.text
    tab_through(dialog, {"copy_button", "cancel_button", "action_button"})
    for left in range(SHOWN_S - 1, 0, -1):
        dialog.ticking.timeout.emit()
        assert f" {left} s" in dialog.countdown.text()
    with qtbot.waitSignal(dialog.hidden):
        dialog.ticking.timeout.emit()
    assert not dialog.ticking.isActive()
    assert not dialog.key.isVisible()
    assert dialog.step is Step.ASKED
    assert not dialog.alone.isChecked()
    wait_until_forgotten(qtbot, private_key)
    dialog.reject()


def test_it_goes_when_the_operator_turns_away_presses_the_button_or_closes(
    dialog: RevealKeyDialog, file: File, qtbot: QtBot
) -> None:
    private_key = file.store.vapid_keys().private_key
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    qtbot.waitUntil(other.isActiveWindow)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    show_key(dialog, qtbot)
    with qtbot.waitSignal(dialog.hidden):
        other.activateWindow()
    assert not dialog.key.shown
    wait_until_forgotten(qtbot, private_key)
    # What is on its way when somebody turns away is not shown either.
    dialog.alone.click()
    with qtbot.assertNotEmitted(dialog.revealed):
        dialog.action_button.click()
        qtbot.waitUntil(lambda: not dialog.alone.isChecked(), timeout=TIMEOUT_MS)
    assert not dialog.key.shown
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    show_key(dialog, qtbot)
    dialog.action_button.click()
    assert not dialog.key.shown
    show_key(dialog, qtbot)
    dialog.reject()
    assert not dialog.ticking.isActive()
    wait_until_forgotten(qtbot, private_key)


def test_copying_is_a_question_of_its_own(dialog: RevealKeyDialog, file: File, context: Context, qtbot: QtBot) -> None:
    private_key = file.store.vapid_keys().private_key
    notices: list[str] = []
    context.notice.connect(lambda _, text: notices.append(text))
    QGuiApplication.clipboard().setText("before")
    show_key(dialog, qtbot)
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == "before"
    assert "history of the clipboard" in dialog.copy_warning.text()
    assert dialog.copy_warning.isVisible()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == private_key
    assert not dialog.copy_warning.isVisible()
    assert "30 s" in notices[0]
    assert private_key not in "".join(notices)
    dialog.reject()
    assert QGuiApplication.clipboard().text() == private_key, "the clipboard has its own time"
    wait_until_forgotten(qtbot, private_key)
    assert context.secret_clipboard.timer.isActive()
    context.secret_clipboard.timer.timeout.emit()
    assert QGuiApplication.clipboard().text() == ""
    settings = QSettings("webpush-admin", "webpush-admin")
    assert private_key not in "".join(str(settings.value(name)) for name in settings.allKeys())


def test_it_goes_with_the_database(dialog: RevealKeyDialog, file: File, context: Context, qtbot: QtBot) -> None:
    show_key(dialog, qtbot)
    context.set_database(None)
    assert not dialog.isVisible()
    wait_until_forgotten(qtbot, file.store.vapid_keys().private_key)


def test_a_number_that_comes_late_is_not_shown_beside_the_key(
    dialog: RevealKeyDialog, context: Context, qtbot: QtBot
) -> None:
    show_key(dialog, qtbot)
    dialog._on_counted(keys_of(qtbot, context))
    assert not dialog.explanation.isVisible()
    dialog.hide_key()
    assert "1 subscription " in dialog.explanation.text()
    dialog.reject()
