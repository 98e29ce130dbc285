"""The rotation of the keys of a real database: what is told before, what is refused, and what came of it.

Runs on: GUI thread
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ENDPOINT, TIMEOUT_MS, File, ask
from tests.gui.dialogs.key_dialogs import keys_of, told_anywhere, wait_until_forgotten
from webpush_admin.backend.key_records import KeyPairInfo, RotationCost, ServiceCost
from webpush_admin.backend.records import DatabaseInfo, Snapshot, WorkKind, WorkProgress
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.rotate import RotateDialog, Step
from webpush_admin.store import Store
from webpush_admin.store.key_rows import Home, KeyState

PASSPHRASE = "correct horse battery"
HOSTILE = "<b>mine</b>\u202e"
DATABASE = DatabaseInfo(name="push.db", location="", demo=False, subject="", public_key="B", fingerprint="f")
PAIR = KeyPairInfo(
    id=1,
    public_key="B" * 87,
    fingerprint="12ab 34cd 56ef 7890",
    state=KeyState.ACTIVE,
    label=HOSTILE,
    home=Home.DATABASE,
    place="",
    locked=False,
    created_at=datetime(2026, 1, 2, tzinfo=UTC),
    retired_at=None,
    subscriptions=0,
)
COST = RotationCost(
    subscriptions=1204,
    users=380,
    accepted_lately=911,
    last_success_at=None,
    services=tuple(ServiceCost(f"host{number}.example", 86, None) for number in range(14)),
    pairs=(replace(PAIR, id=2, state=KeyState.INACTIVE),),
    active=PAIR,
    backup_has_key=True,
    elsewhere=12,
)

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


@pytest.fixture
def parent() -> Iterator[QWidget]:
    made = QWidget()
    yield made
    made.hide()
    made.deleteLater()


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


class _Works:
    """Stands for the worker: hears what is to be stopped."""

    def __init__(self) -> None:
        self.stopped: list[int] = []
        self.works = self

    def stop(self, number: int) -> None:
        self.stopped.append(number)


class _Asked:
    """Keeps what is asked, and answers when the test wants it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, context: Context) -> None:
        self.worker = _Works()
        self.jobs: list[tuple[Any, Any]] = []
        monkeypatch.setattr(context, "ask", self._ask)

    def cancel(self) -> None:
        pass

    def _ask(self, make: Any, done: Any, failed: Any = None) -> "_Asked":
        self.jobs.append((done, failed))
        if make.__code__.co_names[:2] == ("works", "stop"):
            make(self.worker)
        return self


def _snapshot(*works: WorkProgress) -> Snapshot:
    return Snapshot(works=works)


def test_what_runs_is_shown_and_asked_to_stop_before_anything_closes(
    context: Context, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _Asked(monkeypatch, context)
    dialog = RotateDialog(context, parent, COST, DATABASE, "")
    dialog.open()
    dialog.submit()
    dialog.submit()
    dialog._on_files_looked_at(None)
    assert _at(dialog) is Step.CONFIRM
    dialog.typed.setText("ROTATE")
    dialog.submit()
    assert _at(dialog) is Step.RUNNING
    assert not dialog.action_button.isVisible()
    context.snapshot.emit(_snapshot(WorkProgress(3, WorkKind.AUDIT, 1, 2), WorkProgress(7, WorkKind.ROTATE, 30, 100)))
    assert (dialog.running.progress.value(), dialog.running.progress.maximum()) == (30, 100)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.reject()
    assert dialog.isVisible()
    assert asked.worker.stopped == [7]
    assert not dialog.cancel_button.isEnabled()
    dialog._on_refused("Stopped: nothing was changed.")
    assert _at(dialog) is Step.CONFIRM
    assert dialog.problem.text() == "Stopped: nothing was changed."
    assert dialog.typed.text() == ""
    assert dialog.cancel_button.isEnabled()
    dialog.typed.setText("ROTATE")
    assert not dialog.problem.isVisible()
    # Before its number is known it is stopped as soon as that is.
    dialog.submit()
    dialog.reject()
    assert asked.worker.stopped == [7]
    context.snapshot.emit(_snapshot(WorkProgress(8, WorkKind.ROTATE, 0, None)))
    assert asked.worker.stopped == [7, 8]
    context.database_closed.emit()
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("cost", "word", "keep", "button"),
    [
        (replace(COST, active=None), "1204", False, "Delete 1,204 subscriptions and rotate"),
        (replace(COST, subscriptions=0, services=()), "ROTATE", True, "Rotate and keep the old pair"),
        (replace(COST, active=replace(PAIR, locked=True), backup_has_key=False), "ROTATE", True, ""),
    ],
)
def test_what_is_possible_is_offered(
    context: Context, parent: QWidget, cost: RotationCost, word: str, keep: bool, button: str
) -> None:
    dialog = RotateDialog(context, parent, cost, DATABASE, "")
    page = dialog.cost_page
    assert page.keep.isEnabled() is keep is page.keep.isChecked()
    assert page.card.isHidden() is (not cost.services)
    dialog.submit()
    assert dialog.pair.home.currentIndex() == 0
    assert ("without the private key" in dialog.pair.about_backup.text()) is (not cost.backup_has_key and keep)
    dialog._on_files_looked_at(None)
    dialog.typed.setText(word)
    assert dialog.action_button.isEnabled()
    assert button in dialog.action_button.text()
    dialog.reject()
    dialog.deleteLater()


def test_a_low_window_has_room_for_every_step_and_texts_are_plain(context: Context, parent: QWidget) -> None:
    parent.resize(900, 600)
    parent.show()
    dialog = RotateDialog(context, parent, COST, DATABASE, "Keyring of Ada")
    dialog.open()
    assert f"<b>mine</b><U+202E> ({PAIR.fingerprint})" in dialog.cost_page.active.text()
    assert "12 subscriptions of other pairs" in dialog.cost_page.elsewhere.text()
    assert dialog.height() <= 568
    dialog.submit()
    dialog.pair.home.setCurrentIndex(2)
    assert dialog.height() <= 568
    assert "Keyring of Ada" in dialog.pair.home.itemText(1)
    dialog.reject()
