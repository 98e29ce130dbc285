"""The context menus of the view: names of actions, "" is a line.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from webpush_admin.gui.context import Context

PEOPLE_MENU: Final = (
    "send_test",
    "compose",
    "",
    "add_subscription",
    "invalidate_user",
    "",
    "add_user",
    "edit_user",
    "delete_users",
)
TABLE_MENU: Final = (
    "send_test",
    "compose",
    "",
    "copy_json",
    "copy_json_secrets",
    "copy_curl",
    "",
    "add_subscription",
    "edit_subscription",
    "delete_subscriptions",
)
RESULTS_MENU: Final = ("copy_report", "prune_gone")


def show_menu(
    context: Context, parent: QWidget, names: Sequence[str], position: QPoint, own: Sequence[QAction] = ()
) -> None:
    """Pop up a menu of actions at a global position, with the view's own below; it deletes itself."""
    menu = QMenu(parent)
    menu.setObjectName("context_menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name in names:
        if name:
            menu.addAction(context.actions[name])
        else:
            menu.addSeparator()
    if own:
        menu.addSeparator()
    for action in own:
        # They are of this moment, and go with their menu.
        action.setParent(menu)
        menu.addAction(action)
    menu.popup(position)
