"""What tests of the window share: a context without a worker, and the real window on the demo.

Runs on: GUI thread
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.exchange_place import Place
from webpush_admin.gui.actions import Actions
from webpush_admin.gui.bridge import Bridge
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.theme import Mode, Theme

BETWEEN_MS = 120
"""Between two reads of a list that moves: a person is given two seconds to look at it, a test needs none."""


@pytest.fixture
def _lists_follow_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Refresher.__init__.__kwdefaults__
    assert usual is not None
    monkeypatch.setitem(usual, "between_ms", BETWEEN_MS)
    monkeypatch.setattr("webpush_admin.gui.views.live.cache_page.BEAT_MS", BETWEEN_MS)


@pytest.fixture
def _no_key_is_held(qapp: QApplication) -> None:
    """Let go of Ctrl, which a simulated Ctrl+Return leaves down: what is selected next would be added."""
    if qapp.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        somewhere = QWidget()
        QTest.keyRelease(somewhere, Qt.Key.Key_Control)
        somewhere.deleteLater()
    assert qapp.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture
def theme(qapp: QApplication, _no_key_is_held: None) -> Iterator[Theme]:
    made = Theme(Mode.DARK)
    made.apply()
    yield made
    made.deleteLater()


@pytest.fixture
def context(qtbot: QtBot, theme: Theme, _lists_follow_at_once: None) -> Iterator[Context]:
    """Everything that a view gets; the worker starts with `context.bridge.start()`."""
    bridge = Bridge()
    made = Context(bridge, theme, Actions(theme))
    yield made
    assert bridge.close(), "the worker did not end in time"
    made.deleteLater()
    made.actions.deleteLater()
    bridge.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, context: Context) -> Iterator[MainWindow]:
    """The real window with its first view, not shown yet and without a worker."""
    made = MainWindow(context.theme, context.actions, QSettings("webpush-admin", "webpush-admin"))
    made.complete(context)
    yield made
    # First, whatever becomes of the rest: a window that outlives its context would take the next test with it.
    made.deleteLater()
    made.hide()


@pytest.fixture
def demo(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The real window on the demo: real database, real worker, real sandbox."""
    window.resize(1280, 800)
    window.show()
    window.context.bridge.start()
    with qtbot.waitSignal(window.context.database_opened, timeout=20_000):
        window.context.actions["open_demo"].trigger()
    return window


@pytest.fixture
def place(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Iterator[Place]:
    """The real window on a database file with one user and one subscription."""
    made = Place(qtbot, window, tmp_path / "push.db")
    yield made
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    made.store.close()
