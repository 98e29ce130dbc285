"""A private key is moved between the database, the keyring and a file; each choice says what it means.

Runs on: GUI thread
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File, ask
from tests.gui.dialogs.key_dialogs import active_pair, told_anywhere, wait_until_forgotten
from tests.gui.exchange_place import tab_through
from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.keep_keys import KeepKeysDialog
from webpush_admin.push.key_formats import read_keys
from webpush_admin.push.secret import Secret
from webpush_admin.store.key_rows import Home

if TYPE_CHECKING:
    from tests.keyring_file import KeyringFile

PASSPHRASE = "horse staple battery"


def _open(file: File, context: Context, qtbot: QtBot, keyring: str = "") -> KeepKeysDialog:
    dialog = KeepKeysDialog(context, file.window, active_pair(qtbot, context), keyring)
    dialog.open()
    # The arrow keys, and where the Tab key goes among choices, are of the active window alone.
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def _tells(dialog: KeepKeysDialog, told: str) -> bool:
    return told in dialog.problem.text()


def _moved(dialog: KeepKeysDialog, qtbot: QtBot) -> KeyPairInfo:
    with qtbot.waitSignal(dialog.kept, timeout=TIMEOUT_MS) as kept:
        dialog.action_button.click()
    pair: KeyPairInfo = kept.args[0]
    return pair


def test_into_the_keyring_into_a_file_and_back(
    keyring_file: "KeyringFile", file: File, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    keys = file.store.vapid_keys()
    name = ask(qtbot, context, lambda backend: backend.keys.keeping.keyring_name())
    assert name
    dialog = _open(file, context, qtbot, name)
    assert dialog.in_database.text().endswith("now")
    assert dialog.focusWidget() is dialog.in_database
    assert not dialog.action_button.isEnabled()
    assert not dialog.note.isVisible()
    QTest.keyClick(dialog.in_database, Qt.Key.Key_Down)
    assert dialog.in_keyring.isChecked()
    assert dialog.action_button.text() == "Move to the keyring"
    assert "Backups" in dialog.note.text()
    assert not dialog.file.isVisible()
    pair = _moved(dialog, qtbot)
    assert pair.home is Home.KEYRING
    assert list(keyring_file.entries.values()) == [keys.private_key]

    dialog = _open(file, context, qtbot, name)
    assert dialog.in_keyring.text().endswith("now")
    QTest.mouseClick(dialog.in_file, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.in_file.height() // 2))
    assert dialog.action_button.text() == "Move to the encrypted file"
    assert not dialog.action_button.isEnabled()
    tab_through(dialog, {"in_file", "path", "choose_button", "line", "eye", "cancel_button"})
    path = tmp_path / "vapid.pem"
    assert dialog.file.chosen.parent == tmp_path, "beside the database"
    dialog.file.path.setText(str(path))
    QTest.keyClicks(dialog.passphrase.first.line, PASSPHRASE)
    assert not dialog.action_button.isEnabled(), "it is typed twice, or not at all"
    QTest.keyClicks(dialog.passphrase.again.line, "another")
    dialog.action_button.click()
    assert "not the same" in dialog.problem.text()
    for field in (dialog.passphrase.first, dialog.passphrase.again):
        QTest.keyClicks(field.line, PASSPHRASE)
    assert PASSPHRASE not in told_anywhere(dialog)
    pair = _moved(dialog, qtbot)
    assert (pair.home, pair.place, pair.locked) == (Home.FILE, str(path), False)
    assert read_keys(path.read_bytes(), Secret(PASSPHRASE)).keys == keys
    assert not keyring_file.entries
    wait_until_forgotten(qtbot, PASSPHRASE)

    dialog = _open(file, context, qtbot, name)
    assert dialog.action_button.text() == "Move to another encrypted file"
    assert not dialog.action_button.isEnabled()
    assert "vapid.pem stays" in dialog.note.text()
    dialog.in_database.setChecked(True)
    pair = _moved(dialog, qtbot)
    assert pair.home is Home.DATABASE
    assert file.store.vapid_keys() == keys


def test_a_refusal_is_told_and_a_keyring_that_is_not_there_cannot_be_chosen(
    file: File, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = _open(file, context, qtbot)
    assert not dialog.in_keyring.isEnabled()
    assert "no keyring" in dialog.in_keyring.accessibleDescription()
    dialog.in_file.setChecked(True)
    there = tmp_path / "there.pem"
    there.write_text("precious")
    for unusable, told in (("relative.pem", "whole path"), (str(there), "exists already")):
        dialog.file.path.setText(unusable)
        for field in (dialog.passphrase.first, dialog.passphrase.again):
            field.line.setText(PASSPHRASE)
        dialog.action_button.click()
        qtbot.waitUntil(partial(_tells, dialog, told), timeout=TIMEOUT_MS)
    assert there.read_text() == "precious"
    assert active_pair(qtbot, context).home is Home.DATABASE
    # What was typed for a file goes with it.
    dialog.in_database.setChecked(True)
    assert dialog.passphrase.empty
    dialog.reject()
    wait_until_forgotten(qtbot, PASSPHRASE)
