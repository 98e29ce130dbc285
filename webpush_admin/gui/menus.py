"""Menu bar and tool bar, made from the actions' records.

Runs on: GUI thread
"""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from webpush_admin.gui.action_specs import ACTIONS, MENUS
from webpush_admin.gui.actions import Actions
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
    "",
    "undo",
)
"""What the tool bar shows; "" is a line."""

_SILENT_FIRST: Final = (
    "refresh",
    "undo",
    "invalidate_user",
    "open_demo",
    "prune_gone",
    "stop_sending",
    "open_database",
    "send_to_all",
    "compose",
    "send_test",
)
"""Which of them lose their words first where the window is narrow: their icons stay, and tooltips tell the rest."""

_WORDS_MARGIN: Final = 12
_SLACK_PIXELS: Final = 6

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


def fill_menus(menus: Mapping[str, QMenu], actions: Actions, below: Mapping[str, QMenu]) -> None:
    """Put every action into its menu: after the first paint, since nobody opens a menu before.

    Args:
        menus: By name.
        actions: Everything that can be done.
        below: Menus in menus, by the name of the action that they stand below.
    """
    for spec in ACTIONS:
        menu = menus[spec.menu]
        if spec.divided:
            menu.addSeparator()
        menu.addAction(actions[spec.name])
        if spec.name in below:
            menu.addMenu(below[spec.name])


def add_tool_bar(window: QMainWindow, actions: Actions) -> QToolBar:
    """Add the tool bar."""
    bar = ToolBar(actions, window)
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


class ToolBar(QToolBar):
    """Buttons with icon and words; where they do not all fit, some show their icon alone."""

    def __init__(self, actions: Actions, window: QMainWindow) -> None:
        super().__init__(QCoreApplication.translate("Menus", "Tools"), window)
        self._shown_actions = actions
        self._silent: tuple[str, ...] = ()
        self._fitting = False

    def minimumSizeHint(self) -> QSize:
        """Let the window become narrower than all words: they leave then."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take words away, or give them back."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Show as many words as there is room for."""
        if self._fitting:
            return
        self._fitting = True
        words = {name: self._words_pixels(name) for name in _SILENT_FIRST}
        needed = super().sizeHint().width() + sum(words[name] for name in self._silent)
        silent: list[str] = []
        for name, pixels in words.items():
            if needed <= self.width() - _SLACK_PIXELS:
                break
            silent.append(name)
            needed -= pixels
        if tuple(silent) != self._silent:
            self._silent = tuple(silent)
            for name in _SILENT_FIRST:
                # By name: Qt's enumerations cost more than all that is painted first.
                self._shown_actions[name].setProperty("priority", "LowPriority" if name in silent else "NormalPriority")
        self._fitting = False

    def _words_pixels(self, name: str) -> int:
        button = self.widgetForAction(self._shown_actions[name])
        return button.fontMetrics().horizontalAdvance(self._shown_actions[name].iconText()) + _WORDS_MARGIN
