"""A key pair comes in from a file, a drop or the clipboard: what it is is said before anything changes.

Runs on: GUI thread
"""

from pathlib import Path

import pytest
from PySide6.QtCore import QDir, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File, ask
from tests.gui.dialogs.key_dialogs import keys_of, secrets_left, told_anywhere, wait_until_forgotten
from tests.gui.exchange_place import tab_through
from webpush_admin.backend.key_records import KeyAdded
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.import_keys import ImportKeysDialog
from webpush_admin.push.key_formats import KeyFormat, write_keys
from webpush_admin.push.key_formats.reading import LIMIT_BYTES, TOO_LARGE
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.key_rows import Home, KeepIn

KEYS = VapidKeys.generate()
PASSPHRASE = "correct horse battery"


@pytest.fixture
def dialog(file: File, context: Context) -> ImportKeysDialog:
    made = ImportKeysDialog(context, file.window)
    made.source.native_file_dialog = False
    made.open()
    return made


def text(form: KeyFormat, passphrase: str = "") -> str:
    return write_keys(KEYS, form, passphrase=Secret(passphrase)).decode("ascii")


def recognised(qtbot: QtBot, dialog: ImportKeysDialog) -> None:
    qtbot.waitUntil(lambda: dialog.seen is not None, timeout=TIMEOUT_MS)


def test_a_pasted_key_is_recognised_imported_and_never_shown(
    dialog: ImportKeysDialog, context: Context, qtbot: QtBot
) -> None:
    private_key, pem = KEYS.private_key, text(KeyFormat.PEM)
    body = pem.splitlines()[1]
    assert not dialog.action_button.isEnabled()
    QGuiApplication.clipboard().setText(pem)
    # As somebody does it who has just opened the dialog.
    assert dialog.focusWidget() is dialog.source.choose_button
    QTest.keyClick(dialog.source.choose_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert dialog.source.what.text() == f"Pasted text, {len(pem.splitlines())} lines"
    recognised(qtbot, dialog)
    assert dialog.fingerprint.text() == KEYS.fingerprint
    assert dialog.recognised.text().startswith("PEM")
    assert "stays inactive" in dialog.outcome.text()
    assert dialog.action_button.isEnabled()
    assert dialog.focusWidget() is dialog.label
    told = told_anywhere(dialog)
    assert body not in told
    assert private_key not in told
    assert secrets_left(body)
    dialog.label.setText("  From staging ")
    with qtbot.waitSignal(dialog.imported, timeout=TIMEOUT_MS) as imported:
        QTest.keyClick(dialog.label, Qt.Key.Key_Return)
    added: KeyAdded = imported.args[0]
    assert added.pair.public_key == KEYS.public_key
    assert added.pair.label == "From staging"
    assert added.pair in keys_of(qtbot, context).pairs
    assert QGuiApplication.clipboard().text() == "", "the clipboard was emptied, since it was ticked"
    wait_until_forgotten(qtbot, body)


def test_what_is_there_is_not_imported_again_and_nonsense_is_refused_in_words(
    dialog: ImportKeysDialog, file: File, qtbot: QtBot, tmp_path: Path
) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(write_keys(file.store.vapid_keys(), KeyFormat.PKCS8))
    dialog.source.take_file(own)
    recognised(qtbot, dialog)
    assert dialog.source.what.text() == "own.pem"
    assert "This is the active pair" in dialog.outcome.text()
    assert not dialog.action_button.isEnabled()
    assert not dialog.label.isVisible()
    assert not dialog.clear_clipboard.isVisible()
    (tmp_path / "rows.csv").write_text("endpoint,p256dh,auth\n")
    dialog.source.take_file(tmp_path / "rows.csv")
    qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
    assert dialog.seen is None
    assert not dialog.fingerprint.isVisible()
    assert not dialog.action_button.isEnabled()
    dialog.submit()
    assert dialog.isVisible()
    QGuiApplication.clipboard().clear()
    dialog.source.paste_button.click()
    assert "neither" in dialog.source.told.text()
    # Another one takes the refusal away.
    dialog.source.take_file(own)
    recognised(qtbot, dialog)
    assert not dialog.problem.isVisible()
    dialog.reject()


def test_a_pair_that_is_here_and_locked_may_be_imported_again(
    dialog: ImportKeysDialog, context: Context, file: File, qtbot: QtBot, tmp_path: Path
) -> None:
    keys = file.store.vapid_keys()
    where = KeepIn(Home.FILE, tmp_path / "kept.pem", Secret(PASSPHRASE))
    ask(qtbot, context, lambda backend: backend.keys.keeping.keep(1, where))
    ask(qtbot, context, lambda backend: backend.keys.keeping.lock())
    own = tmp_path / "own.pem"
    own.write_bytes(write_keys(keys, KeyFormat.PKCS8))
    dialog.source.take_file(own)
    recognised(qtbot, dialog)
    assert "in the database from now on" in dialog.outcome.text()
    assert not dialog.label.isVisible(), "it has one"
    with qtbot.waitSignal(dialog.imported, timeout=TIMEOUT_MS) as imported:
        dialog.action_button.click()
    pair = imported.args[0].pair
    assert (pair.id, pair.home, pair.locked) == (1, Home.DATABASE, False)


def test_an_encrypted_file_asks_for_its_passphrase_until_it_is_right(
    dialog: ImportKeysDialog, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "secret.pem"
    path.write_text(text(KeyFormat.PKCS8, PASSPHRASE))
    dialog.source.choose_button.click()
    chooser = dialog.findChild(QFileDialog, "key_chooser")
    assert chooser is not None
    assert chooser.filter() & QDir.Filter.Hidden, "settings are in .env"
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    assert context.recent.folder == str(tmp_path)
    recognised(qtbot, dialog)
    line = dialog.passphrase.line
    assert line.isVisible()
    assert dialog.focusWidget() is line
    assert dialog.action_button.text() == "Decrypt"
    assert not dialog.action_button.isEnabled()
    QTest.keyClicks(line, "wrong")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
    assert dialog.passphrase.empty
    assert dialog.focusWidget() is line
    QTest.keyClicks(line, PASSPHRASE)
    assert not dialog.problem.isVisible()
    assert PASSPHRASE not in told_anywhere(dialog)
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.fingerprint.isVisible(), timeout=TIMEOUT_MS)
    assert dialog.passphrase.empty, "it is not needed any more in the field"
    assert dialog.action_button.text() == "Import key pair"
    with qtbot.waitSignal(dialog.imported, timeout=TIMEOUT_MS) as imported:
        dialog.action_button.click()
    assert imported.args[0].pair.public_key == KEYS.public_key
    wait_until_forgotten(qtbot, PASSPHRASE)


def test_what_others_have_done_meanwhile_is_refused_and_the_dialog_stays(
    dialog: ImportKeysDialog, file: File, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "key.jwk"
    path.write_text(text(KeyFormat.JWK))
    dialog.source.take_file(path)
    recognised(qtbot, dialog)
    file.store.keys.add(KEYS, "by another program")
    dialog.action_button.click()
    assert not dialog.source.isEnabled(), "what is imported is what was shown"
    qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
    assert dialog.isVisible()
    assert dialog.source.isEnabled()
    dialog.reject()


def test_files_and_texts_are_dropped_on_it(dialog: ImportKeysDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(text(KeyFormat.JSON))

    def drop(data: QMimeData) -> bool:
        actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(9, 9), actions, data, left, none)
        enter.ignore()
        QApplication.sendEvent(dialog.source, enter)
        if enter.isAccepted():
            event = QDropEvent(QPointF(9, 9), actions, data, left, none)
            event.setDropAction(Qt.DropAction.MoveAction)
            QApplication.sendEvent(dialog.source, event)
            assert event.dropAction() is Qt.DropAction.CopyAction, "a move would delete the file"
        return enter.isAccepted()

    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    assert drop(data)
    recognised(qtbot, dialog)
    assert dialog.source.what.text() == "key.json"
    data = QMimeData()
    data.setText(text(KeyFormat.RAW))
    assert drop(data)
    recognised(qtbot, dialog)
    assert dialog.source.what.text() == "Pasted text, 2 lines"
    assert not drop(QMimeData())
    tab_through(dialog, {"choose_button", "paste_button", "label", "clear_clipboard", "cancel_button", "action_button"})
    dialog.reject()
    wait_until_forgotten(qtbot, KEYS.private_key)


def test_a_megabyte_on_the_clipboard_is_refused_and_stalls_nobody(file: File, context: Context, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("a line of a log\n" * 100_000)
    dialog = ImportKeysDialog(context, file.window)
    dialog.open()
    dialog.source.paste()
    assert len(dialog.source.source.text.text) == LIMIT_BYTES + 1
    qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
    assert dialog.problem.text() == TOO_LARGE
    dialog.reject()
    QGuiApplication.clipboard().clear()
