"""A locked private key is unlocked by its passphrase, or by the keyring that is asked again.

Runs on: GUI thread
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File, ask
from tests.gui.dialogs.key_dialogs import active_pair, told_anywhere, wait_until_forgotten
from tests.gui.exchange_place import tab_through
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.unlock_keys import UnlockKeysDialog
from webpush_admin.push.secret import Secret
from webpush_admin.store.key_rows import Home, KeepIn

if TYPE_CHECKING:
    from tests.keyring_file import KeyringFile

PASSPHRASE = "staple correct battery"


def _keep(qtbot: QtBot, context: Context, where: KeepIn) -> None:
    number = active_pair(qtbot, context).id
    ask(qtbot, context, lambda backend: backend.keys.keeping.keep(number, where))
    ask(qtbot, context, lambda backend: backend.keys.keeping.lock())


def test_a_wrong_passphrase_is_typed_anew(file: File, context: Context, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    _keep(qtbot, context, KeepIn(Home.FILE, path, Secret(PASSPHRASE)))
    pair = active_pair(qtbot, context)
    assert pair.locked
    dialog = UnlockKeysDialog(context, file.window, pair)
    dialog.open()
    line = dialog.passphrase.line
    assert dialog.focusWidget() is line
    assert dialog.file.text() == str(path)
    assert dialog.file.width() > dialog.width() // 2
    assert not dialog.action_button.isEnabled()
    tab_through(dialog, {"line", "eye", "cancel_button"})
    QTest.keyClicks(line, "wrong")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
    assert dialog.passphrase.empty
    assert dialog.focusWidget() is line
    assert not dialog.action_button.isEnabled()
    assert active_pair(qtbot, context).locked
    QTest.keyClicks(line, PASSPHRASE)
    assert PASSPHRASE not in told_anywhere(dialog)
    with qtbot.waitSignal(dialog.unlocked, timeout=TIMEOUT_MS) as unlocked:
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert not unlocked.args[0].locked
    assert not active_pair(qtbot, context).locked
    wait_until_forgotten(qtbot, PASSPHRASE)


def test_the_keyring_is_asked_again(keyring_file: "KeyringFile", file: File, context: Context, qtbot: QtBot) -> None:
    _keep(qtbot, context, KeepIn(Home.KEYRING))
    dialog = UnlockKeysDialog(context, file.window, active_pair(qtbot, context))
    dialog.open()
    assert not dialog.passphrase.isVisible()
    assert dialog.action_button.text() == "Ask the keyring again"
    keyring_file.refuse("KeyringLocked")
    dialog.action_button.click()
    qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
    assert dialog.action_button.isEnabled()
    keyring_file.refuse("")
    with qtbot.waitSignal(dialog.unlocked, timeout=TIMEOUT_MS):
        dialog.action_button.click()
    assert not active_pair(qtbot, context).locked
