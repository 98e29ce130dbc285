"""Whether the dispatcher is healthy, at one glance; at two, why not.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.cache_page import CachePage
from webpush_admin.gui.views.live.counters import health
from webpush_admin.gui.views.live.events_page import EventsPage
from webpush_admin.gui.views.live.kept_events import kept_events
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.pruned_page import PrunedPage
from webpush_admin.gui.views.live.services_page import ServicesPage
from webpush_admin.gui.views.live.totals_page import TotalsPage
from webpush_admin.gui.views.live.trend_tiles import TrendTiles
from webpush_admin.gui.views.live.tuning_page import TuningPage
from webpush_admin.gui.widgets.disconnected import DisconnectedState
from webpush_admin.gui.widgets.plain import PlainLabel


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
        self._active = False
        self.naming = Naming(context, self)
        self.ring = kept_events(context, self)
        self.health_dot = PlainLabel("●", self, name="health_dot", tone="muted")
        self.health_text = PlainLabel("", self, name="health_text", tone="heading", elide=Qt.TextElideMode.ElideRight)
        self.tiles = TrendTiles(context, self)
        self._make_pages()
        what = self.tr("Open one to see its dispatcher at work: cache, pushes, what was pruned, event by event.")
        self.disconnected = DisconnectedState(context, "activity", what, self)
        self._lay_out()
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        context.snapshot.connect(self._on_snapshot)
        self._stack.setCurrentWidget(self.content if context.database else self.disconnected)

    def invalidate_user(self) -> None:
        """Drop whoever is selected from the cache."""
        self.cache_page.invalidate_user()

    def invalidate_all(self) -> None:
        """Drop everybody from the cache."""
        self.cache_page.invalidate_all()

    def activate(self) -> None:
        """The view is shown."""
        self._active = True
        self.cache_page.show_availability()

    def deactivate(self) -> None:
        """Another view is shown."""
        self._active = False

    def _make_pages(self) -> None:
        context, naming = self._context, self.naming
        self.pages = QTabWidget(self)
        self.pages.setObjectName("pages")
        self.pages.setAccessibleName(self.tr("What to look at"))
        self.pages.setDocumentMode(True)
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
        for page in (
            self.cache_page,
            self.services_page,
            self.pruned_page,
            self.events_page,
            self.totals_page,
            self.tuning_page,
        ):
            self.pages.addTab(page, page.accessibleName())

    def _lay_out(self) -> None:
        self.content = QWidget(self)
        self.content.setObjectName("content")
        health_row = QHBoxLayout()
        health_row.addWidget(self.health_dot)
        health_row.addWidget(self.health_text, 1)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(health_row)
        column.addWidget(self.tiles)
        column.addWidget(self.pages, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.content)
        self._stack.addWidget(self.disconnected)

    def _on_database_opened(self, _info: object) -> None:
        self._stack.setCurrentWidget(self.content)

    def _on_database_closed(self) -> None:
        self._stack.setCurrentWidget(self.disconnected)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if self.isVisible():
            role, sentence = health(snapshot)
            self.health_dot.set_tone(role)
            self.health_text.show_text(sentence)
