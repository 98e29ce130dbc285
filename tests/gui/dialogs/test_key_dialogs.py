"""The dialogs about private keys beside each other: names, hostile texts, and nothing that stays after they close.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.database_file import File
from tests.gui.dialogs.key_dialogs import told_anywhere, wait_until_forgotten
from webpush_admin.backend.key_records import KeyPairInfo, KeysSeen
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.export_keys import ExportKeysDialog
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.import_keys import ImportKeysDialog
from webpush_admin.gui.dialogs.keep_keys import KeepKeysDialog
from webpush_admin.gui.dialogs.key_label import GenerateKeysDialog, RenameKeysDialog
from webpush_admin.gui.dialogs.reveal_key import RevealKeyDialog
from webpush_admin.gui.dialogs.subject import SubjectDialog
from webpush_admin.gui.dialogs.unlock_keys import UnlockKeysDialog
from webpush_admin.gui.widgets.passphrase import PassphraseField
from webpush_admin.store.key_rows import Home, KeyState

HOSTILE = "<b>a</b>\u202e"
PASSPHRASE = "typed and not used"
PAIR = KeyPairInfo(
    id=1,
    public_key="B" * 87,
    fingerprint="12ab 34cd 56ef 7890",
    state=KeyState.ACTIVE,
    label=HOSTILE,
    home=Home.FILE,
    place=f"/srv/keys/{HOSTILE}.pem",
    locked=True,
    created_at=datetime.now(UTC),
    retired_at=None,
    subscriptions=0,
)
DIALOGS: tuple[Callable[[Context, File], FormDialog], ...] = (
    lambda context, file: ImportKeysDialog(context, file.window),
    lambda context, file: ExportKeysDialog(context, file.window, PAIR),
    lambda context, file: KeepKeysDialog(context, file.window, PAIR, HOSTILE),
    lambda context, file: KeepKeysDialog(context, file.window, replace(PAIR, home=Home.DATABASE, place=""), ""),
    lambda context, file: RevealKeyDialog(context, file.window, PAIR),
    lambda context, file: UnlockKeysDialog(context, file.window, PAIR),
    lambda context, file: UnlockKeysDialog(context, file.window, replace(PAIR, home=Home.KEYRING)),
)


def test_every_part_has_a_name_and_no_text_is_more_than_text(file: File, context: Context, qtbot: QtBot) -> None:
    for make in DIALOGS:
        dialog = make(context, file)
        dialog.open()
        if isinstance(dialog, ImportKeysDialog):
            dialog.source.take_file(Path(PAIR.place))
            dialog._on_seen(KeysSeen(HOSTILE, subject=HOSTILE))
        assert dialog.objectName()
        assert dialog.windowTitle()
        for button in (*dialog.findChildren(QPushButton), *dialog.findChildren(QToolButton)):
            assert button.objectName()
            assert button.accessibleName() or button.text(), button.objectName()
            assert button.text() != "OK"
        for label in dialog.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText or label.objectName() == "", label.text()
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
        assert "\u202e" not in told_anywhere(dialog)
        assert dialog.height() < 560, "it fits into the smallest window"
        dialog.reject()


def test_what_was_typed_goes_when_they_are_closed(file: File, context: Context, qtbot: QtBot) -> None:
    for make in DIALOGS:
        dialog = make(context, file)
        dialog.open()
        fields = dialog.findChildren(PassphraseField)
        for field in fields:
            field.line.setText(PASSPHRASE)
        dialog.reject()
        for field in fields:
            assert field.empty
            assert not field.line.isUndoAvailable()
    wait_until_forgotten(qtbot, PASSPHRASE)
    settings = QSettings("webpush-admin", "webpush-admin")
    settings.sync()
    assert PASSPHRASE not in "".join(str(settings.value(name)) for name in settings.allKeys())


def test_whoever_types_before_the_answer_is_there_is_not_offered_the_button_again(
    file: File, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    job = Job[object](context.bridge, lambda backend: backend.keys.info(), asked.append, asked.append)

    def ask(*wish: object) -> Job[object]:
        asked.append(wish)
        return job

    monkeypatch.setattr(context, "ask", ask)

    def type_into(dialog: FormDialog, text: str) -> None:
        for field in dialog.findChildren(QLineEdit):
            if field.isEnabled():
                field.setText(text)

    kept = replace(PAIR, home=Home.DATABASE, place="", locked=False)
    dialogs = (
        GenerateKeysDialog(context, file.window, "It becomes active."),
        RenameKeysDialog(context, file.window, PAIR),
        ExportKeysDialog(context, file.window, kept),
        KeepKeysDialog(context, file.window, kept, ""),
        UnlockKeysDialog(context, file.window, PAIR),
        SubjectDialog(context, file.window, "mailto:ops@example.org"),
    )
    for dialog in dialogs:
        dialog.open()
        if isinstance(dialog, KeepKeysDialog):
            dialog.in_file.setChecked(True)
        type_into(dialog, "/srv/some")
        asked.clear()
        dialog.submit()
        assert dialog.asking, dialog.objectName()
        type_into(dialog, "/srv/other")
        assert not dialog.action_button.isEnabled(), dialog.objectName()
        dialog.submit()
        assert len(asked) == 1, dialog.objectName()
        dialog._on_refused("No.")
        assert dialog.problem.text() == "No."
        dialog.reject()
