"""Every action: icon, shortcut, tip, and what it says where it cannot be done."""

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton

from webpush_admin.gui.action_specs import ACTIONS, MENUS, ActionSpec
from webpush_admin.gui.actions import Actions
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.resource_files import resource_path
from webpush_admin.gui.view_specs import VIEWS


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.name)
def test_every_action_is_complete(spec: ActionSpec) -> None:
    assert resource_path(f"icons/{spec.icon}.svg").is_file()
    assert spec.menu in MENUS
    assert spec.tip.endswith(".")
    assert spec.text.count("&") == 1
    if spec.shortcut:
        assert not QKeySequence(spec.shortcut).isEmpty()


def test_names_and_shortcuts_are_unique() -> None:
    names = [spec.name for spec in ACTIONS]
    shortcuts = [QKeySequence(spec.shortcut).toString() for spec in ACTIONS if spec.shortcut]
    assert len(names) == len(set(names))
    assert len(shortcuts) == len(set(shortcuts))


@pytest.mark.parametrize("menu", MENUS)
def test_mnemonics_are_unique_in_their_menu(menu: str) -> None:
    letters = [spec.text[spec.text.index("&") + 1].lower() for spec in ACTIONS if spec.menu == menu]
    assert len(letters) == len(set(letters)), letters


def test_every_action_has_an_icon_once_painted(context: Context) -> None:
    context.actions.paint_icons()
    assert [action.objectName() for action in context.actions if action.icon().isNull()] == []


def test_an_action_that_cannot_be_done_says_why(context: Context) -> None:
    action = context.actions["send_test"]
    context.actions.set_available("send_test", False, "There is <nobody>.")
    assert not action.isEnabled()
    assert "There is &lt;nobody&gt;." in action.toolTip()
    context.actions.set_available("send_test", True)
    assert action.isEnabled()
    assert "nobody" not in action.toolTip()


def test_exactly_one_view_is_checked(context: Context) -> None:
    context.actions["show_live"].setChecked(True)
    context.actions["show_keys"].setChecked(True)
    assert [action.objectName() for action in context.actions if action.isChecked()] == ["show_keys"]


def handlers(action: QAction) -> int:
    """Return how many listen who do something: menus, buttons and groups listen to each of theirs anyway."""
    shown = [place for place in action.associatedObjects() if isinstance(place, QMenu | QToolButton)]
    return action.receivers("2triggered(bool)") - len(shown) - (action.actionGroup() is not None)


def test_every_action_does_something(window: MainWindow) -> None:
    """Each triggered signal has a receiver: the window's own, or the view whose work it is."""
    assert [spec.name for spec in ACTIONS if handlers(window.context.actions[spec.name]) < 1] == []


def test_every_view_can_do_what_it_is_said_to_do(window: MainWindow) -> None:
    missing = [
        (spec.name, name)
        for spec in VIEWS
        for name in spec.does
        if not hasattr(window.view_stack.view(spec.name), name)
    ]
    assert missing == []


def test_actions_are_qt_objects_by_name(context: Context) -> None:
    assert isinstance(context.actions, Actions)
    assert context.actions["find"].objectName() == "find"
    with pytest.raises(KeyError):
        context.actions["no_such_action"]
