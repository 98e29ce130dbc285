"""The table of cached users: tells which rows are seen, and keeps rows in their places while somebody points at them.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.models.cache_places import CachePlaces
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.views.live.chosen_users import ChosenUsers
from webpush_admin.gui.views.live.left_clock import paint_left
from webpush_admin.gui.widgets.painted_table import PaintedTable

RESTS_MS: Final = 8000
"""A pointer that has not moved for so long points at nothing: somebody has left the mouse there."""

NAME_PIXELS: Final = 124

_POINTS: Final = frozenset(
    {QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.Wheel}
)
_ARROWS: Final = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}
)


class CacheTable(PaintedTable):
    """A table whose rows change their places by themselves, but not under the pointer and not while keys are pressed.

    Attributes:
        looked_at: The numbers of the first and the last row that are seen.
        hold_wished: Whether rows should stay where they are.
        chosen: Who is selected.
    """

    looked_at = Signal(int, int)
    hold_wished = Signal(bool)

    def __init__(self, theme: Theme, places: CachePlaces, parent: QWidget, *, accessible_name: str) -> None:
        super().__init__(
            theme,
            places,
            places.columns,
            parent,
            name="cached_table",
            accessible_name=accessible_name,
            leaves_last=("misses", "age", "stale", "hits"),
            stretch_pixels=NAME_PIXELS,
            compact=("name", "state", "generation", "left"),
        )
        self._seen = (-1, -1)
        self._pointed = False
        self._in_menu = False
        self._rests = QTimer(self, singleShot=True, interval=RESTS_MS)
        self._rests.timeout.connect(self._let_go)
        former = self.selectionModel()
        self.chosen = ChosenUsers(places, self)
        self.setSelectionModel(self.chosen)
        former.deleteLater()
        self.chosen.changed.connect(self.selection_moved)
        self._places, self._theme = places, theme
        self.own_column = "left"
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._tell_seen)
        places.answered.connect(self._follow)

    def paint_own(self, painter: QPainter, row: int, room: QRect, text: str) -> None:
        """Paint how much time is left."""
        painter.setFont(self.font())
        paint_left(painter, QRectF(room), text, self._places.share_left(row) or 0.0, self._theme.tokens)

    def open_menu(self, opened: bool) -> None:
        """Keep rows in their places while a context menu is open."""
        self._in_menu = opened
        if opened:
            self._hold()
        else:
            self._rests.start()

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer."""
        kind = event.type()
        if kind in _POINTS:
            self._hold()
        elif kind is QEvent.Type.Leave and not self._in_menu:
            self._let_go()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows begin with what is seen, where the cursor's user is elsewhere by now."""
        if event.key() in _ARROWS:
            self._hold()
            if not self.currentIndex().isValid() and self.model().rowCount():
                top = self.model().index(max(0, self.rowAt(0)), 0)
                self.chosen.setCurrentIndex(top, QItemSelectionModel.SelectionFlag.NoUpdate)
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer rows are seen."""
        super().resizeEvent(event)
        self._tell_seen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody points at what is hidden."""
        super().hideEvent(event)
        self._in_menu = False
        self._let_go()

    def _hold(self) -> None:
        self._rests.start()
        if not self._pointed:
            self._pointed = True
            self.hold_wished.emit(True)

    def _let_go(self) -> None:
        self._rests.stop()
        if self._pointed and not self._in_menu:
            self._pointed = False
            self.hold_wished.emit(False)

    def _follow(self) -> None:
        # Whoever is selected goes on being selected; what is seen does not move because of it.
        self.setAutoScroll(False)
        self.chosen.follow()
        self.setAutoScroll(True)
        self._tell_seen()

    def _tell_seen(self) -> None:
        rows = self.model().rowCount()
        last = self.rowAt(self.viewport().height() - 1)
        seen = (max(0, self.rowAt(0)), rows - 1 if last < 0 else last)
        if rows and seen != self._seen:
            self._seen = seen
            self.looked_at.emit(*seen)
