"""What is known of an action: its words, its icon, its shortcut and its menu.

Runs on: GUI thread
"""

from typing import Final, NamedTuple

MENUS: Final = ("File", "Edit", "View", "Send", "Keys", "Help")


class ActionSpec(NamedTuple):
    """One action.

    Attributes:
        name: How code calls it; also its objectName.
        text: What menus and buttons say; the ampersand marks the mnemonic.
        icon: Name of a Lucide icon.
        shortcut: Portable text of the key sequence, "" for none.
        tip: One sentence: what it does.
        menu: One of `MENUS`.
        divided: A line stands above it in the menu.
        choice: Name of the group of which exactly one is checked, "" for an action that cannot be checked.
        writes: It changes the database, and cannot be done where that is read-only.
    """

    name: str
    text: str
    icon: str
    shortcut: str
    tip: str
    menu: str
    divided: bool = False
    choice: str = ""
    writes: bool = False
