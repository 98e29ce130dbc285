"""Undoing a rotation of a real database from its backup, and what is refused.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ENDPOINT, TIMEOUT_MS, File, ask
from tests.gui.dialogs.key_dialogs import keys_of
from webpush_admin.backend.key_records import KeysRotated, RotationPlan, Subscribers
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.undo_rotation import UndoRotationDialog, written_at

LATER = f"{ENDPOINT}-later"


@pytest.fixture
def rotated(file: File, context: Context, qtbot: QtBot, tmp_path: Path) -> KeysRotated:
    plan = RotationPlan(1, tmp_path / "push-before-rotation-20261122-171129.db", Subscribers.DELETE)
    return ask(qtbot, context, lambda backend: backend.keys.rotation.rotate(plan))


def test_keys_and_subscriptions_come_back_and_who_came_since_stays(
    file: File, context: Context, qtbot: QtBot, rotated: KeysRotated
) -> None:
    file.add(LATER)
    notices: list[str] = []
    context.notice.connect(lambda _kind, text: notices.append(text))
    dialog = UndoRotationDialog(context, file.window, keys_of(qtbot, context).last_backup)
    dialog.open()
    assert dialog.backup.text() == str(rotated.backup)
    assert dialog.action_button.text() == "Bring back the keys and subscriptions of 2026-11-22 17:11:29 UTC"
    assert "keeps working" in dialog.explanation.text()
    with qtbot.waitSignal(dialog.undone, timeout=TIMEOUT_MS) as undone:
        dialog.action_button.click()
        assert dialog.running.isVisible()
        assert dialog.focusWidget() is dialog.cancel_button
    done = undone.args[0]
    assert (done.restored, done.there_again, done.bound) == (1, 0, 1)
    assert done.keys.public_key != rotated.keys.public_key
    assert {row.endpoint for row in file.store.subscriptions_of(file.ada.id)} == {ENDPOINT, LATER}
    assert "1 subscription brought back" in notices[0]
    assert "newer pair: 1 subscription" in notices[0]


def test_a_file_that_is_no_backup_is_refused_in_one_sentence(
    file: File, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    other.write_text("no database")
    dialog = UndoRotationDialog(context, file.window, None)
    dialog.native_file_dialog = False
    dialog.open()
    assert not dialog.action_button.isEnabled()
    dialog.backup.setText("relative.db")
    dialog.submit()
    assert "whole path" in dialog.problem.text()
    dialog.choose_button.click()
    chooser = dialog.findChildren(QFileDialog)[0]
    chooser.fileSelected.emit(str(other))
    chooser.close()
    assert not dialog.problem.isVisible()
    assert dialog.action_button.text() == "Bring back its keys and subscriptions"
    before = keys_of(qtbot, context).public_key
    dialog.submit()
    qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
    assert dialog.backup.isVisible()
    assert dialog.action_button.isEnabled()
    assert keys_of(qtbot, context).public_key == before
    dialog.reject()


def test_a_stray_enter_cancels(file: File, context: Context, tmp_path: Path) -> None:
    dialog = UndoRotationDialog(context, file.window, tmp_path / "before.db")
    dialog.open()
    QTest.keyClick(dialog.backup, Qt.Key.Key_Return)
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("push-before-rotation-20261122-171129.db", datetime(2026, 11, 22, 17, 11, 29, tzinfo=UTC)),
        ("push-before-rotation-20261322-171129.db", None),
        ("backup.db", None),
    ],
)
def test_a_name_tells_when_a_backup_was_written(name: str, at: datetime | None) -> None:
    assert written_at(Path("/backups") / name) == at
