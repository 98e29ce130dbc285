"""Which databases were opened last: kept, bounded, shown in the menu and where no database is open."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.recent import KEPT, RecentDatabases, shown_path
from webpush_admin.gui.recent_menu import RecentMenu
from webpush_admin.store import Store


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def test_the_newest_is_first_and_none_is_there_twice(settings: QSettings) -> None:
    recent = RecentDatabases(settings)
    for path in ("/a.db", "/b.db", "/a.db"):
        recent.add(path)
    assert list(recent.paths) == ["/a.db", "/b.db"]
    for number in range(2 * KEPT):
        recent.add(f"/{number}.db")
    assert recent.paths[0] == "/19.db"
    assert len(recent.paths) == KEPT


@pytest.mark.parametrize("paths", [(), ("/one.db",), ("/one, two.db", '/"three".db', "/vier ü.db", "/100%.db")])
def test_they_are_kept(settings: QSettings, tmp_path: Path, paths: tuple[str, ...]) -> None:
    recent = RecentDatabases(settings)
    for path in reversed(paths):
        recent.add(path)
    recent.remember_folder(str(tmp_path))
    settings.sync()
    again = RecentDatabases(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert again.paths == paths
    assert again.folder == str(tmp_path)


def test_what_another_version_has_kept_is_left_alone(settings: QSettings) -> None:
    RecentDatabases(settings).add("/a.db")
    settings.setValue("recent/version", 2)
    assert RecentDatabases(settings).paths == ()
    settings.setValue("recent/version", "nonsense")
    settings.setValue("recent/paths", {"a": 1})
    assert RecentDatabases(settings).paths == ()


def test_the_menu_greys_what_is_missing_and_clears(qtbot: QtBot, settings: QSettings) -> None:
    recent = RecentDatabases(settings)
    menu = RecentMenu(recent)
    qtbot.addWidget(menu)
    assert [action.isEnabled() for action in menu.actions() if action.text()] == [False, False]
    recent.add("/srv/gone.db")
    recent.add("/srv/a&b.db")
    recent.set_missing(["/srv/gone.db"])
    here, gone = menu.actions()[:2]
    assert (here.text(), here.isEnabled()) == ("&1  a&&b.db  –  /srv", True)
    assert (gone.text(), gone.isEnabled()) == ("&2  gone.db  –  /srv (missing)", False)
    with qtbot.waitSignal(recent.wished) as wished:
        here.trigger()
    assert wished.args == ["/srv/a&b.db"]
    menu.actions()[-1].trigger()
    assert recent.paths == ()


def test_a_hostile_path_is_shown_as_it_is() -> None:
    shown = shown_path("/tmp/" + "x" * 100 + "/<b>\N{RIGHT-TO-LEFT OVERRIDE}gpj.db")
    assert shown.startswith("<b><U+202E>gpj.db  –  …xxx")
    assert len(shown) < 120


def test_a_database_is_opened_again_from_menu_and_empty_state(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path, missing = tmp_path / "push.db", tmp_path / "missing.db"
    Store.open(f"sqlite:///{path}").close()
    context = window.context
    context.recent.add(str(missing))
    context.recent.add(str(path))
    window.show()
    context.bridge.start()
    qtbot.waitUntil(lambda: context.recent.is_missing(str(missing)))
    disconnected = window.views["subscriptions"].disconnected  # type: ignore[attr-defined]  # a SubscriptionsView
    assert [button.accessibleName() for button in disconnected.recent_buttons] == [f"Open {path}"]
    with qtbot.waitSignal(context.database_opened, timeout=10_000):
        disconnected.recent_buttons[0].click()
    with qtbot.waitSignal(context.database_closed, timeout=10_000):
        context.actions["close_database"].trigger()
    menu = window.findChild(QMenu, "recent_menu")
    assert isinstance(menu, QMenu)
    with qtbot.waitSignal(context.database_opened, timeout=10_000):
        menu.actions()[0].trigger()
    assert context.recent.paths == (str(path), str(missing))


def test_a_failed_opening_stays_on_the_screen_until_one_succeeds(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "push.db"
    context = window.context
    window.show()
    window.show_view("live")
    context.bridge.start()
    with qtbot.waitSignal(context.failure_changed, timeout=10_000):
        window.opening.open_path(str(path))
    assert window.view_stack.currentWidget() is window.views["subscriptions"]
    disconnected = window.views["subscriptions"].disconnected  # type: ignore[attr-defined]  # a SubscriptionsView
    assert disconnected.title.text() == "The database could not be opened"
    assert disconnected.text.text().startswith('"push.db" does not exist.\n')
    buttons = {button.objectName() for button in disconnected.findChildren(QPushButton) if button.isVisible()}
    assert buttons == {"again_button", "open_database_button", "new_database_button"}
    Store.open(f"sqlite:///{path}").close()
    with qtbot.waitSignal(context.database_opened, timeout=10_000):
        disconnected.again_button.click()
    assert context.failure is None
    with qtbot.waitSignal(context.database_closed, timeout=10_000):
        context.actions["close_database"].trigger()
    assert disconnected.title.text() == "No database is open"
    assert not disconnected.again_button.isVisible()
