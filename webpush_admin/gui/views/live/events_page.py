"""The log of events: the newest last, filtered, searched, held while somebody reads, copied and saved.

Runs on: GUI thread
"""

from functools import partial
from itertools import pairwise
from uuid import UUID

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.event_filter import EventFilter
from webpush_admin.gui.models.event_kinds import EVENT_KINDS, EventGroup
from webpush_admin.gui.models.event_lines import user_of
from webpush_admin.gui.models.event_ring import EventRing, LoggedEvent
from webpush_admin.gui.models.event_rows import EventRows
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.views.live.event_actions import EventActions
from webpush_admin.gui.views.live.event_feed import EventFeed
from webpush_admin.gui.views.live.event_names import EventNames
from webpush_admin.gui.views.live.event_places import EventPlaces
from webpush_admin.gui.views.live.event_table import EventTable
from webpush_admin.gui.views.live.event_taking_out import EventTakingOut
from webpush_admin.gui.views.live.events_bar import EventsBar
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.widgets.plain import Card


class EventsPage(QWidget):
    """Shows the ring of events.

    It follows while its end is in sight. It stands still while it is paused, scrolled up, or a row is selected: at ten
    thousand events a second nobody could read a row, or copy it.
    """

    def __init__(self, context: Context, naming: Naming, ring: EventRing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("events_page")
        self.setAccessibleName(self.tr("Events"))
        self._context = context
        self._lost_before = context.bridge.lost
        self._naming = naming
        self._follows = True
        self._moving = False
        self._names = EventNames(context, naming, self)
        self.rows = EventRows(ring, naming.known, self)
        self.feed = EventFeed(ring, self.rows, self)
        self.actions_of_log = EventActions(context.theme, self)
        self.taking_out = EventTakingOut(context, naming.known, self)
        own = self.actions_of_log
        self.bar = EventsBar((own.pause, own.clear, own.save), self)
        self.table = EventTable(
            context.theme,
            self.rows,
            self.rows.columns,
            self,
            name="events_table",
            accessible_name=self.tr("Events, the newest last"),
            leaves_last=("user",),
        )
        self._lay_out()
        self._connect(ring)

    def _lay_out(self) -> None:
        self.card = Card(self, name="card")
        self.places = EventPlaces(self.table, self.card)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.places)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addWidget(self.card, 1)
        stops = (*self.bar.stops, self.table.horizontalHeader(), self.table)
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)

    def _connect(self, ring: EventRing) -> None:
        own, bar = self.actions_of_log, self.table.verticalScrollBar()
        ring.emptied.connect(self._on_emptied)
        self.feed.shown.connect(self._on_shown)
        self.bar.changed.connect(self._on_filter_changed)
        self.bar.newest_wished.connect(self.go_to_newest)
        self.bar.search.left_down.connect(self.table.focus_rows)
        own.pause.toggled.connect(self._on_paused)
        own.clear.triggered.connect(lambda *_: self.clear())
        own.save.triggered.connect(lambda *_: self.save())
        own.copy_lines.triggered.connect(lambda *_: self.taking_out.copy_lines(self.selected()))
        own.copy_json.triggered.connect(lambda *_: self.taking_out.copy_json(self.selected()))
        own.only_user.triggered.connect(lambda *_: self._only_user())
        own.only_group.triggered.connect(lambda *_: self._only_group())
        self.table.copy_wished.connect(own.copy_lines.trigger)
        self.table.pause_wished.connect(own.pause.toggle)
        self.table.selection_moved.connect(self._hold_if_read)
        self.table.menu_wished.connect(self._show_menu)
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range_changed)
        self._naming.learnt.connect(self._on_learnt)
        self._names.learnt.connect(self._show_anew)
        self.places.clear_wished.connect(lambda: self.show_filter(EventFilter()))

    @property
    def paused(self) -> bool:
        """Whether the operator holds the list."""
        return bool(self.actions_of_log.pause.isChecked())

    def show_user(self, user_id: UUID | None) -> None:
        """Show what concerns one user and nothing else; None for everybody."""
        self.show_filter(EventFilter(user_id=user_id))

    def show_filter(self, chosen: EventFilter) -> None:
        """Show what matches this and nothing else."""
        user_id = chosen.user_id
        name = "" if user_id is None else self._naming.known(user_id) or str(user_id)[:8]
        self.bar.show_filter(chosen, name)

    def focus_search(self) -> None:
        """Go to the search."""
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def selected(self) -> list[LoggedEvent]:
        """Return the selected events, the oldest first."""
        stretches = sorted(self.table.selected_stretches())
        return [event for first, last in stretches for event in self.rows.stretch(first, last)]

    def clear(self) -> None:
        """Begin with what comes from now on; a paused list stays paused."""
        self._let_go()
        self.rows.clear()
        self.feed.show_now()

    def go_to_newest(self) -> None:
        """Follow the newest events; whoever paused the list wants it to go on."""
        self.actions_of_log.pause.setChecked(False)
        self._let_go()
        self.feed.show_now()

    def save(self) -> None:
        """Ask where to write what is shown; where a filter narrows, ask first whether all is meant."""
        shown, logged = list(self.rows.rows), self.rows.logged
        if not self.rows.filter.narrows:
            self.taking_out.ask_where(logged)
            return
        menu = QMenu(self)
        menu.setObjectName("save_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, events in (
            (self.tr("What is shown: {0}"), shown),
            (self.tr("Everything that is kept: {0}"), logged),
        ):
            entry = menu.addAction(words.format(counted(len(events), self.tr("event"), self.tr("events"))))
            entry.setEnabled(bool(events))
            entry.triggered.connect(partial(self._on_save_chosen, events))
        button = self.bar.buttons[-1]
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def showEvent(self, event: QShowEvent) -> None:
        """Show what happened while nobody looked."""
        super().showEvent(event)
        self.feed.show_now()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing more."""
        super().hideEvent(event)
        self.feed.sleep()

    def _on_save_chosen(self, events: list[LoggedEvent], _checked: bool = False) -> None:
        self.taking_out.ask_where(events)

    def _on_paused(self, paused: bool) -> None:
        if paused:
            self._hold_if_read()
        else:
            self.go_to_newest()

    def _on_emptied(self) -> None:
        # Another database has other users, and what was lost of the one before is missing in no list any more.
        self._lost_before = self._context.bridge.lost
        self.actions_of_log.pause.setChecked(False)
        self.show_filter(EventFilter())
        self.clear()

    def _on_shown(self) -> None:
        if self._follows and not self.feed.held:
            self._moving = True
            self.table.scrollToBottom()
            self._moving = False
        self.bar.show_counts(self.rows, self._context.bridge.lost - self._lost_before)
        self.bar.show_waiting(self.rows.waiting, held=self.feed.held)
        self.places.show_fitting(self.rows)
        self._wish_names()

    def _hold_if_read(self, *_: object) -> None:
        reads = self.table.selectionModel().hasSelection() or not self._follows
        self.feed.hold(self.paused or reads)

    def _on_scrolled(self, value: int) -> None:
        if not self._moving:
            self._follows = value >= self.table.verticalScrollBar().maximum()
            self._hold_if_read()
            self._wish_names()

    def _on_range_changed(self, _least: int, most: int) -> None:
        # A window that is made higher or lower leaves the newest in sight.
        if self._follows:
            self._moving = True
            self.table.verticalScrollBar().setValue(most)
            self._moving = False

    def _on_filter_changed(self) -> None:
        self._show_anew()
        self._names.look_up(self.bar.filter.words)

    def _show_anew(self) -> None:
        """Look for what matches: in what is held where the list is paused, else in the newest."""
        self._let_go()
        self.rows.set_filter(self.bar.filter)
        self.feed.show_now()

    def _let_go(self) -> None:
        self._follows = True
        self.table.clearSelection()
        self._hold_if_read()

    def _seen(self) -> tuple[int, int]:
        first = self.table.rowAt(0)
        last = self.table.rowAt(self.table.viewport().height() - 1)
        return first, last if last >= 0 else self.rows.rowCount() - 1

    def _wish_names(self) -> None:
        if self.isVisible() and self.rows.rowCount():
            self._naming.wish(user_of(event) for event in self.rows.stretch(*self._seen()))

    def _on_learnt(self) -> None:
        if self.isVisible():
            self.rows.repaint(*self._seen())

    def _show_menu(self, position: QPoint) -> None:
        own, event = self.actions_of_log, self.rows.row(self.table.currentIndex())
        if event is None:
            return
        own.only_user.setVisible(user_of(event) is not None)
        own.only_group.setVisible(EVENT_KINDS[type(event)].group is not EventGroup.GAPS)
        menu = QMenu(self)
        menu.setObjectName("context_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([own.copy_lines, own.copy_json])
        menu.addSeparator()
        menu.addActions([own.only_user, own.only_group])
        menu.popup(position)

    def _only_user(self) -> None:
        event = self.rows.row(self.table.currentIndex())
        if event is not None:
            self.show_user(user_of(event))

    def _only_group(self) -> None:
        event = self.rows.row(self.table.currentIndex())
        if event is not None:
            self.show_filter(EventFilter(groups=frozenset({EVENT_KINDS[type(event)].group})))
