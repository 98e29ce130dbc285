"""A key pair is written in each format, encrypted where that is wished, and never over a file.

Runs on: GUI thread
"""

import stat
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File
from tests.gui.dialogs.key_dialogs import active_pair, told_anywhere, wait_until_forgotten
from tests.gui.exchange_place import tab_through
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.export_keys import CHOICES, STYLES, ExportKeysDialog
from webpush_admin.push.key_formats import EnvStyle, KeyFormat, read_keys
from webpush_admin.push.key_formats.writing import ENCRYPTABLE
from webpush_admin.push.secret import Secret

PASSPHRASE = "battery staple horse"


@pytest.fixture
def dialog(file: File, context: Context, qtbot: QtBot) -> ExportKeysDialog:
    made = ExportKeysDialog(context, file.window, active_pair(qtbot, context))
    made.file.native_file_dialog = False
    made.open()
    return made


def choose(dialog: ExportKeysDialog, form: KeyFormat) -> None:
    dialog.format.setCurrentIndex([choice.form for choice in CHOICES].index(form))


def test_every_format_is_offered_as_the_core_has_it() -> None:
    assert {choice.form for choice in CHOICES} == set(KeyFormat)
    assert {choice.form for choice in CHOICES if choice.encrypts} == ENCRYPTABLE
    assert {style for style, _ in STYLES} == set(EnvStyle)


def test_an_encrypted_file_is_written_and_nothing_that_is_there_is_replaced(
    dialog: ExportKeysDialog, file: File, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    keys = file.store.vapid_keys()
    short = keys.fingerprint.replace(" ", "")[:8]
    assert dialog.file.chosen.name == f"vapid-{short}.pem"
    assert "can send to your subscribers" in dialog.warning.text()
    tab_through(dialog, {"format", "line", "eye", "path", "choose_button", "cancel_button", "action_button"})
    dialog.file.choose_button.click()
    chooser = dialog.findChild(QFileDialog, "file_chooser")
    assert chooser is not None
    path = tmp_path / "there.pem"
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    assert dialog.file.chosen == path
    path.write_text("precious")
    QTest.keyClicks(dialog.passphrase.first.line, PASSPHRASE)
    QTest.keyClicks(dialog.passphrase.again.line, "another")
    assert "Encrypted" in dialog.warning.text()
    dialog.action_button.click()
    assert "not the same" in dialog.problem.text()
    assert dialog.passphrase.empty, "which of the two was wrong is not known"
    assert dialog.focusWidget() is dialog.passphrase.first.line
    for field in (dialog.passphrase.first, dialog.passphrase.again):
        QTest.keyClicks(field.line, PASSPHRASE)
    dialog.action_button.click()
    qtbot.waitUntil(lambda: "exists already" in dialog.problem.text(), timeout=TIMEOUT_MS)
    assert path.read_text() == "precious"
    dialog.file.path.setText("relative.pem")
    dialog.action_button.click()
    assert "whole path" in dialog.problem.text()
    path = tmp_path / "new.pem"
    dialog.file.path.setText(str(path))
    assert PASSPHRASE not in told_anywhere(dialog)
    with qtbot.waitSignal(dialog.exported, timeout=TIMEOUT_MS) as exported:
        QTest.keyClick(dialog.file.path, Qt.Key.Key_Return)
    assert exported.args == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_keys(path.read_bytes(), Secret(PASSPHRASE)).keys == keys
    assert context.recent.folder == str(tmp_path)
    wait_until_forgotten(qtbot, PASSPHRASE)


def test_settings_have_names_and_no_passphrase(
    dialog: ExportKeysDialog, file: File, qtbot: QtBot, tmp_path: Path
) -> None:
    QTest.keyClicks(dialog.passphrase.first.line, PASSPHRASE)
    own = tmp_path / "own.pem"
    dialog.file.path.setText(str(own))
    choose(dialog, KeyFormat.ENV)
    assert dialog.passphrase.empty, "what cannot be seen is not used"
    assert not dialog.passphrase.first.isVisible()
    assert dialog.file.chosen == own.with_suffix(".env")
    assert "Only your account" in dialog.warning.text()
    assert dialog.style_of.isVisible()
    dialog.style_of.setCurrentIndex([style for style, _ in STYLES].index(EnvStyle.MASTODON))
    with qtbot.waitSignal(dialog.exported, timeout=TIMEOUT_MS) as exported:
        dialog.action_button.click()
    found = read_keys(exported.args[0].read_bytes())
    assert found.keys == file.store.vapid_keys()
    assert "VAPID_PRIVATE_KEY" in exported.args[0].read_text()


def test_each_format_suggests_a_name_that_is_free(dialog: ExportKeysDialog, qtbot: QtBot) -> None:
    there = dialog.file.chosen
    there.write_text("precious")
    choose(dialog, KeyFormat.DER)
    assert dialog.file.chosen == there.with_suffix(".der")
    choose(dialog, KeyFormat.PEM)
    free = there.with_name(f"{there.stem}-2.pem")
    qtbot.waitUntil(lambda: dialog.file.chosen == free, timeout=TIMEOUT_MS)
    for choice in CHOICES:
        choose(dialog, choice.form)
        assert dialog.readers.text()
        assert dialog.style_of.isVisible() is (choice.form is KeyFormat.ENV)
        assert dialog.passphrase.first.isVisible() is choice.encrypts
    dialog.reject()
