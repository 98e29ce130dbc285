"""The line of the running send in the strip: how far, what failed, who is waited for, pause and stop.

Runs on: GUI thread
"""

from datetime import UTC
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.figures import grouped
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.gui.widgets.strip_line import PAUSE_COLUMN, RATE_COLUMN, Reading, StripLine

if TYPE_CHECKING:
    from webpush_admin.backend.records import Resting, SendProgress, Snapshot

_SENDING: Final = 0
"""Its number among the works, which begin with 1."""

_HOST_CHARACTERS: Final = 60
_OTHERS_PIXELS: Final = 580
"""What words, bar and buttons take; the note is cut in its middle where less is left, its end is the time."""

_LEAST_NOTE_PIXELS: Final = 120
_EDGE_PIXELS: Final = 4


class SendLine(StripLine):
    """A line with a pause, and a note on what is waited for.

    Attributes:
        note: Who is waited for, or how many are tried again.
    """

    def __init__(self, stop: QAction, pause: QAction, parent: QWidget, layout: QGridLayout, row: int) -> None:
        super().__init__(stop, parent, layout, row)
        self._strip = parent
        self._paused = False
        self.stop_button.set_text(self.tr("Stop"))
        self.note = PlainLabel("", parent, name="note", tone="warn", elide=Qt.TextElideMode.ElideMiddle)
        self.note.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.pause_button = ActionButton(pause, parent, name="pause_button")
        # In the place of rate and remaining time: while somebody is waited for they say nothing.
        layout.addWidget(self.note, row, RATE_COLUMN)
        layout.addWidget(self.pause_button, row, PAUSE_COLUMN)
        self.add_widgets(self.pause_button)
        self.note.hide()
        QWidget.setTabOrder(self.pause_button, self.stop_button)

    def show_snapshot(self, snapshot: "Snapshot") -> None:
        """Show how far the send is, or end."""
        sending = snapshot.sending
        if sending is None:
            self.note.hide()
            self.end(self.tr("Sending has ended"))
            return
        if self.number is None:
            self.begin(_SENDING)
        if sending.paused != self._paused:
            # What went before a pause says nothing about what comes after it.
            self._paused = sending.paused
            self.begin(_SENDING)
        self.pause_button.set_text(self.tr("Resume") if sending.paused else self.tr("Pause"))
        reading = Reading(snapshot.taken_s, sending.done, snapshot.pushes.finished)
        known = sending.targets > 1
        self.show_progress(
            self._words(sending), sending.done, sending.targets if known else None, reading, self.tr("{0} pushes/s")
        )
        self.pause_button.setVisible(sending.broadcast)
        self._show_note(self._waiting(sending))

    def hide(self) -> None:
        """Hide now."""
        self.note.hide()
        super().hide()

    def _words(self, sending: "SendProgress") -> str:
        word = self.tr("Sending")
        if sending.stopping:
            word = self.tr("Stopping")
        elif sending.paused:
            word = self.tr("Paused")
        if sending.targets <= 1:
            return word
        told = self.tr("{0}: {1} of {2}").format(word, grouped(sending.done), grouped(sending.targets))
        return self.tr("{0}, {1} failed").format(told, grouped(sending.failed)) if sending.failed else told

    def _waiting(self, sending: "SendProgress") -> str:
        if sending.resting:
            return self._resting(sending.resting)
        left = max(0, sending.targets - sending.done)
        if sending.waiting and sending.waiting >= left:
            return self.tr("{0} are tried again").format(grouped(sending.waiting))
        return ""

    def _resting(self, resting: "tuple[Resting, ...]") -> str:
        first = min(resting, key=lambda rest: rest.until)
        host = display_text(first.origin.partition("://")[2] or first.origin, _HOST_CHARACTERS)
        told = self.tr("waiting for {host} until {time}").format(
            host=host, time=f"{first.until.astimezone(UTC):%H:%M:%S}"
        )
        return self.tr("{0} and {1} more").format(told, len(resting) - 1) if len(resting) > 1 else told

    def _show_note(self, note: str) -> None:
        self.note.show_text(note)
        if note:
            wanted = self.note.fontMetrics().horizontalAdvance(note) + _EDGE_PIXELS
            self.note.setFixedWidth(max(_LEAST_NOTE_PIXELS, min(wanted, self._strip.width() - _OTHERS_PIXELS)))
        self.note.setVisible(bool(note))
        for label in (self.rate, self.remaining):
            # Of a pause they tell nothing that holds.
            label.setVisible(not note and not self._paused)
