"""A tool bar in a narrow window keeps every button; words come back where there is room; menus show what is chosen."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.menus import _SILENT_FIRST, TOOLS
from webpush_admin.gui.theme import Mode


def _buttons(window: MainWindow) -> dict[str, QToolButton]:
    found = {}
    for name in filter(None, TOOLS):
        button = window.tool_bar.widgetForAction(window.context.actions[name])
        assert isinstance(button, QToolButton)
        found[name] = button
    return found


def _all_seen(window: MainWindow) -> bool:
    room = window.tool_bar.rect()
    return all(button.isVisible() and room.contains(button.geometry()) for button in _buttons(window).values())


def _speaks(button: QToolButton) -> bool:
    return button.width() > 2 * button.height()


def test_no_button_is_lost_where_it_is_narrow(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitExposed(window):
        window.show()
    for size in (QSize(840, 600), QSize(900, 600), QSize(1280, 800), QSize(1700, 800)):
        window.resize(size)
        qtbot.waitUntil(lambda: _all_seen(window))
        extension = window.tool_bar.findChild(QToolButton, "qt_toolbar_ext_button")
        assert extension is None or not extension.isVisible()
    qtbot.waitUntil(lambda: all(_speaks(button) for button in _buttons(window).values()))


def test_what_one_came_for_speaks_longest(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(900, 600)
    with qtbot.waitExposed(window):
        window.show()
    buttons = _buttons(window)
    qtbot.waitUntil(lambda: not _speaks(buttons["refresh"]))
    assert _speaks(buttons["send_test"])
    assert buttons["refresh"].toolTip(), "the words are in the tooltip"
    assert sorted(_SILENT_FIRST) == sorted(filter(None, TOOLS)), "every button has its turn"


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_a_menu_shows_which_view_and_theme_are_chosen(qtbot: QtBot, window: MainWindow, mode: Mode) -> None:
    window.show_theme(mode)
    window.context.actions.paint_icons()
    menu = window._menus["View"]
    menu.adjustSize()
    chosen = window.context.actions[f"theme_{mode.value}"]
    with_mark = menu.grab(menu.actionGeometry(chosen)).toImage()
    # A group has always one of its actions checked: alone it can be unchecked.
    group = chosen.actionGroup()
    group.removeAction(chosen)
    chosen.setChecked(False)
    without_mark = menu.grab(menu.actionGeometry(chosen)).toImage()
    group.addAction(chosen)
    assert with_mark.size() == without_mark.size()
    assert with_mark != without_mark
