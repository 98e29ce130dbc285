"""The steps of a rotation: what is offered, what fits, and what is stopped, without a worker.

Runs on: GUI thread
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo, KeysRotated, RotationCost, ServiceCost
from webpush_admin.backend.records import DatabaseInfo, Snapshot, WorkKind, WorkProgress
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.rotate import RotateDialog, Step
from webpush_admin.store.key_rows import Home, KeyState

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


@pytest.fixture
def parent() -> Iterator[QWidget]:
    made = QWidget()
    yield made
    made.hide()
    made.deleteLater()


def _at(dialog: RotateDialog) -> Step:
    """Return where one is; the type checker does not know that a click moves it."""
    return dialog.step


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
        self.cancelled = 0
        monkeypatch.setattr(context, "ask", self._ask)

    def cancel(self) -> None:
        self.cancelled += 1

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
    dialog._on_answered(None)
    assert _at(dialog) is Step.CONFIRM
    dialog.typed.setText("ROTATE")
    dialog.submit()
    assert _at(dialog) is Step.RUNNING
    assert not dialog.action_button.isVisible()
    context.snapshot.emit(_snapshot(WorkProgress(3, WorkKind.AUDIT, 1, 2), WorkProgress(7, WorkKind.ROTATE, 30, 100)))
    assert (dialog.running.progress.value(), dialog.running.progress.maximum()) == (30, 100)
    assert dialog.running.told.text() == "30 % done"
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
        (replace(COST, active=replace(PAIR, fingerprint="", label="")), "ROTATE", True, ""),
    ],
)
def test_what_is_possible_is_offered(
    context: Context, parent: QWidget, cost: RotationCost, word: str, keep: bool, button: str
) -> None:
    dialog = RotateDialog(context, parent, cost, DATABASE, "")
    page = dialog.cost_page
    assert page.keep.isEnabled() is keep is page.keep.isChecked()
    assert page.card.isHidden() is (not cost.services)
    broken = cost.active is not None and not cost.active.fingerprint
    assert ("the old pair cannot sign" in page.keep_meaning.text()) is broken
    assert ("pair 1, made" in page.active.text()) is broken
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


def test_a_look_at_the_files_is_given_up_where_others_are_meant(
    context: Context, parent: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _Asked(monkeypatch, context)
    dialog = RotateDialog(context, parent, COST, DATABASE, "")
    dialog.open()
    dialog.submit()
    dialog.pair.home.setCurrentIndex(2)
    dialog.pair.passphrase.first.line.setText("a passphrase")
    dialog.pair.passphrase.again.line.setText("a passphrase")
    dialog.submit()
    looked, given_up = len(asked.jobs), asked.cancelled
    dialog.submit()
    assert len(asked.jobs) == looked
    # What comes back would be a plan with fields that are hidden, and empty, by then.
    dialog.go_back()
    assert (_at(dialog), asked.cancelled) == (Step.COST, given_up + 1)
    assert dialog.pair.passphrase.empty
    dialog.submit()
    dialog.pair.passphrase.first.line.setText("a passphrase")
    dialog.pair.passphrase.again.line.setText("a passphrase")
    dialog.submit()
    assert not dialog.action_button.isEnabled()
    dialog.pair.backup.path.setText("/srv/another.db")
    assert asked.cancelled == given_up + 2
    assert dialog.action_button.isEnabled()
    dialog.reject()


def test_what_came_of_it_is_told_without_a_hole(context: Context, parent: QWidget) -> None:
    dialog = RotateDialog(context, parent, COST, DATABASE, "")
    dialog.open()
    keys = KeysInfo(PAIR.public_key, PAIR.fingerprint, None, "", 5, (PAIR,))
    backup = Path("/srv/push/of/a/shop/with-a-long-name-before-rotation-20261123-053503.db")
    dialog._on_rotated(KeysRotated(keys, 5, 0, backup))
    height = dialog.height()
    dialog.fit()
    assert dialog.height() == height, "its lines were broken again, and it was not fitted to that"
    dialog.reject()
