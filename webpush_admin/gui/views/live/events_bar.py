"""The head of the event log: search, filters and buttons, and below them how much is shown, kept and lost.

Runs on: GUI thread
"""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from webpush_admin.gui.models.event_filter import EVERYTHING, EventFilter
from webpush_admin.gui.models.event_kinds import EventGroup
from webpush_admin.gui.models.event_ring import KEPT_EVENTS
from webpush_admin.gui.models.event_rows import EventRows
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.figures import compact, grouped, percent
from webpush_admin.gui.widgets.filter_button import FilterButton
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.several import StaysOpen

SEARCH_PIXELS = 170
LINE_PIXELS = 26
"""As high as its button, which comes and goes: nothing below moves."""


class EventsBar(QWidget):
    """Two lines above the table.

    Attributes:
        changed: Something else is to be shown; see `filter`.
        newest_wished: The operator has read enough of what is held.
    """

    changed = Signal()
    newest_wished = Signal()

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget) -> None:
        """Make it.

        Args:
            actions: Its buttons, in their order.
            parent: The page.
        """
        super().__init__(parent)
        self.setObjectName("events_bar")
        self.setAccessibleName(self.tr("Search and filters of the events"))
        self._filter = EVERYTHING
        self.search = SearchField(self.tr("Search user, host, status, words"), self, name="search")
        self.search.setMinimumWidth(SEARCH_PIXELS)
        self.search.setToolTip(
            plain_tooltip(self.tr("Shows the events whose line has all of these words, or whose user has this id."))
        )
        self.kinds = FilterButton(self.tr("Kinds"), self, name="kinds_filter", fill=self._fill_kinds)
        StaysOpen(self.kinds.menu)
        self.user = FilterButton(self.tr("User"), self, name="user_filter")
        self.user.hide()
        self.buttons = tuple(ActionButton(action, self) for action in actions)
        self.told = PlainLabel("", self, name="told", tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.lost = PlainLabel("", self, name="lost", tone="warn")
        self.lost.setToolTip(
            plain_tooltip(
                self.tr(
                    "The window was too busy to take so many events of this database: they are missing in the list. "
                    "Counters and totals miss nothing."
                )
            )
        )
        self.sifting = PlainLabel("", self, name="sifting", tone="muted")
        self.newest_button = QPushButton(self)
        self.newest_button.setObjectName("newest_button")
        self.newest_button.setAccessibleName(self.tr("Go to the newest events"))
        self.newest_button.setProperty("kind", "link")
        self.newest_button.setToolTip(plain_tooltip(self.tr("Go on to the newest events, and follow them.")))
        self.newest_button.clicked.connect(self.newest_wished)
        self.newest_button.hide()
        self._lay_out()
        self.search.changed.connect(self._on_search)
        self.kinds.cleared.connect(lambda: self._choose(replace(self._filter, groups=frozenset(), failures=False)))
        self.user.cleared.connect(self._on_user_cleared)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.search, 1)
        for widget in (self.kinds, self.user, *self.buttons):
            top.addWidget(widget)
        below = QHBoxLayout()
        below.setContentsMargins(2, 0, 2, 0)
        below.setSpacing(12)
        below.addWidget(self.told, 1)
        below.addWidget(self.lost)
        below.addWidget(self.sifting)
        below.addWidget(self.newest_button)
        for widget in (self.told, self.newest_button):
            widget.setFixedHeight(LINE_PIXELS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addLayout(below)

    @property
    def filter(self) -> EventFilter:
        """What is to be shown."""
        return self._filter

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the Tab key stops, in the order in which they stand."""
        filters = (self.kinds.button, self.kinds.clear_button, self.user.button, self.user.clear_button)
        return (self.search, *filters, *self.buttons, self.newest_button)

    def show_filter(self, chosen: EventFilter, user_name: str = "") -> None:
        """Show what matches this and nothing else; the name is that of its user, and may be hostile."""
        self.search.show_query(chosen.search)
        self._choose(chosen)
        self.user.show_value(user_name)
        self.user.setVisible(chosen.user_id is not None)

    def show_counts(self, rows: EventRows, lost: int) -> None:
        """Tell how many there are of everything.

        Args:
            rows: Of the table.
            lost: By the queue between the threads.
        """
        kept, there = rows.logged_count, rows.since_begin
        parts = []
        if rows.filter.narrows:
            parts.append(self.tr("{0} shown").format(grouped(len(rows.rows))))
        if rows.held:
            parts.append(self.tr("{0} held of {1}").format(grouped(kept), compact(there)))
        elif there > kept:
            parts.append(self.tr("{0} kept of {1}").format(grouped(kept), compact(there)))
        else:
            parts.append(counted(there, self.tr("event"), self.tr("events")))
        self.told.show_text(" · ".join(parts))
        self.told.setToolTip(
            plain_tooltip(
                self.tr(
                    "The log keeps the newest {kept} of {there} events; a filter shows up to {kept} that match, also "
                    "older ones that it has seen."
                ).format(kept=grouped(KEPT_EVENTS), there=grouped(there))
            )
        )
        self.lost.show_text(counted(lost, self.tr("event lost"), self.tr("events lost")) if lost else "")
        self.lost.setVisible(bool(lost))
        share = rows.sifted_share
        searching = share < 1 and rows.filter.narrows
        self.sifting.show_text(self.tr("Searching, {0}").format(percent(share)) if searching else "")
        self.sifting.setVisible(searching)

    def show_waiting(self, waiting: int, *, held: bool) -> None:
        """Tell how many have come since the list stands still."""
        if held:
            text = self.tr("{0} more since: go to the newest").format(grouped(waiting))
            self.newest_button.setText(text if waiting else self.tr("Go to the newest"))
            self.newest_button.setAccessibleName(self.newest_button.text())
        self.newest_button.setVisible(held)

    def _choose(self, chosen: EventFilter) -> None:
        if chosen != self._filter:
            self._filter = chosen
            self.kinds.show_value(chosen.kinds_text())
            self.changed.emit()

    def _on_search(self, text: str) -> None:
        self._choose(replace(self._filter, search=text))

    def _on_user_cleared(self) -> None:
        # The chip goes: the keyboard must not be sent to the end of the window.
        self.search.setFocus()
        self.show_filter(replace(self._filter, user_id=None))

    def _fill_kinds(self, menu: QMenu) -> None:
        everything = menu.addAction(self.tr("All kinds"))
        everything.triggered.connect(lambda: self._choose(replace(self._filter, groups=frozenset(), failures=False)))
        menu.addSeparator()
        failures = menu.addAction(self.tr("Only failures"))
        failures.setCheckable(True)
        failures.setChecked(self._filter.failures)
        failures.toggled.connect(lambda on: self._choose(replace(self._filter, failures=on)))
        menu.addSeparator()
        for group in EventGroup:
            if group is not EventGroup.GAPS:
                entry = menu.addAction(group.title)
                entry.setCheckable(True)
                entry.setChecked(group in self._filter.groups)
                entry.toggled.connect(lambda on, group=group: self._choose(self._filter.with_group(group, on)))
