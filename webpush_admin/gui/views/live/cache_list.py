"""The cached users: what narrows them, how many there are, the table, and what can be done with who is selected.

Runs on: GUI thread
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from webpush_admin.backend.cache_records import CachedUser, CachePage, CacheQuery
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.cache_places import CachePlaces
from webpush_admin.gui.models.cache_question import Question, everybody, narrowed
from webpush_admin.gui.models.cached_users import cache_columns, order_of
from webpush_admin.gui.models.shown_count import shown_words
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.views.live.cache_filters import CacheFilters
from webpush_admin.gui.views.live.cache_table import CacheTable
from webpush_admin.gui.views.live.chosen_users import MOST_CHOSEN
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.plain import Card, PlainLabel

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend

_COUNT_PIXELS: Final = 136
"""The search field becomes narrower for it."""

_ROOMY_PIXELS: Final = 900
"""From here on the line above the table has room for the order that needs no column."""


class CacheList(Card):
    """Asks the worker while somebody looks, and shows what it answers.

    Attributes:
        chosen: Other users are selected.
        menu_wished: A context menu at this global position.
        opened: Enter or a double click on a user.
    """

    chosen = Signal()
    menu_wished = Signal(QPoint)
    opened = Signal()

    def __init__(self, context: Context, naming: Naming, parent: QWidget, *, beat_ms: int) -> None:
        super().__init__(parent, name="cache_list")
        self.setAccessibleName(self.tr("Cached users"))
        self._context = context
        self._naming = naming
        self._everybody: int | None = None
        self._more: Job[Any] | None = None
        self.model = CachePlaces(cache_columns(time.monotonic), self._fetch, time.monotonic, self)
        self.filters = CacheFilters(self)
        self.count = PlainLabel("", self, name="count", tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.count.setMinimumWidth(_COUNT_PIXELS)
        actions = context.actions
        self.invalidate_button = ActionButton(actions["invalidate_user"], self, text=self.tr("Invalidate"))
        self.all_button = ActionButton(actions["invalidate_all"], self, text=self.tr("Invalidate all"))
        self.table = CacheTable(context.theme, self.model, self, accessible_name=self.tr("Cached users"))
        self._make_places()
        self._lay_out()
        self._beat = QTimer(self, interval=beat_ms)
        self._beat.timeout.connect(self._on_beat)
        self._connect()

    @property
    def users(self) -> tuple[CachedUser, ...]:
        """Who is selected."""
        return self.table.chosen.users

    @property
    def following(self) -> bool:
        """Whether the worker is asked again and again."""
        return self._beat.isActive()

    @property
    def reason(self) -> str:
        """Why there is no cache, "" where there is one."""
        database = self._context.database
        if database is None:
            return self.tr("No database is open.")
        if database.keys_locked:
            # Short, for it has to stand behind the headline; the banner says more and unlocks.
            return self.tr("The private key is locked.")
        if database.keys_problem or not database.subject:
            return database.keys_problem or self.tr(
                "Push services must be told whom they can ask: set a subject first."
            )
        return ""

    def follow(self) -> None:
        """Somebody looks: show how it is now, and go on showing it."""
        self._show_place()
        self._show_count()
        if self.reason:
            self._beat.stop()
            return
        self._beat.start()
        self.model.ask()

    def rest(self) -> None:
        """Nobody looks: ask nothing."""
        self._beat.stop()

    def begin(self) -> None:
        """Another database, or none."""
        self._beat.stop()
        self._everybody = None
        if self._more is not None:
            self._more.cancel()
        self.table.chosen.forget()
        self.model.clear()
        self._show_count()
        self._show_place()

    def ask_newest(self) -> None:
        """Show at once what has just been changed."""
        if self._beat.isActive():
            self.model.ask_newest()

    def _make_places(self) -> None:
        actions = self._context.actions
        self.empty = EmptyState(
            "layers",
            self.tr("The cache is empty"),
            self.tr("The first dispatch to a user reads the database and fills it."),
            actions["compose"],
            parent=self,
            name="cache_empty",
        )
        self.clear_action = QAction(self.tr("Clear search and filters"), self)
        self.clear_action.setObjectName("clear_all")
        self.clear_action.triggered.connect(self.filters.clear)
        self.nothing_found = EmptyState(
            "search",
            self.tr("Nothing matches"),
            self.tr("The search knows a part of a name, and the beginning of an id."),
            self.clear_action,
            parent=self,
            name="nothing_found",
        )
        self.nobody_sends = EmptyState(
            "mail", self.tr("Nothing can be sent yet"), "", actions["set_subject"], parent=self, name="nobody_sends"
        )

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(9, 8, 9, 7)
        row.setSpacing(8)
        row.addWidget(self.filters)
        row.addWidget(self.count, 1)
        row.addWidget(self.invalidate_button)
        row.addWidget(self.all_button)
        self._row = row
        self._stack = QStackedLayout()
        for place in (self.table, self.empty, self.nothing_found, self.nobody_sends):
            self._stack.addWidget(place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 4)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addLayout(self._stack, 1)

    def add_button(self, button: QWidget) -> None:
        """Put a button at the right of the line above the table."""
        self._row.addWidget(button)

    def _connect(self) -> None:
        self.filters.changed.connect(self._on_filtered)
        self.filters.search.left_down.connect(self.table.focus_rows)
        self.filters.search.returnPressed.connect(self.table.focus_rows)
        self.table.sort_wished.connect(self._on_sort_wished)
        self.table.looked_at.connect(self.model.look_at)
        self.table.hold_wished.connect(self._on_hold_wished)
        self.table.menu_wished.connect(self.menu_wished)
        self.table.opened.connect(self.opened)
        self.table.chosen.changed.connect(self._on_chosen)
        self.table.chosen.more_wished.connect(self._on_more_wished)
        self.model.answered.connect(self._on_answered)

    def _fetch(self, question: Question, done: Callable[[CachePage], None], failed: Callable[[str], None]) -> Job[Any]:
        def answered(answer: tuple[CachePage, int]) -> None:
            page, self._everybody = answer
            done(page)

        return self._context.ask(lambda backend: _page(backend, question), answered, failed)

    def _show_place(self) -> None:
        reason = self.reason
        if reason:
            database = self._context.database
            keyless = database is not None and bool(database.keys_problem)
            icon = "key-round" if keyless else "mail"
            self.nobody_sends.show_text(self.nobody_sends.title.text(), reason, icon=icon)
            for button in self.nobody_sends.findChildren(ActionButton):
                # A subject is no help against keys that cannot be used.
                button.setHidden(keyless)
        empty = self.model.known and not self.model.rowCount()
        found_nothing = self.nothing_found if narrowed(self.model.query) else self.empty
        place = self.nobody_sends if reason else found_nothing if empty else self.table
        if place is self._stack.currentWidget():
            return
        # Whoever uses the keys must not be sent to the end of the window.
        focused = self.table.hasFocus()
        self._stack.setCurrentWidget(place)
        if focused:
            self.filters.search.setFocus()

    def _show_count(self) -> None:
        nouns = self.tr("user"), self.tr("users")
        rows = self.model.rowCount() if self.model.known else None
        everything = self._everybody if narrowed(self.model.query) else rows
        told = []
        if (rows or narrowed(self.model.query)) and not self.reason:
            told.append(shown_words(rows, everything, 0, nouns))
        if told and self.users:
            # They may be others than those who are shown: who is selected stays so, whatever narrows the table.
            told.append(self.tr("{n} selected").format(n=f"{len(self.users):,}"))
        if rows and self.model.held:
            told.append(self.tr("order held"))
        elif rows and not self.table.sorted_by and self.width() >= _ROOMY_PIXELS:
            told.append(self.tr("used last first"))
        self.count.show_text(", ".join(told))
        held = self.tr("Rows stay in their places while you point at them; their numbers go on.")
        self.count.setToolTip(plain_tooltip("\n".join([", ".join(told), *([held] if self.model.held else [])])))

    def _show_chosen(self) -> None:
        number = len(self.users)
        several = self.tr("Invalidate {n} users").format(n=f"{number:,}")
        self.invalidate_button.set_text(several if number > 1 else self.tr("Invalidate"))

    def _on_beat(self) -> None:
        # An answer lets the times go on as well: where it comes in time nothing is painted twice.
        if self.model.waiting:
            self.model.tick()
        self.model.ask()

    def _on_answered(self) -> None:
        self._naming.learn((line.user.user_id, line.user.name) for _, line in self.model.rows_here() if line.user.name)
        self._show_place()
        self._show_count()

    def _on_filtered(self) -> None:
        query = replace(self.model.query, search=self.filters.search.query, states=self.filters.states)
        self._show_query(query)

    def _on_sort_wished(self, key: str, descending: bool) -> None:
        order, downwards = order_of(key, descending=descending)
        self._show_query(replace(self.model.query, order=order, descending=downwards))

    def _show_query(self, query: CacheQuery) -> None:
        self.table.verticalScrollBar().setValue(0)
        self.model.set_query(query)

    def _on_hold_wished(self, held: bool) -> None:
        self.model.hold(held)
        self._show_count()

    def _on_chosen(self) -> None:
        self._show_chosen()
        self._show_count()
        self.chosen.emit()

    def _on_more_wished(self, first: int, last: int) -> None:
        """Choose rows some of which are not here: they are asked for in the order that is shown."""
        question = Question(self.model.query, first, min(MOST_CHOSEN, last - first + 1), self.model.stamp)
        if last - first + 1 > MOST_CHOSEN:
            most = self.tr("Only the first {n} can be selected: narrow the list, or invalidate all.")
            self._context.notify(most.format(n=f"{MOST_CHOSEN:,}"))
        self._more = self._context.ask(lambda backend: _page(backend, question), self._on_more)

    def _on_more(self, answer: tuple[CachePage, int]) -> None:
        self.table.chosen.choose(user for user in answer[0].rows if user is not None)


async def _page(backend: "Backend", question: Question) -> tuple[CachePage, int]:
    """Return what is asked for, and how many there are in all. Runs on: worker loop."""
    query = question.query
    page = await backend.cache.page(query, question.offset, question.limit, question.stamp)
    if not narrowed(query):
        return page, page.total
    everyone = await backend.cache.page(everybody(query), 0, 0)
    return page, everyone.total
