"""The users in the cache, and what happens to one of them.

Runs on: GUI thread
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from webpush_admin.backend.cache_records import CachedUser
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.models.cached_users import cached_user_name
from webpush_admin.gui.models.event_ring import EventRing
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.gui.views.live.cache_list import CacheList
from webpush_admin.gui.views.live.cache_panes import CachePanes
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.timeline import Timeline

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend

BEAT_MS: Final = 1000
"""The worker is asked again, and times go on, as often while somebody looks."""

_NAME_CHARACTERS: Final = 60


class CachePage(QWidget):
    """The users in the cache, and what happens to one of them.

    Attributes:
        user_wished: Id and name of a user whose subscriptions are to be shown.
    """

    user_wished = Signal(object)

    def __init__(self, context: Context, naming: Naming, ring: EventRing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cache_page")
        self.setAccessibleName(self.tr("Cache"))
        self._context = context
        self._location = ""
        self.list = CacheList(context, naming, self, beat_ms=BEAT_MS)
        self.timeline = Timeline(context, naming, ring, self)
        self._make_actions()
        self.panes = CachePanes(self.list, self.timeline, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.panes)
        table, timeline = self.list.table, self.timeline
        stops = self.list.all_button, self.timeline_button, table.horizontalHeader(), table
        for before, after in pairwise((*stops, timeline.race_button, timeline.rows)):
            self.setTabOrder(before, after)
        self._connect()

    def _make_actions(self) -> None:
        self.show_timeline = QAction(self.tr("Show timeline"), self)
        self.show_timeline.setObjectName("show_timeline")
        self.show_timeline.triggered.connect(self._on_timeline_wished)
        self.show_subscriptions = QAction(self.tr("Show subscriptions"), self)
        self.show_subscriptions.setObjectName("show_subscriptions")
        self.show_subscriptions.triggered.connect(self._on_subscriptions_wished)
        self.copy_id = QAction(self.tr("Copy id"), self)
        self.copy_id.setObjectName("copy_id")
        self.copy_id.triggered.connect(self._on_copy_id)
        self.timeline_button = QToolButton(self)
        self.timeline_button.setObjectName("timeline_button")
        self.timeline_button.setCheckable(True)
        self.timeline_button.setProperty("framed", True)
        self.timeline_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.timeline_button.setAccessibleName(self.tr("Timeline"))
        self.timeline_button.setToolTip(plain_tooltip(self.tr("Show or hide what happens to the selected user.")))
        self.list.add_button(self.timeline_button)
        self._paint_icons()

    def _connect(self) -> None:
        context = self._context
        self.list.chosen.connect(self._on_chosen)
        self.timeline.user_shown.connect(self._on_other_followed)
        self.list.opened.connect(self._on_timeline_wished)
        self.list.menu_wished.connect(self._on_menu_wished)
        self.panes.timeline_shown.connect(self.timeline_button.setChecked)
        self.timeline_button.clicked.connect(self.panes.show_timeline)
        self.timeline_button.setChecked(True)
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        context.theme_changed.connect(self._paint_icons)

    def invalidate_user(self) -> None:
        """Drop whoever is selected from the cache."""
        users = self.list.users
        if not users:
            return

        async def invalidate(backend: "Backend") -> tuple[CachedUser, ...]:
            for user in users:
                await backend.cache.invalidate(user.user_id)
            return users

        self._context.ask(invalidate, self._on_invalidated)

    def invalidate_all(self) -> None:
        """Drop everybody from the cache."""
        self._context.ask(lambda backend: backend.cache.invalidate_all(), self._on_all_invalidated)

    def show_availability(self) -> None:
        """Say what can be done here; where another page of the live view is seen, that it is to be done here."""
        if not self.isVisible():
            self._send_here()
            return
        reason = self.list.reason
        nobody = reason or ("" if self.list.users else self.tr("Select a cached user first."))
        self._context.actions.set_available("invalidate_user", not nobody, nobody)
        self._context.actions.set_available("invalidate_all", not reason, reason)

    def focus_search(self) -> None:
        """Go to the search."""
        self.list.filters.search.setFocus()
        self.list.filters.search.selectAll()

    def refresh(self) -> None:
        """Read the cached users again."""
        self.list.ask_newest()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.list.follow()
        self.show_availability()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask nothing while nobody looks; whoever is selected here cannot be seen."""
        super().hideEvent(event)
        self.list.rest()
        self._send_here()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the timeline go where there is no room for it."""
        super().resizeEvent(event)
        self.panes.fit(self.width())

    def _on_database_opened(self, info: object) -> None:
        # It is told again when its subject or keys changed: that is another dispatcher with an empty cache.
        location = str(getattr(info, "location", ""))
        if location != self._location:
            self._location = location
            self.list.begin()
        if self.isVisible():
            self.list.follow()
            self.show_availability()

    def _on_database_closed(self) -> None:
        self._location = ""
        self.list.begin()

    def _send_here(self) -> None:
        # Not with its whole window: that may be the end of the program, where the actions can be gone already, and an
        # exception in an override that Qt calls would end it with a crash (PySide6 before Python 3.12).
        if self._context.database is not None and self.window().isVisible():
            away = self.tr("Cached users are selected on the page Cache.")
            self._context.actions.set_available("invalidate_user", False, away)

    def _on_chosen(self) -> None:
        user = self.list.table.chosen.focus
        self.timeline.show_user(user.user_id if user is not None else None)
        if self.isVisible():
            self.show_availability()

    def _on_other_followed(self, _user_id: object) -> None:
        # Who is selected and who is followed are one; a race has picked somebody by itself.
        self.list.table.chosen.forget()
        self.list.table.chosen.follow()

    def _on_menu_wished(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("context_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        focus = self.list.table.chosen.focus
        menu.addAction(self._context.actions["invalidate_user"])
        menu.addSeparator()
        for action in (self.show_timeline, self.show_subscriptions, self.copy_id):
            # Who is no more in the database has no subscriptions.
            action.setEnabled(focus is not None and (action is not self.show_subscriptions or bool(focus.name)))
            menu.addAction(action)
        self.list.table.open_menu(True)
        menu.aboutToHide.connect(lambda: self.list.table.open_menu(False))
        menu.popup(position)

    def _on_timeline_wished(self) -> None:
        self.panes.show_timeline(True)
        self.timeline.rows.setFocus()

    def _on_subscriptions_wished(self) -> None:
        user = self.list.table.chosen.focus
        if user is not None:
            self.user_wished.emit((user.user_id, user.name))

    def _on_copy_id(self) -> None:
        user = self.list.table.chosen.focus
        if user is not None:
            QGuiApplication.clipboard().setText(str(user.user_id))
            self._context.notify(self.tr("Copied the id of {name}.").format(name=_called(user)), "good")

    def _on_invalidated(self, users: tuple[CachedUser, ...]) -> None:
        if len(users) == 1:
            told = self.tr("{name} is invalidated: the next push reads the database.").format(name=_called(users[0]))
        else:
            told = self.tr("{n} users are invalidated: the next push to each of them reads the database.")
            told = told.format(n=f"{len(users):,}")
        self._context.notify(told, "good")
        self.list.ask_newest()

    def _on_all_invalidated(self, _nothing: None) -> None:
        # Whoever was selected is in no list any more; what is told of them goes on.
        told_of = self.timeline.user_id
        self.list.table.chosen.forget()
        self.timeline.show_user(told_of)
        self._context.notify(self.tr("Everybody is invalidated: the cache fills again as pushes are sent."), "good")
        self.list.ask_newest()

    def _paint_icons(self) -> None:
        tokens = self._context.theme.tokens
        self.timeline_button.setIcon(tinted_icon("panel-right", tokens.text))


def _called(user: CachedUser) -> str:
    return display_text(cached_user_name(user), _NAME_CHARACTERS)
