"""The context menus of the history: names of actions of the window or of the view, "" is a line.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.views.history.actions import HistoryActions

TABLE_MENU: Final = (
    "remedy",
    "show_subscription",
    "",
    "copy_report",
    "copy_curl",
    "copy_rows",
    "",
    "only_user",
    "only_subscription",
    "only_diagnosis",
    "",
    "export_report",
)
SENDS_MENU: Final = ("retry_failed", "prune_held", "", "copy_report", "export_report", "", "forget")


def show_menu(context: Context, parent: QWidget, own: HistoryActions, names: Sequence[str], position: QPoint) -> None:
    """Pop up a menu of actions at a global position; it deletes itself."""
    menu = QMenu(parent)
    menu.setObjectName("context_menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name in names:
        if not name:
            menu.addSeparator()
            continue
        action = getattr(own, name, None)
        menu.addAction(action if isinstance(action, QAction) else context.actions[name])
    menu.popup(position)
