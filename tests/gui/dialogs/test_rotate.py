"""The rotation of the keys of a real database: what is told before, what is refused, and what came of it.

Runs on: GUI thread
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ENDPOINT, TIMEOUT_MS, File, ask
from tests.gui.dialogs.key_dialogs import keys_of, told_anywhere, wait_until_forgotten
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.rotate import RotateDialog, Step
from webpush_admin.store import Store
from webpush_admin.store.key_rows import Home, KeyState

PASSPHRASE = "correct horse battery"
HOSTILE = "<b>mine</b>\u202e"
Make = Callable[[], RotateDialog]


@pytest.fixture
def opened(file: File, context: Context, qtbot: QtBot) -> Make:
    def make() -> RotateDialog:
        cost = ask(qtbot, context, lambda backend: backend.keys.rotation.cost())
        assert context.database is not None
        dialog = RotateDialog(context, file.window, cost, context.database, "")
        dialog.open()
        return dialog

    return make


def _step(dialog: RotateDialog, qtbot: QtBot, step: Step) -> None:
    """Press the button, and wait for the step that follows."""
    assert dialog.action_button.isEnabled()
    dialog.submit()
    qtbot.waitUntil(lambda: dialog.step is step, timeout=TIMEOUT_MS)


def _at(dialog: RotateDialog) -> Step:
    """Return where one is; the type checker does not know that a click moves it."""
    return dialog.step


def _notices(context: Context) -> list[str]:
    told: list[str] = []
    context.notice.connect(lambda _kind, text: told.append(text))
    return told


def test_deleting_needs_the_number_and_leaves_a_backup_with_everything(
    opened: Make, file: File, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    before, told = keys_of(qtbot, context).fingerprint, _notices(context)
    dialog = opened()
    page = dialog.cost_page
    assert page.totals.text() == "1 subscription of 1 user; none accepted a push in the last 30 days."
    assert before in page.active.text()
    assert page.services.rows[0].subscriptions == 1
    assert page.keep.isChecked()
    assert dialog.focusWidget() is page.keep
    page.delete.setChecked(True)
    _step(dialog, qtbot, Step.PAIR)
    assert Path(dialog.pair.backup.path.text()).parent == tmp_path
    assert "private key" in dialog.pair.about_backup.text()
    taken = tmp_path / "taken.db"
    taken.touch()
    for unusable, why in (
        (str(taken), "exists already"),
        ("relative.db", "whole path"),
        (f"{tmp_path}/no/a", "folder"),
    ):
        dialog.pair.backup.path.setText(unusable)
        assert not dialog.problem.isVisible()
        dialog.submit()
        qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
        assert why in dialog.problem.text()
        assert _at(dialog) is Step.PAIR
    backup = tmp_path / "before.db"
    dialog.pair.backup.path.setText(str(backup))
    _step(dialog, qtbot, Step.CONFIRM)
    assert str(backup) in dialog.explanation.text()
    assert "everybody must subscribe again" in dialog.explanation.text()
    assert dialog.action_button.text() == "Delete 1 subscription and rotate"
    assert dialog.action_button.property("kind") == "danger"
    for typed, enough in (("", False), ("ROTATE", False), ("2", False), (" 1 ", True)):
        dialog.typed.setText(typed)
        assert dialog.action_button.isEnabled() is enough
    with qtbot.waitSignal(dialog.rotated, timeout=TIMEOUT_MS) as rotated:
        QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
    done = rotated.args[0]
    assert (done.deleted_subscriptions, done.backup) == (1, backup)
    assert _at(dialog) is Step.DONE
    assert dialog.rotated_page.fingerprint.text() == done.keys.fingerprint != before
    assert "1 subscription deleted" in dialog.rotated_page.became.text()
    assert "web page must use the new public key" in dialog.rotated_page.reminder.text()
    assert not told
    with qtbot.waitSignal(dialog.snippets_wished, timeout=TIMEOUT_MS):
        dialog.action_button.click()
    assert "1 subscription deleted" in told[0]
    assert str(backup) in told[0]
    assert backup.stat().st_mode & 0o077 == 0
    copy = Store.open(f"sqlite:///{backup}")
    try:
        assert [row.endpoint for row in copy.subscriptions_of(file.ada.id)] == [ENDPOINT]
    finally:
        copy.close()
    assert not file.store.subscriptions_of(file.ada.id)


def test_keeping_needs_a_word_and_a_new_pair_may_live_in_a_file(
    opened: Make, file: File, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened()
    _step(dialog, qtbot, Step.PAIR)
    assert dialog.pair.file.isHidden()
    dialog.pair.home.setCurrentIndex(2)
    assert dialog.pair.file.isVisible()
    assert not dialog.action_button.isEnabled()
    dialog.pair.passphrase.first.line.setText(PASSPHRASE)
    dialog.pair.passphrase.again.line.setText("another")
    dialog.submit()
    assert "not the same" in dialog.problem.text()
    dialog.pair.passphrase.again.line.setText(PASSPHRASE)
    place, backup = tmp_path / "new.pem", tmp_path / "before.db"
    dialog.pair.backup.path.setText(str(place))
    dialog.pair.file.path.setText(str(place))
    dialog.submit()
    assert "same name" in dialog.problem.text()
    dialog.pair.backup.path.setText(str(backup))
    _step(dialog, qtbot, Step.CONFIRM)
    assert dialog.pair.passphrase.empty
    assert PASSPHRASE not in told_anywhere(dialog)
    assert str(place) in dialog.explanation.text()
    assert dialog.action_button.text() == "Rotate and keep 1 subscription"
    dialog.typed.setText("1")
    assert not dialog.action_button.isEnabled()
    dialog.typed.setText("ROTATE")
    with qtbot.waitSignal(dialog.rotated, timeout=TIMEOUT_MS) as rotated:
        dialog.submit()
    assert rotated.args[0].bound_subscriptions == 1
    assert "1 subscription kept" in dialog.rotated_page.became.text()
    dialog.reject()
    assert b"ENCRYPTED PRIVATE KEY" in place.read_bytes()
    active, old = keys_of(qtbot, context).pairs
    assert (active.home, old.state, old.subscriptions) == (Home.FILE, KeyState.INACTIVE, 1)
    wait_until_forgotten(qtbot, PASSPHRASE)


def test_a_passphrase_is_forgotten_with_the_dialog(opened: Make, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened()
    _step(dialog, qtbot, Step.PAIR)
    dialog.pair.home.setCurrentIndex(2)
    dialog.pair.file.path.setText(str(tmp_path / "new.pem"))
    for field in (dialog.pair.passphrase.first, dialog.pair.passphrase.again):
        field.line.setText(PASSPHRASE)
    _step(dialog, qtbot, Step.CONFIRM)
    dialog.reject()
    wait_until_forgotten(qtbot, PASSPHRASE)
    # What is held here still is the dialog, which has nothing to tell any more.
    assert dialog._plan is None
    assert not (tmp_path / "new.pem").exists()


def test_a_pair_that_is_there_can_come_into_force(opened: Make, context: Context, qtbot: QtBot, tmp_path: Path) -> None:
    kept = ask(qtbot, context, lambda backend: backend.keys.generate(HOSTILE)).pair
    dialog = opened()
    _step(dialog, qtbot, Step.PAIR)
    dialog.pair.backup.path.setText(str(tmp_path / "before.db"))
    dialog.pair.pair.setCurrentIndex(1)
    assert dialog.pair.pair.currentText() == f"<b>mine</b><U+202E> ({kept.fingerprint})"
    assert dialog.pair.home.isHidden()
    _step(dialog, qtbot, Step.CONFIRM)
    dialog.go_back()
    assert _at(dialog) is Step.PAIR
    assert dialog.pair.pair_id == kept.id
    _step(dialog, qtbot, Step.CONFIRM)
    assert kept.fingerprint in dialog.explanation.text()
    dialog.typed.setText("ROTATE")
    with qtbot.waitSignal(dialog.rotated, timeout=TIMEOUT_MS) as rotated:
        dialog.submit()
    assert rotated.args[0].keys.fingerprint == kept.fingerprint
    dialog.reject()


def test_another_number_by_now_changes_nothing_and_is_told(
    opened: Make, file: File, context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    before, backup = keys_of(qtbot, context).public_key, tmp_path / "before.db"
    dialog = opened()
    dialog.cost_page.delete.setChecked(True)
    _step(dialog, qtbot, Step.PAIR)
    dialog.pair.backup.path.setText(str(backup))
    _step(dialog, qtbot, Step.CONFIRM)
    file.add(f"{ENDPOINT}-another")
    dialog.typed.setText("1")
    dialog.submit()
    qtbot.waitUntil(lambda: dialog.step is Step.COST, timeout=TIMEOUT_MS)
    assert dialog.problem.isVisible()
    assert dialog.cost_page.totals.text().startswith("2 subscriptions")
    assert dialog.cost_page.delete.isChecked()
    assert not backup.exists()
    assert keys_of(qtbot, context).public_key == before
    _step(dialog, qtbot, Step.PAIR)
    _step(dialog, qtbot, Step.CONFIRM)
    assert not dialog.problem.isVisible()
    assert dialog.typed.text() == ""
    assert dialog.action_button.text() == "Delete 2 subscriptions and rotate"
    dialog.reject()
