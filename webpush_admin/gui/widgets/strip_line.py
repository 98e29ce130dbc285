"""One line of the strip of running work: what is done, how far, how fast, how long, and stop.

Runs on: GUI thread
"""

from collections import deque
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.figures import duration, rate
from webpush_admin.gui.widgets.plain import PlainLabel

LINGER_MS: Final = 1500
RATE_COLUMN: Final = 2
REMAINING_COLUMN: Final = 3
PAUSE_COLUMN: Final = 4
"""Of the line of a send alone."""

STOP_COLUMN: Final = 5
_LEAST_BAR: Final = 48
READINGS: Final = 30
"""Snapshots over which a rate is taken: three seconds."""


class Reading(NamedTuple):
    """How much was done at a time.

    Attributes:
        taken_s: Monotonic seconds.
        done: What the remaining time is guessed from.
        told: What the rate is told of.
    """

    taken_s: float
    done: int
    told: int


class StripLine(QObject):
    """The widgets of a line. They stay a while after its end: coming and going moves the whole window.

    Attributes:
        number: Of the work that is shown; None where it has ended.
        gone: The line is hidden.
    """

    gone = Signal()

    def __init__(self, stop: QAction, parent: QWidget, layout: QGridLayout, row: int) -> None:
        super().__init__(parent)
        self.number: int | None = None
        self._readings: deque[Reading] = deque(maxlen=READINGS)
        self.what = PlainLabel("", parent, name="what")
        self.progress = QProgressBar(parent, textVisible=False)
        self.progress.setObjectName("progress")
        self.progress.setAccessibleName(self.tr("How much is done"))
        self.progress.setMinimumWidth(_LEAST_BAR)
        self.rate = PlainLabel("", parent, name="rate", tone="muted")
        self.remaining = PlainLabel("", parent, name="remaining", tone="muted")
        self.stop_button = ActionButton(stop, parent, name="stop_button")
        self._widgets: list[QWidget] = [self.what, self.progress, self.rate, self.remaining, self.stop_button]
        for column, widget in zip((0, 1, RATE_COLUMN, REMAINING_COLUMN, STOP_COLUMN), self._widgets, strict=True):
            layout.addWidget(widget, row, column)
            widget.hide()
        self._lingering = QTimer(self, singleShot=True, interval=LINGER_MS)
        self._lingering.timeout.connect(self.hide)

    @property
    def shown(self) -> bool:
        """Whether it takes room."""
        return not self.what.isHidden()

    def add_widgets(self, *widgets: QWidget) -> None:
        """Take more into the line: they come and go with it."""
        self._widgets.extend(widgets)
        for widget in widgets:
            widget.hide()

    def begin(self, number: int) -> None:
        """Show other work from now on."""
        self.number = number
        self._readings.clear()

    def show_progress(self, what: str, done: int, total: int | None, reading: Reading, unit: str) -> None:
        """Show how far it is.

        Args:
            what: The words.
            done: Of `total`; a total of None is not known.
            total: See `done`.
            reading: When this was so, for rate and remaining time.
            unit: What the rate says, with a place for the number ("{0}/s").
        """
        self._lingering.stop()
        # Imported here: nothing runs before the first paint.
        from webpush_admin.push.stats import per_second

        self._readings.append(reading)
        first = self._readings[0]
        elapsed_s = reading.taken_s - first.taken_s
        told = per_second(first.told, reading.told, elapsed_s)
        speed = per_second(first.done, reading.done, elapsed_s)
        left = 0 if total is None else max(0, total - done)
        self.what.show_text(what)
        self._move(done, total)
        self.rate.show_text(unit.format(rate(told)) if told > 0 else "")
        self.remaining.show_text(self.tr("{0} left").format(duration(left / speed)) if speed > 0 and left else "")
        for widget in self._widgets:
            widget.show()

    def end(self, what: str) -> None:
        """The work is over: say so in these words and hide soon, unless other work follows."""
        self.number = None
        self._readings.clear()
        if self.shown:
            # What it told last was on the way: of short work the beginning.
            self.what.show_text(what)
            self._move(1, 1)
            self.rate.show_text("")
            self.remaining.show_text("")
        if self.shown and not self._lingering.isActive():
            self._lingering.start()

    def hide(self) -> None:
        """Hide now."""
        self.number = None
        self._lingering.stop()
        self._readings.clear()
        if self.shown:
            for widget in self._widgets:
                widget.hide()
            self.gone.emit()

    def _move(self, done: int, total: int | None) -> None:
        # A progress bar paints itself, and with it all that is due in the window, before `setValue` returns, unless
        # it may not: then it is painted with everything else.
        self.progress.setUpdatesEnabled(False)
        self.progress.setMaximum(0 if total is None else max(1, total))
        self.progress.setValue(done)
        self.progress.setUpdatesEnabled(True)
