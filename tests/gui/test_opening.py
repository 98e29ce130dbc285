"""Opening as the window shows it: read-only with its reason, changes by others, a file in trouble, a locked one."""

import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.backend.holder import Holder
from webpush_admin.backend.records import ChangedByOthers
from webpush_admin.gui.action_specs import ACTIONS
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.store import Store
from webpush_admin.store.history_rows import SendStart

P256DH = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
AUTH = "tBHItJI5svbpez7KI4CCXg"
WRITES = [spec.name for spec in ACTIONS if spec.writes]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of two users."""
    made = tmp_path / "push.db"
    store = Store.open(f"sqlite:///{made}")
    store.vapid_keys()
    for name in ("Ada", "Grace"):
        user = store.add_user(name)
        store.add_subscription(user.id, endpoint="https://push.example.net/1", p256dh=P256DH, auth=AUTH)
    store.close()
    return made


def unmark(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        raw.execute("PRAGMA application_id=0")


def state(path: Path) -> tuple[bytes, int, list[str]]:
    return path.read_bytes(), path.stat().st_mtime_ns, sorted(entry.name for entry in path.parent.iterdir())


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> SubscriptionsView:
    """Open a database in the window that is shown; return the view once its rows are there."""
    window.show()
    window.context.bridge.start()
    with qtbot.waitSignal(window.context.database_opened, timeout=10_000):
        window.opening.open_path(str(path))
    view = window.views["subscriptions"]
    assert isinstance(view, SubscriptionsView)
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 2, timeout=10_000)
    return view


def test_read_only_is_a_badge_a_title_and_disabled_actions(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    unmark(path)
    before = state(path)
    view = opened(qtbot, window, path)
    badge = window.status_line.badge
    assert (badge.text(), badge.isVisible()) == ("Read-only", True)
    assert "was made by another program" in badge.toolTip()
    assert window.windowTitle() == "push.db (read-only)"
    view.people.list.selectAll()
    view.table.table.selectAll()
    for name in ("subscriptions", "live", "keys", "audit"):
        window.show_view(name)
        for action in (window.context.actions[name] for name in WRITES):
            assert not action.isEnabled(), action.objectName()
            assert "was made by another program" in action.toolTip(), action.objectName()
    window.show_view("subscriptions")
    assert window.context.actions["send_to_all"].isEnabled()
    assert window.context.actions["set_subject"].isEnabled()
    assert state(path) == before


def test_a_database_of_ours_is_only_read_where_that_was_asked_for(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    before = state(path)
    window.show()
    window.context.bridge.start()
    with qtbot.waitSignal(window.context.database_opened, timeout=10_000):
        window.opening.open_url(f"sqlite:///{path}", read_only=True)
    assert window.context.database is not None
    assert window.context.database.read_only == '"push.db" was opened read-only, as asked for.'
    with qtbot.waitSignal(window.context.database_closed, timeout=10_000):
        window.context.actions["close_database"].trigger()
    assert state(path) == before


def test_a_send_that_broke_off_is_told_with_the_way_to_the_history(
    qtbot: QtBot, window: MainWindow, path: Path
) -> None:
    store = Store.open(f"sqlite:///{path}")
    (row,) = store.subscriptions([1])
    send = store.history.begin(SendStart("Ada", False, "", 60, "normal", None, 14, None, 1))
    store.history.intend(send, [row.subscription], datetime.now(UTC))
    store.close()
    opened(qtbot, window, path)
    qtbot.waitUntil(window.toast.isVisible, timeout=10_000)
    assert window.toast.text.text() == ("A send broke off when the program ended: 1 of its pushes may have arrived.")
    assert window.toast.offer_button is not None
    window.toast.offer_button.click()
    assert window.views["history"].isVisible()


def test_changes_are_allowed_after_asking(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    unmark(path)
    opened(qtbot, window, path)
    context = window.context
    assert context.actions["unlock_database"].isEnabled()
    context.actions["unlock_database"].trigger()
    dialog = window.findChild(QDialog, "confirm_dialog")
    assert isinstance(dialog, QDialog)
    button = dialog.findChild(QPushButton, "action_button")
    assert isinstance(button, QPushButton)
    assert button.text() == "Allow changes to push.db"
    with qtbot.waitSignal(context.database_opened, timeout=10_000):
        button.click()
    assert context.database is not None
    assert context.database.read_only == ""
    assert not window.status_line.badge.isVisible()
    assert window.windowTitle() == "push.db"
    assert context.actions["add_user"].isEnabled()
    assert not context.actions["unlock_database"].isEnabled()
    assert "can be changed already" in context.actions["unlock_database"].toolTip()


def test_what_another_program_changes_moves_nothing_until_it_is_wished(
    qtbot: QtBot, window: MainWindow, path: Path
) -> None:
    view = opened(qtbot, window, path)
    banner = window.changed_banner
    loads: list[object] = []
    events: list[object] = []
    window.context.events.connect(events.extend)

    def delete_one() -> None:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("DELETE FROM subscriptions WHERE id = (SELECT min(id) FROM subscriptions)")
            raw.commit()

    view.table.model.loaded.connect(lambda: loads.append(None))
    place = view.table.table.mapTo(window, view.table.table.rect().topLeft())
    delete_one()
    qtbot.waitUntil(banner.isVisible, timeout=10_000)
    assert banner.text.text().startswith("Another program changed the database at ")
    told = [event.at for event in events if isinstance(event, ChangedByOthers)]
    assert told[-1].strftime("%H:%M UTC.") in banner.text.text()
    assert view.table.model.rowCount() == 2
    assert view.table.table.mapTo(window, view.table.table.rect().topLeft()) == place
    assert loads == []
    button = banner.findChild(QPushButton, "action_button")
    assert isinstance(button, QPushButton)
    button.click()
    assert not banner.isVisible()
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 1, timeout=10_000)
    delete_one()
    qtbot.waitUntil(banner.isVisible, timeout=10_000)
    window.context.actions["refresh"].trigger()
    assert not banner.isVisible()
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 0, timeout=10_000)


def test_a_file_that_vanishes_is_told_for_as_long_as_it_is_gone(
    qtbot: QtBot, window: MainWindow, path: Path, tmp_path: Path
) -> None:
    opened(qtbot, window, path)
    banner = window.problem_banner
    assert not banner.isVisible()
    path.rename(tmp_path / "elsewhere.db")
    qtbot.waitUntil(banner.isVisible, timeout=10_000)
    assert "was deleted or moved" in banner.text.text()
    assert window.status_line.connection.text() == "Problem with the file"
    assert not window.context.actions["add_user"].isEnabled()
    assert not window.context.actions["unlock_database"].isEnabled()
    (tmp_path / "elsewhere.db").rename(path)
    qtbot.waitUntil(lambda: not banner.isVisible(), timeout=10_000)
    assert window.status_line.connection.text() == "Connected"
    assert window.context.actions["add_user"].isEnabled()


def test_a_damaged_file_is_told_and_only_read(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        (root,) = raw.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'subscriptions_by_created_at'"
        ).fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(os.urandom(size))
    opened(qtbot, window, path)
    qtbot.waitUntil(window.problem_banner.isVisible, timeout=10_000)
    assert window.problem_banner.text.text().startswith('"push.db" is damaged: ')
    assert not window.context.actions["add_user"].isEnabled()


def test_the_window_lives_while_a_locked_file_is_waited_for(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("opening", "connections"):
        monkeypatch.setattr(f"webpush_admin.store.{module}.BUSY_TIMEOUT_MS", 600)
    context = window.context
    window.show()
    context.bridge.start()
    ticks: list[None] = []
    ticking = QTimer(window, interval=20)
    ticking.timeout.connect(lambda: ticks.append(None))
    ticking.start()
    with Holder(path, "EXCLUSIVE"), qtbot.waitSignal(context.failure_changed, timeout=20_000):
        window.opening.open_path(str(path))
    ticking.stop()
    assert context.failure is not None
    assert context.failure.sentence == '"push.db" is locked by another program.'
    assert len(ticks) > 10
    assert not window.opening.busy


def test_the_dialog_begins_where_the_last_file_was(
    qtbot: QtBot, window: MainWindow, path: Path, tmp_path: Path
) -> None:
    window.show()
    window.context.bridge.start()
    window.opening.native_file_dialog = False
    window.context.actions["open_database"].trigger()
    dialog = window.findChild(QFileDialog, "database_file_dialog")
    assert isinstance(dialog, QFileDialog)
    with qtbot.waitSignal(window.context.database_opened, timeout=10_000):
        dialog.fileSelected.emit(str(path))
    dialog.reject()
    assert window.context.recent.folder == str(tmp_path)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog, "database_file_dialog") is None)
    window.context.actions["open_database"].trigger()
    again = window.findChild(QFileDialog, "database_file_dialog")
    assert isinstance(again, QFileDialog)
    assert Path(again.directory().absolutePath()) == tmp_path
    again.reject()


def test_a_large_file_is_being_checked_while_it_is_looked_at(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def is_whole(_connection: object) -> bool:
        return go_on.wait(10)

    monkeypatch.setattr("webpush_admin.store.engine.is_whole", is_whole)
    opened(qtbot, window, path)
    badge, add_user = window.status_line.badge, window.context.actions["add_user"]
    assert badge.text() == "Checking the file…"
    assert window.windowTitle() == "push.db"
    assert not add_user.isEnabled()
    assert badge.property("tone") == "badge-muted"
    for tip in (badge.toolTip(), add_user.toolTip()):
        assert "is being checked for damage; it can be changed when that is through. Started " in tip
    go_on.set()
    qtbot.waitUntil(lambda: not badge.isVisible(), timeout=10_000)
    assert add_user.isEnabled()
