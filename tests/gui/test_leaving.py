"""A database is not closed by a slip where something would be lost: by any way out of it, and only then."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.database_file import TIMEOUT_MS
from tests.gui.exchange_place import Place
from webpush_admin.backend.records import Snapshot, WorkKind, WorkProgress
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.store.rows import Chosen

WAYS: dict[str, Callable[[Place, Path], object]] = {
    "close": lambda place, _: place.trigger("close_database"),
    "demo": lambda place, _: place.trigger("open_demo"),
    "recent": lambda place, other: place.window.context.recent.wish(str(other)),
    "drop": lambda place, other: place.window.drops.database_dropped.emit(str(other)),
}


def _asked() -> ConfirmDialog | None:
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, ConfirmDialog) and w.isVisible()), None)


def _delete(place: Place) -> None:
    ids = tuple(row.id for row in place.store.subscriptions_of(place.ada.id) if row.id is not None)
    answers: list[object] = []
    place.window.context.ask(lambda backend: backend.deleting.subscriptions(Chosen(len(ids), ids)), answers.append)
    # It has ended where it is looked for as well: as work that runs it would be named too.
    leaving = place.window.opening._leaving
    place.qtbot.waitUntil(lambda: bool(answers) and len(leaving._lost()) == 1, timeout=TIMEOUT_MS)
    assert place.window.undoing.undoable is not None


@pytest.mark.parametrize("way", WAYS)
def test_it_asks_where_a_deletion_could_be_undone(place: Place, tmp_path: Path, way: str) -> None:
    _delete(place)
    WAYS[way](place, tmp_path / "other.db")
    dialog = _asked()
    assert dialog is not None
    assert dialog.windowTitle() == "Close push.db?"
    assert dialog.explanation.text() == "1 deletion can no longer be undone."
    assert dialog.action_button.text() == "Close push.db"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert _asked() is None
    assert place.window.context.database is not None
    assert not place.window.opening.busy
    assert place.window.undoing.undoable is not None


def test_it_closes_once_that_was_agreed_to(place: Place) -> None:
    _delete(place)
    place.trigger("close_database")
    dialog = _asked()
    assert dialog is not None
    with place.qtbot.waitSignal(place.window.context.database_closed, timeout=TIMEOUT_MS):
        dialog.action_button.click()


def test_nothing_is_asked_where_nothing_is_lost(place: Place) -> None:
    with place.qtbot.waitSignal(place.window.context.database_closed, timeout=TIMEOUT_MS):
        place.trigger("close_database")
        assert _asked() is None


def test_running_work_is_named(place: Place) -> None:
    context: Any = place.window.context
    taken: list[Snapshot] = []
    context.snapshot.connect(taken.append)
    place.qtbot.waitUntil(lambda: bool(taken), timeout=TIMEOUT_MS)
    context.bridge.snapshot.disconnect(context.snapshot)
    kinds = (WorkKind.IMPORT_PREVIEW, WorkKind.ROTATION_COST, WorkKind.IMPORT)
    works = tuple(WorkProgress(n, kind, 1, 2) for n, kind in enumerate(kinds))
    context.snapshot.emit(replace(taken[-1], works=works))
    place.trigger("close_database")
    dialog = _asked()
    assert dialog is not None
    assert dialog.explanation.text() == "“Importing” is stopped, and nothing of it is kept."
    dialog.reject()
