"""Whether the dispatcher is healthy, at one glance; at two, why not.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.models.trends import Window
from webpush_admin.gui.views.live.cache_page import CachePage
from webpush_admin.gui.views.live.events_page import EventsPage
from webpush_admin.gui.views.live.health import Health, health
from webpush_admin.gui.views.live.health_line import HealthLine
from webpush_admin.gui.views.live.kept_events import kept_events
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.pruned_page import PrunedPage
from webpush_admin.gui.views.live.services_page import ServicesPage
from webpush_admin.gui.views.live.totals_page import SHOWN_MS, TotalsPage
from webpush_admin.gui.views.live.trend_tiles import TrendTiles
from webpush_admin.gui.views.live.tuning_page import TuningPage
from webpush_admin.gui.views.live.window_switch import WindowSwitch
from webpush_admin.gui.widgets.disconnected import DisconnectedState
from webpush_admin.gui.widgets.figures import grouped

_WINDOW_KEY: Final = "live/window"
_PAGE_KEY: Final = "live/page"

_NAMED_S: Final = 0.9
"""Between two names of a tab: each has the whole page painted anew."""


class LiveView(QWidget):
    """A sentence, tiles with their history, and a page for each further question.

    The pages follow the context themselves, and do nothing that costs while they are hidden.

    Attributes:
        user_wished: Id and name of a user whose subscriptions the first view should show.
        history_wished: A `DeliveryFilter` that the history should show.
    """

    user_wished = Signal(object)
    history_wished = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("live_view")
        self.setAccessibleName(self.tr("Live"))
        self._context = context
        self._snapshot: Snapshot | None = None
        self._settings: QSettings | None = None
        self._named_s = 0.0
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self._show)
        self.naming = Naming(context, self)
        self.ring = kept_events(context, self)
        self.window_switch = WindowSwitch(self)
        # The Tab key goes through what is there in the order in which it is made.
        names: dict[LivePlace, str] = {}
        self.health_line = HealthLine(names, self.window_switch, self)
        self.tiles = TrendTiles(context, self)
        self._make_pages()
        names.update((place, page.accessibleName()) for place, page in self._places.items())
        for before, after in pairwise((self.health_line.health_button, *self.window_switch.buttons.values())):
            self.setTabOrder(before, after)
        what = self.tr("Open one to see its dispatcher at work: cache, pushes, what was pruned, event by event.")
        self.disconnected = DisconnectedState(context, "activity", what, self)
        self._lay_out()
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        context.snapshot.connect(self._on_snapshot)
        self.window_switch.chosen.connect(self._on_window)
        self.tiles.asked.connect(self.show_place)
        self.health_line.asked.connect(self.show_place)
        self.pages.currentChanged.connect(self._on_page)
        self._stack.setCurrentWidget(self.content if context.database else self.disconnected)

    def invalidate_user(self) -> None:
        """Drop whoever is selected from the cache."""
        self.cache_page.invalidate_user()

    def invalidate_all(self) -> None:
        """Drop everybody from the cache."""
        self.cache_page.invalidate_all()

    def activate(self) -> None:
        """The view is shown."""
        self.cache_page.show_availability()
        if self._stack.currentWidget() is self.content:
            self._focus_page()

    def refresh(self) -> None:
        """Read the page that is shown again."""
        self._call_page("refresh")

    def focus_search(self) -> None:
        """Search in the page that is shown, or else in the events."""
        if not hasattr(self.pages.currentWidget(), "focus_search"):
            self.show_place(LivePlace.EVENTS)
        self._call_page("focus_search")

    def show_place(self, place: LivePlace) -> None:
        """Show a page."""
        self.pages.setCurrentWidget(self._places[place])
        self._focus_page()

    def restore(self, settings: QSettings) -> None:
        """Show the page and the window that were shown last, and remember from now on what is chosen."""
        kept = settings.value(_WINDOW_KEY)
        self.window_switch.choose(next((one for one in Window if str(one.value) == str(kept)), Window.FIVE_MINUTES))
        page = settings.value(_PAGE_KEY)
        place = next((one for one in LivePlace if one.value == page), LivePlace.CACHE)
        self.pages.setCurrentWidget(self._places[place])
        self._settings = settings

    def showEvent(self, event: QShowEvent) -> None:
        """Show what happened meanwhile."""
        super().showEvent(event)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest: the trends go on without the view."""
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the tiles what room there is."""
        super().resizeEvent(event)
        self.tiles.fit(self.height())
        self.health_line.fit(self.width())

    def _call_page(self, method: str) -> None:
        found = getattr(self.pages.currentWidget(), method, None)
        if callable(found):
            found()

    def _focus_page(self) -> None:
        wanted = self.pages.currentWidget().focusProxy()
        # An empty page has nothing to be used.
        (wanted if wanted is not None and wanted.isVisible() else self.pages.tabBar()).setFocus()

    def _make_pages(self) -> None:
        context, naming = self._context, self.naming
        self.pages = QTabWidget(self)
        self.pages.setObjectName("pages")
        self.pages.setAccessibleName(self.tr("What to look at"))
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setDrawBase(False)
        self.cache_page = CachePage(context, naming, self.ring, self)
        self.cache_page.user_wished.connect(self.user_wished)
        self.services_page = ServicesPage(context, naming, self)
        self.services_page.history_wished.connect(self.history_wished)
        self.pruned_page = PrunedPage(context, naming, self)
        self.pruned_page.history_wished.connect(self.history_wished)
        self.pruned_page.user_wished.connect(self.user_wished)
        self.events_page = EventsPage(context, naming, self.ring, self)
        self.totals_page = TotalsPage(context, naming, self)
        self.tuning_page = TuningPage(context, naming, self)
        self._places: dict[LivePlace, QWidget] = {
            LivePlace.CACHE: self.cache_page,
            LivePlace.SERVICES: self.services_page,
            LivePlace.PRUNED: self.pruned_page,
            LivePlace.EVENTS: self.events_page,
            LivePlace.TOTALS: self.totals_page,
            LivePlace.TUNING: self.tuning_page,
        }
        for page in self._places.values():
            self.pages.addTab(page, page.accessibleName())

    def _lay_out(self) -> None:
        self.content = QWidget(self)
        self.content.setObjectName("content")
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.health_line)
        column.addWidget(self.tiles)
        column.addWidget(self.pages, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.content)
        self._stack.addWidget(self.disconnected)

    def _on_database_opened(self, _info: object) -> None:
        self._stack.setCurrentWidget(self.content)

    def _on_database_closed(self) -> None:
        self._stack.setCurrentWidget(self.disconnected)
        self._snapshot = None
        self._show()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if self._context.database is not None:
            self._snapshot = snapshot
            if self.isVisible() and not self._timer.isActive():
                self._timer.start()

    def _on_window(self, window: Window) -> None:
        self.tiles.show_window(window, self._snapshot)
        if self._settings is not None:
            self._settings.setValue(_WINDOW_KEY, window.value)

    def _on_page(self, _number: int) -> None:
        if self._settings is not None:
            self._settings.setValue(_PAGE_KEY, self.pages.currentWidget().objectName())

    def _show(self) -> None:
        self.tiles.show_snapshot(self._snapshot)
        if self._snapshot is None:
            self.health_line.show_health(Health("muted", self.tr("Ready. Nothing has been counted yet.")))
            return
        reason = self.cache_page.list.reason
        if reason:
            told = Health("warn", self.tr("Nothing can be sent yet."), reason)
        else:
            told = health(self._context.trends, self._snapshot, datetime.now(UTC))
        self.health_line.show_health(told)
        if self._snapshot.taken_s - self._named_s >= _NAMED_S:
            self._named_s = self._snapshot.taken_s
            pruned, title = self._snapshot.pushes.pruned, self.pruned_page.accessibleName()
            self._name_tab(self.pruned_page, f"{title} {grouped(pruned)}" if pruned else title)

    def _name_tab(self, page: QWidget, text: str) -> None:
        number = self.pages.indexOf(page)
        if text != self.pages.tabText(number):
            self.pages.setTabText(number, text)
