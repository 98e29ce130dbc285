"""Brings events to the rows of the log: a little at a time, three times a second, never while nobody looks.

Runs on: GUI thread
"""

import time
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.models.event_ring import EventRing
from webpush_admin.gui.models.event_rows import EventRows

SHOWN_MS: Final = 300
"""Between two changes of what is seen: more could not be read."""

RUSH_MS: Final = 1000
"""The same where more than a thousand came since: of those nobody could read any."""

RUSH: Final = 1000

SLICE_S: Final = 0.004
"""For looking at events in one go; the window has the next frame in time."""

PAUSE_MS: Final = 12
"""Between two of these while somebody waits for what a search finds: it leaves both threads most of the interpreter."""

FOLLOWING_MS: Final = 60
"""Between two of these from then on: a search that is left open leaves the window most of its time. At ten thousand
events a second it may fall behind; what the ring loses before it is looked at is told by a row of its own."""


class EventFeed(QObject):
    """Sifts what the ring gets, and shows it unless it is held.

    Attributes:
        shown: Rows have come, or numbers about them are others.
    """

    shown = Signal()

    def __init__(self, ring: EventRing, rows: EventRows, page: QWidget) -> None:
        super().__init__(page)
        self._ring = ring
        self._rows = rows
        self._page = page
        self._held = False
        self._shown_s = 0.0
        self._shown_end = 0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timer)
        ring.grown.connect(self.wake)

    @property
    def held(self) -> bool:
        """Whether the rows stand still."""
        return self._held

    def hold(self, held: bool) -> None:
        """Let the rows stand still, or go on with all that came meanwhile."""
        if held != self._held:
            self._held = held
            if held:
                self._rows.hold()
            else:
                self._rows.release()
            self.show_now()

    def wake(self) -> None:
        """There is something new: show it as soon as it is time."""
        if not self._timer.isActive() and self._page.isVisible():
            self._timer.start(self._left_ms())

    def sleep(self) -> None:
        """Nobody looks."""
        self._timer.stop()

    def show_now(self) -> None:
        """Look at what there is, and show what was found without waiting for the next time."""
        done = self._rows.sift(SLICE_S)
        self._show()
        if not done and self._page.isVisible():
            self._timer.start(self._pause_ms)

    def _on_timer(self) -> None:
        done = self._rows.sift(SLICE_S)
        if self._left_ms() == 0:
            self._show()
            if not done:
                self._timer.start(self._pause_ms)
        else:
            self._timer.start(self._left_ms() if done else self._pause_ms)

    @property
    def _pause_ms(self) -> int:
        return FOLLOWING_MS if self._rows.caught_up else PAUSE_MS

    def _show(self) -> None:
        self._shown_s = time.monotonic()
        self._shown_end = self._ring.end
        self._rows.show_sifted()
        self.shown.emit()

    def _left_ms(self) -> int:
        since_ms = 1000 * (time.monotonic() - self._shown_s)
        rushes = self._ring.end - self._shown_end > RUSH
        return max(0, round((RUSH_MS if rushes else SHOWN_MS) - since_ms))
