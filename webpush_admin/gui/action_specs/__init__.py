"""Every action of the window as data: what it says, its icon, its shortcut and its menu.

Runs on: GUI thread
"""

from typing import Final

from webpush_admin.gui.action_specs.editing import EDIT_ACTIONS
from webpush_admin.gui.action_specs.files import FILE_ACTIONS
from webpush_admin.gui.action_specs.keys import KEY_ACTIONS
from webpush_admin.gui.action_specs.sending import SEND_ACTIONS
from webpush_admin.gui.action_specs.spec import MENUS, ActionSpec
from webpush_admin.gui.action_specs.views import VIEW_ACTIONS

__all__ = ["ACTIONS", "MENUS", "ActionSpec"]

ACTIONS: Final[tuple[ActionSpec, ...]] = (
    *FILE_ACTIONS,
    *EDIT_ACTIONS,
    *VIEW_ACTIONS,
    *SEND_ACTIONS,
    *KEY_ACTIONS,
    ActionSpec("open_log", "Open the &log", "list", "", "Show the folder of the log file.", "Help"),
    ActionSpec("about", "&About webpush-admin", "info", "F1", "Versions, with a button that copies them.", "Help"),
)
