"""The menu that changes how endpoints of the sandbox answer: one submenu per push service.

Runs on: GUI thread
"""

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.models.tempers import (
    temper_groups,
    temper_meaning,
    temper_name_in_group,
    temper_tip,
)
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.letter_menu import LetterMenu
from webpush_admin.sandbox.records import Temper


class TemperMenu(LetterMenu):
    """Every temper once, each with the diagnosis to expect; typed digits lead to a status.

    Args:
        chosen: Called with the temper that was chosen.
        current: Returns the tempers that the selected endpoints have now; these are checked.
    """

    def __init__(
        self, chosen: Callable[[Temper], None], current: Callable[[], Collection[Temper]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("change_menu")
        self._current = current
        self.tempers: dict[Temper, QAction] = {}
        self.groups: dict[str, LetterMenu] = {}
        for group in temper_groups():
            menu = LetterMenu(group.title, self)
            menu.setObjectName(f"tempers_of_{group.id}")
            menu.setToolTipsVisible(True)
            self.groups[group.id] = menu
            for temper in group.tempers:
                # Behind the tab stands what Qt sets apart, as it does with shortcuts.
                action = menu.addAction(f"{temper_name_in_group(temper)}\t{temper_meaning(temper)}".rstrip())
                action.setObjectName(f"temper_{temper.name.lower()}")
                action.setToolTip(plain_tooltip(temper_tip(temper)))
                action.setCheckable(True)
                action.triggered.connect(partial(_choose, chosen, temper))
                self.tempers[temper] = action
        # What is wanted most often, and the way back from everything else.
        self.addAction(self.tempers[Temper.CREATED])
        self.addSeparator()
        for menu in self.groups.values():
            self.addMenu(menu)
        self.aboutToShow.connect(self.check_current)

    def check_current(self) -> None:
        """Check what the selected endpoints answer now, and mark the services that these belong to."""
        current = self._current()
        for temper, action in self.tempers.items():
            action.setChecked(temper in current)
        for menu in self.groups.values():
            entry = menu.menuAction()
            font = entry.font()
            holds = any(action.isChecked() for action in menu.actions())
            font.setWeight(QFont.Weight.DemiBold if holds else QFont.Weight.Normal)
            entry.setFont(font)


def _choose(chosen: Callable[[Temper], None], temper: Temper, *_: object) -> None:
    chosen(temper)
