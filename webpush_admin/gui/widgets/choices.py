"""The menu of a filter: one of several choices is ticked.

Runs on: GUI thread
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.time_range import WHENEVER, Recent, TimeRange, recent_words
from webpush_admin.gui.text import display_text

PAST: Final = tuple(recent for recent in Recent if recent is not Recent.NEVER)
"""Of what has surely happened some time."""

LATELY: Final = tuple(recent for recent in PAST if recent not in (Recent.YEAR, Recent.LONG_AGO))
"""Of what is not kept for years."""


def choices_of(menu: QMenu) -> QActionGroup:
    """Return the group of a menu that is filled anew; its former one goes with what the menu held before."""
    for old in menu.findChildren(QActionGroup):
        old.deleteLater()
    return QActionGroup(menu)


def add_choice(group: QActionGroup, text: str, checked: bool, chosen: Callable[[], None]) -> None:
    """Add a choice to the end of the group's menu; its text may be hostile."""
    menu = group.parent()
    assert isinstance(menu, QMenu)
    action = menu.addAction(display_text(text).replace("&", "&&"))
    action.setCheckable(True)
    action.setChecked(checked)
    group.addAction(action)
    action.triggered.connect(lambda *_: chosen())


def add_times(
    menu: QMenu,
    now: TimeRange,
    chosen: Callable[[TimeRange], None],
    ask_days: Callable[[], None],
    recents: Sequence[Recent] = PAST,
) -> None:
    """Offer whenever, stretches that move with the clock, and two days that are asked for."""
    group = choices_of(menu)
    add_choice(group, translate("Filters", "Any time"), now == WHENEVER, lambda: chosen(WHENEVER))
    menu.addSeparator()
    for recent in recents:
        when = TimeRange(recent)
        add_choice(group, recent_words(recent), now == when, partial(chosen, when))
    menu.addSeparator()
    by_hand = now.recent is None and now != WHENEVER
    add_choice(group, translate("Filters", "From … to …"), by_hand, ask_days)
