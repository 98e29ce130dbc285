"""The log of events: plain text, the newest last, bounded, pausable.

Runs on: GUI thread
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from webpush_admin.backend.records import BackendEvent
from webpush_admin.gui.models.event_lines import NameOf, event_line, user_of
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.widgets.figures import grouped
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.push.events import Event

LINES: Final = 1000
FLUSH_MS: Final = 250
LINES_AT_ONCE: Final = 100
NAMES_AT_ONCE: Final = 20
"""Names that are read before lines are written; of a broadcast's other users the lines tell the id."""


class EventLog(Card):
    """Keeps the newest events as they are, and writes lines only while somebody can read them.

    Four times a second at most a hundred lines are written: more could not be read, and what was left out is told.

    Attributes:
        names_wished: Ids of users whose names the next lines lack; `write()` when they are known, or cannot be.
    """

    names_wished = Signal(tuple)

    def __init__(self, name_of: NameOf, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="event_log")
        self._name_of = name_of
        self._asked_names = False
        self._waiting: deque[Event | BackendEvent] = deque(maxlen=LINES)
        self._waiting_count = 0
        self.setAccessibleName(self.tr("Events"))
        self.heading = PlainLabel(self.tr("Events"), self, name="heading", tone="heading")
        self.told = PlainLabel("", self, name="told", tone="muted")
        self.pause_button = QPushButton(self.tr("Pause"), self)
        self.pause_button.setCheckable(True)
        self.pause_button.setObjectName("pause_button")
        self.pause_button.setAccessibleName(self.tr("Pause the list of events"))
        self.pause_button.setToolTip(self.tr("Hold the list still; counters move on."))
        self.pause_button.toggled.connect(self._on_paused)
        self.clear_button = QPushButton(self.tr("Clear"), self)
        self.clear_button.setObjectName("clear_button")
        self.clear_button.setAccessibleName(self.tr("Clear the list of events"))
        self.clear_button.clicked.connect(self.clear)
        self.lines = QPlainTextEdit(self)
        self.lines.setObjectName("lines")
        self.lines.setAccessibleName(self.tr("Events, the newest last"))
        self.lines.setProperty("flat", True)
        self.lines.setReadOnly(True)
        self.lines.setUndoRedoEnabled(False)
        self.lines.setMaximumBlockCount(LINES)
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lines.setFont(mono_font())
        self.lines.setPlaceholderText(self.tr("What the dispatcher does is told here, line by line."))
        self._follows = True
        bar = self.lines.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range_changed)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 8, 0)
        row.addWidget(self.heading)
        row.addWidget(self.told, 1)
        row.addWidget(self.pause_button)
        row.addWidget(self.clear_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 6)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.lines, 1)
        self._timer = QTimer(self, singleShot=True, interval=FLUSH_MS)
        self._timer.timeout.connect(self._flush)

    @property
    def paused(self) -> bool:
        """Whether the list is held."""
        return bool(self.pause_button.isChecked())

    def add(self, events: Sequence[Event | BackendEvent]) -> None:
        """Remember a batch; its lines are written a moment later, if anybody can see them."""
        self._waiting.extend(events)
        self._waiting_count += len(events)
        if self.paused:
            self.told.show_text(self.tr("Paused, {0} events waiting").format(grouped(self._waiting_count)))
        elif self.isVisible() and not self._timer.isActive() and not self._asked_names:
            self._timer.start()

    def clear(self) -> None:
        """Forget every line and every event that waits."""
        self._waiting.clear()
        self._waiting_count = 0
        self._asked_names = False
        self.lines.clear()
        self.told.show_text("")

    def showEvent(self, event: QShowEvent) -> None:
        """Write what happened while nobody looked."""
        super().showEvent(event)
        if self._waiting and not self.paused:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop writing."""
        super().hideEvent(event)
        self._timer.stop()

    def _on_paused(self, paused: bool) -> None:
        self.pause_button.setText(self.tr("Resume") if paused else self.tr("Pause"))
        if paused:
            self._timer.stop()
            self.told.show_text(self.tr("Paused"))
        else:
            self.told.show_text("")
            self._flush()

    def _flush(self) -> None:
        """Write, after the names have been asked for once."""
        if not self._asked_names:
            newest = (self._waiting[-number] for number in range(1, min(LINES_AT_ONCE, len(self._waiting)) + 1))
            users = dict.fromkeys(user for event in newest if (user := user_of(event)) is not None)
            unknown = tuple(user for user in users if not self._name_of(user))[:NAMES_AT_ONCE]
            if unknown:
                self._asked_names = True
                self.names_wished.emit(unknown)
                return
        self.write()

    def write(self) -> None:
        """Write the lines that wait, with the names that are known."""
        self._asked_names = False
        if not self._waiting or self.paused:
            return
        newest = [self._waiting.pop() for _ in range(min(LINES_AT_ONCE, len(self._waiting)))]
        newest.reverse()
        left_out = self._waiting_count - len(newest)
        self._waiting.clear()
        self._waiting_count = 0
        lines = [event_line(event, self._name_of) for event in newest]
        if left_out:
            lines.insert(
                0, self.tr("              … {0} events not listed: too many to read").format(grouped(left_out))
            )
        self.lines.appendPlainText("\n".join(lines))

    def _on_scrolled(self, value: int) -> None:
        self._follows = value >= self.lines.verticalScrollBar().maximum() - 1

    def _on_range_changed(self, _least: int, most: int) -> None:
        # Whoever scrolled up to read something is left there.
        if self._follows:
            self.lines.verticalScrollBar().setValue(most)
