"""Menu bar and tool bar, made from the actions' records.

Runs on: GUI thread
"""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from webpush_admin.gui.actions import ACTIONS, MENUS, Actions
from webpush_admin.gui.icons import blank_icon, spaced_size

TOOLS: Final = (
    "open_database",
    "open_demo",
    "refresh",
    "",
    "send_test",
    "compose",
    "send_to_all",
    "stop_sending",
    "",
    "prune_gone",
    "invalidate_user",
)
"""What the tool bar shows; "" is a line."""

_MNEMONICS: Final = {
    "File": "&File",
    "Edit": "&Edit",
    "View": "&View",
    "Send": "&Send",
    "Keys": "&Keys",
    "Help": "&Help",
}


def add_menus(window: QMainWindow) -> dict[str, QMenu]:
    """Add the empty menus to the window's menu bar; return them by name."""
    menus = {}
    bar = window.menuBar()
    bar.setObjectName("menu_bar")
    for name in MENUS:
        menu = bar.addMenu(QCoreApplication.translate("Menus", _MNEMONICS[name]))
        menu.setObjectName(f"{name.lower()}_menu")
        menu.setToolTipsVisible(True)
        menus[name] = menu
    return menus


def fill_menus(menus: Mapping[str, QMenu], actions: Actions) -> None:
    """Put every action into its menu: after the first paint, since nobody opens a menu before."""
    for spec in ACTIONS:
        menu = menus[spec.menu]
        if spec.divided:
            menu.addSeparator()
        menu.addAction(actions[spec.name])


def add_tool_bar(window: QMainWindow, actions: Actions) -> QToolBar:
    """Add the tool bar; what does not fit goes into its menu at the right."""
    bar = QToolBar(QCoreApplication.translate("Menus", "Tools"), window)
    bar.setObjectName("tool_bar")
    bar.setMovable(False)
    bar.setFloatable(False)
    # By name: Qt's enumerations cost more than all that is painted first.
    bar.setProperty("contextMenuPolicy", "PreventContextMenu")
    bar.setProperty("toolButtonStyle", "ToolButtonTextBesideIcon")
    bar.setIconSize(spaced_size())
    for name in TOOLS:
        if name:
            # Its own icon comes after the first paint, and then moves nothing.
            actions[name].setIcon(blank_icon())
            bar.addAction(actions[name])
            bar.widgetForAction(actions[name]).setObjectName(f"{name}_tool")
        else:
            bar.addSeparator()
    window.addToolBar(bar)
    return bar
