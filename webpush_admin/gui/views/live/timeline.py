"""What happened to one user, in order: reads, hits, joins, invalidations, stale reads, prunes, sends.

Runs on: GUI thread
"""

from collections import deque
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.event_ring import AnyEvent, EventRing, about
from webpush_admin.gui.models.timeline import LeftOut, Row
from webpush_admin.gui.models.timeline_kinds import GENERATION
from webpush_admin.gui.models.timeline_model import ROWS, TimelineModel
from webpush_admin.gui.models.timeline_words import in_full
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.race_button import RaceButton
from webpush_admin.gui.views.live.timeline_delegate import WIDE_PIXELS
from webpush_admin.gui.views.live.timeline_list import TimelineList
from webpush_admin.gui.widgets.figures import grouped
from webpush_admin.gui.widgets.plain import Card, PlainLabel

if TYPE_CHECKING:
    from webpush_admin.backend.cache_records import CachedUser

FLUSH_MS: Final = 250
"""While nobody looks, events are only picked out of the ring before it forgets them."""

AT_ONCE: Final = 500
"""Events of one user that are told each time, the newest of them: nobody could read more."""

_LINES: Final = 3
_LINES_WIDE: Final = 2
"""Of what is explained below the list: its height stays, whatever it says."""
_EXPLAINED_PIXELS: Final = 6


class Timeline(Card):
    """Follows one user, the newest row last.

    Attributes:
        user_shown: A race makes it follow this user, and not whom somebody has chosen: then nobody is chosen.
    """

    user_shown = Signal(object)

    def __init__(self, context: Context, naming: Naming, ring: EventRing, parent: QWidget) -> None:
        super().__init__(parent, name="timeline")
        self.setAccessibleName(self.tr("Timeline of a user"))
        self._context = context
        self._naming = naming
        self._ring = ring
        self._asked_for: UUID | None = None
        self._user_id: UUID | None = None
        self._seen = ring.end
        self._waiting: deque[AnyEvent | LeftOut] = deque(maxlen=ROWS)
        self._job: Job[Any] | None = None
        self._known_generation: int | None = None
        self.model = TimelineModel(self)
        self.heading = PlainLabel("", self, name="heading", tone="heading", elide=Qt.TextElideMode.ElideRight)
        self.generation = PlainLabel("", self, name="generation", tone="muted")
        self.race_button = RaceButton(context, lambda: self._user_id, self)
        self.rows = TimelineList(context.theme, self.model, self)
        self.nothing = PlainLabel("", self, name="nothing", tone="muted")
        self.explained = PlainLabel("", self, name="explained", tone="muted")
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=FLUSH_MS)
        self._timer.timeout.connect(self._flush)
        self._connect()
        self._show_head()
        self._explain(None)

    @property
    def user_id(self) -> UUID | None:
        """Who is followed, None for nobody."""
        return self._user_id

    def show_user(self, user_id: UUID | None) -> None:
        """Follow a user from now on, and show what is still known of before; None for nobody.

        Asked for the same one again it changes nothing: a race may have made it follow somebody else meanwhile.
        """
        if user_id != self._asked_for:
            self._asked_for = user_id
            if user_id != self._user_id:
                self._follow(user_id)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell what happened while nobody looked."""
        super().showEvent(event)
        self._timer.setInterval(FLUSH_MS)
        self._flush()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give what is explained its lines."""
        super().resizeEvent(event)
        lines = _LINES_WIDE if self.width() >= WIDE_PIXELS else _LINES
        self.explained.setFixedHeight(lines * self.explained.fontMetrics().lineSpacing() + 2 * _EXPLAINED_PIXELS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have the frame follow the focus of the rows."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def _connect(self) -> None:
        context = self._context
        self.rows.installEventFilter(self)
        self._ring.grown.connect(self._on_grown)
        self._ring.emptied.connect(self._on_emptied)
        self._naming.learnt.connect(self._show_head)
        context.database_opened.connect(self._show_head)
        context.database_closed.connect(self._on_database_closed)
        context.theme_changed.connect(self.rows.viewport().update)
        self.rows.chosen.connect(self._explain)
        self.race_button.begun.connect(self._on_race_begun)
        self.race_button.ended.connect(self._on_race_ended)

    def _lay_out(self) -> None:
        self.generation.setToolTip(plain_tooltip(translate("Timeline", GENERATION)))
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setContentsMargins(24, 0, 24, 16)
        who = QVBoxLayout()
        who.setSpacing(0)
        who.addWidget(self.heading)
        who.addWidget(self.generation)
        head = QHBoxLayout()
        head.setContentsMargins(14, 5, 8, 4)
        head.setSpacing(8)
        head.addLayout(who, 1)
        head.addWidget(self.race_button)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self.rows)
        self.explained.setWordWrap(True)
        self.explained.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.explained.setContentsMargins(14, _EXPLAINED_PIXELS, 14, _EXPLAINED_PIXELS)
        line = QFrame(self)
        line.setFixedHeight(1)
        line.setBackgroundRole(QPalette.ColorRole.Mid)
        line.setAutoFillBackground(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(self._stack, 1)
        layout.addWidget(line)
        layout.addWidget(self.explained)

    def _follow(self, user_id: UUID | None) -> None:
        self._user_id = user_id
        self._waiting.clear()
        self._seen = self._ring.end
        self._known_generation = None
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.model.begin(self._ring.of_user(user_id)[-ROWS:] if user_id is not None else ())
        if user_id is not None:
            self._naming.wish([user_id])
            if self.model.story.generation is None and self._context.database is not None:
                self._job = self._context.ask(lambda backend: backend.cache.user(user_id), self._on_place, _not_known)
        self._explain(None)
        self._show_head()

    def _on_grown(self) -> None:
        """Wake up a moment later: what has come by then is looked at once."""
        if self._user_id is not None and not self._timer.isActive():
            self._timer.start()

    def _flush(self) -> None:
        if self._user_id is None:
            return
        if self._ring.first > self._seen:
            # What the ring has forgotten before it was looked at was not counted for each user.
            self._waiting.append(LeftOut(None))
        fresh = about(self._user_id, self._ring.read(self._seen))
        self._seen = self._ring.end
        over = len(fresh) - AT_ONCE
        if over > 0:
            self._waiting.append(LeftOut(over))
            del fresh[:over]
        self._waiting.extend(fresh)
        if self._waiting and self.isVisible():
            self.model.add(tuple(self._waiting))
            self._waiting.clear()
            self._show_head()

    def _on_emptied(self) -> None:
        if self._user_id is not None:
            self._asked_for = None
            self._follow(None)

    def _on_database_closed(self) -> None:
        self._asked_for = None
        self._follow(None)

    def _on_place(self, place: "CachedUser | None") -> None:
        self._job = None
        if place is not None:
            self._naming.learn([(place.user_id, place.name)] if place.name else [])
            self._known_generation = place.place.generation
            self._show_head()

    def _on_race_begun(self, user_id: UUID) -> None:
        if user_id != self._user_id:
            if self._user_id is not None:
                self._context.notify(self.tr("Not every endpoint of this user accepts pushes: the race is another's."))
            self._asked_for = None
            self._follow(user_id)
            self.user_shown.emit(user_id)
        self._explain(None)
        self.rows.follow()

    def _on_race_ended(self, role: str, sentence: str) -> None:
        # Its last events are in the ring: answers come after them.
        self._flush()
        self._tell(sentence, role)

    def _show_head(self) -> None:
        """Show who is followed, and which is their generation now."""
        user_id = self._user_id
        if user_id is None:
            self.heading.show_text(self.tr("Timeline"))
            self.generation.show_text(self.tr("Nobody is chosen"))
            self.nothing.show_text(
                self.tr("Choose a user in the list: what the cache does for them is told here, row by row.")
                + (self.tr(" Or show a race: somebody is chosen for you.") if self.race_button.isEnabled() else "")
            )
        else:
            name = self._naming.known(user_id) or self.tr("user {0}").format(str(user_id)[:8])
            self.heading.show_text(name)
            generation = self.model.story.generation
            generation = self._known_generation if generation is None else generation
            known = grouped(generation) if generation is not None else "–"
            self.generation.show_text(self.tr("Generation now: {0}").format(known))
            self.nothing.show_text(
                self.tr("Nothing is known to have happened to this user. Send them something, and watch.")
            )
        self._stack.setCurrentWidget(self.rows if self.model.rowCount() else self.nothing)

    def _explain(self, row: Row | None) -> None:
        """Tell the selected row in full, and where none is, what a generation is."""
        if row is None:
            self._tell(translate("Timeline", GENERATION), "muted")
        else:
            self._tell(in_full(row), "")

    def _tell(self, text: str, role: str) -> None:
        self.explained.show_text(text)
        self.explained.set_tone(role)


def _not_known(_sentence: str) -> None:
    """Leave the generation untold: the next event of the user tells it."""
