"""What narrows the table of cached users: a search, and states of which several can be ticked.

Runs on: GUI thread
"""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from webpush_admin.gui.models.cache_states import STATES, state_meaning, state_word
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.filter_button import FilterButton
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.several import StaysOpen
from webpush_admin.push.places import PlaceState

SEARCH_PIXELS: Final = 110


class CacheFilters(QWidget):
    """A search field and a button with the states.

    Attributes:
        changed: Something else is wanted; see `query` of the search, and `states`.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cache_filters")
        self.setAccessibleName(self.tr("Filters"))
        self._states: frozenset[PlaceState] = frozenset()
        self.search = SearchField(self.tr("Find a user"), self)
        self.search.setAccessibleName(self.tr("Find a cached user by a part of the name or the beginning of the id"))
        self.search.setMinimumWidth(SEARCH_PIXELS)
        self.state_filter = FilterButton(self.tr("State"), self, name="state_filter", fill=self._fill)
        # The search field becomes narrower before the filter does.
        self.state_filter.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        StaysOpen(self.state_filter.menu)
        self.state_filter.menu.setToolTipsVisible(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.search, 1)
        layout.addWidget(self.state_filter)
        self.search.changed.connect(self.changed)
        self.state_filter.cleared.connect(lambda: self.choose(()))

    @property
    def states(self) -> frozenset[PlaceState]:
        """Those that are wanted, empty for all."""
        return self._states

    @property
    def narrows(self) -> bool:
        """Whether anybody is left out."""
        return bool(self.search.query or self._states)

    def choose(self, states: Iterable[PlaceState]) -> None:
        """Show users in these states alone; none for all."""
        chosen = frozenset(states)
        if chosen != self._states:
            self._states = chosen
            self._show_states()
            self.changed.emit()

    def clear(self) -> None:
        """Show everybody."""
        self._states = frozenset()
        self._show_states()
        self.search.show_query("")
        self.changed.emit()

    def _fill(self, menu: QMenu) -> None:
        for state in STATES:
            action = QAction(state_word(state), menu, checkable=True, checked=state in self._states)
            action.setObjectName(f"state_{state.name.lower()}")
            action.setToolTip(plain_tooltip(state_meaning(state)))
            action.toggled.connect(lambda ticked, state=state: self._tick(state, ticked))
            menu.addAction(action)

    def _show_states(self) -> None:
        # In the order of the menu, not of a set.
        words = [state_word(state) for state in STATES if state in self._states]
        some = self.tr("{n} of {all}").format(n=len(words), all=len(STATES))
        self.state_filter.show_value(some if len(words) > 1 else "".join(words))
        if len(words) > 1:
            self.state_filter.button.setToolTip(plain_tooltip(", ".join(words)))

    def _tick(self, state: PlaceState, ticked: bool) -> None:
        self.choose(self._states | {state} if ticked else self._states - {state})
